// On a phone either the text or what learners see is shown; who only reads begins with what learners see.
export function chooseSide({ root, writes }) {
  const buttons = root.querySelectorAll("[data-side-button]");
  const choose = (side) => {
    root.dataset.side = side;
    buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.sideButton === side)));
  };
  buttons.forEach((button) => button.addEventListener("click", () => choose(button.dataset.sideButton)));
  choose(writes ? "text" : "preview");
}
