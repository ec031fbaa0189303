"""The page Scorecard: all scores in one table, what stands behind each, and beside the papers'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from embeddings import methods
from embeddings.errors import UserError
from embeddings.figures import scores as figures
from embeddings.figures.scores import Curve, Row, Value
from embeddings.probes import scorecard
from embeddings.probes.scorecard import ALL, Scorecard, Section
from embeddings.types import Interval, PairScore, Request, ScorecardSpec
from pages.shared import access, notices, progress
from pages.shared.reading import chart, in_turn, table
from pages.shared.scores import grid, pairs, papers, pickers, questions
from pages.shared.scores.choice import ALL_NAME, OWN, PAIRS, SECTIONS, Scores, label, written
from pages.shared.scores.grid import Cell, Line

GROUPS = {"capital-common-countries": "About the world", "gram1-adjective-to-adverb": "Grammar"}
"""What is written above these sections."""

LAYERED = "common-10k"
"""The words on which every layer of BERT is scored."""

OWN_WORDS = (
    " Each method searches all the words that it has, so each attempts other questions: what is "
    "right of *all* questions compares best."
)
GENSIM = "https://radimrehurek.com/gensim/models/keyedvectors.html"
LINZEN = "https://aclanthology.org/W16-2503/"


@dataclass(frozen=True)
class Column:
    """One method with its settings, and what it scores, if that is measured."""

    key: str
    name: str
    request: ScorecardSpec
    card: Scorecard | None


def show(scores: Scores) -> None:
    """Show the page for what the reader has chosen."""
    with st.container(key="scores"):
        try:
            _show(scores)
        except UserError as error:
            notices.tell(error)


def _show(scores: Scores) -> None:
    columns = columns_of(scores)
    st.markdown(
        "**What each method scores on published tests of meaning.** Google's analogies ask *a is "
        "to b as c is to what*: the answer is the word nearest to b − a + c, these three left out. "
        "WordSim-353 and SimLex-999 ask whether cosines order pairs of words as people do."
        + (OWN_WORDS if scores.vocabulary == OWN else "")
    )
    with st.container(key="scores-beside"):
        picture, text = st.columns([13, 9], gap="medium")
        with picture:
            _grid(scores, columns)
        with text:
            _beside(scores, columns)
    table(scores_table(columns), f"scorecard-{scores.vocabulary}")
    _overall(scores, columns)
    _layers()
    _papers()
    _small_print(columns)
    _measure(columns)


def columns_of(scores: Scores) -> tuple[Column, ...]:
    """Return what is compared, with the scores that are there."""
    found = []
    for each in scores.columns:
        request = scores.request(each)
        card = access.scorecard(request) if access.has(request) else None
        found.append(Column(written(each), scores.name(each), request, card))
    return tuple(found)


def _measure(columns: Sequence[Column]) -> None:
    """Ask the workers for columns that are missing; the layers are shown as far as they are there.

    A layer of BERT in context takes minutes, and nobody has asked for it.
    """
    wanted: list[Request] = [each.request for each in columns]
    missing = in_turn(each for each in wanted if not access.has(each))
    progress.below(missing, "The rest is shown.", wanted)


# ------------------------------------------------------------------------------------- grid


def _grid(scores: Scores, columns: Sequence[Column]) -> None:
    grid.show(
        f"Scores of {len(columns)} methods in every section",
        [Line(each.key, each.name, _note(each)) for each in columns],
        rows_of(scores),
        [[cell(row.key, each, scores.cells) for each in columns] for row in rows_of(scores)],
        (scores.section, scores.method),
        pickers.open_cell,
    )
    st.caption(
        {
            "attempted": "Percent right of the questions attempted; rank correlations for pairs.",
            "all": "Percent right of all questions: what was not attempted counts as wrong.",
            "nearest": "Percent right, of those attempted, of the word nearest to c alone: no "
            "arithmetic, a and b unread (Linzen 2016).",
            "coverage": "Percent of questions and pairs whose words are all known.",
        }[scores.cells]
        + " Press a cell to read its questions."
    )


def _note(column: Column) -> str:
    return f"{column.card.searched:,} words" if column.card else "not yet"


def rows_of(scores: Scores) -> list[Line]:
    """Return the rows: sections, all of them, and the lists of pairs."""
    found = [Line(key, name, "", GROUPS.get(key, ""), key == ALL) for key, name in SECTIONS.items()]
    return [*found, *(Line(key, name) for key, name in PAIRS.items())]


def cell(row: str, column: Column, shown: str) -> Cell:
    """Return what stands in a cell, and all there is to say of it."""
    if column.card is None:
        return Cell("…", None, f"{column.name}: not measured yet.")
    if row in PAIRS:
        return _pair_cell(next(e for e in column.card.pairs if e.name == row), column.name, shown)
    section = section_of(column.card, row)
    value = {
        "attempted": section.accuracy,
        "all": section.accuracy_on_all,
        "nearest": section.nearest_accuracy,
        "coverage": section.attempted / section.total,
    }[shown]
    text = "–" if value is None else percent(value)
    return Cell(text, value, said_of(section, column.name))


def section_of(card: Scorecard, name: str) -> Section:
    """Return a section by its name, or all as one."""
    return next(each for each in (*card.sections, card.overall) if each.name == name)


def _pair_cell(found: PairScore, name: str, shown: str) -> Cell:
    value = {"attempted": found.spearman, "coverage": found.attempted / found.total}.get(shown)
    said = f"{PAIRS[found.name]} by {name}\n{pairs.said(found)}"
    if shown in ("all", "nearest"):
        said += " There is no such number of pairs."
    if value is None:
        return Cell("–", None, said)
    text = f"{value:.2f}" if shown == "attempted" else percent(value)
    return Cell(text, max(value, 0.0), said)


def percent(share: float) -> str:
    """Write a share in percent, as a cell has room for it."""
    digits = 0 if share >= 0.0995 or share == 0 else 1 if share >= 0.001 else 2
    return f"{100 * share:.{digits}f}"


def said_of(section: Section, name: str) -> str:
    """Say all there is to say of a section."""
    title = SECTIONS.get(section.name, section.name)
    if section.accuracy is None or section.interval is None:
        return (
            f"{title} by {name}\nNone of {section.total:,} questions could be attempted: a word of "
            "each is not among those searched."
        )
    low, high = 100 * section.interval.low, 100 * section.interval.high
    return (
        f"{title} by {name}\n{section.correct:,} of {section.attempted:,} attempted are right: "
        f"{100 * section.accuracy:.1f} % ({low:.1f} to {high:.1f}).\nOf all {section.total:,}: "
        f"{100 * section.accuracy_on_all:.1f} %.\nThe word nearest to c alone: "
        f"{100 * section.nearest / section.attempted:.1f} %."
    )


def _beside(scores: Scores, columns: Sequence[Column]) -> None:
    """Show the open cell, or how to read the table while none is open."""
    column = scores.open
    if column is not None and access.has(scores.request(column)):
        if scores.section in PAIRS:
            pairs.show(scores, column)
        else:
            questions.show(scores, column)
        return
    if column is not None:
        st.caption("This is being measured.")
    st.markdown(
        "**How to read it.** Every column is a method, every row a section of the analogies; "
        "point at a cell for its interval and its counts, press it (or walk there by the arrow "
        "keys and press Enter) for its questions.\n\n"
        "**Accuracy flatters.** A question is attempted only where all four words are known, and "
        "few known words make easy questions: *Right, of all* counts the others as wrong.\n\n"
        "**Much of it is neighbourhood.** In many questions the word nearest to c is the answer, "
        "as *cats* to *cat*. What that alone would score is under *Nearest to c alone*; only what "
        f"goes beyond it is arithmetic.{_plurals(columns)}\n\n"
        "**One-hot** answers by lot: all its cosines are 0, every word is as good as any other. "
        "Its score is chance, and its pairs have no order (but *tiger* and *tiger*, which "
        "WordSim-353 has too)."
    )


def _plurals(columns: Sequence[Column]) -> str:
    """Give an example: of BERT's plurals."""
    for each in columns:
        if each.key == "bert" and each.card:
            found = section_of(each.card, "gram8-plural")
            if found.accuracy is not None and found.nearest_accuracy is not None:
                return (
                    f" {each.name} has {percent(found.accuracy)} % of the plurals right, and "
                    f"{percent(found.nearest_accuracy)} % without reading a and b."
                )
    return ""


