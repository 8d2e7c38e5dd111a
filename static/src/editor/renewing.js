// Put new HTML in place of old, touching only what differs: pictures, open notes and the place on the page stay.
export function renew(pane, html) {
  const fresh = document.createElement("div");
  fresh.innerHTML = html; // made safe by the server's sanitizer, as learners get it
  keepOpen(pane, fresh);
  renewChildren(pane, fresh);
}

function keepOpen(old, fresh) {
  const before = old.querySelectorAll("details");
  const after = fresh.querySelectorAll("details");
  if (before.length === after.length) after.forEach((one, number) => { one.open = before[number].open; });
}

function renewChildren(old, fresh) {
  const [before, after] = [[...old.childNodes], [...fresh.childNodes]];
  while (before.length && after.length && before[0].isEqualNode(after[0])) { before.shift(); after.shift(); }
  while (before.length && after.length && before.at(-1).isEqualNode(after.at(-1))) { before.pop(); after.pop(); }
  if (before.length === 1 && after.length === 1 && isSameShell(before[0], after[0])) return renewChildren(before[0], after[0]);
  const next = before.length ? before.at(-1).nextSibling : anchor(old, fresh, after);
  before.forEach((node) => node.remove());
  after.forEach((node) => old.insertBefore(node, next));
}

// Where nothing is taken away, the new nodes stand before as many last nodes as stand after them in the new HTML.
function anchor(old, fresh, after) {
  if (!after.length) return null;
  let behind = 0;
  for (let node = after.at(-1).nextSibling; node; node = node.nextSibling) behind += 1;
  return behind ? old.childNodes[old.childNodes.length - behind] : null;
}

const isSameShell = (one, other) => one.nodeType === 1 && one.cloneNode(false).isEqualNode(other.cloneNode(false));
