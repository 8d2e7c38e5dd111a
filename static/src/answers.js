// Save each answer as it is given, one request at a time, and say so; a dropped connection is tried again.
const RETRY_MS = 4000;
const TYPING_MS = 800;
const LONGEST_WAIT_MS = 5000;
const later = (ms) => new Promise((done) => setTimeout(done, ms));

export function saveAnswers(page) {
  const form = page.querySelector("form[data-save-as-given]");
  if (!form) return;
  const status = form.querySelector(".saved");
  const say = (text, isError) => {
    status.textContent = text;
    status.classList.toggle("is-error", Boolean(isError));
  };
  const isEmpty = () => ![...new FormData(form)].some(([name, value]) => name.startsWith("answer") && value);

  const send = async () => {
    say(form.dataset.saving);
    const options = { method: "POST", body: new FormData(form), headers: { "X-Saved-As-Given": "1" }, redirect: "manual", keepalive: true };
    const reply = await fetch(form.action || location.href, options);
    if (reply.ok) {
      form.elements.seen.value = (await reply.json()).version;
      return say(form.elements.seen.value === "0" ? form.dataset.cleared : form.dataset.saved);
    }
    if (reply.type === "opaqueredirect") return say(form.dataset.signedOut, true);
    const told = await reply.json().catch(() => ({}));
    say(told.error || form.dataset.failed, true);
  };

  let waiting = false;
  let running = null;
  const run = async () => {
    while (waiting) {
      waiting = false;
      try {
        await send();
      } catch {
        say(form.dataset.offline, true);
        waiting = true;
        await later(RETRY_MS);
      }
    }
    running = null;
  };
  const save = () => {
    if (isEmpty() && form.elements.seen.value === "0") return;
    waiting = true;
    running = running || run();
  };

  let typing;
  form.addEventListener("change", () => { clearTimeout(typing); save(); });
  form.addEventListener("input", (event) => {
    if (!event.target.matches("input[type=text], textarea")) return;
    clearTimeout(typing);
    typing = setTimeout(save, TYPING_MS);
  });
  form.addEventListener("flush", () => { clearTimeout(typing); save(); });
  form.addEventListener("submit", async (event) => {
    clearTimeout(typing);
    if (!running) return;
    event.preventDefault();
    await Promise.race([running, later(LONGEST_WAIT_MS)]);
    running = null;
    waiting = false;
    form.requestSubmit(event.submitter);
  });
}
