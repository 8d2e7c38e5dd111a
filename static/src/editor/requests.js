// Requests of the editor: each carries the form's token, which is renewed when its session has ended meanwhile.
const MARK = { "X-Saved-As-Typed": "1" };
export const isData = (reply) => (reply.headers.get("Content-Type") || "").includes("json");
export const isSignedOut = (reply) => reply.type === "opaqueredirect";

export function sender(form) {
  const token = form.elements.csrf_token;
  const once = (url, fields, options) => {
    const body = new URLSearchParams({ ...fields, csrf_token: token.value });
    return fetch(url, { method: "POST", body, headers: MARK, redirect: "manual", ...options });
  };
  return async (url, fields, options = {}) => {
    const reply = await once(url, fields, options);
    if (reply.status !== 422 || isData(reply) || !(await renew(token))) return reply;
    return once(url, fields, options);
  };
}

// Who signed in again in another window has another token there: it stands in this page as it is now.
async function renew(token) {
  const reply = await fetch(location.pathname, { redirect: "manual" });
  if (!reply.ok) return false;
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  const fresh = page.querySelector("[data-editor] input[name=csrf_token]");
  if (!fresh || fresh.value === token.value) return false;
  token.value = fresh.value;
  return true;
}

// A file is sent by XMLHttpRequest, which alone tells how much of it has left.
export function upload(url, fields, { onPercent, signal }) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    for (const [name, value] of Object.entries(MARK)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => onPercent(Math.round((100 * event.loaded) / event.total));
    request.onerror = failed;
    signal.addEventListener("abort", () => request.abort());
    request.onload = () => done({ ok: request.status === 200, ...told(request.responseText) });
    request.send(body);
  });
}

function told(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { ok: false };
  }
}
