"""Two methods, word by word: how many neighbours are the same, and on which words they differ."""

from __future__ import annotations

import html
from collections.abc import Container, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from embeddings import methods, neighbors
from embeddings.figures import comparison
from embeddings.figures.comparison import Mark
from embeddings.probes import agreement as probe
from embeddings.probes.agreement import WordOverlap
from embeddings.types import Agreement, Spec
from pages.shared import access, notices
from pages.shared.differences.study import Pair, Study, nearest_k
from pages.shared.reading import chart, downloads, in_address, table

WORDS = 8
"""How many words are shown on which two methods differ most, and agree most."""

WRITTEN_OUT = 15
"""How many neighbours of each of them."""

LEFT_OUT = 12
"""How many words are named that only one of two methods has."""


@dataclass(frozen=True)
class WordRow:
    """One word, how far two methods agree on it, and its neighbours by both."""

    word: str
    shared: int
    overlap: float
    floor: float | None
    left: tuple[str, ...]
    right: tuple[str, ...]

    @property
    def both(self) -> set[str]:
        """The neighbours that are in both lists."""
        return {*self.left} & {*self.right}


def show(study: Study, chosen: Sequence[Spec]) -> None:
    """Let the reader choose two of the methods, and look at them closely."""
    st.subheader("Two methods, word by word", anchor=False)
    pairs = {pair.name: pair for pair in study.pairs}
    of_chosen = (pair for pair in study.pairs if {pair.left, pair.right} <= {*chosen})
    first = next(of_chosen, study.pairs[0])
    name = st.selectbox(
        "Pair", list(pairs), width=460, **in_address("differences", "pair", list(pairs), first.name)
    )
    pair = pairs[str(name)]
    found = study.of(pair)
    if pair.is_same:
        st.markdown("These are the same vectors: every word has the same neighbours in both.")
    elif found is None:
        st.caption("How far they agree is being measured.")
    else:
        k = nearest_k(found, study.k)
        if k != study.k:
            n = len(found.ids)
            st.caption(f"They share {n:,} words: too few for k {study.k}. Here k is {k}.")
        _spread(study, pair, found, k)
        _words(study, pair, found, k)


def _spread(study: Study, pair: Pair, found: Agreement, k: int) -> None:
    """Show how many words share many neighbours, and how many few."""
    counts = shared_counts(found, k)
    marks = spread_marks(study, pair, found, k)
    picture, text = st.columns([6, 5], gap="large")
    with picture:
        st.markdown(
            f"**How many of a word's {k} nearest neighbours are the same** by {pair.name} · "
            f"{len(found.ids):,} words"
        )
        chart(
            ("spread", pair.name, study.state),
            lambda dark: comparison.overlap_histogram(
                counts, marks, f"neighbours that are the same, of {k}", dark
            ),
            f"Of {len(found.ids):,} words, {counts[0]:,} share no neighbour. "
            + "; ".join(mark.label for mark in marks),
        )
    with text:
        st.markdown(
            f"**{counts[0]:,}** words ({counts[0] / len(found.ids):.1%}) have none of their {k} "
            f"neighbours in common, **{counts[-1]:,}** have all. A word with s in common has an "
            f"overlap of s / ({2 * k} − s)."
        )
        _left_out(study, pair, found)
        rows = [(shared, count) for shared, count in enumerate(counts)]
        title = f"overlap-{_file_name(pair)}-k{k}"
        table(pd.DataFrame(rows, columns=["neighbours the same", "words"]), title)
        downloads(
            f"Every word as CSV ({len(found.ids):,} rows)",
            lambda: every_word(study, pair, found, k),
            f"words-{_file_name(pair)}-k{k}",
            "every word",
        )


def shared_counts(found: Agreement, k: int) -> list[int]:
    """Return how many words have 0, 1, ... k neighbours in common."""
    common = found.common[:, found.ks.index(k)]
    return [int(count) for count in np.bincount(common, minlength=k + 1)]


