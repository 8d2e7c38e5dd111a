// What the other parts of the editor may do with the text: read it, change it, move in it.
import { Prec, StateEffect } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";

export class TextHandle {
  constructor() {
    this.takeFile = null;
    this.onBlur = null;
  }

  value() {
    return this.view.state.doc.toString();
  }

  focus() {
    this.view.focus();
  }

  bind(keys) {
    this.view.dispatch({ effects: StateEffect.appendConfig.of(Prec.high(keymap.of(keys))) });
  }

  onFile(take) {
    this.takeFile = take;
  }

  // Put a whole other text in place; one step back brings the old one.
  replace(text) {
    const { doc } = this.view.state;
    this.view.dispatch({ changes: { from: 0, to: doc.length, insert: text }, selection: { anchor: 0 }, userEvent: "input.replace" });
  }

  // Put words where the cursor is, in place of what is selected.
  insert(words) {
    this.view.dispatch(this.view.state.replaceSelection(words), { scrollIntoView: true, userEvent: "input" });
    this.focus();
  }

  // Put a block on lines of its own, with a blank line above and below; select the first of `chosen` in it.
  insertBlock(block, at, chosen = "") {
    const { doc } = this.view.state;
    const [above, below] = [doc.sliceString(Math.max(0, at - 2), at), doc.sliceString(at, at + 2)];
    const before = at === 0 || above.endsWith("\n\n") ? "" : above.endsWith("\n") ? "\n" : "\n\n";
    const after = below.startsWith("\n\n") ? "" : below.startsWith("\n") || at === doc.length ? "\n" : "\n\n";
    const inside = Math.max(0, block.indexOf(chosen));
    const anchor = at + before.length + inside;
    const selection = { anchor, head: anchor + chosen.length };
    this.view.dispatch({ changes: { from: at, insert: before + block + after }, selection, scrollIntoView: true, userEvent: "input" });
    this.focus();
  }

  // The end of the line where the cursor is, but never inside the settings at the top.
  place() {
    const { doc, selection } = this.view.state;
    return Math.max(doc.lineAt(selection.main.head).to, this.endOfSettings());
  }

  endOfSettings() {
    const match = /^---\n[\s\S]*?\n---[ \t]*(?=\n|$)/.exec(this.value());
    return match ? match[0].length : 0;
  }

  line(number) {
    const { doc } = this.view.state;
    return doc.line(Math.min(Math.max(number, 1), doc.lines));
  }

  goTo(number, said = "") {
    const { from } = this.line(number);
    const effects = [EditorView.scrollIntoView(from, { y: "center" })];
    if (said) effects.push(EditorView.announce.of(said));
    this.view.dispatch({ selection: { anchor: from }, effects });
    this.focus();
  }
}
