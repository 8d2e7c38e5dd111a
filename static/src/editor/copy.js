// What is not saved yet is copied in this browser: it is offered again after a crash, an empty battery, a closed window.
const COPY_MS = 500;

export function keepCopy(page) {
  const { root, form, text } = page;
  const key = `draft of ${root.dataset.writer}: ${location.pathname}`;
  const section = root.querySelector("[data-copy]");
  const answer = (name, act) => section.querySelector(`[data-${name}]`).addEventListener("click", () => {
    section.hidden = true;
    act();
    text.focus();
  });
  let found = read(key);
  if (found && found.text === text.value()) found = remove(key);
  section.hidden = !found;
  answer("restore", () => { form.elements.seen.value = found.seen; text.replace(found.text); });
  answer("forget", () => remove(key));

  let timer;
  return () => { // where it cannot be kept (no room, a private window), the page still warns before it is left
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!section.hidden) return; // what was found is not answered yet: it stays
      if (page.saving.isUnsaved) write(key, { text: text.value(), seen: form.elements.seen.value });
      else remove(key);
    }, COPY_MS);
  };
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    remove(key);
  }
}

function remove(key) {
  try {
    localStorage.removeItem(key);
  } catch { /* there is none where nothing can be kept */ }
  return null;
}
