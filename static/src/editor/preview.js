// What learners see, drawn by the server with the code that shows it to learners, a moment after each change.
import { isData, isSignedOut } from "./requests.js";
import { renew } from "./renewing.js";

const TYPING_MS = 400;
const PRESENT_MS = 60000; // the server forgets after 90 s who has a file open

export function showAsTyped(page) {
  const { root, text, words, send } = page;
  const pane = root.querySelector("[data-shown]");
  const status = root.querySelector("[data-preview-status]");
  let asking = null;
  let timer;

  const ask = async () => {
    clearTimeout(timer);
    if (asking) asking.abort();
    const current = new AbortController();
    asking = current;
    pane.setAttribute("aria-busy", "true");
    status.textContent = words.drawing;
    try {
      const asked = text.value();
      const reply = await send(root.dataset.preview, { text: asked }, { signal: current.signal });
      if (!reply.ok || !isData(reply)) throw new Error(isSignedOut(reply) ? words.signed_out : words.not_drawn);
      show(await reply.json(), asked);
      status.textContent = "";
    } catch (error) {
      if (error.name !== "AbortError") status.textContent = error instanceof TypeError ? words.not_drawn : error.message;
    }
    if (asking === current) pane.removeAttribute("aria-busy");
  };

  const show = (told, asked) => {
    renew(pane, told.html);
    page.problems.ofFile(told.problems, asked);
    tellOthers(told.others);
  };

  followText(text.view.scrollDOM, pane);
  pane.addEventListener("click", openElsewhere);
  setInterval(() => document.visibilityState === "visible" && ask(), PRESENT_MS);
  ask();
  return { changed: () => { clearTimeout(timer); timer = setTimeout(ask, TYPING_MS); } };
}

function tellOthers(names) {
  const box = document.querySelector("[data-others]");
  box.hidden = names.length === 0;
  const said = names.join(", ");
  const place = box.querySelector("[data-names]");
  if (place.textContent !== said) place.textContent = said;
}

// The preview stands where the text stands, by share: the same share of both is above.
function followText(from, to) {
  from.addEventListener("scroll", () => {
    const [room, all] = [to.scrollHeight - to.clientHeight, from.scrollHeight - from.clientHeight];
    if (room > 0 && all > 0) to.scrollTop = (room * from.scrollTop) / all;
  });
}

// A link of the lesson must not take the writer away from the text.
function openElsewhere(event) {
  const link = event.target.closest("a[href]");
  if (!link || link.getAttribute("href").startsWith("#")) return;
  event.preventDefault();
  open(link.href, "_blank", "noopener");
}
