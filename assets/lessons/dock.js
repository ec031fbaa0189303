// The dock of a lesson: asks, waits for a guess, reveals, explains. What is asked and answered stays
// in the browser; going to another step or state is told to the server, which opens the page. In a
// class who steers goes ahead, and everybody else's dock follows (see class.js).

const guesses = new Map(); // by step: what the reader guessed, for when he comes back to it

// Streamlit makes the dock anew on every page; the connection to the class outlasts it, and so does
// what the class was told: `line`, `told`, `leads` and `shown`; and of who follows it where the class
// was last (`where`), the page that he went along to (`target`) and came from, and since when he is on
// his way (`arriving`, 0 where he is not).
const kept = {};
const forget = (line) => Object.assign(kept, { line, told: null, leads: false, shown: null, where: null, target: null, from: "", arriving: 0 });
forget(null);

const AGAIN = 3000; // milliseconds between two wishes to go to where the class is
const TRIES = 5;
const ON_THE_WAY = 20000; // milliseconds after which somebody who has not arrived is elsewhere

export default function ({ data, parentElement, setTriggerValue }) {
  const dock = (parentElement.dock ??= new Dock(parentElement));
  dock.tell = (place) => setTriggerValue("go", place);
  dock.update(data);
  return () => dock.rest();
}

/** How Streamlit's own connection is, and whether a page is being made. */
function streamlit() {
  const said = document.querySelector(".stApp")?.dataset ?? {};
  const { testConnectionState: connection = "CONNECTED", testScriptState: script = "notRunning" } = said;
  return { connected: connection === "CONNECTED", idle: script === "notRunning" };
}

class Dock {
  constructor(parent) {
    this.parent = parent;
    this.root = make("section", { class: "lse-dock", "aria-label": "Lesson", hidden: true });
    parent.append(this.root);
    this.pressed = (event) => this.press(event);
    // The map writes the word into the address a moment after it was clicked or found.
    this.clicked = (event) => {
      if (event.type === "keydown" && event.key !== "Enter") return;
      const before = this.word;
      for (const moment of [100, 400, 900]) setTimeout(() => this.watch(before), moment);
    };
    document.addEventListener("keydown", this.pressed);
    for (const kind of ["pointerup", "keydown"]) document.addEventListener(kind, this.clicked, true);
  }

  get line() {
    return kept.line;
  }

  /** Has the server open a place. What is wished while the connection goes is wished again. */
  go(place, tries = 0) {
    clearTimeout(this.waits);
    const { connected, idle } = streamlit();
    if (connected && idle && tries && this.isThere(place)) return;
    if (connected && (idle || !tries)) this.tell(place);
    if (tries < TRIES) this.waits = setTimeout(() => this.go(place, tries + connected), connected ? AGAIN : 300);
  }

  isThere(place) {
    if (place === "leave") return !this.data?.class;
    return place === "class" || (this.data?.place ?? "") === place;
  }

  rest() {
    document.removeEventListener("keydown", this.pressed);
    for (const kind of ["pointerup", "keydown"]) document.removeEventListener(kind, this.clicked, true);
    document.documentElement.classList.remove("lse-lesson");
    clearInterval(this.looking);
    clearTimeout(this.wishing);
    clearTimeout(this.waits);
    this.lights?.forEach(clearTimeout);
    this.large?.remove();
    const line = kept.line;
    if (line?.dock === this) {
      line.dock = null;
      setTimeout(() => { if (!line.dock) { line.close(); if (kept.line === line) kept.line = null; } }, 3000);
    }
    delete this.parent.dock;
    this.root.remove();
  }

  update(data) {
    const before = this.data;
    this.data = data;
    document.documentElement.classList.toggle("lse-lesson", Boolean(data));
    this.root.hidden = !data;
    this.connect(data?.class);
    if (!data) return this.root.replaceChildren();
    if (this.follows) this.follow();
    else if (data.fragment && before?.place !== data.place) this.point(data.fragment);
    if (JSON.stringify(before) !== JSON.stringify(this.data)) this.draw();
    if (data.class) this.light();
    this.tellClass();
  }

  // -------------------------------------------------------------------------------- the class

  get steers() {
    return Boolean(this.data?.class?.steers);
  }

