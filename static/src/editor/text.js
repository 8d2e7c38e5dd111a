// The text itself: CodeMirror in a shadow root, where the page's Content-Security-Policy lets it have its styles.
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { search, searchKeymap } from "@codemirror/search";
import { lintGutter } from "@codemirror/lint";
import { course, listKeys } from "./markdown.js";
import { look } from "./theme.js";
import { TextHandle } from "./handle.js";
import { fileIn } from "./files.js";

export function openText(page, tell) {
  const { root, form } = page;
  const source = form.elements.text;
  const host = root.querySelector("[data-field]");
  const shadow = host.attachShadow({ mode: "open" });
  const handle = new TextHandle();
  const changed = (update) => {
    if (!update.docChanged) return;
    source.value = update.state.doc.toString();
    tell();
  };
  const state = EditorState.create({
    doc: source.defaultValue,
    extensions: [...behavior(), ...words(page, source), ...files(handle), EditorView.updateListener.of(changed)],
  });
  handle.view = new EditorView({ state, root: shadow, parent: shadow });
  replaceField(source, host, handle);
  return handle;
}

const behavior = () => [
  lineNumbers(),
  lintGutter(),
  history(),
  search({ top: true }),
  EditorView.lineWrapping,
  course,
  look,
  keymap.of([...listKeys, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
];

function words(page, source) {
  const attributes = {
    "aria-label": page.words.label, lang: source.lang, spellcheck: "true", autocorrect: "on", autocapitalize: "sentences", tabindex: "0",
  };
  if (!page.writes) attributes["aria-readonly"] = "true";
  return [
    EditorState.phrases.of(page.words.phrases),
    EditorState.readOnly.of(!page.writes),
    EditorView.contentAttributes.of(attributes),
  ];
}

// A picture in the clipboard is taken as a file only where there is no text beside it (a word processor puts both).
const files = (handle) => [EditorView.domEventHandlers({
  paste: (event) => !event.clipboardData.getData("text/plain") && take(event, event.clipboardData, handle),
  drop: (event) => take(event, event.dataTransfer, handle),
})];

function take(event, data, handle) {
  const file = fileIn(data);
  if (!file || !handle.takeFile) return false;
  event.preventDefault();
  handle.takeFile(file);
  return true;
}

function replaceField(source, host, handle) {
  source.hidden = true;
  for (const element of document.querySelectorAll("[data-with-script]")) element.hidden = false;
  for (const element of document.querySelectorAll("[data-without-script]")) element.hidden = true;
  const focus = (event) => { event.preventDefault(); handle.focus(); };
  for (const link of document.querySelectorAll("label[for=text], a[href='#text']")) link.addEventListener("click", focus);
  host.addEventListener("focusout", () => handle.onBlur && handle.onBlur());
}
