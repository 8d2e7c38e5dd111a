// What the checker says: at the lines of the text, and in a list whose lines lead there.
import { setDiagnostics } from "@codemirror/lint";

const QUIET_MS = 1500;

class Problems {
  constructor(page) {
    this.page = page;
    this.list = page.root.querySelector("[data-problems]");
    this.form = page.root.querySelector("template[data-problem]");
    this.fine = page.root.querySelector("template[data-fine]");
    this.voice = page.root.querySelector("[data-announce]");
    this.shown = [...this.list.querySelectorAll("[data-line]")].map(told);
    this.file = { text: null, problems: [] };
    this.course = { text: page.text.value(), problems: this.shown };
    this.only = [];
  }

  // The file by itself is checked with each preview; what only the whole course shows stays until the next save.
  ofFile(problems, text) {
    this.file = { text, problems };
    if (this.course.text === text) this.only = without(this.course.problems, problems);
    this.show([...problems, ...without(this.only, problems)]);
  }

  ofCourse(problems, text) {
    this.course = { text, problems };
    this.only = without(problems, this.file.problems);
    if (this.page.text.value() === text) this.show(problems);
  }

  show(problems) {
    this.shown = [...problems].sort((one, other) => one.line - other.line);
    this.mark();
    const items = this.shown.map((one) => this.item(one));
    const before = this.list.textContent;
    const fresh = document.createElement("ul");
    fresh.append(...(items.length ? items : [this.fine.content.cloneNode(true)]));
    if (fresh.textContent !== before) this.list.replaceChildren(...fresh.childNodes);
    this.say(items.length);
  }

  mark() {
    const { text } = this.page;
    const marks = this.shown.map((one) => {
      const { from, to } = text.line(one.line);
      return { from, to, severity: one.is_warning ? "warning" : "error", message: this.sentence(one) };
    });
    text.view.dispatch(setDiagnostics(text.view.state, marks));
  }

  sentence(one) {
    return one.is_warning ? `${this.page.words.hint}: ${one.message}` : one.message;
  }

  item(one) {
    const item = this.form.content.cloneNode(true).querySelector("li");
    const button = item.querySelector("button");
    button.textContent = button.textContent.replace("{line}", one.line);
    button.addEventListener("click", () => this.goTo(one));
    item.classList.toggle("is-wrong", !one.is_warning);
    if (!one.is_warning) item.querySelector("[data-hint]").remove();
    item.querySelector("[data-message]").textContent = one.message;
    item.querySelector("code").textContent = one.code;
    return item;
  }

  goTo(one) {
    const said = `${this.page.words.line.replace("{line}", one.line)}: ${this.sentence(one)}`;
    this.page.text.goTo(one.line, said);
  }

  // The first below the cursor, after the last the first of all.
  goToNext() {
    const { doc, selection } = this.page.text.view.state;
    const here = doc.lineAt(selection.main.head).number;
    const next = this.shown.find((one) => one.line > here) || this.shown[0];
    if (next) this.goTo(next);
    return true;
  }

  // Said when it has been quiet for a moment, and only when the number is another one.
  say(count) {
    const { words } = this.page;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const said = [words.fine, words.one_problem][count] || words.problems.replace("{count}", count);
      if (this.voice.textContent !== said) this.voice.textContent = said;
    }, QUIET_MS);
  }
}

// What the server wrote into the list for those without a script.
const told = (item) => ({
  line: Number(item.dataset.line),
  code: item.querySelector("code").textContent,
  message: item.querySelector("[data-message]").textContent,
  is_warning: !item.classList.contains("is-wrong"),
});

const without = (problems, others) =>
  problems.filter((one) => !others.some((other) => other.line === one.line && other.code === one.code));

export function listProblems(page) {
  const problems = new Problems(page);
  problems.show(problems.shown);
  page.text.bind([{ key: "F8", run: () => problems.goToNext() }]);
  const follow = () => {
    const match = /^#line-(\d+)$/.exec(location.hash);
    if (match) page.text.goTo(Number(match[1]));
  };
  addEventListener("hashchange", follow);
  follow();
  return problems;
}
