"""The address of a scorecard: which words, what its cells show, which cell is open, what is added.

``?vocabulary=own&cells=nearest&columns=bert,layer:0|word2vec,window:10&section=family&method=bert``
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from embeddings import captions, methods
from embeddings.probes import scorecard
from embeddings.probes.scorecard import ALL
from embeddings.types import ScorecardSpec
from pages.shared import address, offers
from pages.shared.address import Choice

OWN = "own"
"""In place of a vocabulary: every method searches all of its own words."""

VOCABULARIES = ("common-10k", "common-2k", OWN)
CELLS = {
    "attempted": "Right, of attempted",
    "all": "Right, of all",
    "nearest": "Nearest to c alone",
    "coverage": "Attempted",
}
"""What the cells can show."""

SEPARATOR = "|"
MOST_ADDED = 5

ALL_NAME = "All analogies"
SECTIONS = {
    "capital-common-countries": "Common capitals",
    "capital-world": "World capitals",
    "currency": "Currencies",
    "city-in-state": "Cities in states",
    "family": "Family",
    "gram1-adjective-to-adverb": "Adjective to adverb",
    "gram2-opposite": "Opposites",
    "gram3-comparative": "Comparatives",
    "gram4-superlative": "Superlatives",
    "gram5-present-participle": "Present participles",
    "gram6-nationality-adjective": "Nationalities",
    "gram7-past-tense": "Past tenses",
    "gram8-plural": "Plurals of nouns",
    "gram9-plural-verbs": "Verbs, third person",
    ALL: ALL_NAME,
}
"""What people read for the sections of Google's analogies, in the order of the test."""

OURS = {"vocabulary", "cells", "columns", "section", "method"}
"""The names in the address that are written here."""


PAIRS = {"wordsim353": "WordSim-353", "simlex999": "SimLex-999"}
"""What people read for the lists of pairs."""


@dataclass(frozen=True)
class Scores:
    """What somebody looks at.

    Attributes
    ----------
    vocabulary : one of ``VOCABULARIES``
    cells : one of ``CELLS``
    added : methods with other settings than their defaults, beside all those that have them
    section, method : the open cell: the name of a section, and a column; "" where none is open
    """

    vocabulary: str = VOCABULARIES[0]
    cells: str = "attempted"
    added: tuple[Choice, ...] = ()
    section: str = ""
    method: str = ""

    @property
    def columns(self) -> tuple[Choice, ...]:
        """Every method by its defaults, then those that were added."""
        return (*(Choice(key) for key in offers.method_keys()), *self.added)

    def words(self, column: Choice) -> str:
        """Return the name of the vocabulary that a column searches."""
        own = methods.own_words(column.method)
        return own if self.vocabulary == OWN else self.vocabulary

    def request(self, column: Choice) -> ScorecardSpec:
        """Return the request for the scores of a column."""
        named = replace(column, vocabulary=self.words(column))
        return scorecard.spec(address.projection_of(named).table)

    def name(self, column: Choice) -> str:
        """Return what people read for a column."""
        return captions.name(self.request(column).table)

    @property
    def open(self) -> Choice | None:
        """The column of the open cell, if one is open."""
        if not self.section:
            return None
        return next((each for each in self.columns if written(each) == self.method), None)


def vocabularies() -> tuple[str, ...]:
    """Return the words that can be searched, the visitor's own last."""
    return (*VOCABULARIES, *offers.own_vocabularies())


def read(query: Mapping[str, str]) -> tuple[Scores, tuple[str, ...]]:
    """Return what a query stands for, and one line for each thing wrong in it."""
    problems: list[str] = []

    def pick(name: str, kind: str, valid: tuple[str, ...], default: str) -> str:
        value = query.get(name, default)
        if value in valid or not value:
            return value or default
        shown = f"Showing {default}." if default else "None is open."
        problems.append(f"{offers.unknown(kind, value, valid)} {shown}")
        return default

    default = Scores()
    words = pick("vocabulary", "vocabulary", vocabularies(), default.vocabulary)
    cells = pick("cells", "number in the cells", tuple(CELLS), default.cells)
    found = Scores(words, cells, _read_columns(query.get("columns", ""), problems))
    section = pick("section", "section", (*SECTIONS, *PAIRS), "")
    names = tuple(map(written, found.columns))
    method = pick("method", "column", names, "") if section else ""
    if section and method:
        found = replace(found, section=section, method=method)
    return found, tuple(problems)


def _read_columns(text: str, problems: list[str]) -> tuple[Choice, ...]:
    found: dict[Choice, None] = {}
    for part in filter(None, text.split(SEPARATOR)):
        method, _, settings = part.partition(",")
        if method not in offers.method_keys():
            unknown = offers.unknown("method", method, offers.method_keys())
            problems.append(f"{unknown} It is left out.")
            continue
        choice, wrong = address.read({"method": method, "settings": settings})
        problems += wrong
        found[of_vectors(choice)] = None
    added = tuple(each for each in found if each.settings)
    if len(added) > MOST_ADDED:
        problems.append(f"{len(added)} columns are too many: showing the first {MOST_ADDED}.")
    return added[:MOST_ADDED]


def of_vectors(choice: Choice) -> Choice:
    """Return the choice without what is said of maps: scores are of vectors alone."""
    settings = address.settings_of(choice.method)
    names = {p.name for p in (*settings.of_vectors, *settings.seeds)} - {address.SEED.name}
    kept = tuple((name, value) for name, value in choice.settings if name in names)
    return Choice(choice.method, settings=kept)


def written(column: Choice) -> str:
    """Return how a column is named in the address: the method, and its settings behind commas."""
    return ",".join(filter(None, (column.method, address.write(column).get("settings"))))


def write(scores: Scores) -> dict[str, str]:
    """Return the query that stands for what somebody looks at."""
    query = {
        "vocabulary": scores.vocabulary,
        "cells": scores.cells if scores.cells != Scores().cells else "",
        "columns": SEPARATOR.join(map(written, scores.added)),
        "section": scores.section,
        "method": scores.method,
    }
    return {name: value for name, value in query.items() if value}


def label(words: str) -> str:
    """Return what people read for a choice of words."""
    return "Each method's own words" if words == OWN else offers.vocabulary_label(words)
