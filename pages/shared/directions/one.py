"""Words along one direction: strips, maps in its colours, and how far it can be believed."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from embeddings.probes import scales as probe
from embeddings.probes import words as lookup
from embeddings.probes.scales import Question, Scale
from embeddings.types import Request
from pages.shared import access, linked_maps, notices, scales
from pages.shared.address import BIG, Choice
from pages.shared.directions import choosing, measured
from pages.shared.directions.choosing import ALL, OWN, Method
from pages.shared.linked_maps import Measure, Spot
from pages.shared.reading import table

EDGES = (-2.0, -1.0, -0.4, 0.4, 1.0, 2.0)
"""Where one colour ends and the next begins, in standard deviations."""

FARTHEST = 18
"""Words shown at each end where all words are placed."""

BINS = 90
MAPS_HEIGHT = 450
STRIP_REACH = (3.0, 10.0)
"""The scale reaches at least and at most as far, in standard deviations."""


@dataclass(frozen=True, eq=False)
class Row:
    """One method's scale, and the words of the group that it knows."""

    method: Method
    scale: Scale
    words: tuple[str, ...]
    sure: NDArray[np.float64] | None

    def z(self, word: str) -> float:
        """Return where a word lies, in standard deviations."""
        return float(self.scale.z[access.table(self.method.spec).index[word]])

    def cosine(self, word: str) -> float:
        """Return the cosine of a word with the direction."""
        return float(self.scale.cosines[access.table(self.method.spec).index[word]])

    def share(self, word: str) -> float | None:
        """Return in what share of the bootstrap samples the word keeps its side."""
        if self.sure is None:
            return None
        high = float(self.sure[self.words.index(word)])
        return high if self.z(word) > 0 else 1 - high


def show(vocabulary: str) -> list[Request]:
    """Show words along one direction; return what has to be made first."""
    question = choosing.direction()
    with st.container(
        key="direction-controls", horizontal=True, vertical_alignment="center", gap="medium"
    ):
        group, words = choosing.group(vocabulary)
        chosen = choosing.compared(vocabulary)
    if group == OWN:
        words = choosing.own_words()
    there, missing = measured.ready(chosen)
    rows = rows_of(there, question, group, words)
    asked = (*question.words, *(words if group == OWN else ()))
    choosing.tell(measured.unknown(asked, there, vocabulary))
    if rows:
        _strips(rows, question, group)
        missing += _maps(rows, question, group, vocabulary)
        _belief(rows, question)
        _agreement(rows, question, group, vocabulary)
    return missing


def rows_of(
    there: Sequence[Method], question: Question, group: str, words: tuple[str, ...]
) -> list[Row]:
    """Return a row for each method that has such a direction; say why the others have none."""
    rows = []
    for method in there:
        scale, problem = measured.or_problem(measured.scale, method.spec, question)
        if scale is None:
            notices.tell(f"{method.name}: {problem}")
            continue
        vectors = access.table(method.spec)
        if group == ALL:
            order = np.argsort(scale.z, kind="stable")
            ends = [*order[:FARTHEST], *order[-FARTHEST:]]
            known = tuple(vectors.words[i] for i in dict.fromkeys(ends))
        else:
            found, _ = lookup.sort_out(vectors, words)
            known = tuple(vectors.words[i] for i in found)
        sure = measured.sides(method.spec, question, known) if known else None
        rows.append(Row(method, scale, known, sure))
    return rows


def made_of(question: Question, n: int) -> str:
    """Say what a direction is made of."""
    pairs = f"{n} pair{'s' if n != 1 else ''}"
    return {
        "mean": f"the mean of {pairs}",
        "first": f"the first principal component of {pairs}",
        "one": f"the pair {question.pairs[0][0]} and {question.pairs[0][1]}" if n else "one pair",
        "groups": "the step from the mean of one group of words to that of the other",
    }[question.how]


