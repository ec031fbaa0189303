// One open connection to the class: it tells where everybody is, and of the answers what may be known.

class ClassLine {
  constructor(data) {
    this.code = data.code;
    this.address = data.address;
    this.dock = null; // who hears what is said
    this.now = null;
    this.lost = false;
    this.source = new EventSource(`${this.address}/events`);
    this.source.addEventListener("message", (event) => {
      this.lost = false;
      this.now = JSON.parse(event.data);
      if (this.now.ended) this.source.close();
      this.dock?.hear();
    });
    // The browser tries again by itself, unless it was refused.
    this.source.addEventListener("error", () => {
      if (this.lost) return;
      this.lost = true;
      this.dock?.hear();
    });
  }

  close() {
    this.source.close();
  }

  async post(what, body = {}) {
    const answer = await fetch(`${this.address}/${what}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(said.error ?? "The class does not answer: try again.");
    return said;
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
