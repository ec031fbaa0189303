"""How far methods differ: all of them in one picture, and two of them word by word.

Everything here is measured between the vectors. What has been measured is shown at once; what has
not is asked of the workers, the cheapest first, and its place stays open meanwhile.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from embeddings import captions, methods, neighbors, recipes
from embeddings.errors import UserError
from embeddings.figures import comparison
from embeddings.figures.comparison import Cell, Interval, Mark, precise
from embeddings.figures.tables import neutral
from embeddings.probes import agreement as probe
from embeddings.probes.agreement import Verdict, WordOverlap
from embeddings.types import Agreement, AgreementSpec, Measure, Request, Spec
from pages.shared import access, notices, progress

DEFAULT_KIND, DEFAULT_K = "overlap", 15
KS = tuple(map(str, probe.KS))
EXTENTS = {"chosen": "Chosen methods", "all": f"All {len(methods.available())} methods"}

WORDS = 8
"""How many words are shown on which two methods differ most, and agree most."""

WRITTEN_OUT = 15
"""How many neighbours of each of them."""

LEFT_OUT = 12
"""How many words are named that only one of two methods has."""

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


# ----------------------------------------------------------------------- what is compared


@dataclass(frozen=True)
class Pair:
    """Two methods out of those that are compared."""

    left: Spec
    right: Spec
    left_name: str
    right_name: str

    @property
    def name(self) -> str:
        """What the reader chooses it by."""
        return f"{self.left_name} and {self.right_name}"

    @property
    def is_same(self) -> bool:
        """Whether both are the same vectors."""
        return self.left == self.right

    @property
    def request(self) -> AgreementSpec:
        """The request for how far they agree."""
        return _between(self.left, self.right)


# Kept: a request works its key out when it is first asked for it, and a run asks many times.
@lru_cache(maxsize=1024)
def _between(left: Spec, right: Spec) -> AgreementSpec:
    return probe.spec(left, right)


@lru_cache(maxsize=1024)
def _floor(table: Spec) -> AgreementSpec:
    return probe.floor_spec(table)


@dataclass(frozen=True)
class Study:
    """What is compared, and by which measure; what of it is known is looked up once."""

    tables: tuple[Spec, ...]
    vocabulary: str
    kind: str = "overlap"
    k: int = DEFAULT_K

    @cached_property
    def names(self) -> list[str]:
        """A name for each method; the same one twice is numbered."""
        names = [captions.name(table) for table in self.tables]
        return [
            f"{name} ({names[: i + 1].count(name)})" if names.count(name) > 1 else name
            for i, name in enumerate(names)
        ]

    @cached_property
    def pairs(self) -> list[Pair]:
        """Every two of the methods."""
        named = zip(self.tables, self.names, strict=True)
        return [Pair(a, b, a_name, b_name) for (a, a_name), (b, b_name) in combinations(named, 2)]

    @cached_property
    def wanted(self) -> list[Request]:
        """What has to be made, in that order: pairs, the neighbours that are shown, floors."""
        pairs: list[Request] = [pair.request for pair in self.pairs if not pair.is_same]
        near = [neighbors.spec(table) for table in self.tables]
        floors = [_floor(table) for table in sorted(self.tables, key=_cost)]
        return list(dict.fromkeys([*pairs, *near, *floors]))

    @cached_property
    def found(self) -> dict[Request, Agreement]:
        """What has been measured so far."""
        wanted = [each for each in self.wanted if isinstance(each, AgreementSpec)]
        return {request: access.agreement(request) for request in wanted if access.has(request)}

    @cached_property
    def missing(self) -> list[Request]:
        """What is not there yet, in the order in which it is asked for."""
        known = self.found
        return in_turn(each for each in self.wanted if each not in known and not access.has(each))

    @property
    def state(self) -> tuple[object, ...]:
        """Everything that its pictures depend on."""
        tables = tuple(table.key for table in self.tables)
        return (tables, self.kind, self.k, tuple(each.key for each in self.found))

    def of(self, pair: Pair) -> Agreement | None:
        """Return how far a pair agrees, if that is known."""
        return self.found.get(pair.request)

    def floor_of(self, table: Spec) -> Agreement | None:
        """Return how far a method agrees with itself under another seed, if that is known."""
        return self.found.get(_floor(table))

    def measured(self, found: Agreement | None, kind: str = "") -> Measure | None:
        """Return one measure of an agreement."""
        if found is None:
            return None
        if (kind or self.kind) == "overlap":
            return found.overlap(nearest_k(found, self.k))
        return found.cka if (kind or self.kind) == "cka" else found.rsa

    def floors(self, pair: Pair, kind: str = "") -> list[Measure | None]:
        """Return the noise floors of a pair's methods, as far as they are known."""
        return [self.measured(self.floor_of(table), kind) for table in (pair.left, pair.right)]

    def verdict(self, pair: Pair, kind: str = "") -> Verdict | None:
        """Return what a pair's agreement means, if both noise floors are known."""
        if pair.is_same:
            return Verdict("same", "These are the same vectors: they agree wholly.")
        found, (left, right) = self.measured(self.of(pair), kind), self.floors(pair, kind)
        if not (found and left and right):
            return None
        return probe.verdict(found, left, right, pair.left_name, pair.right_name)

    def n_words(self, found: Agreement, kind: str = "") -> str:
        """Say on how many words something was measured."""
        n, sampled = len(found.ids), found.n_sampled
        if (kind or self.kind) == "overlap" or sampled == n:
            return f"{n:,} words"
        return f"{sampled:,} of {n:,} words"


