// Sources and facts: chosen from a list in a dialog, put where the cursor is.
const FORMS = {
  source: (key, before) => `${/\S/.test(before) ? " " : ""}[@${key}]`,
  fact: (key) => `{{ fact:${key} }}`,
};

export function insertReferences(page) {
  return Object.fromEntries(Object.keys(FORMS).map((kind) => [kind, dialogOf(page, kind)]));
}

// The key that was typed or chosen, or the only one whose title has these words in it.
function chosen(dialog, typed) {
  const options = [...dialog.querySelectorAll("option")];
  const exact = options.filter((option) => option.value.toLowerCase() === typed);
  const near = typed ? options.filter((option) => `${option.value} ${option.text}`.toLowerCase().includes(typed)) : [];
  if (exact.length) return exact[0].value;
  return near.length === 1 ? near[0].value : "";
}

function dialogOf({ text }, kind) {
  const dialog = document.querySelector(`dialog[data-reference=${kind}]`);
  const field = dialog.querySelector("input");
  const error = dialog.querySelector("[data-error]");
  const say = (isMissing) => {
    error.hidden = !isMissing;
    field.setAttribute("aria-invalid", String(isMissing));
  };
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const key = chosen(dialog, field.value.trim().toLowerCase());
    if (!key) return say(true) || field.focus();
    dialog.close("insert");
    const { doc, selection } = text.view.state;
    const { from } = selection.main;
    return text.insert(FORMS[kind](key, doc.sliceString(Math.max(0, from - 1), from)));
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close(""));
  return () => {
    field.value = "";
    say(false);
    dialog.showModal();
    field.focus();
  };
}
