// Sources and facts: chosen from a list in a dialog, put where the cursor is.
const FORMS = {
  source: (key, before) => `${/\S/.test(before) ? " " : ""}[@${key}]`,
  fact: (key) => `{{ fact:${key} }}`,
};

export function insertReferences(page) {
  return Object.fromEntries(Object.keys(FORMS).map((kind) => [kind, dialogOf(page, kind)]));
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
    const key = field.value.trim();
    if (!/^[\w-]+$/.test(key)) return say(true) || field.focus();
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
