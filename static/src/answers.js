// Save each answer as it is given, and say so; a dropped connection is tried again.
const RETRY_MS = 4000;
const TYPING_MS = 800;

export function saveAnswers(page) {
  const form = page.querySelector("form[data-save-as-given]");
  if (!form) return;
  const status = form.querySelector(".saved");
  const say = (text, isError) => {
    status.textContent = text;
    status.classList.toggle("is-error", Boolean(isError));
  };
  let wanted = 0;
  const save = async () => {
    const mine = ++wanted;
    const data = new FormData(form);
    if (![...data].some(([name, value]) => name.startsWith("answer") && value)) return;
    say(form.dataset.saving);
    try {
      const reply = await fetch(form.action || location.href, { method: "POST", body: data, headers: { "X-Saved-As-Given": "1" }, redirect: "manual" });
      if (mine !== wanted) return;
      if (reply.ok) {
        form.elements.seen.value = (await reply.json()).version;
        return say(form.dataset.saved);
      }
      if (reply.status === 409) return say(form.dataset.newer, true);
      say(reply.type === "opaqueredirect" ? form.dataset.signedOut : form.dataset.failed, true);
    } catch {
      if (mine !== wanted) return;
      say(form.dataset.offline, true);
      setTimeout(() => { if (mine === wanted) save(); }, RETRY_MS);
    }
  };
  form.addEventListener("change", save);
  let typing;
  form.addEventListener("input", (event) => {
    if (!event.target.matches("input[type=text], textarea")) return;
    clearTimeout(typing);
    typing = setTimeout(save, TYPING_MS);
  });
}
