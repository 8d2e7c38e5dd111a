// Markdown as courses write it: tables, boxes to tick, settings at the top, citations and facts.
import { Language } from "@codemirror/language";
import { commonmarkLanguage, deleteMarkupBackward, insertNewlineContinueMarkup } from "@codemirror/lang-markdown";
import { Table, TaskList } from "@lezer/markdown";
import { styleTags, tags } from "@lezer/highlight";

// Without this the settings would be a heading: a text with a line of --- below it is one in Markdown.
function settings(context, line) {
  if (context.lineStart !== 0 || !/^---\s*$/.test(line.text)) return false;
  while (context.nextLine() && !/^---\s*$/.test(line.text));
  const end = context.lineStart + line.text.length;
  context.nextLine();
  context.addElement(context.elt("Settings", 0, end));
  return true;
}

const inline = (name, start, pattern) => ({
  name,
  before: "Link",
  parse(context, next, at) {
    if (next !== start) return -1;
    const match = pattern.exec(context.slice(at, context.end));
    return match ? context.addElement(context.elt(name, at, at + match[0].length)) : -1;
  },
});

const dialect = {
  defineNodes: [{ name: "Settings", block: true }, { name: "Citation" }, { name: "Fact" }],
  parseBlock: [{ name: "Settings", before: "HorizontalRule", parse: settings }],
  parseInline: [inline("Citation", 91, /^\[@[\w-]+\]/), inline("Fact", 123, /^\{\{\s*fact:[\w-]+\s*\}\}/)],
  props: [styleTags({ Settings: tags.meta, Citation: tags.labelName, Fact: tags.labelName, "CommentBlock Comment": tags.comment })],
};

const { data, parser } = commonmarkLanguage;
export const course = new Language(data, parser.configure([Table, TaskList, dialect]), [], "course").extension;
export const listKeys = [
  { key: "Enter", run: insertNewlineContinueMarkup },
  { key: "Backspace", run: deleteMarkupBackward },
];