def nearest_k(found: Agreement, k: int) -> int:
    """Return the k that was measured: k itself, or less where there are not so many words."""
    return max((each for each in found.ks if each <= k), default=found.ks[0])


def _cost(table: Spec) -> tuple[bool, bool]:
    """Order methods by what another seed costs: nothing, some counting, or training a model."""
    method = methods.get(table.method)
    return method.by_lot, not recipes.HEAVY.isdisjoint(method.needs)


def in_turn(missing: Iterable[Request]) -> list[Request]:
    """Put what did not work last: it is said why, and nothing else waits for it."""
    return sorted(missing, key=_has_ended)


def _has_ended(request: Request) -> bool:
    """Whether asking for something was in vain: it failed, or the reader cancelled it."""
    if request.key in st.session_state.get(progress.WITHDRAWN, ()):
        return True
    try:
        return access.status(request.key).ended
    except UserError:  # nobody has asked for it
        return False


# ---------------------------------------------------------------------------------- the view


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
        kind, k, is_all = _choose()
        compared = tuple(tables)
        if is_all:
            compared = tuple(each.spec(vocabulary) for each in methods.available().values())
        try:
            _show(Study(compared, vocabulary, kind, k), tables)
        except UserError as error:
            notices.tell(error)


def _show(study: Study, chosen: Sequence[Spec]) -> None:
    _overview(study)
    _certainty(study)
    _two(study, chosen)
    progress.only(study.wanted)
    if study.missing:
        with st.container(key="measuring"):
            progress.show(study.missing, "The rest is shown.")


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
            **_in_address("measure", list(KINDS), DEFAULT_KIND),
        )
        k = st.segmented_control(
            "Nearest neighbours (k)",
            KS,
            format_func=lambda n: f"k {n}",
            label_visibility="collapsed",
            required=True,
            **_in_address("k", KS, str(DEFAULT_K)),
        )
        extent = st.segmented_control(
            "Methods",
            list(EXTENTS),
            format_func=lambda name: EXTENTS[name],
            label_visibility="collapsed",
            required=True,
            **_in_address("methods", list(EXTENTS), "chosen"),
        )
    return str(kind), int(k or DEFAULT_K), extent == "all"


def _in_address(name: str, options: Sequence[str], default: str) -> dict[str, Any]:
    """Return the settings of a widget that keeps its value in the address.

    Not bound by Streamlit: what is bound nobody else may write, and the page writes its address as
    a whole.
    """
    key, given = f"differences.{name}", st.query_params.get(name, default)
    st.session_state[key] = given if given in options else default
    return {"key": key, "on_change": _write, "args": (name, default)}


