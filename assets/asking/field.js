// A field that is completed as one types: a combobox with its list. What completes the text is
// asked of the server by itself: a keystroke runs no page.

const completed = new Map(); // what was asked for -> words; small, and the same for everybody

async function complete(address, typed) {
  const url = `${address}&q=${encodeURIComponent(typed)}`;
  if (!completed.has(url)) {
    if (completed.size > 500) completed.clear();
    const answer = await fetch(url);
    completed.set(url, answer.ok ? (await answer.json()).words : []);
  }
  return completed.get(url);
}

/**
 * One field with its list. `owner` has the `address` that completes, and is told by `ask` that
 * Enter was pressed. What is called `typed` may be a part of the text; by default it is the whole.
 */
class Field {
  constructor(owner, id, listed, attributes) {
    Object.assign(this, { owner, found: [], at: -1, turn: 0 });
    this.list = make("ul", { id, role: "listbox", class: "lse-found", "aria-label": listed });
    this.list.hidden = true;
    this.input = make("input", {
      type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", autocapitalize: "off",
      "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list", ...attributes,
    });
    this.root = make("span", { class: "lse-field" }, this.input, this.list);
    this.input.addEventListener("input", () => this.look());
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("keydown", (event) => this.key(event));
  }

  get typed() {
    return { start: 0, typed: this.input.value };
  }

  async look() {
    const turn = ++this.turn;
    const wanted = this.typed.typed.trim().toLowerCase();
    const found = wanted && wanted !== "?" ? await complete(this.owner.address, wanted).catch(() => []) : [];
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
    this.input.value = word;
    this.close();
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
      else this.owner.ask();
    } else if (event.key === "Tab" && open && this.at >= 0) {
      this.take(this.found[this.at]); // and on to the next field
    } else if (event.key === "Escape" && open) {
      this.close();
      event.stopPropagation();
    }
  }
}
