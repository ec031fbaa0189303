"""The address of a question: what is asked, in which way, and of which words.

``?a=man&b=king&c=woman&expect=queen&way=add&inputs=out&vocabulary=common-10k``
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from embeddings import methods, vocabulary
from embeddings.errors import UserError
from embeddings.probes import formula
from embeddings.probes.formula import FormulaError, Question
from embeddings.types import Spec
from pages.shared import address, offers

MODES = {"analogy": "A is to B as C", "formula": "Formula", "list": "Many at once"}
WAYS = {"add": "3CosAdd", "mul": "3CosMul", "pair": "PairDirection"}
INPUTS = {"out": "Inputs left out", "in": "Inputs let in"}
OWN = "own"
SEARCHED = {
    "common-2k": "2,000 common words",
    "common-10k": "10,000 common words",
    OWN: "Each method's own words",
    "glove-400k": "All 400,000 words of GloVe",
}
SLOW, COMMON = ("bert_in_context",), "common-10k"
"""Methods that would read for most of an hour before they knew all their words, and what they
search instead."""
PARTS = ("a", "b", "c", "expect", "formula")
LONGEST = 2_000
"""Characters of a part that are read from an address."""


@dataclass(frozen=True)
class Asking:
    """What somebody asks, as it is written; whether it can be read is another matter.

    Attributes
    ----------
    mode : "analogy", "formula" or "list"
    way : "add", "mul" or "pair"
    inputs : "out" where the words of the question may not be answers, else "in"
    vocabulary : the words searched, or "own" for every word that each method knows
    drawn : the method of the picture
    dimensions : of the picture
    also : settings of a Word2Vec that the reader has trained, which answers beside the methods
    """

    mode: str = "analogy"
    a: str = "man"
    b: str = "king"
    c: str = "woman"
    expect: str = "queen"
    formula: str = "king - man + woman"
    way: str = "add"
    inputs: str = "out"
    vocabulary: str = "common-10k"
    drawn: str = "glove"
    dimensions: int = 2
    also: str = ""

    @property
    def parts(self) -> dict[str, str]:
        """What is written in the fields, by their names."""
        return {name: getattr(self, name) for name in PARTS}

    @property
    def allows_inputs(self) -> bool:
        """Whether the words of the question may be answers too."""
        return self.inputs == "in"


@dataclass(frozen=True)
class Wrong:
    """Why a question cannot be read: in which field and, in a formula, at which column from 1."""

    problem: str
    part: str = ""
    text: str = ""
    column: int = 0


def searched() -> dict[str, str]:
    """Return the words that can be searched, and what people read for them."""
    return SEARCHED | {name: offers.vocabulary_label(name) for name in offers.own_vocabularies()}


def read(query: Mapping[str, str]) -> tuple[Asking, tuple[str, ...]]:
    """Return what a query asks, and one line for each thing wrong in it."""
    problems: list[str] = []
    default = Asking()

    def pick(name: str, usual: str, valid: Mapping[str, object], kind: str) -> str:
        value = query.get(name, usual)
        if value in valid:
            return value
        problems.append(f"{offers.unknown(kind, value, tuple(valid))} Showing {usual}.")
        return usual

    also, wrong = address.read({"method": "word2vec", "settings": query.get("also", "")})
    problems += wrong
    usual = "formula" if "formula" in query and "a" not in query else default.mode
    mode = pick("ask", usual, MODES, "way to ask")
    parts = {name: query.get(name, "")[:LONGEST] for name in PARTS}
    if not any(name in query for name in "abc"):
        parts |= {name: getattr(default, name) for name in ("a", "b", "c", "expect")}
    if not parts["formula"]:
        parts["formula"] = default.formula
    return (
        Asking(
            mode,
            **parts,
            way=pick("way", default.way, WAYS, "way to answer"),
            inputs=pick("inputs", default.inputs, INPUTS, "rule for the inputs"),
            vocabulary=pick("vocabulary", default.vocabulary, searched(), "vocabulary"),
            drawn=pick("drawn", default.drawn, dict.fromkeys(offers.method_keys()), "method"),
            dimensions=int(
                pick(
                    "dimensions", str(default.dimensions), {"2": 2, "3": 3}, "number of dimensions"
                )
            ),
            also=address.write(also).get("settings", ""),
        ),
        tuple(problems),
    )


def write(asking: Asking) -> dict[str, str]:
    """Return the query that stands for a question; what is as usual is left out."""
    default = Asking()
    query: dict[str, str] = {}
    if asking.mode == "analogy":
        query = {name: getattr(asking, name) for name in ("a", "b", "c")}
        if asking.expect:
            query["expect"] = asking.expect
    elif asking.mode == "formula":
        query = {"formula": asking.formula}
    if asking.mode == "list":
        query["ask"] = asking.mode
    for name in ("way", "inputs", "vocabulary", "drawn", "dimensions", "also"):
        value = getattr(asking, name)
        if value != getattr(default, name):
            query[name] = str(value)
    return query


def trained(settings: str) -> Spec:
    """Return the vectors of a Word2Vec by its settings, as an address has them."""
    choice, _ = address.read({"method": "word2vec", "settings": settings})
    return address.projection_of(choice).table


def question(asking: Asking) -> Question | Wrong:
    """Read the question; where that is not possible, say why and where."""
    if asking.mode == "formula":
        try:
            return formula.as_analogy(formula.parse(asking.formula))
        except FormulaError as error:
            return Wrong(error.problem, "formula", asking.formula, error.column)
        except UserError as error:
            return Wrong(str(error), "formula")
    for name in "abc":
        if not getattr(asking, name).strip():
            return Wrong(f"{name.upper()} is empty: write a word there.", name)
    try:
        return formula.analogy(asking.a, asking.b, asking.c, _expected(asking.expect))
    except UserError as error:
        return Wrong(str(error))


def asked_by(found: Question, asking: Asking) -> Asking:
    """Return what asks that question, all else as it is."""
    if found.asked:
        a, b, c = found.asked
        return replace(asking, mode="analogy", a=a, b=b, c=c, expect=found.expected or "")
    return replace(asking, mode="formula", formula=str(found))


def parts_of(mode: str) -> tuple[str, ...]:
    """Return the fields of a way to ask."""
    return {"analogy": ("a", "b", "c", "expect"), "formula": ("formula",)}.get(mode, ())


def carried(now: Asking, last: Asking) -> Asking:
    """Return what is asked now with the last question in the fields of both ways to ask."""
    parts: dict[str, Any] = {name: last.parts[name] for name in parts_of(last.mode)}
    kept = replace(now, **parts)
    found = question(last)
    if isinstance(found, Wrong):
        return kept
    if last.mode == "analogy":
        return replace(kept, formula=str(found))
    if found.asked:
        a, b, c = found.asked
        return replace(kept, a=a, b=b, c=c, expect=found.expected or "")
    return kept


def vocabulary_of(asking: Asking, method: str) -> str | None:
    """Return the words that a method searches; None where it has no vectors for them."""
    if asking.vocabulary == OWN:
        return COMMON if method in SLOW else methods.own_words(method)
    if asking.vocabulary == "glove-400k" and method != "glove":
        return None
    return vocabulary.check(asking.vocabulary)


def _expected(text: str) -> str | None:
    return None if text.strip() in ("", "?") else text