def spread_marks(study: Study, pair: Pair, found: Agreement, k: int) -> list[Mark]:
    """Return the lines of the histogram: its median, chance, and the medians of both floors."""

    def median(of: Agreement) -> float:
        return float(np.median(of.common[:, of.ks.index(k)]))

    chance = k * k / (len(found.ids) - 1)
    marks = [
        Mark(f"median {median(found):g} of {k}", median(found)),
        Mark(f"chance {chance:.2g} of {k}", chance, "dot"),
    ]
    for table_, name in ((pair.left, pair.left_name), (pair.right, pair.right_name)):
        floor = study.floor_of(table_)
        if floor and k in floor.ks:
            at = median(floor)
            marks.append(Mark(f"{name} with another seed: median {at:g}", at, "dash"))
    return marks


def _left_out(study: Study, pair: Pair, found: Agreement) -> None:
    """Name the words that only one of the two methods has."""
    only = (found.only_left, found.only_right)
    if found.spec.left != pair.left:
        only = only[::-1]
    n, n_all = len(found.ids), len(access.word_list(study.vocabulary))
    compared = "all" if n == n_all else f"{n:,} of the"
    line = f"Compared are {compared} {n_all:,} words: those for which both methods have a vector."
    neither = n_all - n - sum(map(len, only))
    st.markdown(line + (f" {neither:,} words have none by either." if neither else ""))
    for name, words in zip((pair.left_name, pair.right_name), only, strict=True):
        if words:
            more = f" and {len(words) - LEFT_OUT:,} more" if len(words) > LEFT_OUT else ""
            listed = ", ".join(words[:LEFT_OUT])
            st.caption(notices.plain(f"Only {name} has {len(words):,}: {listed}{more}"))


def every_word(study: Study, pair: Pair, found: Agreement, k: int) -> pd.DataFrame:
    """Return one row for each word that is compared."""
    words = access.word_list(study.vocabulary).words
    rows = pd.DataFrame(
        {
            "word": [words[i] for i in found.ids],
            f"the same of {k}": found.common[:, found.ks.index(k)],
            "overlap": found.jaccard(k),
        }
    )
    for name, spec in (("noise floor", pair.left), ("other noise floor", pair.right)):
        floor = study.floor_of(spec)
        if floor and k in floor.ks:
            by_id = dict(zip(floor.ids.tolist(), floor.jaccard(k).tolist(), strict=True))
            rows[name] = [by_id.get(i) for i in found.ids.tolist()]
    return rows


def _words(study: Study, pair: Pair, found: Agreement, k: int) -> None:
    """Show the words on which two methods differ most, and agree most."""
    if not all(access.has(neighbors.spec(spec)) for spec in (pair.left, pair.right)):
        st.caption("The neighbours of these words are being looked for.")
        return
    floors = [study.floor_of(spec) for spec in (pair.left, pair.right)]
    for floor, name in zip(floors, (pair.left_name, pair.right_name), strict=True):
        own = study.measured(floor, "overlap")
        if own and own.value <= probe.NEAR_CHANCE * own.chance:
            st.markdown(
                f"{name} agrees with itself no more than chance: its neighbours are drawn by lot. "
                "So there are no words on which the two differ more, or agree more, than on others."
            )
            return
    known = [floor for floor in floors if floor and k in floor.ks]
    st.markdown("**They differ most on** · words that share least, beyond the noise floor")
    if len(known) < 2:
        st.caption("Which these are shows when the noise floor is measured.")
    else:
        records = probe.differ_most(found, known, k, WORDS)
        if records:
            tied = probe.tied_for_most(found, known, k)
            if tied > WORDS:
                st.caption(
                    f"{tied:,} words differ as much as the first of these. Shown are those that "
                    f"share least of {found.ks[-1]} neighbours, then the more frequent ones."
                )
            _word_table(study, pair, found, k, records, "differ")
        else:
            st.caption("On none: every word shares as much as under another seed.")
    st.markdown("**They agree most on** · words that share most")
    records = [each for each in probe.agree_most(found, k, WORDS) if each.overlap > 0]
    if records:
        _word_table(study, pair, found, k, records, "agree")
    else:
        st.caption("On none: no word has a neighbour in common.")


def _word_table(
    study: Study,
    pair: Pair,
    found: Agreement,
    k: int,
    records: Sequence[WordOverlap],
    name: str,
) -> None:
    rows = word_rows(study, pair, found, k, records)
    st.html(words_html(rows, pair, k))
    table(words_table(rows, pair, k), f"{name}-most-{_file_name(pair)}-k{k}")


