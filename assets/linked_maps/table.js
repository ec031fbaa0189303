// Words as a table: the same content as the picture, to sort, read and take along.

import { h, csvLine, saveFile } from "./dom.js";
import { isolated, shorten } from "./text.js";

const PAGE = 100;

const text = (name, label, of) => ({ name, label, of });
const number = (name, label, of, digits = 4) => ({ name, label, of, digits });

/** What is known of a word whatever the map. */
function wordColumns(vocabulary) {
  const { words, noun, topic, topics, partOfSpeech, partsOfSpeech, count, columns } = vocabulary;
  return {
    word: text(noun, noun, (word) => words[word]),
    topic: text("topic", "topic", (word) => topics[topic[word]] ?? ""),
    part: text("part_of_speech", "part of speech", (word) => partsOfSpeech[partOfSpeech[word]] ?? ""),
    count: { ...number("count", "in corpus", (word) => count[word]), whole: true, down: true },
    own: columns.map((column) =>
      column.isNumber
        ? { ...number(column.name, shorten(column.label), (word) => column.values[word]), exact: true }
        : text(column.name, shorten(column.label), (word) => column.textOf(word)),
    ),
  };
}

function nearestColumn(vocabulary, map, k, name = "nearest", label = "nearest") {
  const names = (word) => (map.neighborsOf(word, k) ?? []).map((each) => vocabulary.words[each.word]);
  return { ...text(name, label, (word) => names(word).map(isolated).join(", ")), plain: (word) => names(word).join(", ") };
}

/** The columns of a table of one map: those that are shown, and those of its file, in their order. */
export function mapColumns(vocabulary, map) {
  const known = wordColumns(vocabulary);
  const group = text("cluster", "cluster", (word) => map.clusterNames[map.cluster[word]] ?? "");
  const nearest = nearestColumn(vocabulary, map, 3);
  const places = ["x", "y", "z"]
    .slice(0, map.dimensions)
    .map((axis, i) => number(axis, axis, (word) => map.placeOf(word)[i]));
  const byTopic = vocabulary.topic.every((topic) => topic >= 0) || !map.clusterNames.length;
  const topics = vocabulary.topics.length ? [known.topic] : [];
  const groups = byTopic ? topics : [group, ...topics];
  const count = vocabulary.hasCounts ? [known.count] : [];
  const part = vocabulary.hasPartsOfSpeech ? [known.part] : [];
  return {
    shown: [known.word, ...known.own, ...groups, ...count, ...part, nearest, ...places],
    saved: [known.word, known.topic, group, known.part, known.count, nearest, ...places, ...known.own],
  };
}

/** The columns of a table of several maps: each method's neighbours, and how far they overlap. */
export function comparedColumns(vocabulary, maps) {
  const known = wordColumns(vocabulary);
  const { comparison } = maps[0];
  const nameOf = (i) => maps[i].source.name;
  const overlap = number("overlap", "overlap", (word) => comparison.overlapOf(word), 2);
  const pairs = comparison.pairs.map(([i, j]) => {
    const title = `${nameOf(i)} – ${nameOf(j)}`;
    return number(`overlap ${title}`, title, (word) => comparison.overlap(word, i, j), 2);
  });
  const near = maps.map((map, i) => nearestColumn(vocabulary, map, 10, `nearest by ${nameOf(i)}`, `nearest by ${nameOf(i)}`));
  const few = maps.map((map, i) => nearestColumn(vocabulary, map, 5, "", `by ${nameOf(i)}`));
  const group = vocabulary.topics.length ? [known.topic] : [];
  const more = pairs.length > 1 ? pairs : [];
  return {
    shown: [known.word, overlap, ...few, ...known.own, ...group, ...more, ...(vocabulary.hasCounts ? [known.count] : [])],
    saved: [known.word, known.topic, known.part, known.count, overlap, ...more, ...near, ...known.own],
  };
}

