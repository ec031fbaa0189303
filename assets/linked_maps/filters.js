// Which words are shown by what readers say of them. Filters of several columns hold together: a word
// is shown where every one lets it. They are a Map from a column's number to a filter:
// {hidden: Set of categories, -1 for none} or {from, to, none}: numbers from and to (null: open), and
// whether words without a number are shown.

import { inShort } from "./column.js";

const known = new WeakMap(); // filters -> what they let through, of the vocabulary that was asked last

/** A byte a word, 1 where it is shown; null where nothing filters. */
export function passing(filters, vocabulary) {
  if (!filters.size) return null;
  const before = known.get(filters);
  if (before?.vocabulary === vocabulary) return before.passes;
  const passes = new Uint8Array(vocabulary.size).fill(1);
  for (const [at, filter] of filters) apply(filter, vocabulary.columns[at], passes);
  known.set(filters, { vocabulary, passes });
  return passes;
}

function apply(filter, { values, isNumber }, passes) {
  if (!isNumber) {
    for (let word = 0; word < passes.length; word++) if (filter.hidden.has(values[word])) passes[word] = 0;
    return;
  }
  const [from, to] = [filter.from ?? -Infinity, filter.to ?? Infinity];
  for (let word = 0; word < passes.length; word++) {
    const value = values[word];
    if (value === value ? value < from || value > to : !filter.none) passes[word] = 0;
  }
}

/** The filters with another one for a column; one that hides nothing is left out. */
export function withFilter(filters, at, filter) {
  const next = new Map(filters);
  if (hides(filter)) next.set(at, filter);
  else next.delete(at);
  return next;
}

const hides = (filter) =>
  Boolean(filter && (filter.hidden ? filter.hidden.size : filter.from !== null || filter.to !== null || !filter.none));

/** What a filter shows, in few words. */
export function said(filter, column) {
  if (filter.hidden) {
    const shown = column.frequent.filter((code) => !filter.hidden.has(code)).length;
    const none = filter.hidden.has(-1) ? ", none without" : "";
    return `${shown} of ${column.frequent.length}${none}`;
  }
  const { from, to, none } = filter;
  const range =
    from !== null && to !== null
      ? `${inShort(from)} to ${inShort(to)}`
      : from !== null
        ? `from ${inShort(from)}`
        : to !== null
          ? `to ${inShort(to)}`
          : "any number";
  return none ? `${range}, or none` : range;
}

/** A filter as an address holds it: h (hidden) or s (shown) and categories, or r and two numbers. */
export function encode(filter, column) {
  if (!filter.hidden) return `r${filter.from ?? ""}_${filter.to ?? ""}${filter.none ? "n" : ""}`;
  const shown = [...column.frequent, -1].filter((code) => !filter.hidden.has(code));
  const hidden = [...filter.hidden];
  const [way, codes] = hidden.length <= shown.length ? ["h", hidden] : ["s", shown];
  return way + codes.sort((a, b) => a - b).map((code) => (code < 0 ? "-" : code.toString(36))).join(".");
}

/** Reads what `encode` wrote; null where it means nothing for this column. */
export function decode(text, column) {
  if (column.isNumber) {
    const parts = /^r([-+.\de]*)_([-+.\de]*)(n?)$/.exec(text);
    if (!parts) return null;
    const [from, to] = parts.slice(1, 3).map((part) => (part === "" ? null : Number(part)));
    const filter = { from, to, none: parts[3] === "n" };
    return Number.isNaN(from) || Number.isNaN(to) || !hides(filter) ? null : filter;
  }
  if (!/^[hs][\da-z.-]*$/.test(text)) return null;
  const codes = text.slice(1).split(".").filter(Boolean).map((code) => (code === "-" ? -1 : parseInt(code, 36)));
  if (!codes.every((code) => code >= -1 && code < column.categories.length)) return null;
  const listed = new Set(codes);
  const hidden = text[0] === "h" ? listed : new Set([...column.frequent, -1].filter((code) => !listed.has(code)));
  return hidden.size ? { hidden } : null;
}
