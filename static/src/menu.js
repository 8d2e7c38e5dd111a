// The menu of a phone: closed until it is asked for; without a script it simply stays open.
export function openMenu(page) {
  const button = page.querySelector(".menu-toggle");
  const nav = page.querySelector(".site-nav");
  if (!button || !nav) return;
  const show = (open) => {
    nav.classList.toggle("is-open", open);
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") !== "true"));
  page.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && nav.classList.contains("is-open")) { show(false); button.focus(); }
  });
  const contents = page.querySelector(".contents");
  if (contents && window.matchMedia("(max-width: 63.99em)").matches) contents.open = false;
}
