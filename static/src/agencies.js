// Offer agencies while their name is typed, in the field's own list of suggestions.
const WAIT_MS = 200;

export function searchAgencies(page) {
  const field = page.querySelector("input[data-agencies]");
  if (!field) return;
  const list = page.getElementById(field.getAttribute("list"));
  let timer = 0;
  let asked = "";
  const ask = async () => {
    const words = field.value.trim();
    if (words.length < 2 || words === asked) return;
    asked = words;
    const reply = await fetch(`${field.dataset.agencies}?q=${encodeURIComponent(words)}`);
    if (!reply.ok) return;
    const found = await reply.json();
    list.replaceChildren(...found.map((agency) => {
      const option = page.createElement("option");
      option.value = agency.name;
      option.label = agency.state;
      return option;
    }));
  };
  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, WAIT_MS); });
}
