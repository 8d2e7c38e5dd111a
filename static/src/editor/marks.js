// Marks of Markdown around what is selected, or at the beginning of its lines; pressed again they are taken away.
import { EditorSelection } from "@codemirror/state";

function around({ text, words }, mark, name) {
  const { view } = text;
  const { state } = view;
  view.dispatch(state.changeByRange((range) => {
    const inside = state.sliceDoc(range.from, range.to);
    const [from, to] = [range.from - mark.length, range.to + mark.length];
    if (from >= 0 && state.sliceDoc(from, to) === mark + inside + mark) {
      return { changes: { from, to, insert: inside }, range: EditorSelection.range(from, from + inside.length) };
    }
    const put = inside || words[name];
    const start = range.from + mark.length;
    return { changes: { from: range.from, to: range.to, insert: mark + put + mark }, range: EditorSelection.range(start, start + put.length) };
  }), { userEvent: "input", scrollIntoView: true });
  view.focus();
}

// Every selected line begins with the mark that `start(number)` gives, in place of a mark of the same kind.
function lines({ text }, start, isMarked) {
  const { view } = text;
  const { doc, selection: { main } } = view.state;
  const [first, last] = [doc.lineAt(main.from).number, doc.lineAt(main.to).number];
  const chosen = Array.from({ length: last - first + 1 }, (_, number) => doc.line(first + number));
  const isOn = chosen.every((line, number) => line.text.startsWith(start(number + 1)));
  const changes = chosen.map((line, number) => {
    const [old] = isMarked.exec(line.text);
    return { from: line.from, to: line.from + old.length, insert: isOn ? "" : start(number + 1) };
  });
  view.dispatch({ changes, userEvent: "input", scrollIntoView: true });
  view.focus();
}

const HEADING = /^(#{1,6} )?/;
const LIST = /^([-*+] |\d+\. )?/;
const link = ({ text, words }) => {
  const { state } = text.view;
  const said = state.sliceDoc(state.selection.main.from, state.selection.main.to) || words.link_text;
  const start = state.selection.main.from + said.length + 3;
  text.insert(`[${said}](https://)`);
  text.view.dispatch({ selection: { anchor: start, head: start + 8 } });
};

export const marks = {
  bold: (page) => around(page, "**", "bold_text"),
  italic: (page) => around(page, "*", "italic_text"),
  heading: (page) => lines(page, () => "## ", HEADING),
  subheading: (page) => lines(page, () => "### ", HEADING),
  bullets: (page) => lines(page, () => "- ", LIST),
  numbers: (page) => lines(page, (number) => `${number}. `, LIST),
  quote: (page) => lines(page, () => "> ", /^(> ?)?/),
  link,
  table: ({ text, root }) => {
    const words = root.querySelector("template[data-table]").content.textContent.trim();
    text.insertBlock(words, text.place(), words.split("|")[1].trim());
  },
};

// A box holds the lines that are selected; where none is selected as a whole, words that ask for some.
export function box({ text, words }, kind) {
  const { doc, selection: { main } } = text.view.state;
  const [first, last] = [doc.lineAt(main.from), doc.lineAt(main.to)];
  const isWhole = !main.empty && main.from === first.from && main.to === last.to;
  if (!isWhole) return text.insertBlock(`> [!${kind}]\n> ${words.box_text}`, text.place(), words.box_text);
  const inside = doc.sliceString(main.from, main.to).split("\n").map((line) => `> ${line}`);
  return text.insert(`> [!${kind}]\n${inside.join("\n")}`);
}
