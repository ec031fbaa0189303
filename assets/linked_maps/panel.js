// The slim panel beside the map: a word, the colours, the selection, and the map as a table.

import { h } from "./dom.js";
import { wordSection, startSection } from "./word.js";
import { colourSection } from "./legend.js";
import { filtersSection } from "./own.js";
import { capital, isolated, shorten } from "./text.js";
import { MOST_IN_URL } from "./state.js";
import { comparedSection } from "./compared.js";
import { comparedColumns, mapColumns, WordTable } from "./table.js";

const TABS = [
  ["word", "Word"],
  ["colours", "Colours"],
  ["selection", "Selection"],
  ["table", "Table"],
];

/** Shows what the state asks for; redraws a section only when something in it changed. Where it is
 * silent, it only tells screen readers of the word in focus. */
export class Panel {
  constructor(parent, state, vocabulary, actions, { silent = false } = {}) {
    Object.assign(this, { state, vocabulary, actions, silent });
    this.body = h("div", { class: "lm-panel-body", role: "tabpanel", tabindex: "-1" });
    this.tabs = h("div", { class: "lm-tabs", role: "tablist", "aria-label": "About the map" });
    const called = (label) => (label === "Word" ? capital(vocabulary.noun) : label);
    this.buttons = TABS.map(([key, label]) =>
      h(
        "button",
        { role: "tab", type: "button", "data-tab": key, onclick: () => state.set({ tab: key }) },
        called(label),
      ),
    );
    this.tabs.append(...this.buttons);
    this.tabs.addEventListener("keydown", (event) => this.onKey(event));
    this.body.addEventListener("change", (event) => event.target.type === "range" && this.refresh("colours"));
    this.body.classList.toggle("lm-phrases", vocabulary.hasPhrases);
    this.body.classList.toggle("lm-pictured", vocabulary.pictures !== null);
    this.live = h("div", { class: "lm-visually-hidden", "aria-live": "polite" });
    this.root = h("aside", { class: "lm-panel", "aria-label": "Details" }, this.tabs, this.body, this.live);
    // Without a panel the word in focus is still told to who cannot see it.
    parent.append(silent ? this.live : this.root);
    this.stops = [
      state.on(["tab"], () => this.render()),
      state.on(["focus"], () => (this.announce(), this.refresh("word"))),
      state.on(["selection"], () => (this.label(), this.refresh("selection"))),
      state.on(["colourBy", "hidden", "listsAll"], () => this.refresh("colours")),
      state.on(["filters"], () => this.filtered()),
    ];
  }

  destroy() {
    this.stops.forEach((stop) => stop());
    this.root.remove();
    this.live.remove();
  }

  /** The maps that the panel speaks of, and the first of them. */
  show(maps, theme) {
    Object.assign(this, { maps, map: maps[0], theme });
    this.render();
  }

  onKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = TABS.findIndex(([key]) => key === this.state.tab);
    const next = (at + step + TABS.length) % TABS.length;
    this.state.set({ tab: TABS[next][0] });
    this.buttons[next].focus();
    event.preventDefault();
  }

  label() {
    const size = this.state.selection.size;
    this.buttons[2].textContent = size ? `Selection ${size.toLocaleString("en")}` : "Selection";
    this.buttons.forEach((button) => {
      const on = button.dataset.tab === this.state.tab;
      button.setAttribute("aria-selected", String(on));
      button.tabIndex = on ? 0 : -1;
    });
  }

  /** A handle that is being dragged must stay where it is: then only what is said of it changes. */
  filtered() {
    const held = document.activeElement;
    const dragged = held?.type === "range" && this.body.contains(held);
    if (!dragged) return this.refresh("colours");
    this.body.querySelector(".lm-filtered").replaceWith(filtersSection(this.state, this.vocabulary, this.maps));
  }

  refresh(tab) {
    if (this.state.tab === tab) this.render();
  }

  render() {
    if (!this.map || this.silent) return;
    if (!TABS.some(([key]) => key === this.state.tab)) this.state.tab = "word";
    this.label();
    const sections = {
      word: () => this.wordOrStart(),
      colours: () => colourSection(this.state, this.vocabulary, this.maps, this.theme),
      selection: () => this.selection(),
      table: () => this.table(),
    };
    // The button that was pressed is made anew: the keyboard and the place in the list stay there.
    const held = this.body.contains(document.activeElement) && document.activeElement.dataset.key;
    const same = this.shown === this.state.tab && this.state.tab !== "word";
    const scrolled = same ? this.body.scrollTop : 0;
    this.shown = this.state.tab;
    this.body.replaceChildren(...sections[this.state.tab]());
    this.body.scrollTop = scrolled;
    if (held) (this.body.querySelector(`[data-key="${held}"]`) ?? this.body).focus({ preventScroll: same });
  }

  wordOrStart() {
    this.asking?.abort();
    this.asking = new AbortController();
    const { state, vocabulary, maps, map, theme, actions } = this;
    if (state.focus < 0) return startSection(vocabulary, maps, actions);
    const select = (words) => state.set({ selection: new Set([...state.selection, ...words]) });
    const { signal } = this.asking;
    const said = { word: state.focus, vocabulary, theme, actions: { ...actions, select }, signal };
    return maps.length > 1 ? comparedSection({ ...said, maps }) : wordSection({ ...said, map });
  }

  selection() {
    const { state, vocabulary } = this;
    if (!state.selection.size) {
      return [
        h("h2", {}, "Nothing selected"),
        h(
          "p",
          {},
          `Draw around ${vocabulary.nouns} with the lasso or the box (above the map), or hold Shift and drag; or ` +
            `take a ${vocabulary.noun} and its neighbours from the ${capital(vocabulary.noun)} tab. What you ` +
            "select is listed here and can be downloaded.",
        ),
      ];
    }
    const words = [...state.selection].sort((a, b) => a - b);
    const table = this.tableOf(words, "selection");
    const clear = () => state.set({ selection: new Set() });
    const tooMany = words.length > MOST_IN_URL;
    const note = `More than ${MOST_IN_URL.toLocaleString("en")} ${vocabulary.nouns}: the address of the page cannot hold them, so a copied link does not bring this selection back. The CSV does.`;
    return [
      h("h2", {}, `${vocabulary.counted(words.length)} selected`),
      tooMany ? h("p", { class: "lm-quiet" }, note) : "",
      table.root,
      h("button", { type: "button", class: "lm-button", onclick: clear }, "Clear the selection"),
    ];
  }

  table() {
    const { vocabulary, maps } = this;
    const words = [...vocabulary.words.keys()].filter((word) => maps.some((map) => map.has(word)));
    const of = maps.length > 1 ? "these maps" : "this map";
    return [h("h2", {}, `All ${vocabulary.counted(words.length)} of ${of}`), this.tableOf(words, "map").root];
  }

  tableOf(words, name) {
    const { vocabulary, maps, map, actions } = this;
    const columns = maps.length > 1 ? comparedColumns(vocabulary, maps) : mapColumns(vocabulary, map);
    return new WordTable({ words, columns, actions, name: [name, ...maps.map((each) => each.source.method)].join("-") });
  }

  announce() {
    const { state, vocabulary, maps, map } = this;
    if (state.focus < 0 || !map) return (this.live.textContent = "");
    const name = (word) => isolated(shorten(vocabulary.words[word], 60));
    const nearest = (of) => (of.neighborsOf(state.focus, 5) ?? []).map((each) => name(each.word)).join(", ");
    const said = maps.length > 1
      ? maps.map((each) => `By ${each.source.name}: ${nearest(each)}.`).join(" ")
      : `Nearest: ${nearest(map)}.`;
    this.live.textContent = `${name(state.focus)}. ${said}`;
  }
}
