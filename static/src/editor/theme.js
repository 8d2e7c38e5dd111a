// How the text looks; the colors are the page's own, handed in as custom properties by the stylesheet.
import { EditorView } from "@codemirror/view";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";

const control = {
  font: "inherit", minHeight: "2.5rem", border: "1px solid var(--edge)", borderRadius: ".25rem", background: "#fff", color: "var(--ink)",
  padding: "0 .6rem", margin: "0 .4rem .4rem 0", backgroundImage: "none", textTransform: "none",
};

const theme = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", fontSize: ".95rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "ui-monospace, Menlo, Consolas, monospace", lineHeight: "1.55", overflow: "auto" },
  ".cm-content": { padding: ".6rem 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 .75rem" },
  ".cm-gutters": { background: "var(--wash)", color: "var(--quiet)", borderRight: "1px solid var(--line)" },
  ".cm-lintRange": { backgroundImage: "none !important", textDecorationThickness: "2px", textUnderlineOffset: ".2em" },
  ".cm-lintRange-error": { textDecoration: "underline wavy var(--error)" },
  ".cm-lintRange-warning": { textDecoration: "underline dashed var(--warn)" },
  ".cm-lint-marker": { width: "1em", height: "1em", content: "none !important", fontWeight: "700", lineHeight: "1.55" },
  ".cm-lint-marker-error::before": { content: "'✕'", color: "var(--error)" },
  ".cm-lint-marker-warning::before": { content: "'?'", color: "var(--ink)" },
  ".cm-tooltip": { border: "1px solid var(--edge)", background: "#fff", maxWidth: "28rem", font: "1rem/1.4 var(--words)" },
  ".cm-diagnostic": { padding: ".5rem .75rem", borderLeft: ".3rem solid var(--warn)" },
  ".cm-diagnostic-error": { borderColor: "var(--error)" },
  ".cm-panels": { background: "var(--wash)", color: "var(--ink)", font: "1rem/1.4 var(--words)" },
  ".cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-panel.cm-search, .cm-dialog": { padding: ".6rem 3rem .2rem .6rem" },
  ".cm-panel.cm-search label": { fontSize: "1rem", display: "inline-flex", alignItems: "center", minHeight: "2.5rem", marginRight: ".6rem" },
  ".cm-panel .cm-textfield, .cm-panel .cm-button": control,
  ".cm-panel .cm-button": { borderColor: "var(--primary)", color: "var(--primary)", fontWeight: "700", cursor: "pointer" },
  ".cm-panel.cm-search [name=close], .cm-dialog-close": { font: "1.5rem/1 var(--words)", width: "2.75rem", height: "2.75rem", color: "var(--ink)" },
  ".cm-panel [type=checkbox]": { width: "1.25rem", height: "1.25rem", margin: "0 .4rem 0 0" },
  ".cm-panel *:focus-visible": { outline: ".2rem solid var(--focus)" },
  ".cm-searchMatch": { background: "#fff0c2", outline: "1px solid var(--warn)" },
  ".cm-searchMatch-selected": { background: "#ffbe2e" },
});

const highlight = HighlightStyle.define([
  { tag: tags.heading, color: "var(--primary)", fontWeight: "700" },
  { tag: tags.strong, fontWeight: "700" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: [tags.link, tags.url], color: "var(--primary)", textDecoration: "underline" },
  { tag: [tags.labelName, tags.monospace], color: "var(--good)" },
  { tag: [tags.comment, tags.meta, tags.processingInstruction], color: "var(--quiet)" },
]);

export const look = [theme, syntaxHighlighting(highlight)];
