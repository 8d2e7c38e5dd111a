// Count the seconds in which somebody reads a lesson: its page is seen, and a key, finger or wheel moved in the last two
// minutes. Told to the server every half minute and when the page is left; only where a credit asks it.
const IDLE_MS = 120000;
const TELL_MS = 30000;

export function countActive(page) {
  const form = page.querySelector("form[data-active]");
  if (!form) return;
  let seconds = 0;
  let moved = performance.now();
  for (const kind of ["pointermove", "pointerdown", "keydown", "wheel", "scroll", "touchstart"]) {
    addEventListener(kind, () => (moved = performance.now()), { passive: true, capture: true });
  }
  const told = () => {
    form.elements.active.value = Math.floor(seconds);
    seconds = 0;
    return new FormData(form);
  };
  const tell = () => {
    if (seconds >= 1) navigator.sendBeacon(form.dataset.active, told());
  };
  setInterval(() => {
    if (document.visibilityState === "visible" && performance.now() - moved < IDLE_MS) seconds += 1;
  }, 1000);
  setInterval(tell, TELL_MS);
  addEventListener("pagehide", tell);
  form.addEventListener("submit", () => void told());
}
