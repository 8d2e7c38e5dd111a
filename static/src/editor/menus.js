// Menus of the toolbar: Enter or the arrow down opens one, arrows or a letter move, Escape leads back to its button.
export function openMenus(bar) {
  for (const button of bar.querySelectorAll("[aria-haspopup=menu]")) openMenu(button, document.getElementById(button.getAttribute("aria-controls")));
}

function openMenu(button, menu) {
  const items = [...menu.querySelectorAll("[role=menuitem]")];
  const close = () => menu.matches(":popover-open") && menu.hidePopover();
  const open = (item) => {
    menu.showPopover();
    place(menu, button);
    item.focus();
  };
  button.addEventListener("click", () => open(items[0]));
  button.addEventListener("keydown", (event) => {
    if (!["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    open(event.key === "ArrowDown" ? items[0] : items.at(-1));
  });
  menu.addEventListener("toggle", (event) => {
    const isOpen = event.newState === "open";
    button.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen && menu.contains(document.activeElement)) button.focus();
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Tab") return close();
    const to = target(items, items.indexOf(event.target), event.key);
    if (!to) return;
    event.preventDefault();
    to.focus();
  });
  menu.addEventListener("click", close, true);
  addEventListener("scroll", close, { passive: true });
}

function target(items, here, key) {
  const count = items.length;
  const to = { ArrowDown: (here + 1) % count, ArrowUp: (here + count - 1) % count, Home: 0, End: count - 1 }[key];
  if (to !== undefined) return items[to];
  const starts = (item) => key.length === 1 && item.textContent.trim().toLowerCase().startsWith(key.toLowerCase());
  return [...items.slice(here + 1), ...items.slice(0, here + 1)].find(starts);
}

// Below its button, or above it where there is no room, and never beyond the edge of the window.
function place(menu, button) {
  const at = button.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const isBelow = at.bottom + height < innerHeight || at.top < height;
  menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  menu.style.top = `${isBelow ? Math.min(at.bottom + 2, Math.max(8, innerHeight - height - 8)) : at.top - height - 2}px`;
}
