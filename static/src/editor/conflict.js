// Two people saved the same file: show both texts, and let the second choose.
import { differences } from "./differences.js";

export function settleConflicts(page) {
  const { root, text, saving } = page;
  const section = root.querySelector("[data-conflict]");
  const part = (name) => section.querySelector(`[data-${name}]`);
  let current;

  const compare = () => {
    const lines = differences(current.theirs.split("\n"), text.value().split("\n"));
    part("differences").replaceChildren(...lines.map((line) => shown(line, page.words)));
  };
  const settle = () => {
    section.hidden = true;
    text.focus();
    saving.release(current.revision, current.theirs);
  };
  saving.onConflict = (told) => {
    current = told;
    part("said").textContent = told.error;
    section.hidden = false;
    compare();
  };
  part("compare").addEventListener("toggle", () => current && compare());
  saving.onHeld = () => document.getElementById("conflict-heading").focus();
  part("keep").addEventListener("click", settle);
  part("take").addEventListener("click", () => { text.replace(current.theirs); settle(); });
}

function shown({ whose, line }, words) {
  const item = document.createElement(whose === "theirs" ? "del" : whose === "mine" ? "ins" : "p");
  const name = { theirs: words.theirs, mine: words.mine }[whose];
  if (name) item.append(Object.assign(document.createElement("span"), { className: "tag", textContent: name }), " ");
  item.append(line);
  return item;
}
