// Say how long an attempt with a limit still runs, each minute, by a clock that cannot be set wrong; at its end save what
// is there and leave for the page that says so.
const MINUTE_MS = 60000;
const LAST_SAVE_MS = 2000;

export function countDown(page) {
  const shown = page.querySelector("[data-left]");
  if (!shown) return;
  const end = performance.now() + shown.dataset.left * 1000;
  const leave = () => {
    const form = page.querySelector("form[data-save-as-given]");
    if (form) form.dispatchEvent(new Event("flush"));
    setTimeout(() => location.assign(shown.dataset.over), LAST_SAVE_MS);
  };
  const tick = () => {
    const left = end - performance.now();
    if (left <= 0) return leave();
    shown.textContent = shown.dataset.words.replace("%s", Math.ceil(left / MINUTE_MS));
    setTimeout(tick, Math.min(left, left % MINUTE_MS || MINUTE_MS));
  };
  tick();
}
