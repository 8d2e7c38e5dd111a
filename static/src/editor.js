// The editor of a course's file: its text, what learners see beside it, the checker's problems, saving as one writes.
import { openText } from "./editor/text.js";
import { sender } from "./editor/requests.js";
import { keepSaving } from "./editor/moments.js";
import { keepCopy } from "./editor/copy.js";
import { settleConflicts } from "./editor/conflict.js";
import { showAsTyped } from "./editor/preview.js";
import { listProblems } from "./editor/problems.js";
import { startToolbar } from "./editor/toolbar.js";
import { insertReferences } from "./editor/references.js";
import { insertPictures } from "./editor/pictures.js";
import { chooseSide } from "./editor/sides.js";

function open(root) {
  const form = root.querySelector("form");
  const words = JSON.parse(root.dataset.words);
  const listeners = [];
  const tell = () => listeners.forEach((listener) => listener());
  const page = { root, form, words, send: sender(form), writes: !form.elements.text.readOnly };
  page.text = openText(page, tell);
  page.problems = listProblems(page);
  chooseSide(page);
  if (!page.writes) return;
  page.preview = showAsTyped(page);
  page.saving = keepSaving(page);
  page.conflict = settleConflicts(page);
  const tools = { picture: insertPictures(page), ...insertReferences(page) };
  startToolbar(page, tools);
  page.text.onFile(tools.picture);
  page.copy = keepCopy(page);
  listeners.push(page.preview.changed, () => page.saving.changed(), page.copy);
}

const root = document.querySelector("[data-editor]");
if (root) open(root);
