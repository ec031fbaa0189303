// Finds a word as one types: "/" comes here from anywhere, Enter flies to the word.

import { h } from "./dom.js";
import { capital, isolated, shorten } from "./text.js";

const SHOWN = 8;
const MANY = 50_000; // words from which on spellings are compared when the typing pauses
const PAUSE_MS = 180;

/**
 * Words for what was typed: the same, then those that begin so, phrases of which a word does, those
 * that contain it; of own labels also phrases with all its words, in any order.
 */
export function matches(vocabulary, typed, most = SHOWN) {
  const wanted = vocabulary.fold(typed.trim());
  if (!wanted) return [];
  const [same, begin, within, contain, scattered] = [[], [], [], [], []];
  const { folded: words, hasPhrases } = vocabulary;
  const parts = hasPhrases ? wanted.split(/\s+/) : [];
  const inner = ` ${wanted}`;
  for (let i = 0; i < words.length; i++) {
    const at = words[i].indexOf(wanted);
    if (at < 0) {
      if (parts.length > 1 && scattered.length < most && parts.every((part) => words[i].includes(part))) scattered.push(i);
      continue;
    }
    if (words[i].length === wanted.length) same.push(i);
    else if (at === 0) begin.length < most && begin.push(i);
    else if (hasPhrases && within.length < most && words[i].includes(inner)) within.push(i);
    else if (contain.length < most) contain.push(i);
    if (same.length && begin.length >= most && !hasPhrases) break;
  }
  // Of labels that differ only in capitals the one that was typed comes first.
  const asTyped = (i) => Number(vocabulary.words[i] === typed.trim());
  if (same.length > 1) same.sort((a, b) => asTyped(b) - asTyped(a) || a - b);
  return [...same, ...begin, ...within, ...contain, ...scattered].slice(0, most);
}

/** The known words whose spelling is closest (fewest letters changed, added, left out or swapped). */
export function nearestSpellings(vocabulary, typed, most = 5) {
  const wanted = vocabulary.fold(typed.trim()).slice(0, 30);
  const allowed = wanted.length < 5 ? 1 : 2;
  const found = [];
  for (let i = 0; i < vocabulary.size && found.length < 400; i++) {
    const word = vocabulary.folded[i];
    if (Math.abs(word.length - wanted.length) > allowed) continue;
    const distance = editDistance(wanted, word, allowed);
    if (distance <= allowed) found.push([distance, i]);
  }
  // Among equally close words those that begin alike come first, then the frequent ones.
  const alike = ([, i]) => Number(vocabulary.folded[i].slice(0, 2) !== wanted.slice(0, 2));
  found.sort((a, b) => a[0] - b[0] || alike(a) - alike(b) || a[1] - b[1]);
  return found.slice(0, most).map((entry) => entry[1]);
}

// Damerau-Levenshtein (adjacent swaps), given up once above the limit.
function editDistance(a, b, limit) {
  let [before2, before] = [null, [...Array(b.length + 1).keys()]];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(before[j] + 1, row[j - 1] + 1, before[j - 1] + cost);
      if (before2 && i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j], before2[j - 2] + 1);
      }
    }
    if (Math.min(...row) > limit) return limit + 1;
    [before2, before] = [before, row];
  }
  return before[b.length];
}

/** The search box. `onGo(word)` flies there; `has(word)` says whether this map shows it. */
export function searchBox(vocabulary, { onGo, has, onPoint }) {
  const id = `lm-found-${Math.random().toString(36).slice(2)}`;
  const list = h("ul", { id, role: "listbox", class: "lm-found", hidden: true, "aria-label": `${capital(vocabulary.nouns)} found` });
  const input = h("input", {
    type: "search",
    class: "lm-search-input",
    placeholder: `/  Find a ${vocabulary.noun}`,
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    maxlength: "200",
    "aria-label": `Find a ${vocabulary.noun}`,
    "aria-expanded": "false",
    "aria-controls": id,
    "aria-autocomplete": "list",
  });
  const box = h("div", { class: "lm-search lm-over" }, input, list);
  let found = [];
  let at = -1;
  let isGuess = false;

  const close = () => {
    clearTimeout(guessing);
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    onPoint(-1);
  };
  const go = (word) => {
    close();
    input.value = "";
    onGo(word);
  };
  const mark = () => {
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
    if (at >= 0) input.setAttribute("aria-activedescendant", `${id}-${at}`);
    else input.removeAttribute("aria-activedescendant");
    onPoint(at >= 0 && has(found[at]) ? found[at] : -1);
  };
  const option = (word, i, note) =>
    h(
      "li",
      {
        id: `${id}-${i}`,
        role: "option",
        class: has(word) ? null : "lm-unknown",
        dir: "auto",
        onpointerdown: (event) => {
          event.preventDefault();
          go(word);
        },
      },
      shorten(vocabulary.words[word], 36),
      note ? h("span", { class: "lm-note" }, note) : null,
    );
  let guessing = 0;
  const update = () => {
    const typed = input.value.trim();
    clearTimeout(guessing);
    found = matches(vocabulary, typed);
    isGuess = !found.length;
    at = -1;
    if (!typed) return close();
    if (found.length) show([]);
    // Comparing 400,000 spellings takes longer than the next letter.
    else if (vocabulary.size > MANY) guessing = setTimeout(guess, PAUSE_MS, typed);
    else guess(typed);
  };
  const guess = (typed) => {
    found = nearestSpellings(vocabulary, typed);
    const advice = found.length ? "Did you mean:" : "Try another spelling.";
    const line = `No ${vocabulary.noun} “${isolated(shorten(typed))}” here. ${advice}`;
    show([h("li", { class: "lm-none", role: "presentation" }, line)]);
  };
  const show = (first) => {
    const options = found.map((word, i) => option(word, i, has(word) ? "" : "not in this method"));
    list.replaceChildren(...first, ...options);
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };
  input.addEventListener("input", update);
  input.addEventListener("focus", () => input.value && update());
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const known = found.length;
    if (event.key === "ArrowDown" && known) at = (at + 1) % known;
    else if (event.key === "ArrowUp" && known) at = (at - 1 + known) % known;
    else if (event.key === "Enter") {
      if (known && input.value.trim()) {
        const wanted = at >= 0 ? found[at] : found[0];
        if (at >= 0 || !isGuess) go(wanted);
      }
      event.preventDefault();
      return;
    } else if (event.key === "Escape") {
      input.value = "";
      close();
      input.blur();
      event.stopPropagation();
      return;
    } else return;
    event.preventDefault();
    mark();
  });
  return { box, input };
}
