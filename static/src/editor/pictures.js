// Pictures and videos: chosen, pasted or dropped; their words are asked for at once, then they are sent and shown.
import { fill, isVideo } from "./files.js";
import { upload } from "./requests.js";

class Pictures {
  constructor(page) {
    this.page = page;
    this.dialog = document.querySelector("dialog[data-picture]");
    this.form = this.dialog.querySelector("form");
    this.status = this.dialog.querySelector("[data-sending]");
    this.captions = this.dialog.querySelector("[data-captions]");
    this.send = this.dialog.querySelector("button[type=submit]");
    this.form.elements.file.addEventListener("change", () => this.chosen());
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.insert(); });
    this.dialog.querySelector("[data-close]").addEventListener("click", () => this.dialog.close());
    if (this.dialog.open) this.dialog.close();
    this.dialog.addEventListener("close", () => this.end());
  }

  // Closing stops what is on its way: nothing appears in the text afterwards.
  end() {
    if (this.sending) this.sending.abort();
    this.sending = null;
    this.send.removeAttribute("aria-disabled");
    this.status.textContent = "";
  }

  open(file = null) {
    this.form.reset();
    this.clear();
    this.chosen();
    this.dialog.showModal();
    if (file) fill(this.form.elements.file, file);
    this.form.elements[file ? "alt" : "file"].focus();
  }

  chosen() {
    const [file] = this.form.elements.file.files;
    this.captions.hidden = !(file && isVideo(file));
  }

  clear() {
    this.status.textContent = "";
    for (const name of ["file", "alt", "captions"]) this.refuse(name, "");
  }

  refuse(name, message) {
    const field = this.form.elements[name];
    const error = this.dialog.querySelector(`[data-error=${name}]`);
    error.textContent = message;
    error.hidden = !message;
    field.setAttribute("aria-invalid", String(Boolean(message)));
    field.classList.toggle("usa-input--error", Boolean(message));
    if (message) field.focus();
    return Boolean(message);
  }

  // The first field that lacks something has the focus and says so.
  isIncomplete() {
    const { file, alt, captions } = this.form.elements;
    const { words } = this.page;
    if (!file.files.length) return this.refuse("file", words.no_file);
    if (!alt.value.trim()) return this.refuse("alt", words.no_alt);
    if (isVideo(file.files[0]) && !captions.files.length) return this.refuse("captions", words.no_captions);
    return false;
  }

  async insert() {
    this.clear();
    if (this.sending || this.isIncomplete()) return;
    this.sending = new AbortController();
    this.send.setAttribute("aria-disabled", "true");
    try {
      const markdown = await this.keep();
      if (markdown) this.show(markdown);
    } catch {
      this.refuse("file", this.page.words.not_sent);
    }
    this.end();
  }

  async keep() {
    const { file, alt, captions } = this.form.elements;
    const told = await this.sent("file", { file: file.files[0], alt: alt.value.trim() });
    if (!told || !isVideo(file.files[0])) return told && told.markdown;
    const name = told.path.replace(/^media\//, "").replace(/\.\w+$/, ".vtt");
    const beside = await this.sent("captions", { file: new File([captions.files[0]], name, { type: "text/vtt" }), alt: "" });
    return beside && told.markdown;
  }

  async sent(name, fields) {
    const { root, form, words } = this.page;
    const onPercent = (percent) => {
      this.status.textContent = percent < 100 ? words.sending.replace("{percent}", percent) : words.checking;
    };
    const told = await upload(root.dataset.media, { ...fields, csrf_token: form.elements.csrf_token.value }, { onPercent, signal: this.sending.signal });
    return told.ok ? told : this.refuse(name, told.error || words.not_sent) && null;
  }

  show(markdown) {
    const { text } = this.page;
    this.dialog.close();
    const { main } = text.view.state.selection;
    const isInside = main.from > text.endOfSettings();
    text.insertBlock(markdown, isInside ? text.place() : text.endOfSettings());
  }
}

export function insertPictures(page) {
  const pictures = new Pictures(page);
  return (given) => pictures.open(given instanceof File ? given : null);
}
