// Say how long an attempt with a limit still runs, each minute; at its end leave for the page that says so.
const MINUTE_MS = 60000;

export function countDown(page) {
  const shown = page.querySelector("[data-due]");
  if (!shown) return;
  const due = Date.parse(shown.dataset.due);
  const tick = () => {
    const left = due - Date.now();
    if (left <= 0) return location.assign(shown.dataset.over);
    shown.textContent = shown.dataset.words.replace("%s", Math.ceil(left / MINUTE_MS));
    setTimeout(tick, Math.min(left, left % MINUTE_MS || MINUTE_MS));
  };
  tick();
}
