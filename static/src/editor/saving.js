// Save as one writes, one request at a time, and say so; nothing that somebody else saved is overwritten.
import { isData, isSignedOut } from "./requests.js";

const TYPING_MS = 2000;
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 30000;

const asShown = (text) => text.replace(/\r\n?/g, "\n").replace(/^\ufeff/, "");

export class Saving {
  constructor(page) {
    this.page = page;
    this.status = page.root.querySelector("[data-status]");
    this.signIn = page.root.querySelector("[data-sign-in]");
    this.saved = document.querySelector("[data-errors]") ? null : page.text.value();
    this.wait = FIRST_WAIT_MS;
    this.isHeld = false;
    this.unknown = null;
  }

  get isUnsaved() {
    return this.page.text.value() !== this.saved;
  }

  say(text, isError = false) {
    this.status.textContent = text;
    this.status.classList.toggle("is-error", isError);
    this.signIn.hidden = text !== this.page.words.signed_out;
  }

  later(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), ms);
  }

  changed() {
    if (this.isHeld) return;
    this.say(this.isUnsaved ? this.page.words.unsaved : this.page.words.all_saved);
    this.later(TYPING_MS);
  }

  // Whoever asks for saving is told, also where there is nothing to save, or something to choose first.
  asked() {
    if (this.isHeld) return this.onHeld();
    if (!this.isUnsaved && !this.status.textContent) this.say(this.page.words.all_saved);
    return this.save();
  }

  // Save now, or after what is on its way; resolves when nothing is on its way any more.
  async save(options = {}) {
    clearTimeout(this.timer);
    while (this.running) await this.running;
    if (this.isHeld || !this.isUnsaved) return;
    this.running = this.attempt(this.page.text.value(), options).finally(() => { this.running = null; });
    await this.running;
  }

  async attempt(text, options) {
    const { words, form, send } = this.page;
    this.say(words.saving);
    let reply;
    let told;
    try {
      reply = await send(location.pathname, { text, seen: form.elements.seen.value }, options);
      told = isData(reply) ? await reply.json() : {};
    } catch {
      return this.tryAgain(text);
    }
    this.wait = FIRST_WAIT_MS;
    return this.read(reply, told, text);
  }

  tryAgain(text) {
    this.unknown = text;
    this.say(this.page.words.offline, true);
    this.later(this.wait);
    this.wait = Math.min(2 * this.wait, LONGEST_WAIT_MS);
  }

  read(reply, told, text) {
    const { words } = this.page;
    if (isSignedOut(reply)) return this.say(words.signed_out, true);
    if (reply.ok && told.revision) return this.keep(text, told);
    if (reply.status === 409) return this.hold({ ...told, theirs: asShown(told.theirs) });
    return this.say(told.error || words.failed, true);
  }

  keep(text, told) {
    this.saved = text;
    this.page.form.elements.seen.value = told.revision;
    this.page.problems.ofCourse(told.problems, text);
    this.page.copy();
    this.say(this.isUnsaved ? this.page.words.unsaved : `✓ ${told.said}`);
    if (this.isUnsaved) this.later(TYPING_MS);
  }

  // What stands there may be one's own text, whose answer was lost on the way.
  hold(told) {
    if (told.theirs === this.unknown) return this.release(told.revision, told.theirs, FIRST_WAIT_MS);
    this.isHeld = true;
    this.say(this.page.words.held, true);
    this.onConflict(told);
  }

  // Go on: what stands on the server is known now.
  release(revision, theirs, ms = 0) {
    this.isHeld = false;
    this.saved = theirs;
    this.page.copy();
    this.page.form.elements.seen.value = revision;
    this.say(this.isUnsaved ? this.page.words.unsaved : this.page.words.all_saved);
    this.later(ms);
  }
}
