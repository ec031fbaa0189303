// What the reader looks at: layer, head, what of them, which token. It is kept in the address's
// fragment, so that browsing needs no server, beside the mark of the text that it belongs to.

export class State extends EventTarget {
  constructor() {
    super();
    Object.assign(this, { layer: 1, head: 1, shown: "head", hidesMarks: false, word: "", row: -1, column: -1, held: -1 });
  }

  set(changes) {
    const changed = Object.entries(changes).filter(([name, value]) => this[name] !== value);
    changed.forEach(([name, value]) => { this[name] = value; });
    if (changed.length) this.dispatchEvent(new CustomEvent("change", { detail: new Set(changed.map(([name]) => name)) }));
  }

  /** The token whose row is lit: under the mouse, or else the one that was chosen. */
  get active() {
    return this.row >= 0 ? this.row : this.held;
  }
}

/** Names the texts and where the address begins with them, so that no other text takes it over. */
export function markOf(data) {
  const keys = data.packs.map((url) => url.match(/attention\/([0-9a-f]{6})/)?.[1] ?? "").join("");
  return `${keys}.${data.start.layer}.${data.start.head}.${data.start.shown}.${data.start.word}`;
}

export function readFragment(mark) {
  const given = new URLSearchParams(location.hash.replace(/^#/, ""));
  if (given.get("of") !== mark) return {};
  const found = {};
  for (const name of ["layer", "head"]) {
    const value = Number(given.get(name));
    if (Number.isInteger(value) && value > 0) found[name] = value;
  }
  if (["head", "mean", "rollout"].includes(given.get("shown"))) found.shown = given.get("shown");
  if (given.has("word")) found.word = given.get("word");
  if (given.has("token") && Number(given.get("token")) >= 0) found.held = Number(given.get("token"));
  found.hidesMarks = given.get("marks") === "hidden";
  return found;
}

export function writeFragment(state, mark, start) {
  const said = new URLSearchParams();
  for (const name of ["layer", "head", "shown", "word"]) {
    if (String(state[name]) !== String(start[name])) said.set(name, state[name]);
  }
  if (state.hidesMarks) said.set("marks", "hidden");
  if (state.held >= 0) said.set("token", state.held);
  if (said.size) said.set("of", mark);
  const url = new URL(location.href);
  url.hash = said.toString();
  if (url.href !== location.href) history.replaceState(history.state, "", url);
}
