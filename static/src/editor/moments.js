// The moments of saving: when it is asked for, when the text is left, and before the page is.
import { Saving } from "./saving.js";

const MOST_KEPT_ALIVE = 20000; // characters: a browser finishes requests of up to 64 kB for a page that is left

export function keepSaving(page) {
  const saving = new Saving(page);
  const { form, text } = page;
  const now = () => saving.save();
  text.onBlur = () => saving.signIn.hidden && now(); // the link must not move away while it is pressed
  text.bind([{ key: "Mod-s", preventDefault: true, run: () => { saving.asked(); return true; } }]);
  form.addEventListener("submit", (event) => { event.preventDefault(); saving.asked(); });
  addEventListener("online", now);
  addEventListener("focus", now);
  document.addEventListener("visibilitychange", () => saving.save({ keepalive: text.value().length < MOST_KEPT_ALIVE }));
  addEventListener("beforeunload", (event) => saving.isUnsaved && event.preventDefault());
  waitForSaving(page, saving);
  return saving;
}

// A link that shows what was written waits until it is saved.
function waitForSaving(page, saving) {
  for (const link of page.root.querySelectorAll("a[data-after-saving]")) {
    link.addEventListener("click", async (event) => {
      if (!saving.isUnsaved) return;
      event.preventDefault();
      await saving.save();
      if (!saving.isUnsaved) location.assign(link.href);
    });
  }
}