def word_rows(
    study: Study, pair: Pair, found: Agreement, k: int, records: Sequence[WordOverlap]
) -> list[WordRow]:
    """Return words with their neighbours by both methods, among the words that both have."""
    words = access.word_list(study.vocabulary).words
    is_part = bool(found.only_left or found.only_right)
    among = {words[i] for i in found.ids} if is_part else None
    common = dict(zip(found.ids.tolist(), found.common[:, found.ks.index(k)].tolist(), strict=True))
    chosen = [words[each.id] for each in records]
    left, right = (_nearest(spec, chosen, k, among) for spec in (pair.left, pair.right))
    return [
        WordRow(words[each.id], common[each.id], each.overlap, each.floor, *lists)
        for each, *lists in zip(records, left, right, strict=True)
    ]


def _nearest(
    spec: Spec, chosen: Sequence[str], k: int, among: Container[str] | None
) -> list[tuple[str, ...]]:
    """Return the k nearest neighbours of some words, among those words that both methods have."""
    near = access.near(neighbors.spec(spec))
    words = access.words(spec, len(near.indices))
    lists = []
    for word in chosen:
        row = words.index(word)
        listed = [words[i] for i in near.indices[row]]
        if among is not None:
            listed = [each for each in listed if each in among]
            if len(listed) < k:  # too few of those that are kept: all are searched
                every, _ = neighbors.of_row(
                    access.table(spec), row, len(words) - 1, seed=near.spec.seed
                )
                listed = [words[i] for i in every if words[i] in among]
        lists.append(tuple(listed[:k]))
    return lists


def words_html(rows: Sequence[WordRow], pair: Pair, k: int) -> str:
    """Write words and their neighbours as a table; those in both lists are bold and underlined."""
    has_floor = any(row.floor is not None for row in rows)
    columns = ["Word", f"Same of {k}", "Overlap", *(["Noise floor"] if has_floor else [])]
    columns += [f"Nearest by {pair.left_name}", f"Nearest by {pair.right_name}"]
    head = "".join(f'<th scope="col">{html.escape(column)}</th>' for column in columns)
    body = []
    for row in rows:
        numbers = [f"{row.shared}", comparison.number(row.overlap)]
        if has_floor:
            numbers.append("" if row.floor is None else comparison.number(row.floor))
        cells = "".join(f"<td>{number}</td>" for number in numbers)
        lists = "".join(f"<td>{_listed(each, row.both)}</td>" for each in (row.left, row.right))
        body.append(f'<tr><th scope="row">{html.escape(row.word)}</th>{cells}{lists}</tr>')
    caption = "Nearest first. Bold and underlined: in both lists."
    return (
        f'<table class="lse-words"><caption>{caption}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table>"
    )


def _listed(words: Sequence[str], both: Container[str]) -> str:
    shown = [
        f"<mark>{html.escape(word)}</mark>" if word in both else html.escape(word)
        for word in words[:WRITTEN_OUT]
    ]
    rest = words[WRITTEN_OUT:]
    if rest:
        same = sum(word in both for word in rest)
        shown.append(f"<i>and {len(rest)} more, {same} of them in both</i>")
    return ", ".join(shown)


def words_table(rows: Sequence[WordRow], pair: Pair, k: int) -> pd.DataFrame:
    """Return the same as words and lists of words."""
    return pd.DataFrame(
        {
            "word": [row.word for row in rows],
            f"the same of {k}": [row.shared for row in rows],
            "overlap": [row.overlap for row in rows],
            "noise floor": [row.floor for row in rows],
            f"nearest by {pair.left_name}": [" ".join(row.left) for row in rows],
            f"nearest by {pair.right_name}": [" ".join(row.right) for row in rows],
            "in both": [" ".join(each for each in row.left if each in row.both) for row in rows],
        }
    )


def _file_name(pair: Pair) -> str:
    """Name two methods in a file's name; no two pairs share one."""
    usual = all(
        spec == methods.get(spec.method).spec(spec.vocabulary) for spec in (pair.left, pair.right)
    )
    name = f"{pair.left.method}-{pair.right.method}-{pair.left.vocabulary}"
    return name if usual else f"{name}-{pair.request.key[:6]}"
