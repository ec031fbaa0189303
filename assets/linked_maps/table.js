// Words as a table: the same content as the picture, to sort, read and take along.

import { h, csvLine, saveFile } from "./dom.js";
import { shorten } from "./labels.js";

const PAGE = 100;

/** What a row of a word holds, in the order of the columns. */
export function cellsOf(word, vocabulary, map) {
  const group = map.cluster[word];
  const topic = vocabulary.topic[word];
  const part = vocabulary.partOfSpeech[word];
  return [
    vocabulary.words[word],
    topic >= 0 ? vocabulary.topics[topic] : "",
    group >= 0 ? map.clusterNames[group] : "",
    part >= 0 ? vocabulary.partsOfSpeech[part] : "",
    vocabulary.count[word],
    (map.neighborsOf(word, 3) ?? []).map((each) => vocabulary.words[each.word]).join(", "),
    ...map.placeOf(word).map((value) => +value.toFixed(4)),
  ];
}

const COLUMNS = ["word", "topic", "cluster", "part_of_speech", "count", "nearest", "x", "y", "z"];
const HEADS = { part_of_speech: "part of speech", count: "in corpus" };
const COUNT = 4;

/** A sortable table in pages of a hundred. */
export class WordTable {
  constructor({ words, vocabulary, map, actions, name }) {
    Object.assign(this, { words, vocabulary, map, actions, name });
    this.page = 0;
    this.sortBy = -1;
    const topics = vocabulary.topic.every((topic) => topic >= 0) || !map.clusterNames.length;
    const group = topics ? [1] : [2, ...(vocabulary.topics.length ? [1] : [])];
    this.columns = [0, ...group, COUNT, 3, 5, 6, 7, 8].slice(0, 4 + group.length + map.dimensions);
    this.body = h("tbody");
    this.heads = this.columns.map((column) =>
      h(
        "th",
        { scope: "col", "aria-sort": "none" },
        h("button", { type: "button", onclick: () => this.sort(column) }, HEADS[COLUMNS[column]] ?? COLUMNS[column]),
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
    this.down = this.sortBy === column ? !this.down : column === COUNT;
    this.sortBy = column;
    const keys = new Map(this.words.map((word) => [word, cellsOf(word, this.vocabulary, this.map)[column]]));
    const compare = (a, b) =>
      typeof keys.get(a) === "number"
        ? keys.get(a) - keys.get(b)
        : keys.get(a) < keys.get(b) ? -1 : keys.get(a) > keys.get(b) ? 1 : 0;
    this.words = [...this.words].sort((a, b) => (this.down ? compare(b, a) : compare(a, b)) || a - b);
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
    const cells = cellsOf(word, this.vocabulary, this.map);
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
      ...this.columns.map((column) =>
        column === 0
          ? h("td", { dir: "auto" }, open)
          : h("td", typeof cells[column] === "number" ? { class: "lm-number" } : { title: cells[column] }, column === COUNT ? cells[COUNT].toLocaleString("en") : cells[column]),
      ),
    );
  }

  download() {
    const { map, vocabulary } = this;
    const columns = COLUMNS.slice(0, 6 + map.dimensions);
    const lines = [csvLine(columns), ...this.words.map((word) => csvLine(cellsOf(word, vocabulary, map)))];
    saveFile(`${this.name}-${map.source.method}.csv`, "text/csv;charset=utf-8", lines.join("\r\n"));
  }
}