  get follows() {
    return Boolean(this.data?.class) && !this.data.class.steers;
  }

  connect(of) {
    if (kept.line?.code !== of?.code) {
      kept.line?.close();
      forget(of ? new ClassLine(of) : null);
    }
    if (kept.line && kept.line.dock !== this) {
      kept.line.dock = this;
      if (kept.line.now) setTimeout(() => this.hear(), 0);
    }
    if (of?.steers) this.looking ??= setInterval(() => this.show(), 700);
  }

  /** Goes where the class has gone, unless the reader has wandered off; what was said last holds. */
  follow() {
    const { now } = this.line ?? {};
    if (now?.version > this.data.class.version) this.take(now);
    const { place, seen, shown } = this.data.class;
    const where = JSON.stringify([place, seen, shown]);
    if (kept.where === where) return void this.arrive();
    const isFirst = kept.where === null;
    const along = !this.wandered;
    kept.where = where;
    this.keepPlace();
    if (!along) return;
    kept.target = this.target;
    if (isFirst || !this.isAway) this.aimAt();
    else this.goAlong();
  }

  /** A page has come: where it is the one that the class is at, it is brought to where the step wants it. */
  arrive() {
    if (!kept.arriving || this.isAway) return;
    kept.arriving = 0;
    this.aimAt();
  }

  aimAt() {
    const { fragment } = kept.target ?? {};
    if (fragment && !this.isAway) this.point(fragment);
  }

  goAlong() {
    kept.target = this.target;
    kept.arriving = Date.now();
    kept.from = this.path;
    this.go("class");
    clearTimeout(this.wishing);
    this.wishing = setTimeout(() => this.askAgain(), AGAIN);
  }

  /** What was asked as the connection went has been heard by nobody. */
  askAgain() {
    if (!kept.arriving || !this.isAway || this.wandered || kept.line?.dock !== this) return;
    const { connected, idle } = streamlit();
    if (!connected) kept.arriving = Date.now();
    else if (idle) this.go("class");
    this.wishing = setTimeout(() => this.askAgain(), AGAIN);
  }

  /** What the class says: who follows goes along, unless he has wandered off. */
  hear() {
    const { now } = this.line ?? {};
    if (!this.data?.class) return;
    if (now?.ended) {
      if (this.follows || this.steers) this.go("leave");
      return;
    }
    if (now && this.follows) {
      this.follow();
      // After a reset the server knows of no answer: then there is none here either.
      if (this.data.step === now.place) {
        const said = this.line.pending(this.data.step) ?? now.answered;
        said ? guesses.set(this.data.step, said) : guesses.delete(this.data.step);
      }
    }
    this.light();
    this.draw();
  }

  /** Shows the step that the class is at, at once; the page beneath is another matter. */
  take(now) {
    const of = { ...this.data.class, place: now.place, seen: now.seen, shown: now.address, version: now.version };
    this.data = { ...now.step, class: of };
  }

  /** What the address says, so that a reload finds the step. */
  keepPlace() {
    const url = new URL(window.location.href);
    if (this.data.place) url.searchParams.set("lesson", this.data.place);
    else url.searchParams.delete("lesson");
    window.history.replaceState(window.history.state, "", url);
  }

  /** The page that the class is shown. */
  get target() {
    const { data } = this;
    if (data?.class?.shown) {
      const url = new URL(data.class.shown, window.location.origin);
      return { path: url.pathname.replace(/^\/+|\/+$/g, ""), query: Object.fromEntries(url.searchParams), fragment: url.hash.slice(1) };
    }
    return data?.place ? data : null;
  }

  /** Whether this is another page than the one that the reader went along to, or has other settings. */
  get isAway() {
    if (!kept.target) return false;
    const { searchParams } = new URL(window.location.href);
    const differs = ([name, value]) => searchParams.get(name) !== value;
    return this.path !== kept.target.path || Object.entries(kept.target.query).some(differs);
  }

  /** The page that is looked at, as the address names it. */
  get path() {
    return window.location.pathname.slice((this.data.class?.base ?? "").length).replace(/^\/+|\/+$/g, "");
  }