def scores_table(columns: Sequence[Column]) -> pd.DataFrame:
    """Return one row for each method and section, and for each method and list of pairs."""
    rows = []
    for column in columns:
        if column.card is None:
            continue
        for each in (*column.card.sections, column.card.overall):
            rows.append(
                {
                    "method": column.name,
                    "words searched": column.card.searched,
                    "test": SECTIONS.get(each.name, each.name),
                    "total": each.total,
                    "attempted": each.attempted,
                    "measure": "accuracy",
                    "value": each.accuracy,
                    **_ends(each.interval),
                    "of all": each.accuracy_on_all,
                    "nearest to c alone": each.nearest_accuracy,
                }
            )
        for pair in column.card.pairs:
            rows.append(
                {
                    "method": column.name,
                    "words searched": column.card.searched,
                    "test": PAIRS[pair.name],
                    "total": pair.total,
                    "attempted": pair.attempted,
                    "measure": "Spearman's correlation",
                    "value": pair.spearman,
                    **_ends(pair.interval),
                }
            )
    return pd.DataFrame(rows)


def _ends(interval: Interval | None) -> dict[str, float | None]:
    low, high = (interval.low, interval.high) if interval else (None, None)
    return {"low (95 %)": low, "high (95 %)": high}


# ---------------------------------------------------------------------------------- overall