/** A sortable table in pages of a hundred. */
export class WordTable {
  constructor({ words, columns, actions, name }) {
    Object.assign(this, { words, columns: columns.shown, saved: columns.saved, actions, name });
    this.page = 0;
    this.sortBy = null;
    this.body = h("tbody");
    this.heads = this.columns.map((column) =>
      h(
        "th",
        { scope: "col", "aria-sort": "none" },
        h("button", { type: "button", onclick: () => this.sort(column) }, column.label),
      ),
    );
    this.where = h("span", { class: "lm-quiet" });
    this.back = h("button", { type: "button", class: "lm-button", onclick: () => this.turn(-1) }, "Back");
    this.next = h("button", { type: "button", class: "lm-button", onclick: () => this.turn(1) }, "Next");
    const download = h(
      "button",
      { type: "button", class: "lm-button", onclick: () => this.download() },
      "Download CSV",
    );
    this.root = h(
      "div",
      { class: "lm-table" },
      h("div", { class: "lm-table-scroll" }, h("table", {}, h("thead", {}, h("tr", {}, ...this.heads)), this.body)),
      h("div", { class: "lm-row" }, this.back, this.where, this.next, download),
    );
    this.render();
  }

  sort(column) {
    this.down = this.sortBy === column ? !this.down : Boolean(column.down);
    this.sortBy = column;
    const keys = new Map(this.words.map((word) => [word, column.of(word)]));
    const compare = (a, b) => {
      const [x, y] = [keys.get(a), keys.get(b)];
      const lost = Number(x !== x) - Number(y !== y); // what is not known stands last
      return lost || (this.down ? -1 : 1) * (x < y ? -1 : x > y ? 1 : 0) || a - b;
    };
    this.words = [...this.words].sort(compare);
    this.heads.forEach((head, i) => {
      const on = this.columns[i] === column;
      head.setAttribute("aria-sort", on ? (this.down ? "descending" : "ascending") : "none");
    });
    this.page = 0;
    this.render();
  }

  turn(step) {
    this.page = Math.min(this.pages - 1, Math.max(0, this.page + step));
    this.render();
  }

  get pages() {
    return Math.max(1, Math.ceil(this.words.length / PAGE));
  }

  render() {
    const from = this.page * PAGE;
    const part = this.words.slice(from, from + PAGE);
    this.body.replaceChildren(...part.map((word) => this.row(word)));
    const to = from + part.length;
    this.where.textContent = `${(from + 1).toLocaleString("en")}–${to.toLocaleString("en")} of ${this.words.length.toLocaleString("en")}`;
    this.back.disabled = this.page === 0;
    this.next.disabled = this.page === this.pages - 1;
    this.back.hidden = this.next.hidden = this.pages === 1;
  }

  row(word) {
    const cells = this.columns.map((column) => column.of(word));
    const open = h(
      "button",
      { type: "button", class: "lm-link", onclick: () => this.actions.go(word) },
      shorten(cells[0], 24),
    );
    return h(
      "tr",
      {
        onpointerenter: () => this.actions.point(word),
        onpointerleave: () => this.actions.point(-1),
      },
      h("td", { dir: "auto" }, open),
      ...this.columns.slice(1).map((column, i) => {
        const value = cells[i + 1];
        const isNumber = typeof value === "number";
        return h("td", isNumber ? { class: "lm-number" } : { title: value.slice(0, 2000), dir: "auto" }, isNumber ? shown(column, value) : shorten(value, 120));
      }),
    );
  }

  download() {
    const rounded = (column, value) => (typeof value === "number" ? saved(column, value) : value);
    const lines = [
      csvLine(this.saved.map((column) => column.name)),
      ...this.words.map((word) => csvLine(this.saved.map((column) => rounded(column, (column.plain ?? column.of)(word))))),
    ];
    saveFile(`${this.name}.csv`, "text/csv;charset=utf-8", lines.join("\r\n"));
  }
}

function shown(column, value) {
  if (Number.isNaN(value)) return "–";
  return column.whole ? value.toLocaleString("en") : saved(column, value);
}

function saved({ whole, exact, digits }, value) {
  if (Number.isNaN(value)) return "";
  if (exact) return value;
  return whole ? value : +value.toFixed(digits);
}