def classes(z: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return the class of colour of each place, 0 to 6."""
    return np.digitize(z, EDGES).astype(np.uint8)


def class_names(question: Question) -> tuple[str, ...]:
    """Return what each class of colour means."""
    return (
        f"{question.low}, over 2 sd",
        "1 to 2",
        ".4 to 1",
        "near the mean",
        ".4 to 1",
        "1 to 2",
        f"{question.high}, over 2 sd",
    )


# ------------------------------------------------------------------------------------- strips


def _strips(rows: Sequence[Row], question: Question, group: str) -> None:
    n = max(len(question.pairs), 0)
    sources = (
        "[Bolukbasi et al. 2016](https://arxiv.org/abs/1607.06520), "
        "[Grand et al. 2022](https://doi.org/10.1038/s41562-022-01316-8)"
    )
    st.markdown(
        "Each word lies where its vector's cosine with the direction puts it: 0 is the mean of all "
        "words, the unit one standard deviation (sd) of all words, the grey hill how many lie "
        f"where. The direction is {notices.plain(made_of(question, n))}. {sources}"
    )
    reach = reach_of(rows, question)
    scales.strips(
        [strip(row, question, reach) for row in rows],
        (question.low, question.high),
        reach,
        1.0,
        "mean",
        key="direction strips",
    )
    groups = question.how == "groups"
    below = "the groups' words" if groups else "the pairs that it is made of"
    sure = "How sure a side is cannot be said of one pair."
    if any(row.sure is not None for row in rows):
        sure = (
            "A ring: the side is not sure, the word lies on it in fewer than 95 % of "
            f"{probe.DRAWS:,} bootstrap samples of {'the groups' if groups else 'the pairs'}."
        )
    st.caption(
        f"Above the line the words, below it {below}. {sure} Point at a word to find it "
        "everywhere; click to hold it."
    )


def reach_of(rows: Sequence[Row], question: Question) -> float:
    """Return how far the scale has to reach for all words that are named."""
    far = [abs(row.z(w)) for row in rows for w in (*row.words, *_ends(row, question))]
    low, high = STRIP_REACH
    return float(min(high, max([low, *far]) + 0.3))


def _ends(row: Row, question: Question) -> dict[str, int]:
    """Return the words that the direction is made of, with the class of their end."""
    if question.how == "groups":
        vectors = access.table(row.method.spec)
        found = [lookup.sort_out(vectors, group)[0] for group in question.groups]
        return {
            vectors.words[i]: kind for rows, kind in zip(found, (0, 6), strict=True) for i in rows
        }
    pairs = row.scale.direction.pairs
    return {pair[side]: kind for pair in pairs for side, kind in ((0, 0), (1, 6))}


def strip(row: Row, question: Question, reach: float) -> scales.Strip:
    """Return what is drawn of one method."""
    counts, _ = np.histogram(np.clip(row.scale.z, -reach, reach), BINS, (-reach, reach))
    density = tuple(np.round(counts / max(1, counts.max()), 3).tolist())
    ends = _ends(row, question)
    above = tuple(_placed(row, word, question) for word in row.words)
    below = tuple(_end(row, word, kind, question) for word, kind in ends.items())
    return scales.Strip(row.method.name, _note(row), density, above, below)


def _placed(row: Row, word: str, question: Question) -> scales.Placed:
    z, share = row.z(word), row.share(word)
    said = f"{word}: {z:+.1f} sd, cosine {row.cosine(word):+.2f}"
    if share is not None:
        end = question.high if z > 0 else question.low
        said += f"; towards {end} in {share:.0%} of the samples"
    sure = share is None or share >= probe.SURE
    return word, round(z, 3), int(classes(np.array([z]))[0]), sure, said


def _end(row: Row, word: str, kind: int, question: Question) -> scales.Placed:
    z, end = row.z(word), question.high if kind else question.low
    return word, round(z, 3), kind, True, f"{word}: of the end {end}, lies at {z:+.1f} sd"


def _note(row: Row) -> str:
    found = row.scale.direction
    if found.consistency is None or found.broken is None:
        return f"{len(row.scale.z):,} words"
    return (
        f"{len(found.pairs)} pairs, mean cosine {found.consistency:.2f} "
        f"(broken up {found.broken:.2f}) · {len(row.scale.z):,} words"
    )


# --------------------------------------------------------------------------------------- maps


def _maps(rows: Sequence[Row], question: Question, group: str, vocabulary: str) -> list[Request]:
    requests = [access.map_requests(Choice(row.method.key, vocabulary)) for row in rows]
    drawn = [(row, each) for row, each in zip(rows, requests, strict=True) if access.can_draw(each)]
    missing = [r for each in requests for r in each.wanted if not access.has(r)]
    st.subheader("On the maps", anchor=False)
    if not drawn:
        st.caption("The maps are being made.")
        return missing
    words = tuple(dict.fromkeys(word for row, _ in drawn for word in row.words))
    lit = words if group != ALL else question.words
    spot = Spot(lit, None, measure([row for row, _ in drawn], question, vocabulary))
    linked_maps.show(
        [each for _, each in drawn],
        [row.method.name for row, _ in drawn],
        key="direction maps",
        spot=spot,
        height=MAPS_HEIGHT if vocabulary != BIG else 520,
    )
    st.caption(
        "Every word in the colour of its place along the direction, the words above lit. Where "
        "colours lie in patches, the direction follows the map's regions; where they are mixed, it "
        "runs across them."
    )
    return missing


def measure(rows: Sequence[Row], question: Question, vocabulary: str) -> Measure:
    """Return the colours of all words on every map."""
    known = access.word_list(vocabulary)
    found = []
    for row in rows:
        vectors = access.table(row.method.spec)
        colours = np.full(len(known.words), linked_maps.NO_CLASS, dtype=np.uint8)
        if vectors.words == known.words:
            colours[:] = classes(row.scale.z)
        else:
            colours[[known.index[word] for word in vectors.words]] = classes(row.scale.z)
        found.append(colours.tobytes())
    meaning = (
        f"Where each word lies between {question.low} and {question.high}, in standard deviations "
        "(sd) of all words from their mean."
    )
    return Measure(question.label, class_names(question), tuple(found), meaning)


# ------------------------------------------------------------------------------------- belief


def _belief(rows: Sequence[Row], question: Question) -> None:
    """Show how alike the pairs are, and what is known of the order from elsewhere."""
    if question.how in ("mean", "first"):
        st.subheader("Is it one direction?", anchor=False)
        st.markdown(
            "**Mean cosine among pairs**: how alike the steps of every two pairs are; 1 is the "
            "same step. **Broken up**: the same after each first word was paired with other "
            "pairs' second words. That much the kinds of words give by themselves; only what is "
            "above it speaks for one direction."
        )
        st.html(consistency_html(rows))
        table(pairs_table(rows), "pairs")
    _order(rows, question)


def consistency_html(rows: Sequence[Row]) -> str:
    """Write how consistent the pairs are by every method."""
    body = []
    for row in rows:
        found = row.scale.direction
        if found.consistency is None or found.broken is None:
            continue
        worst = int(np.argmin(found.cosines))
        a, b = found.pairs[worst]
        body.append(
            f'<tr><th scope="row">{html.escape(row.method.name)}</th><td>{len(found.pairs)}</td>'
            f"<td><b>{found.consistency:.2f}</b></td><td>{found.broken:.2f}</td>"
            f"<td>{html.escape(a)} – {html.escape(b)} ({found.cosines[worst]:.2f})</td></tr>"
        )
    heads = ("Method", "Pairs", "Mean cosine among pairs", "Broken up", "Farthest off (its cosine)")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return (
        f'<table class="lse-words"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table>"
    )


def pairs_table(rows: Sequence[Row]) -> pd.DataFrame:
    """Return the cosine of each pair's step with the direction, by every method."""
    columns = {
        row.method.name: dict(
            zip(row.scale.direction.pairs, row.scale.direction.cosines, strict=True)
        )
        for row in rows
    }
    pairs = list(dict.fromkeys(pair for column in columns.values() for pair in column))
    return pd.DataFrame(
        {
            "from": [a for a, _ in pairs],
            "to": [b for _, b in pairs],
            **{name: [column.get(pair) for pair in pairs] for name, column in columns.items()},
        }
    )


def _order(rows: Sequence[Row], question: Question) -> None:
    name = choosing.given("direction", list(probe.ready()), OWN)
    reference = probe.ready()[name].reference if name in probe.ready() else None
    if reference is None:
        return
    st.subheader("Does it put words in their true order?", anchor=False)
    st.markdown(
        f"Spearman's rank correlation of the places along the direction with "
        f"{notices.plain(reference.title)} ({notices.plain(reference.source)}), beside what "
        f"{probe.DRAWS:,} directions through as many random pairs of words give."
    )
    body = []
    for row in rows:
        found = measured.order(row.method.spec, question, reference)
        if found is None:
            continue
        verdict = "more than chance" if found.rho > found.chance else "no more than chance"
        body.append(
            f'<tr><th scope="row">{html.escape(row.method.name)}</th><td>{len(found.words)}</td>'
            f"<td><b>{found.rho:.2f}</b></td><td>{found.chance:.2f}</td><td>{found.p:.3f}</td>"
            f"<td>{verdict}</td></tr>"
        )
    heads = (
        *("Method", "Words", "Rank correlation", "One random direction in 20 reaches"),
        *("Share that reaches as much", "So it is"),
    )
    head = "".join(f'<th scope="col">{each}</th>' for each in heads)
    st.html(
        f'<table class="lse-words"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table>"
    )
    st.caption(notices.plain(f"Words: {', '.join(reference.words)}"))


# ---------------------------------------------------------------------------------- agreement


def _agreement(rows: Sequence[Row], question: Question, group: str, vocabulary: str) -> None:
    """Say on which words all methods agree, and give every place as a table."""
    words = tuple(dict.fromkeys(word for row in rows for word in row.words))
    if not words:
        return
    shared = [word for word in words if all(word in row.words for row in rows)]
    if len(rows) > 1 and group != ALL and all(row.sure is not None for row in rows):
        st.subheader("Do the methods agree?", anchor=False)
        st.markdown(agreement_text(rows, question, shared))
    table(places_table(rows, words), f"places-{vocabulary}")


def agreement_text(rows: Sequence[Row], question: Question, shared: Sequence[str]) -> str:
    """Say which words lie surely on the same side in all methods, and which on different sides."""
    signs = {
        word: [
            0 if (row.share(word) or 0) < probe.SURE else (1 if row.z(word) > 0 else -1)
            for row in rows
        ]
        for word in shared
    }
    high = [word for word, each in signs.items() if set(each) == {1}]
    low = [word for word, each in signs.items() if set(each) == {-1}]
    split = [word for word, each in signs.items() if {1, -1} <= set(each)]
    n, all_of = len(shared), "both" if len(rows) == 2 else f"all {len(rows)}"
    lines = [
        f"Of {n} words that {all_of} methods know, **{len(high) + len(low)}** lie surely on the "
        f"same side in {all_of}."
    ]
    for words, end in ((low, question.low), (high, question.high)):
        if words:
            lines.append(f"Towards {notices.plain(end)}: {notices.plain(', '.join(words))}.")
    if split:
        lines.append(
            f"Surely on different sides: {notices.plain(', '.join(split))}. What a word is, here "
            "depends on the method and its text."
        )
    return "\n\n".join(lines)


def places_table(rows: Sequence[Row], words: Sequence[str]) -> pd.DataFrame:
    """Return where each word lies by every method."""
    found: dict[str, list[object]] = {"word": list(words)}
    for row in rows:
        name, known = row.method.name, set(row.words)
        found[f"{name}, sd"] = [row.z(w) if w in known else None for w in words]
        found[f"{name}, cosine"] = [row.cosine(w) if w in known else None for w in words]
        if row.sure is not None:
            found[f"{name}, share of samples"] = [
                row.share(w) if w in known else None for w in words
            ]
    return pd.DataFrame(found)
