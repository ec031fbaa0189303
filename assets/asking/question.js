// The question: three words and the one that is hoped for, or a formula, with completion as one
// types. What completes a word is asked of the server by itself: a keystroke runs no page.

const PARTS = ["a", "b", "c", "expect"];
const NAMES = { a: "A", b: "B", c: "C", expect: "Expected answer", formula: "Formula" };
const known = new Map(); // what was asked for -> words; small, and the same for everybody

async function complete(address, typed) {
  const url = `${address}&q=${encodeURIComponent(typed)}`;
  if (!known.has(url)) {
    if (known.size > 500) known.clear();
    const answer = await fetch(url);
    known.set(url, answer.ok ? (await answer.json()).words : []);
  }
  return known.get(url);
}

/** The word around the caret of a formula: where it begins, and what of it is typed. */
export function wordAt(text, caret) {
  const before = text.slice(0, caret);
  const typed = before.match(/[^\s+*"=<>(){}\[\],;:]*$/u)[0];
  return { start: caret - typed.length, typed };
}

/** One field with its list of words. `whole` takes the field for one word. */
class Field {
  constructor(name, form, whole) {
    Object.assign(this, { name, form, whole, found: [], at: -1, turn: 0 });
    const id = `lse-words-${name}`;
    this.list = make("ul", { id, role: "listbox", class: "lse-found", "aria-label": "Words" });
    this.list.hidden = true;
    this.input = make("input", {
      type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", autocapitalize: "off",
      "aria-label": NAMES[name], "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list",
      maxlength: whole ? "80" : "2000", "data-part": name,
      placeholder: name === "expect" ? "?" : name === "formula" ? "king - man + woman" : "a word",
    });
    this.root = make("span", { class: `lse-field lse-field-${name}` }, this.input, this.list);
    this.input.addEventListener("input", () => this.look());
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("keydown", (event) => this.key(event));
    if (whole) this.input.addEventListener("focus", () => this.input.select());
  }

  get typed() {
    if (this.whole) return { start: 0, typed: this.input.value };
    return wordAt(this.input.value, this.input.selectionStart ?? this.input.value.length);
  }

  async look() {
    const turn = ++this.turn;
    const { typed } = this.typed;
    const wanted = typed.trim().toLowerCase();
    const found = wanted && wanted !== "?" ? await complete(this.form.address, wanted).catch(() => []) : [];
    if (turn !== this.turn) return;
    this.found = found;
    this.at = -1;
    if (!found.length || (found.length === 1 && found[0] === wanted)) return this.close();
    this.list.replaceChildren(
      ...found.map((word, i) =>
        make("li", { id: `${this.list.id}-${i}`, role: "option", "aria-selected": "false",
          onpointerdown: (event) => { event.preventDefault(); this.take(word); } }, word),
      ),
    );
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
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

  close() {
    this.turn++;
    this.list.hidden = true;
    this.at = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    const open = !this.list.hidden;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && open) {
      const n = this.found.length;
      this.at = this.at < 0 ? (step > 0 ? 0 : n - 1) : (this.at + step + n) % n;
      [...this.list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === this.at)));
      this.input.setAttribute("aria-activedescendant", `${this.list.id}-${this.at}`);
      this.list.children[this.at].scrollIntoView({ block: "nearest" });
      event.preventDefault();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (open && this.at >= 0) this.take(this.found[this.at]);
      else this.form.ask();
    } else if (event.key === "Tab" && open && this.at >= 0) {
      this.take(this.found[this.at]); // and on to the next field
    } else if (event.key === "Escape" && open) {
      this.close();
      event.stopPropagation();
    }
  }
}

/** The form: its fields, a button, and what is wrong at which place of a formula. */
class Form {
  constructor(root, mode) {
    this.mode = mode;
    const parts = mode === "formula" ? ["formula"] : PARTS;
    this.fields = parts.map((name) => new Field(name, this, mode !== "formula"));
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
