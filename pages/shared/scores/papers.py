"""What papers report on the same tests, and how their way of measuring differs from ours."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass

from embeddings import methods
from embeddings.probes import scorecard
from embeddings.probes.scorecard import Scorecard
from pages.shared import access

GRAMMAR = "gram"
"""How the names of the sections begin that the papers call syntactic."""


@dataclass(frozen=True)
class Published:
    """One published figure, and ours beside it.

    Attributes
    ----------
    what : the vectors of the paper
    theirs, test : the figure as published, and of which test
    method : ours that stands beside it
    ours : reads our figure from a scorecard
    differs : how the paper measured otherwise
    """

    source: str
    url: str
    what: str
    test: str
    theirs: str
    method: str
    ours: Callable[[Scorecard], str]
    differs: str


def _analogies(card: Scorecard) -> str:
    grammar = [each for each in card.sections if each.name.startswith(GRAMMAR)]
    meaning = [each for each in card.sections if not each.name.startswith(GRAMMAR)]
    parts = []
    for name, sections in (("semantic", meaning), ("syntactic", grammar)):
        right, total = (sum(getattr(e, field) for e in sections) for field in ("correct", "total"))
        parts.append(f"{name} {100 * right / total:.1f} %")
    return "\n".join([*parts, f"all {100 * card.overall.accuracy_on_all:.1f} %"]) + _attempted(card)


def _attempted(card: Scorecard) -> str:
    if card.overall.attempted == card.overall.total or card.overall.accuracy is None:
        return ""
    of = f"{card.overall.attempted:,} of {card.overall.total:,} attempted"
    return f"\n(not attempted is wrong; {100 * card.overall.accuracy:.1f} % of the {of})"


def _pairs(number: int) -> Callable[[Scorecard], str]:
    def ours(card: Scorecard) -> str:
        found = card.pairs[number]
        value = "none" if found.spearman is None else f"{found.spearman:.3f}"
        return f"{value} on {found.attempted} of {found.total} pairs"

    return ours


GLOVE_PAPER = ("Pennington, Socher and Manning 2014", "https://aclanthology.org/D14-1162/")
OF_GLOVE = (
    "Same text, same 400,000 words, same {}; 300 numbers a word, where the packaged vectors have "
    "50."
)
BY_FEATURE = (
    " Before taking cosines they normalise every feature (each of a vector's numbers) over the "
    "whole vocabulary (section 4.3); here cosines are of the vectors as they are."
)
"""How the figures of Table 3 are measured."""

PUBLISHED = (
    Published(
        *GLOVE_PAPER,
        "GloVe, 300 numbers, 6 billion words (Table 2)",
        "Analogies",
        "semantic 77.4 %\nsyntactic 67.0 %\nall 71.7 %",
        "glove",
        _analogies,
        OF_GLOVE.format("questions"),
    ),
    Published(
        *GLOVE_PAPER,
        "GloVe, 300 numbers, 6 billion words (Table 3)",
        "WordSim-353",
        "0.658",
        "glove",
        _pairs(0),
        OF_GLOVE.format("pairs") + BY_FEATURE + " So normalised, ours would reach .567.",
    ),
    Published(
        "Mikolov, Chen, Corrado and Dean 2013",
        "https://arxiv.org/abs/1301.3781",
        "Skip-gram, 300 numbers, 783 million words (Table 4)",
        "Analogies",
        "semantic 50.0 %\nsyntactic 55.9 %\nall 53.3 %",
        "word2vec",
        _analogies,
        "The same questions. Ours has 100 numbers a word and learns from 3.7 million words, two "
        "hundred times fewer, mostly of a dictionary, which has few names of places.",
    ),
    Published(
        *GLOVE_PAPER,
        "Skip-gram, 300 numbers, 6 billion words (Table 3)",
        "WordSim-353",
        "0.628",
        "word2vec",
        _pairs(0),
        "The same pairs; more than a thousand times as much text. Pairs with a word that we do not "
        "know are left out here." + BY_FEATURE,
    ),
    Published(
        "Hill, Reichart and Korhonen 2015, as their page gives it",
        "https://fh295.github.io/simlex.html",
        "Skip-gram, 1 billion words of Wikipedia",
        "SimLex-999",
        "0.37",
        "word2vec",
        _pairs(1),
        "The same pairs; from 270 times as much text. Pairs with a word that we do not know are "
        "left out here.",
    ),
)

COLUMNS = ("Source", "Test", "Published", "Ours", "How they differ")


def rows() -> list[tuple[Published, str]]:
    """Return every published figure and ours: each method on all its own words."""
    found = []
    for each in PUBLISHED:
        of = methods.get(each.method)
        request = scorecard.spec(of.spec(of.own_words))
        ours = each.ours(access.scorecard(request)) if access.has(request) else "not measured yet"
        found.append((each, ours))
    return found


def table() -> str:
    """Write published figures and ours as a table."""
    body = []
    for each, ours in rows():
        source = f'<a href="{html.escape(each.url)}" target="_blank">{html.escape(each.source)}</a>'
        label = methods.get(each.method).label
        cells = (
            f'<th scope="row">{source}<br><span>{html.escape(each.what)}</span></th>',
            f"<td>{html.escape(each.test)}</td>",
            f"<td>{_lines(each.theirs)}</td>",
            f"<td><b>{html.escape(label)}</b><br>{_lines(ours)}</td>",
            f"<td>{html.escape(each.differs)}</td>",
        )
        body.append(f"<tr>{''.join(cells)}</tr>")
    head = "".join(f'<th scope="col">{column}</th>' for column in COLUMNS)
    return (
        '<table class="lse-words lse-papers"><caption>Published figures beside ours, each method '
        f"on all its own words.</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(body)}</tbody></table>"
    )


def _lines(text: str) -> str:
    return "<br>".join(html.escape(line) for line in text.split("\n"))
