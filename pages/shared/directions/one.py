"""Words along one direction: strips, maps in its colours, and how far it can be believed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from embeddings.probes import scales as probe
from embeddings.probes.scales import Question
from embeddings.types import Request
from pages.shared import access, linked_maps, notices, scales
from pages.shared.address import BIG, Choice
from pages.shared.directions import belief, choosing, measured
from pages.shared.directions.choosing import ALL, OWN
from pages.shared.directions.rows import Row, classes, made_of, rows_of
from pages.shared.linked_maps import Measure, Spot

BINS = 90
MAPS_HEIGHT = 450
STRIP_REACH = (3.0, 10.0)
"""The scale reaches at least and at most as far, in standard deviations."""


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
        belief.show(rows, question)
        belief.agreement(rows, question, group, vocabulary)
    return missing


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
    reach = reach_of(rows)
    scales.strips(
        [strip(row, question, reach) for row in rows],
        (question.low, question.high),
        reach,
        1.0,
        "mean",
        key="direction strips",
    )
    groups = question.how == "groups"
    below = "the groups' words" if groups else "the pairs"
    sure = "How sure a side is cannot be said of one pair."
    if any(row.sure is not None for row in rows):
        sure = (
            "A ring: the side is not sure, the word lies on it in fewer than 95 % of "
            f"{probe.DRAWS:,} bootstrap samples of {'the groups' if groups else 'the pairs'}."
        )
    st.caption(
        f"Above the line the words, below it {below}. Squares: words that the direction is made "
        f"of; it puts them on their side itself. {sure} Point at a word to find it everywhere; "
        "click to hold it." + (f" {scales.BEYOND}" if farthest(rows) > reach else "")
    )


def farthest(rows: Sequence[Row]) -> float:
    """Return how far the farthest word that is named lies from the mean."""
    return max([0.0, *(abs(row.z(w)) for row in rows for w in (*row.words, *row.ends))])


def reach_of(rows: Sequence[Row]) -> float:
    """Return how far the scale has to reach for all words that are named."""
    low, high = STRIP_REACH
    return float(min(high, max(low, farthest(rows)) + 0.3))


def strip(row: Row, question: Question, reach: float) -> scales.Strip:
    """Return what is drawn of one method."""
    counts, _ = np.histogram(row.scale.z, BINS, (-reach, reach))  # what lies beyond is not there
    density = tuple(np.round(counts / max(1, counts.max()), 3).tolist())
    above = tuple(_placed(row, word, question) for word in row.words)
    below = tuple(_end(row, word, question) for word in row.ends)
    return scales.Strip(row.method.name, _note(row), density, above, below)


def _placed(row: Row, word: str, question: Question) -> scales.Placed:
    z, share = row.z(word), row.share(word)
    said = f"{word}: {z:+.1f} sd, cosine {row.cosine(word):+.2f}"
    if share is not None:
        end = question.high if z > 0 else question.low
        said += f"; towards {end} in {share:.0%} of the samples"
    sure: bool | None = share is None or share >= probe.SURE
    if word in row.ends:
        sure, said = None, f"{said}; the direction is made of it"
    return word, round(z, 3), int(classes(np.array([z]))[0]), sure, said


def _end(row: Row, word: str, question: Question) -> scales.Placed:
    z, is_high = row.z(word), row.ends[word]
    said = f"{word}: of the end {question.high if is_high else question.low}, lies at {z:+.1f} sd"
    return word, round(z, 3), 6 if is_high else 0, None, said


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