  /** Whether the reader looks at another page of his own accord: on his way he has gone to a third one. */
  get wandered() {
    if (!this.isAway) return false;
    return ![kept.from, kept.target.path].includes(this.path) || Date.now() - kept.arriving > ON_THE_WAY;
  }

  /** Tells the class where who steers it has gone, and the server whether who follows is there. */
  tellClass() {
    const { data } = this;
    if (!data?.class || !this.line) return;
    if (this.steers) {
      const said = JSON.stringify([data.step ?? "", Boolean(data.seen)]);
      // Who comes back to a class changes nothing by that.
      kept.told ??= JSON.stringify([data.class.place, data.class.seen]);
      if (kept.told === said) return;
      kept.told = said;
      this.steer({ place: data.step ?? "", seen: Boolean(data.seen), locked: false, address: "" });
    } else {
      const away = this.wandered;
      if (kept.told === away) return;
      kept.told = away;
      this.line.post("where", { away }).catch(() => { kept.told = null; });
    }
  }

  steer(changes) {
    this.problem = "";
    this.line.steer(changes);
  }

  /** The class did not take something: what the server knows is what holds. */
  refused({ what, body }, message) {
    if (what === "answer") {
      const before = this.line.now?.place === body.place && this.line.now.answered;
      before ? guesses.set(body.place, before) : guesses.delete(body.place);
    }
    this.said(message);
  }

  /** Shows the class the page that who steers looks at, while he wants that. */
  show() {
    if (!kept.leads || !this.line) return;
    const url = new URL(window.location.href);
    for (const name of ["class", "lesson"]) url.searchParams.delete(name);
    const path = url.pathname.slice(this.data.class.base.length) || "/";
    const address = (path + url.search + url.hash).slice(0, 4000);
    if (address === kept.shown) return;
    kept.shown = address;
    this.steer({ address });
  }

  said(problem) {
    this.problem = problem;
    this.draw();
  }

  /** Shows the clicks of a class, once the map has come and has been brought to where the step wants it. */
  light() {
    const show = () => {
      const { now } = this.line ?? {};
      const shows = now && this.data?.class && (this.steers || now.seen);
      if (shows && this.data.kind === "click" && this.data.step === now.place) this.cloud(now.counts);
    };
    this.lights?.forEach(clearTimeout);
    this.lights = this.data?.kind === "click" ? [0, 600, 1500, 3000, 6000].map((moment) => setTimeout(show, moment)) : [];
  }

  /** The clicks of a class, as words that are lit on the map. */
  cloud(counts) {
    const maps = document.querySelector(".lm-root")?.linkedMaps;
    if (!maps?.vocabulary || !counts) return;
    const words = Object.keys(counts).map((word) => maps.vocabulary.indexOf(word)).filter((at) => at >= 0);
    if (words.join() !== maps.state.lit.join()) maps.state.set({ selection: new Set(words), lit: words });
  }

