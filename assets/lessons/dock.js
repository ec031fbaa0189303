// The dock of a lesson: asks, waits for a guess, reveals, explains. What is asked and answered stays
// in the browser; going to another step or state is told to the server, which opens the page.

const guesses = new Map(); // by place: what the reader guessed, for when he comes back to a step

export default function ({ data, parentElement, setTriggerValue }) {
  const dock = (parentElement.dock ??= new Dock(parentElement));
  dock.go = (place) => setTriggerValue("go", place);
  dock.update(data);
  return () => dock.rest();
}

class Dock {
  constructor(parent) {
    this.root = make("section", { class: "lse-dock", "aria-label": "Lesson", hidden: true });
    parent.append(this.root);
    this.pressed = (event) => this.press(event);
    this.clicked = () => setTimeout(() => this.watch(), 0);
    document.addEventListener("keydown", this.pressed);
    document.addEventListener("click", this.clicked);
  }

  rest() {
    document.removeEventListener("keydown", this.pressed);
    document.removeEventListener("click", this.clicked);
    document.documentElement.classList.remove("lse-lesson");
    delete this.root.parentElement?.dock;
    this.root.remove();
  }

  update(data) {
    const before = this.data;
    this.data = data;
    document.documentElement.classList.toggle("lse-lesson", Boolean(data));
    this.root.hidden = !data;
    if (!data) return this.root.replaceChildren();
    if (data.fragment && before?.place !== data.place) this.point(data.fragment);
    if (JSON.stringify(before) !== JSON.stringify(data)) this.draw();
  }

  /** Brings what the browser keeps of a page to where the step wants it, once the page has come. */
  point(fragment) {
    this.aim(fragment);
    const { place } = this.data;
    const again = (left) => {
      if (this.data?.place !== place || !left) return;
      if (document.querySelector('[data-test-script-state="running"]')) setTimeout(() => again(left - 1), 200);
      else setTimeout(() => this.data?.place === place && this.aim(fragment), 300);
    };
    setTimeout(() => again(50), 200);
  }

  aim(fragment) {
    const wanted = [...new URLSearchParams(fragment)];
    const said = new URLSearchParams(window.location.hash.slice(1));
    if (wanted.every(([name, value]) => said.get(name) === value)) return;
    const url = new URL(window.location.href);
    url.hash = fragment;
    window.history.replaceState(window.history.state, "", url);
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  }

  get guess() {
    return guesses.get(this.data.reveal);
  }

  set guess(said) {
    guesses.set(this.data.reveal, said);
    this.draw();
  }

  draw() {
    const { data } = this;
    this.root.lang = data.language;
    this.root.dataset.place = data.place;
    this.root.classList.toggle("lse-seen", data.seen);
    this.root.replaceChildren(this.head(), data.seen ? this.shown() : this.asked(), this.buttons());
  }

  head() {
    const { data } = this;
    const dots = data.steps.map((title, at) => {
      const now = at + 1 === data.number;
      return make("li", { class: now ? "lse-now" : at + 1 < data.number ? "lse-done" : "", title });
    });
    return make(
      "header",
      {},
      make("p", { class: "lse-dock-lesson" }, data.lesson),
      make("h2", {}, data.title),
      make("ol", { class: "lse-dock-steps", "aria-label": `Step ${data.number} of ${data.steps.length}` }, ...dots),
      make("button", { class: "lse-dock-leave", type: "button", onclick: () => this.go("") }, "Leave the lesson"),
    );
  }

  asked() {
    const { data } = this;
    const box = make("div", { class: "lse-dock-body" }, make("p", { class: "lse-dock-ask" }, data.ask));
    if (data.kind === "choice") {
      const group = make("div", { class: "lse-dock-choices", role: "radiogroup", "aria-label": data.ask });
      for (const choice of data.choices) {
        const chosen = this.guess === choice;
        group.append(
          make(
            "button",
            { type: "button", role: "radio", "aria-checked": String(chosen), onclick: () => { this.guess = choice; } },
            choice,
          ),
        );
      }
      box.append(group);
    } else if (data.kind === "word") {
      const field = make("input", { type: "text", maxlength: "60", "aria-label": "Your guess", placeholder: "One word" });
      field.value = this.guess ?? "";
      field.addEventListener("input", () => guesses.set(data.reveal, field.value.trim()));
      field.addEventListener("keydown", (event) => { if (event.key === "Enter") this.reveal(); });
      field.addEventListener("input", () => this.root.querySelector(".lse-dock-go")?.toggleAttribute("disabled", !field.value.trim()));
      box.append(field);
    } else {
      box.append(
        make("p", { class: "lse-dock-clicked", role: "status" }, this.guess ? `You clicked ${this.guess}.` : "Click a word on the map."),
      );
    }
    return box;
  }

  shown() {
    const { data } = this;
    const said = this.guess;
    const right = said && data.answers.some((each) => each.trim().toLowerCase() === said.trim().toLowerCase());
    const body = make("div", { class: "lse-dock-body" });
    const verdict = make("p", { class: "lse-dock-says", role: "status" });
    if (said) {
      verdict.append(make("strong", { class: right ? "lse-right" : "lse-wrong-guess" }, right ? `${said}: right. ` : `You said ${said}. `));
    }
    verdict.append(data.says);
    body.append(verdict, make("p", {}, data.explain), make("p", { class: "lse-dock-alone" }, make("strong", {}, "Try: "), data.alone));
    if (!data.next) {
      const links = data.readOn.map(({ text, url }) => make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text));
      body.append(make("p", { class: "lse-dock-read" }, make("strong", {}, "Read on: "), ...links.flatMap((link, at) => (at ? [" · ", link] : [link]))));
    }
    return body;
  }

  buttons() {
    const { data } = this;
    const box = make("div", { class: "lse-dock-buttons" });
    if (data.away) {
      const title = "Back to the page and the settings of this step";
      box.append(make("button", { type: "button", title, onclick: () => this.go(data.place) }, "Show this step"));
    }
    if (!data.seen) {
      const waits = !this.guess;
      box.append(make("button", { type: "button", class: "lse-dock-go", disabled: waits, title: "Page down", onclick: () => this.reveal() }, waits ? "Guess first" : "Reveal"));
    } else if (data.next) {
      box.append(make("button", { type: "button", class: "lse-dock-go", title: "Page down", onclick: () => this.go(data.next) }, "Next"));
    } else {
      box.append(make("button", { type: "button", class: "lse-dock-go", title: "Page down", onclick: () => this.go("") }, "Finish"));
    }
    if (data.back) box.append(make("button", { type: "button", title: "Page up", onclick: () => this.go(data.back) }, "Back"));
    return box;
  }

  reveal() {
    if (this.guess) this.go(this.data.reveal);
  }

  /** A click on the map is the guess where that is asked for: the map keeps the word in the address. */
  watch() {
    if (this.data?.kind !== "click" || this.data.seen) return;
    const word = new URLSearchParams(window.location.hash.slice(1)).get("word");
    if (word && word !== this.guess) this.guess = word;
  }

  /** The keys of a presenter's remote. */
  press(event) {
    if (!this.data || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key !== "PageDown" && event.key !== "PageUp") return;
    event.preventDefault();
    if (event.key === "PageDown") this.root.querySelector(".lse-dock-go:not([disabled])")?.click();
    else if (this.data.back) this.go(this.data.back);
  }
}
