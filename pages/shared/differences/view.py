"""How far methods differ: all of them in one picture, and two of them word by word.

Everything here is measured between the vectors. What has been measured is shown at once; what has
not is asked of the workers, the cheapest first, and its place stays open meanwhile.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import pandas as pd
import streamlit as st

from embeddings import methods
from embeddings.errors import UserError
from embeddings.figures import comparison
from embeddings.figures.comparison import Cell, Interval, precise
from embeddings.probes import agreement as probe
from embeddings.types import Measure, Spec
from pages.shared import notices, offers, progress
from pages.shared.differences import words
from pages.shared.differences.study import DEFAULT_K, DEFAULT_KIND, KS, Pair, Study, nearest_k
from pages.shared.reading import chart, in_address, say_what_is_wrong, table

EXTENTS = {"chosen": "Chosen methods", "all": "All methods"}

SCROLLED = 6
"""More pairs than this are listed in a box of their own."""

NO_FINDING = {"same": "same", "floor": "in the noise", "chance": "chance"}
"""What is written into the cell of a pair that does not simply differ."""


@dataclass(frozen=True)
class Kind:
    """A way to measure how far two methods agree."""

    label: str
    meaning: str
    source: str
    url: str


KINDS = {
    "overlap": Kind(
        "Neighbour overlap",
        "of the words that are among a word's {k} nearest by either method, the share that is so "
        "by both, as a mean over all words. 1: the same neighbours; 0: none in common.",
        "Jaccard 1912",
        "https://doi.org/10.1111/j.1469-8137.1912.tb05611.x",
    ),
    "cka": Kind(
        "CKA",
        "how alike the two clouds of vectors are as a whole, however they are turned or scaled "
        "(linear centred kernel alignment). 1: the same shape; 0: nothing in common.",
        "Kornblith et al. 2019",
        "https://arxiv.org/abs/1905.00414",
    ),
    "rsa": Kind(
        "RSA",
        "whether the same pairs of words are near and the same are far: the rank correlation of "
        "the cosines of all pairs (representational similarity analysis). 1: the same order; "
        "0: no relation.",
        "Kriegeskorte et al. 2008",
        "https://doi.org/10.3389/neuro.06.004.2008",
    ),
}


def show(tables: Sequence[Spec], vocabulary: str) -> None:
    """Show how far two to four methods differ; the same vectors may be among them twice.

    Parameters
    ----------
    tables : the vectors, all of one vocabulary
    vocabulary : its name
    """
    with st.container(key="differences"):
        if len(set(tables)) == 1:
            progress.only(())
            st.markdown(
                f"{len(tables)} times the same vectors: they agree wholly. Their maps differ by "
                "how they are drawn, and by nothing else; what each keeps of the vectors is under "
                "Trust."
            )
            return
        say_what_is_wrong(
            {
                "measure": (list(KINDS), DEFAULT_KIND),
                "k": (KS, str(DEFAULT_K)),
                "methods": (list(EXTENTS), "chosen"),
            }
        )
        kind, k, is_all = _choose()
        compared = tuple(tables)
        if is_all:
            every = offers.methods_for(vocabulary)
            compared = tuple(methods.get(key).spec(vocabulary) for key in every)
        try:
            _show(Study(compared, vocabulary, kind, k), tables)
        except UserError as error:
            notices.tell(error)


def _show(study: Study, chosen: Sequence[Spec]) -> None:
    _overview(study)
    _certainty(study)
    words.show(study, chosen)
    progress.below(study.missing, "The rest is shown.", study.wanted)


def _choose() -> tuple[str, int, bool]:
    """Let the reader choose a measure, k, and whether all methods are compared."""
    with st.container(
        key="difference-controls", horizontal=True, vertical_alignment="center", gap="medium"
    ):
        kind = st.segmented_control(
            "Measure",
            list(KINDS),
            format_func=lambda name: KINDS[name].label,
            label_visibility="collapsed",
            required=True,
            **in_address("differences", "measure", list(KINDS), DEFAULT_KIND),
        )
        k = st.segmented_control(
            "Nearest neighbours (k)",
            KS,
            format_func=lambda n: f"k {n}",
            label_visibility="collapsed",
            required=True,
            **in_address("differences", "k", KS, str(DEFAULT_K)),
        )
        extent = st.segmented_control(
            "Methods",
            list(EXTENTS),
            format_func=lambda name: EXTENTS[name],
            label_visibility="collapsed",
            required=True,
            **in_address("differences", "methods", list(EXTENTS), "chosen"),
        )
    return str(kind), int(k or DEFAULT_K), extent == "all"


def _overview(study: Study) -> None:
    kind = KINDS[study.kind]
    st.markdown(
        "Measured between the vectors themselves, never on the pictures. "
        f"**{kind.label}**: {kind.meaning.format(k=study.k)} [{kind.source}]({kind.url})"
    )
    picture, text = st.columns([6, 5], gap="large")
    with picture:
        _heat_map(study)
    with text:
        _verdicts(study)
    table(agreement_table(study), f"agreement-{study.vocabulary}-k{study.k}")


def _heat_map(study: Study) -> None:
    st.markdown(f"**How far the methods agree** · {_measured_by(study)}")
    cells = heat_cells(study)
    told = "; ".join(cell.hover for i, row in enumerate(cells) for cell in row[: i + 1])
    chart(
        ("heat map", study.state),
        lambda dark: comparison.heat_map(study.names, cells, dark),
        f"Agreement of {len(study.names)} methods. {told}.",
    )
    st.caption(
        "On the diagonal is each method's noise floor: how far it agrees with itself under "
        "another seed. A dashed ring marks what is no finding: two methods that differ no more "
        "than that, or agree no more than chance."
    )


def heat_cells(study: Study) -> list[list[Cell]]:
    """Return the squares of the heat map: noise floors on the diagonal, pairs beside it."""
    n = len(study.tables)
    pairs = dict(zip(combinations(range(n), 2), study.pairs, strict=True))
    few = n <= comparison.FEW

    def cell(i: int, j: int) -> Cell:
        if i == j:
            value = study.measured(study.floor_of(study.tables[i]))
            said = f"{study.names[i]} with another seed: {_told(value)}"
            return Cell(_value(value), "noise floor" if few else "floor", False, said)
        pair = pairs[min(i, j), max(i, j)]
        verdict = study.verdict(pair)
        if pair.is_same:
            return Cell(1.0, NO_FINDING["same"], True, f"{pair.name}: the same vectors")
        value, state = study.measured(study.of(pair)), verdict.state if verdict else "differ"
        note = NO_FINDING.get(state, "") if few or state != "floor" else "noise"
        return Cell(_value(value), note, bool(note), f"{pair.name}: {_told(value)}")

    return [[cell(i, j) for j in range(n)] for i in range(n)]


def _value(measure: Measure | None) -> float | None:
    return measure.value if measure else None


def _told(measure: Measure | None) -> str:
    if measure is None:
        return "not measured yet"
    return f"{precise(measure.value)} ({precise(measure.low)} to {precise(measure.high)})"


def _measured_by(study: Study) -> str:
    """Name the measure with k and n."""
    sizes = [(len(found.ids), study.n_words(found)) for found in study.found.values()]
    least, most = min(sizes, default=(0, "")), max(sizes, default=(0, ""))
    n = most[1] if least[0] == most[0] else f"{least[0]:,} to {most[1]}"
    k = f", k {study.k}" if study.kind == "overlap" else ""
    return " · ".join(filter(None, (KINDS[study.kind].label + k, n)))


def _verdicts(study: Study) -> None:
    """Say of each pair what its number means."""
    st.markdown("**What that means** · each pair with its 95 % interval")
    blocks = "".join(_verdict(study, pair) for pair in study.pairs)
    # What scrolls must be reached by the keyboard too.
    box = 'lse-scrolled" tabindex="0' if len(study.pairs) > SCROLLED else ""
    st.html(
        f'<div class="lse-verdicts {box}" role="region" aria-label="What each pair means">'
        f"{blocks}</div>"
    )


def _verdict(study: Study, pair: Pair) -> str:
    found, verdict = study.of(pair), study.verdict(pair)
    value = study.measured(found)
    if verdict:
        sentence = verdict.sentence
    else:
        sentence = "The noise floor is being measured." if value else "This is being measured."
    shown, lines = "1" if pair.is_same else "…", [f"<p>{html.escape(sentence)}</p>"]
    if found and value and not pair.is_same:
        shown = (
            f"{precise(value.value)}</b><span>{precise(value.low)} to {precise(value.high)}"
            "</span><b>"
        )
        floors = [
            f"{precise(floor.value)} ({precise(floor.low)} to {precise(floor.high)})"
            if floor and floor.value < probe.SAME_AGAIN
            else precise(floor.value)
            if floor
            else "…"
            for floor in study.floors(pair)
        ]
        k = f", k {nearest_k(found, study.k)}" if study.kind == "overlap" else ""
        lines.append(
            f"<p>chance {precise(value.chance)} · noise floors {' and '.join(floors)} · "
            f"{study.n_words(found)}{k}</p>"
        )
    state = verdict.state if verdict else "open"
    return (
        f'<section class="lse-verdict" data-state="{state}"><p><strong>{html.escape(pair.name)}'
        f"</strong><b>{shown}</b></p>{''.join(lines)}</section>"
    )


def agreement_table(study: Study) -> pd.DataFrame:
    """Return one row for each pair and measure."""
    rows = []
    for pair in study.pairs:
        for kind, declared in KINDS.items():
            found, verdict = study.of(pair), study.verdict(pair, kind)
            value, floors = study.measured(found, kind), study.floors(pair, kind)
            rows.append(
                {
                    "method": pair.left_name,
                    "other method": pair.right_name,
                    "measure": declared.label,
                    "k": nearest_k(found, study.k) if found and kind == "overlap" else None,
                    "value": value.value if value else 1.0 if pair.is_same else None,
                    "low (95 %)": value.low if value else None,
                    "high (95 %)": value.high if value else None,
                    "chance": value.chance if value else None,
                    **_floor_cells("noise floor", floors[0]),
                    **_floor_cells("other noise floor", floors[1]),
                    "words": study.n_words(found, kind) if found else None,
                    "meaning": verdict.sentence if verdict else "not measured yet",
                }
            )
    return pd.DataFrame(rows).astype({"k": "Int64"})


def _floor_cells(name: str, floor: Measure | None) -> dict[str, float | None]:
    values = (floor.value, floor.low, floor.high) if floor else (None, None, None)
    ends = (name, f"{name}, low (95 %)", f"{name}, high (95 %)")
    return dict(zip(ends, values, strict=True))


def _certainty(study: Study) -> None:
    """Show all three measures of every pair, so that one sees which differences are noise."""
    st.subheader("Which differences are more than noise", anchor=False)
    st.markdown(
        "A dot is what was measured, its whiskers the 95 % interval (bootstrap over words, with "
        "their neighbours as they are), the upright line chance. The hatched band begins where the "
        "noisier of the two methods agrees with itself: whiskers that reach it are no difference, "
        "whiskers that reach the line no agreement."
    )
    pairs = [pair for pair in study.pairs if study.of(pair)]
    if not pairs:
        st.caption("The first pair is being measured.")
        return
    panels = []
    for kind, declared in KINDS.items():
        label = declared.label + (f", k {study.k}" if kind == "overlap" else "")
        row = []
        for pair in pairs:
            floors = tuple(floor for floor in study.floors(pair, kind) if floor)
            found = study.measured(study.of(pair), kind)
            # A method that agrees with itself by chance has no band: all would lie in it.
            has_band = len(floors) == 2 and all(
                floor.value > probe.NEAR_CHANCE * floor.chance for floor in floors
            )
            row.append(Interval(pair.name, found, floors if has_band else ()))
        panels.append((label, row))
    chart(
        ("intervals", study.state),
        lambda dark: comparison.intervals(panels, dark, compact=len(pairs) > SCROLLED),
        "Three measures of each pair, with their intervals, chance and noise floors; the numbers "
        "are in the table above.",
    )
