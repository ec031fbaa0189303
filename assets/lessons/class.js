// One open connection to the class: it tells where everybody is, and of the answers what may be known.
// What goes to the class waits until it has been taken: over a lost connection, and answers over a
// reload too.

const LONGEST_PAUSE = 8000; // milliseconds between two tries
const PATIENCE = 20000; // milliseconds that one try may take

class ClassLine {
  constructor(data) {
    this.code = data.code;
    this.address = data.address;
    this.dock = null; // who hears what is said
    this.now = null;
    this.lost = false;
    this.failed = 0; // tries in a row
    this.waiting = new Map(Object.entries(this.kept()).map(([place, answer]) => [`answer ${place}`, { what: "answer", body: { place, answer } }]));
    this.open();
  }

  open() {
    this.source = new EventSource(`${this.address}/events`);
    this.source.addEventListener("message", (event) => {
      this.lost = false;
      this.tries = 0;
      this.now = JSON.parse(event.data);
      if (this.now.ended) this.source.close();
      else if (this.waiting.size) this.push();
      this.dock?.hear();
    });
    // The browser tries again by itself, unless it was given another answer than that it may listen.
    this.source.addEventListener("error", () => {
      if (this.source.readyState === EventSource.CLOSED && !this.closed && !this.now?.ended) this.reopen();
      if (this.lost) return;
      this.lost = true;
      this.dock?.hear();
    });
  }

  /** Listens again when the class can be reached: a server may be away for a while, a class for good. */
  async reopen() {
    this.tries = (this.tries ?? 0) + 1;
    const pause = Math.min(LONGEST_PAUSE, 500 * 2 ** this.tries);
    await new Promise((go) => { setTimeout(go, pause * (0.5 + Math.random() / 2)); }); // not all of a class at once
    if (this.closed) return;
    try {
      await this.post("where");
      this.open();
    } catch (problem) {
      if (!problem.refused) return void this.reopen();
      this.now = { ended: true, says: problem.message };
      this.dock?.hear();
    }
  }

  close() {
    this.source.close();
    clearTimeout(this.later);
    this.closed = true;
  }

  /** The answer to a step that the class does not have yet. */
  pending(place) {
    return this.waiting.get(`answer ${place}`)?.body.answer;
  }

  answer(place, answer) {
    this.deliver(`answer ${place}`, "answer", { place, answer });
  }

  /** Brings the class elsewhere: of several changes that have not been taken each holds, the last where two differ. */
  steer(changes) {
    this.deliver("steer", "steer", { ...this.waiting.get("steer")?.body, ...changes });
  }

  /** Sends until it has been taken or refused; of two with one name only the later. */
  deliver(name, what, body) {
    this.waiting.set(name, { what, body });
    this.keep();
    this.push();
  }

  async push() {
    if (this.pushing || this.closed) return;
    this.pushing = true;
    clearTimeout(this.later);
    for (const [name, each] of [...this.waiting]) {
      try {
        await this.post(each.what, each.body);
        this.failed = 0;
        this.taken(name, each);
      } catch (problem) {
        if (problem.refused) {
          this.drop(name, each);
          this.dock?.refused(each, problem.message);
        } else {
          this.failed += 1;
          break;
        }
      }
    }
    this.pushing = false;
    const pause = this.failed ? Math.min(LONGEST_PAUSE, 500 * 2 ** this.failed) : 0;
    if (this.waiting.size && !this.closed) this.later = setTimeout(() => this.push(), pause);
    this.dock?.draw();
  }

  taken(name, each) {
    // The class tells nobody of his own answer.
    const { what, body } = each;
    if (what === "answer" && this.now?.place === body.place) this.now.answered = body.answer;
    this.drop(name, each);
  }

  drop(name, each) {
    if (this.waiting.get(name) === each) this.waiting.delete(name);
    this.keep();
  }

  keep() {
    const answers = [...this.waiting.values()].filter(({ what }) => what === "answer");
    try {
      const said = JSON.stringify(Object.fromEntries(answers.map(({ body }) => [body.place, body.answer])));
      window.sessionStorage.setItem(`lse-answers-${this.code}`, said);
    } catch { /* a browser that keeps nothing: then answers wait for as long as the page is open */ }
  }

  kept() {
    try {
      return JSON.parse(window.sessionStorage.getItem(`lse-answers-${this.code}`)) ?? {};
    } catch {
      return {};
    }
  }

  /** Asks once; what is thrown says whether the class refused, or could not be reached. */
  async post(what, body = {}) {
    const answer = await fetch(`${this.address}/${what}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE),
    });
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) return said;
    const problem = new Error(said.error ?? "The class does not answer: try again.");
    problem.refused = answer.status < 500 && answer.status !== 429;
    throw problem;
  }
}

/** The answers as bars: of a choice every choice, else the commonest. */
function bars(counts, data, shown) {
  const given = data.kind === "choice" ? data.choices : Object.keys(counts).slice(0, 8);
  const most = Math.max(1, ...given.map((each) => counts[each] ?? 0));
  const list = make("ul", { class: "lse-bars", "aria-label": "Answers of the class" });
  for (const each of given) {
    const n = counts[each] ?? 0;
    const right = shown && data.answers.some((answer) => answer.trim().toLowerCase() === each.trim().toLowerCase());
    const bar = make("span", { class: "lse-bar" });
    bar.style.width = `${(100 * n) / most}%`;
    list.append(
      make("li", { class: right ? "lse-bar-right" : "" },
        make("span", { class: "lse-bar-name" }, right ? `${each} ✓` : each),
        make("span", { class: "lse-bar-track" }, bar),
        make("span", { class: "lse-bar-number" }, String(n))),
    );
  }
  if (!given.length) list.append(make("li", { class: "lse-bars-none" }, "No answers yet."));
  return list;
}