def _write(name: str, default: str) -> None:
    value = st.session_state[f"differences.{name}"]
    if value in (None, default):
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value


def _overview(study: Study) -> None:
    kind = KINDS[study.kind]
    st.markdown(
        "Measured between the vectors themselves, never on the pictures. "
        f"**{kind.label}**: {kind.meaning.format(k=study.k)} [{kind.source}]({kind.url})"
    )
    picture, words = st.columns([6, 5], gap="large")
    with picture:
        _heat_map(study)
    with words:
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
        floors = [precise(floor.value) if floor else "…" for floor in study.floors(pair)]
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
                    "noise floor": floors[0].value if floors[0] else None,
                    "other noise floor": floors[1].value if floors[1] else None,
                    "words": study.n_words(found, kind) if found else None,
                    "meaning": verdict.sentence if verdict else "not measured yet",
                }
            )
    return pd.DataFrame(rows).astype({"k": "Int64"})


def _certainty(study: Study) -> None:
    """Show all three measures of every pair, so that one sees which differences are noise."""
    st.subheader("Which differences are more than noise", anchor=False)
    st.markdown(
        "A dot is what was measured, its whiskers the 95 % interval (bootstrap over words), the "
        "upright line chance. The hatched band begins where the noisier of the two methods agrees "
        "with itself: a dot inside it is no difference, a dot on the line is no agreement."
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
            row.append(Interval(pair.name, found, floors if len(floors) == 2 else ()))
        panels.append((label, row))
    chart(
        ("intervals", study.state),
        lambda dark: comparison.intervals(panels, dark, compact=len(pairs) > SCROLLED),
        "Three measures of each pair, with their intervals, chance and noise floors; the numbers "
        "are in the table above.",
    )


# -------------------------------------------------------------------------- two of them, closely


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


def _two(study: Study, chosen: Sequence[Spec]) -> None:
    st.subheader("Two methods, word by word", anchor=False)
    pairs = {pair.name: pair for pair in study.pairs}
    of_chosen = (pair for pair in study.pairs if {pair.left, pair.right} <= {*chosen})
    first = next(of_chosen, study.pairs[0])
    name = st.selectbox(
        "Pair", list(pairs), width=460, **_in_address("pair", list(pairs), first.name)
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
        st.download_button(
            f"Every word as CSV ({len(found.ids):,} rows)",
            lambda: as_csv(every_word(study, pair, found, k)),
            f"words-{_file_name(pair)}-k{k}.csv",
            "text/csv",
            on_click="ignore",
            key="every word",
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
        if own and own.low <= own.chance:
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


# ------------------------------------------------------------------------- charts and tables


def chart(key: tuple[object, ...], draw: Callable[[bool], Any], alt: str) -> None:
    """Show a chart, drawn once for everybody who sees the same, with a name for who cannot see it.

    Parameters
    ----------
    key : all that the chart depends on but the theme; its first part names the chart
    draw : makes the figure, told whether it stands on a dark ground
    """
    is_dark = st.context.theme.type == "dark"
    figure = _figure((*key, is_dark), lambda: draw(is_dark))
    st.plotly_chart(figure, key=f"chart {key[0]}", config={"displayModeBar": False}, alt=alt)


@st.cache_resource(max_entries=128, show_spinner=False)
def _figure(key: tuple[object, ...], _draw: Callable[[], Any]) -> Any:
    return _draw()


def table(rows: pd.DataFrame, name: str) -> None:
    """Show the same as a table, which can be kept as a CSV file of that name."""
    with st.expander("The same as a table"):
        st.dataframe(rows, hide_index=True)
        st.download_button(
            "Download this table (CSV)",
            lambda: as_csv(rows),
            f"{name}.csv",
            "text/csv",
            on_click="ignore",
            key=f"csv {name}",
        )


def as_csv(rows: pd.DataFrame) -> str:
    """Write a table so that no spreadsheet runs anything in it."""
    plain = rows.map(lambda value: neutral(value) if isinstance(value, str) else value)
    plain.columns = [neutral(str(name)) for name in rows.columns]
    return plain.to_csv(index=False, float_format="%.6g", lineterminator="\n")