def _overall(scores: Scores, columns: Sequence[Column]) -> None:
    st.subheader("Overall, beside chance and c alone", anchor=False)
    is_all = scores.cells == "all"
    st.markdown(
        f"Blue is the share of {'all' if is_all else 'attempted'} analogies that are right, with "
        "its 95 % interval; hatched what the word nearest to c alone would score; the upright line "
        "chance, one word drawn from all that are searched. Below each name: how much was "
        "attempted. On the right Spearman's correlations, with their intervals."
    )
    known = [each for each in columns if each.card]
    if not known:
        st.caption("The first method is being measured.")
        return
    chart(
        ("overall", is_all, tuple(each.request.key for each in known)),
        lambda dark: figures.overall(
            [overall_row(each.name, each.card, is_all) for each in known if each.card],
            [f"{ALL_NAME}, of {'all' if is_all else 'attempted'}", *PAIRS.values()],
            dark,
        ),
        "; ".join(_told(each) for each in known),
    )


def overall_row(name: str, card: Scorecard, is_all: bool) -> Row:
    """Return one method's row of the chart."""
    whole = card.overall
    share = whole.attempted / whole.total if is_all else 1.0
    accuracy = None
    if whole.accuracy is not None and whole.interval is not None:
        ends = (whole.interval.low, whole.interval.high)
        accuracy = Value(whole.accuracy * share, *(share * end for end in ends))
    near = whole.nearest_accuracy
    return Row(
        name,
        f"{whole.attempted:,} of {whole.total:,} attempted",
        accuracy,
        None if near is None else near * share,
        share / max(card.searched - 3, 1),
        tuple(_value(each) for each in card.pairs),
    )


def _value(pair: PairScore) -> Value | None:
    if pair.spearman is None:
        return None
    ends = (pair.interval.low, pair.interval.high) if pair.interval else (None, None)
    return Value(pair.spearman, *ends)


def _told(column: Column) -> str:
    if column.card is None:
        return column.name
    return said_of(column.card.overall, column.name).replace("\n", ": ", 1).replace("\n", " ")


# ----------------------------------------------------------------------------------- layers


def layered() -> dict[str, dict[int, ScorecardSpec]]:
    """Return the scorecards of every layer, by the methods that have layers."""
    found = {}
    for key, method in methods.available().items():
        for layer in (each for each in method.parameters if each.name == "layer"):
            numbers = range(int(layer.low or 0), int(layer.high or 0) + 1)
            found[key] = {
                n: scorecard.spec(method.spec(LAYERED, parameters={"layer": n})) for n in numbers
            }
    return found


