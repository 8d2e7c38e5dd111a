// Quick exit: the button, or Shift three times. The page is hidden at once and leaves no way back.
const WITHIN_MS = 1500;

export function leaveQuickly(page) {
  const exit = page.querySelector(".quick-exit");
  if (!exit) return;
  const leave = (event) => {
    if (event) event.preventDefault();
    page.body.hidden = true;
    page.title = " ";
    window.location.replace(exit.href);
  };
  exit.addEventListener("click", leave);
  let presses = [];
  page.addEventListener("keyup", (event) => {
    if (event.key !== "Shift") { presses = []; return; }
    const at = event.timeStamp;
    presses = [...presses.filter((press) => at - press < WITHIN_MS), at];
    if (presses.length >= 3) leave();
  });
}
