// The toolbar: one stop of the Tab key, arrows move inside it.
import { openMenus } from "./menus.js";
import { box, marks } from "./marks.js";
import { insertQuestion } from "./questions.js";

export function startToolbar(page, tools) {
  const bar = page.root.querySelector("[data-toolbar]");
  const buttons = [...bar.querySelectorAll("button:not([role=menuitem])")];
  const actions = { ...marks, box, question: insertQuestion, ...tools };
  const act = (button) => actions[button.dataset.do](page, button.dataset.what);
  page.text.bind([
    { key: "Mod-b", run: () => { marks.bold(page); return true; } },
    { key: "Mod-i", run: () => { marks.italic(page); return true; } },
  ]);
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) act(button);
  });
  openMenus(bar);
  move(bar, buttons);
}

function move(bar, buttons) {
  const stop = (button) => buttons.forEach((one) => { one.tabIndex = one === button ? 0 : -1; });
  stop(buttons[0]);
  bar.addEventListener("focusin", (event) => buttons.includes(event.target) && stop(event.target));
  bar.addEventListener("keydown", (event) => {
    const here = buttons.indexOf(event.target);
    if (here < 0) return;
    const last = buttons.length - 1;
    const to = { ArrowRight: here === last ? 0 : here + 1, ArrowLeft: here === 0 ? last : here - 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    buttons[to].focus();
  });
}
