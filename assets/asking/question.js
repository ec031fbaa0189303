// The question: three words and the one that is hoped for, or a formula, completed as one types.

const PARTS = ["a", "b", "c", "expect"];
const NAMES = { a: "A", b: "B", c: "C", expect: "Expected answer", formula: "Formula" };

/** The word around the caret of a formula: where it begins, and what of it is typed. */
export function wordAt(text, caret) {
  const before = text.slice(0, caret);
  const typed = before.match(/[^\s+*"=<>(){}\[\],;:]*$/u)[0];
  return { start: caret - typed.length, typed };
}

/** A field of the question; `whole` takes it for one word, else it is a formula of many. */
class Part extends Field {
  constructor(name, form, whole) {
    super(form, `lse-words-${name}`, "Words", {
      "aria-label": NAMES[name], maxlength: whole ? "80" : "2000", "data-part": name,
      placeholder: name === "expect" ? "?" : name === "formula" ? "king - man + woman" : "a word",
    });
    Object.assign(this, { name, whole });
    this.root.classList.add(`lse-field-${name}`);
    if (whole) this.input.addEventListener("focus", () => this.input.select());
  }

  get typed() {
    if (this.whole) return { start: 0, typed: this.input.value };
    return wordAt(this.input.value, this.input.selectionStart ?? this.input.value.length);
  }

  take(word) {
    const { start, typed } = this.typed;
    const text = this.input.value;
    // A word that a formula would read as a sum stands in quotes there.
    const written = this.whole || /^[\p{L}\p{N}'.]+(-+[\p{L}\p{N}'.]+)*$/u.test(word) && !/^[\d.]+$/.test(word) ? word : `"${word}"`;
    this.input.value = this.whole ? word : text.slice(0, start) + written + text.slice(start + typed.length);
    this.close();
    if (!this.whole) this.input.setSelectionRange(start + written.length, start + written.length);
  }
}

/** The form: its fields, a button, and what is wrong at which place of a formula. */
class Form {
  constructor(root, mode) {
    this.mode = mode;
    const parts = mode === "formula" ? ["formula"] : PARTS;
    this.fields = parts.map((name) => new Part(name, this, mode !== "formula"));
    const button = make("button", { type: "button", class: "lse-ask", onclick: () => this.ask() }, "Answer");
    const said = (text) => make("span", { class: "lse-between" }, text);
    const [a, b, c, expect] = this.fields.map((field) => field.root);
    const line = mode === "formula" ? [a] : [a, said("is to"), b, said("as"), c, said("is to"), expect];
    this.line = make("div", { class: "lse-question", "data-mode": mode, role: "group", "aria-label": "Your question" }, ...line, button);
    this.spot = make("p", { class: "lse-spot", role: "alert" });
    root.replaceChildren(this.line, this.spot);
  }

  update(data, ask) {
    this.address = data.complete;
    this.send = ask;
    for (const field of this.fields) {
      const value = data.question[field.name] ?? "";
      if (this.last?.[field.name] !== value) field.input.value = value;
      field.input.setAttribute("aria-invalid", String(data.wrong?.part === field.name || Boolean(data.wrong && field.name === "formula")));
    }
    this.last = data.question;
    this.spot.hidden = !data.wrong;
    if (data.wrong) this.point(data.wrong);
  }

  // The text with a mark under the place where it cannot be read on, and why.
  point({ text, column, problem }) {
    const letters = [...text]; // whole characters, as columns count them
    const part = (start, end) => letters.slice(start, end).join("");
    const from = Math.max(0, column - 31);
    const before = (from ? "…" : "") + part(from, column - 1);
    const mark = make("mark", {}, part(column - 1, column) || "\u00a0");
    const shown = make("code", {}, before, mark, part(column, column + 30));
    this.spot.replaceChildren(...(column ? [shown, " "] : []), problem);
  }

  ask() {
    const said = Object.fromEntries(this.fields.map((field) => [field.name, field.input.value.trim()]));
    this.fields.forEach((field) => field.close());
    this.send(said);
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("[data-question]");
  if (root.form?.mode !== data.mode) root.form = new Form(root, data.mode);
  root.form.update(data, (said) => setTriggerValue("asked", said));
}
