// Skeletons of questions, each with an id of its own, put where one question ends and the next begins.
const PLACE = /^(## (?!Scene:)|<!-- *\/?pool)/;

export function insertQuestion({ root, text }, kind) {
  const skeleton = root.querySelector(`template[data-snippet="${kind}"]`).content.textContent.trim();
  const words = numbered(skeleton, root.dataset.ids, text.value());
  text.insertBlock(words, nextPlace(text), /^## Question: (.*)$/m.exec(words)[1]);
}

function numbered(skeleton, stem, all) {
  let number = 0;
  return skeleton.replace(/\bid=ID\b/g, () => {
    do number += 1; while (new RegExp(`\\bid=${stem}${number}(?![\\w-])`).test(all));
    return `id=${stem}${number}`;
  });
}

// Before the next heading or pool mark below the cursor: a question reaches as far as that.
function nextPlace(text) {
  const { doc } = text.view.state;
  const here = doc.lineAt(text.place()).number;
  for (let number = here + 1; number <= doc.lines; number += 1) {
    if (PLACE.test(doc.line(number).text)) return doc.line(number).from;
  }
  return doc.length;
}
