// Films that somebody chooses: each with a button that takes it away, and a field for one more.

/** The field for one more film: what is taken joins the others. */
class More extends Field {
  constructor(picker, id) {
    super(picker, id, "Films", { "aria-label": picker.label, maxlength: "200" });
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Backspace" && !this.input.value && picker.titles.length) picker.choose(picker.titles.slice(0, -1));
    });
  }

  take(title) {
    super.take("");
    this.owner.add(title);
  }
}

class Picker {
  constructor(root, data) {
    this.titles = [];
    this.turn = 0;
    this.label = data.label;
    this.more = new More(this, `lse-films-${data.key}`);
    this.chosen = make("span", { class: "lse-chosen", role: "list", "aria-label": data.label });
    this.box = make("div", { class: "lse-picker" }, this.chosen, this.more.root);
    this.box.addEventListener("click", (event) => event.target === this.box && this.more.input.focus());
    root.replaceChildren(make("p", { class: "lse-picker-label", "aria-hidden": "true" }, data.label), this.box);
  }

  /** What was chosen since is not taken back by an answer that speaks of before. */
  update(data, send) {
    Object.assign(this, { address: data.complete, send, most: data.most });
    if (this.asked && data.turn !== this.turn) return;
    // What is no film stands in the field again, to be mended.
    if (this.asked && data.left && !this.more.input.value) this.more.input.value = data.left;
    this.asked = false;
    this.turn = data.turn;
    const isSame = this.drawn && data.titles.join("\n") === this.titles.join("\n");
    this.titles = data.titles;
    if (!isSame) this.draw(); // what has the focus keeps it
  }

  draw() {
    this.drawn = true;
    this.chosen.replaceChildren(
      ...this.titles.map((title) => {
        const away = make("button", { type: "button", "aria-label": `Take ${title} away`, onclick: (event) => this.takeAway(title, event) }, "×");
        return make("span", { role: "listitem", class: "lse-film" }, make("span", { dir: "auto" }, title), away);
      }),
    );
    const isFull = this.titles.length >= this.most;
    this.more.input.disabled = isFull;
    this.more.input.placeholder = isFull ? `At most ${this.most}` : "Type a title";
  }

  choose(titles) {
    this.titles = titles;
    this.turn += 1;
    this.asked = true;
    this.draw();
    this.send({ titles, turn: this.turn });
  }

  /** Who does it by keys goes on in the field; a phone need not open its keyboard. */
  takeAway(title, event) {
    this.choose(this.titles.filter((each) => each !== title));
    if (!event.detail) this.more.input.focus();
  }

  add(title) {
    this.choose([...this.titles.filter((each) => each !== title), title]);
  }

  /** Enter: the server says what is meant, or that there is no such film. */
  ask() {
    const title = this.more.input.value.trim();
    this.more.close();
    this.more.input.value = "";
    if (title) this.add(title);
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("[data-picker]");
  root.picker ??= new Picker(root, data);
  root.picker.update(data, (said) => setTriggerValue("chosen", said));
}