def _layers() -> None:
    cards = {
        key: {n: access.scorecard(each) for n, each in of.items() if access.has(each)}
        for key, of in layered().items()
    }
    if not any(cards.values()):
        return
    st.subheader("BERT, layer by layer", anchor=False)
    st.markdown(
        f"On {label(LAYERED).lower()}; a word's pieces are averaged, [CLS] and [SEP] left out. "
        "Layer 0 is the input, before any attention: one learned vector for each word piece. The "
        "lowest layers do the analogies best; how alike two words are (SimLex-999) is told best by "
        "the last, and in context. "
        "Dotted: the word nearest to c alone. Whiskers are 95 % intervals."
    )
    keys = tuple(each.key for of in layered().values() for each in of.values() if access.has(each))
    chart(
        ("layers", keys),
        lambda dark: figures.layers(layer_panels(cards), dark),
        "; ".join(
            f"{methods.get(key).label}, layer {n}: {100 * (card.overall.accuracy or 0):.1f} %"
            for key, of in cards.items()
            for n, card in of.items()
        ),
    )
    table(layers_table(cards), f"layers-{LAYERED}")


def layer_panels(cards: dict[str, dict[int, Scorecard]]) -> list[tuple[str, list[Curve]]]:
    """Return the curves of each test."""
    analogies = []
    for key, of in cards.items():
        name, known = methods.get(key).label, {n: c for n, c in of.items() if c.overall.attempted}
        rows = [overall_row(name, card, is_all=False) for card in known.values()]
        values = tuple(row.accuracy for row in rows if row.accuracy)
        analogies.append(Curve(name, tuple(known), values))
        near = tuple(Value(row.nearest or 0.0) for row in rows)
        analogies.append(Curve(name, tuple(known), near, is_beside=True))
    panels = [(f"{ALL_NAME}, of attempted", analogies)]
    for i, title in enumerate(PAIRS.values()):
        curves = []
        for key, of in cards.items():
            found = {n: value for n, card in of.items() if (value := _value(card.pairs[i]))}
            curves.append(Curve(methods.get(key).label, tuple(found), tuple(found.values())))
        panels.append((title, curves))
    return panels


def layers_table(cards: dict[str, dict[int, Scorecard]]) -> pd.DataFrame:
    """Return one row for each method and layer."""
    return pd.DataFrame(
        {
            "method": methods.get(key).label,
            "layer": n,
            "accuracy": card.overall.accuracy,
            **_ends(card.overall.interval),
            "nearest to c alone": card.overall.nearest_accuracy,
            **{PAIRS[each.name]: each.spearman for each in card.pairs},
        }
        for key, of in cards.items()
        for n, card in of.items()
    )


# ----------------------------------------------------------------------------------- papers


def _papers() -> None:
    st.subheader("Beside the papers", anchor=False)
    st.markdown(
        "Scores of different papers are seldom of the same thing: text, size of the vectors, words "
        "searched and questions left out all differ. For the methods that are not in this table no "
        "published figure of the same test could be checked, so none is shown."
    )
    st.html(papers.table())


def _small_print(columns: Sequence[Column]) -> None:
    st.subheader("How it is measured", anchor=False)
    st.markdown(
        f"The accuracies are those of [gensim's]({GENSIM}) `evaluate_word_analogies`, the "
        "correlations those of its `evaluate_word_pairs`, to the last digit: capital letters make "
        "no difference, the three words of a question cannot be its answer, and a question or pair "
        "with an unknown word is not attempted. gensim takes the first 300,000 words unless told "
        "otherwise; here all are searched. `python -m embeddings score` prints the same.\n\n"
        "**Intervals** hold 95 % of 1,000 bootstrap resamples, of questions for accuracies and of "
        "pairs for correlations. They say how much hangs on the questions drawn, as if each were "
        "a new one. They are not: the 506 questions on common capitals, say, combine 23 pairs of "
        "words with each other, so other questions of the kind could differ by more. And where "
        "none of a few is right, or all are, every resample says the same: an interval without "
        "width is no certainty.\n\n"
        "**Nearest to c alone** takes the word nearest to c that is not in the question and looks "
        f"at nothing else ([Linzen 2016]({LINZEN}))."
    )