  // ---------------------------------------------------------------------------------- the step

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
    return guesses.get(this.data.step);
  }

  set guess(said) {
    if (this.follows) {
      if (this.line.now?.locked) return;
      this.problem = "";
      guesses.set(this.data.step, said);
      this.line.answer(this.data.step, said);
    }
    guesses.set(this.data.step, said);
    this.draw();
  }

  draw() {
    const { data } = this;
    if (!data) return;
    const typing = document.activeElement?.closest?.(".lse-dock input");
    const state = typing ? [typing.value, typing.selectionStart] : null;
    this.root.lang = data.language ?? "en";
    this.root.dataset.place = data.place ?? "";
    const body = !data.place ? this.waiting() : data.seen ? this.revealed() : this.asking();
    if (this.problem) body.append(make("p", { class: "lse-dock-problem", role: "alert" }, this.problem));
    this.root.replaceChildren(this.head(), body, this.buttons());
    const field = state && this.root.querySelector("input");
    if (field) {
      field.value = state[0];
      field.focus();
      field.setSelectionRange(state[1], state[1]);
    }
  }

  head() {
    const { data } = this;
    const parts = [];
    if (data.place) {
      const dots = data.steps.map((title, at) => {
        const now = at + 1 === data.number;
        return make("li", { class: now ? "lse-now" : at + 1 < data.number ? "lse-done" : "", title });
      });
      const label = `Step ${data.number} of ${data.steps.length}`;
      parts.push(
        make("p", { class: "lse-dock-lesson" }, data.lesson),
        make("h2", {}, data.title),
        make("ol", { class: "lse-dock-steps", "aria-label": label }, ...dots),
      );
    }
    if (data.class) {
      const code = `Class ${data.class.code}`;
      const name = this.steers
        ? make("button", { class: "lse-dock-code", type: "button", title: "Show the code large", onclick: () => this.enlarge() }, code)
        : make("p", { class: "lse-dock-lesson" }, code);
      parts.push(name, ...this.people());
    }
    const leave = data.class && !(this.steers && data.place) ? ["leave", "Leave the class"] : ["", "Leave the lesson"];
    parts.push(make("button", { class: "lse-dock-leave", type: "button", onclick: () => this.go(leave[0]) }, leave[1]));
    return make("header", {}, ...parts);
  }

  people() {
    if (this.line?.lost) return [make("p", { class: "lse-dock-people", role: "status" }, "Connection lost. Trying again …")];
    const numbers = this.line?.now?.numbers;
    if (!numbers) return [];
    const { here, away, answered } = numbers;
    const said = [`${here + away} in the class`];
    if (away) said.push(`${away} elsewhere`);
    if (this.data.place) said.push(`${answered} answered`);
    return [make("p", { class: "lse-dock-people", role: "status" }, said.join(" · "))];
  }

  waiting() {
    const says = this.steers
      ? "Choose a lesson under Lessons, or show the class the page that you look at. Students join with the code; press it to show it large."
      : this.data.class?.shown ? "You see what the class is shown." : "You are in. The class begins in a moment.";
    return make("div", { class: "lse-dock-body" }, make("p", { class: "lse-dock-ask" }, says));
  }

  asking() {
    const { data } = this;
    const locked = Boolean(this.follows && this.line?.now?.locked);
    const box = make("div", { class: "lse-dock-body" }, make("p", { class: "lse-dock-ask" }, data.ask));
    if (this.steers) box.append(bars(this.line?.now?.counts ?? {}, data, false));
    else if (data.kind === "choice") {
      const group = make("div", { class: "lse-dock-choices", role: "radiogroup", "aria-label": data.ask });
      for (const choice of data.choices) {
        const chosen = String(this.guess === choice);
        const take = () => { this.guess = choice; };
        group.append(make("button", { type: "button", role: "radio", "aria-checked": chosen, disabled: locked, onclick: take }, choice));
      }
      box.append(group);
    } else if (data.kind === "word") box.append(this.field(locked));
    else box.append(make("p", { class: "lse-dock-clicked", role: "status" }, this.guess ? `You clicked ${this.guess}.` : "Click a word on the map."));
    if (this.follows) {
      const said = locked ? "No more answers are taken." : this.sent();
      box.append(make("p", { class: "lse-dock-sent", role: "status" }, said));
    }
    return box;
  }

  sent() {
    if (!this.guess) return "";
    if (!this.line?.pending(this.data.step)) return "Sent. You may change it until the answers are shown.";
    return this.line.failed ? "Not sent yet. It goes by itself as soon as the class can be reached." : "Sending …";
  }

  field(locked) {
    const field = make("input", { type: "text", maxlength: "60", "aria-label": "Your guess", placeholder: "One word", disabled: locked });
    field.value = this.guess ?? "";
    if (this.follows) {
      const send = () => { if (field.value.trim() && field.value.trim() !== this.guess) this.guess = field.value.trim(); };
      field.addEventListener("keydown", (event) => { if (event.key === "Enter") send(); });
      const button = make("button", { type: "button", disabled: locked, onclick: send }, "Send");
      return make("div", { class: "lse-dock-choices" }, field, button);
    }
    field.addEventListener("input", () => {
      guesses.set(this.data.step, field.value.trim());
      this.root.querySelector(".lse-dock-go")?.toggleAttribute("disabled", !field.value.trim());
    });
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") this.reveal(); });
    return field;
  }

  revealed() {
    const { data } = this;
    const said = this.steers ? null : this.guess;
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
    const counts = this.line?.now?.counts;
    if (!data.class || !counts) return body;
    return make("div", { class: "lse-dock-both" }, body, bars(counts, data, true));
  }

  buttons() {
    const { data } = this;
    const box = make("div", { class: "lse-dock-buttons" });
    const button = (text, onclick, title = "", kind = "", disabled = false) =>
      box.append(make("button", { type: "button", class: kind, title, disabled, onclick }, text));
    if (this.follows) {
      if (this.wandered) button("Back to the class", () => this.goAlong(), "To where everybody is", "lse-dock-go");
      return box;
    }
    if (data.away) button("Show this step", () => this.go(data.place), "Back to the page and the settings of this step");
    if (data.place && !data.seen) {
      const waits = !this.steers && !this.guess;
      button(waits ? "Guess first" : "Reveal", () => this.reveal(), "Page down", "lse-dock-go", waits);
    } else if (data.next) button("Next", () => this.go(data.next), "Page down", "lse-dock-go");
    else if (data.place) button("Finish", () => this.go(""), "Page down", "lse-dock-go");
    if (data.back) button("Back", () => this.go(data.back), "Page up");
    if (this.steers) box.append(this.tools());
    return box;
  }

  tools() {
    const { data } = this;
    const now = this.line?.now;
    const box = make("div", { class: "lse-dock-tools" });
    const tool = (text, onclick, title) => box.append(make("button", { type: "button", title, onclick }, text));
    tool(kept.leads ? "Stop showing my page" : "Show my page", () => this.lead(!kept.leads), "Students see the page that you look at");
    if (data.place && !data.seen) {
      tool(now?.locked ? "Unlock" : "Lock", () => this.steer({ locked: !now?.locked }), "Whether answers are taken");
    }
    if (data.place) tool("Reset", () => this.line.post("reset").then(() => this.go(data.step), (problem) => this.said(problem.message)), "Forget the answers to this step, and ask again");
    box.append(make("a", { href: `${data.class.address}/answers.csv`, download: "" }, "Answers (CSV)"));
    return box;
  }

  lead(on) {
    kept.leads = on;
    kept.shown = null;
    if (on) this.show();
    else this.steer({ address: "" });
    this.draw();
  }

  reveal() {
    if (this.guess || this.steers) this.go(this.data.reveal);
  }

  /** The code, large enough for the last row, with what a telephone reads. */
  enlarge() {
    const of = this.data.class;
    const join = `${window.location.origin}${of.base}/?class=${of.code}`;
    const close = () => { this.large?.remove(); this.large = null; };
    const parts = [
      make("p", { class: "lse-large-how" }, "Join the class: open this address, or type the code under Lessons"),
      make("p", { class: "lse-large-address" }, join),
      make("p", { class: "lse-large-code" }, of.code),
      make("img", { src: `${of.address}/qr.svg`, alt: `QR code of ${join}` }),
    ];
    if (of.teach) {
      const link = make("code", {}, window.location.origin + of.teach);
      parts.push(make("details", {}, make("summary", {}, "Your own link, to steer from another browser"), make("p", {}, "Keep it to yourself: who has it steers the class. "), link));
    }
    const closing = make("button", { type: "button", class: "lse-large-close", onclick: close }, "Close");
    this.large?.remove();
    this.large = make("div", { class: "lse-large", role: "dialog", "aria-label": "The code of the class" }, closing, ...parts);
    this.large.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
    (document.querySelector(".stApp") ?? document.body).append(this.large);
    closing.focus();
  }

  /** A click on the map is the guess where that is asked for: the map keeps the word in the address. */
  watch(before) {
    if (this.data?.kind !== "click" || this.data.seen || this.steers) return;
    const { word } = this;
    if (word && word !== before && word !== this.guess) this.guess = word;
  }

  get word() {
    return new URLSearchParams(window.location.hash.slice(1)).get("word");
  }

  /** The keys of a presenter's remote. */
  press(event) {
    if (!this.data || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key !== "PageDown" && event.key !== "PageUp") return;
    event.preventDefault();
    if (event.key === "PageDown") this.root.querySelector(".lse-dock-go:not([disabled])")?.click();
    else if (this.data.back && !this.follows) this.go(this.data.back);
  }
}
