"""What is computed for the page of directions, once for everybody who asks the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar, TypeVarTuple

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import UnknownName, UserError
from embeddings.probes import directions, removal, scales, weat
from embeddings.probes import words as lookup
from embeddings.probes.directions import Direction
from embeddings.probes.removal import Removal
from embeddings.probes.scales import Order, Question, Reference, Scale
from embeddings.types import EmbeddingTable, Request, Spec
from pages.shared import access, own
from pages.shared.address import BIG
from pages.shared.directions.choosing import Method
from pages.shared.own import cached

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

NEAREST = 10
"""Neighbours of a word that are shown before and after a direction is taken out."""

EXPLAINED = 4
"""Unknown words of which it is said who knows them, or what is near."""

# Each is kept by the key of its vectors and by the question, which say everything.


def scale(spec: Spec, question: Question) -> Scale:
    """Return where all words lie along a direction. Raises UserError, NotBuilt."""
    keep = _scale_of_many if spec.vocabulary == BIG else _scale
    return keep(spec.key, question, spec)


@cached(64)
def _scale(key: str, question: Question, _spec: Spec) -> Scale:
    return scales.scale(access.table(_spec), question)


# Where 400,000 words lie are 3 MB for each direction.
@cached(8)
def _scale_of_many(key: str, question: Question, _spec: Spec) -> Scale:
    return scales.scale(access.table(_spec), question)


def sides(spec: Spec, question: Question, words: tuple[str, ...]) -> NDArray[np.float64] | None:
    """Return how surely words lie on the high side, see ``scales.sides``."""
    return _sides(spec.key, question, words, spec)


@cached(64)
def _sides(
    key: str, question: Question, words: tuple[str, ...], _spec: Spec
) -> NDArray[np.float64] | None:
    return scales.sides(access.table(_spec), question, words)


def order(spec: Spec, question: Question, reference: Reference) -> Order | None:
    """Return how well a direction orders words of known measure, see ``scales.order``."""
    return _order(spec.key, question, reference, spec)


@cached(64)
def _order(key: str, question: Question, reference: Reference, _spec: Spec) -> Order | None:
    return scales.order(access.table(_spec), scale(_spec, question), reference)


def plane_share(spec: Spec, one: Question, two: Question) -> float:
    """Return how much of the vectors lies in a plane. Raises UserError."""
    return _plane_share(spec.key, one, two, spec)


@cached(64)
def _plane_share(key: str, one: Question, two: Question, _spec: Spec) -> float:
    found = [scale(_spec, question).direction for question in (one, two)]
    return scales.plane_share(access.table(_spec), *found)


def test(spec: Spec, asked: weat.Test) -> weat.Result:
    """Return what a bias test finds. Raises UserError."""
    return _test(spec.key, asked, spec)


@cached(64)
def _test(key: str, asked: weat.Test, _spec: Spec) -> weat.Result:
    return weat.measure(access.table(_spec), asked)


def removed(spec: Spec, question: Question) -> Removal:
    """Return what taking a direction out changes, and what it leaves. Raises UserError."""
    return _removed(spec.key, question, spec)


@cached(64)
def _removed(key: str, question: Question, _spec: Spec) -> Removal:
    table = access.table(_spec)
    found = removal.measure(table, scale(_spec, question).direction)
    access.forget_units(table)
    return found


@cached(64)
def _test_after(key: str, asked: weat.Test, question: Question, _spec: Spec) -> weat.Result:
    table = access.table(_spec)
    return weat.measure(_only(table, asked, scale(_spec, question).direction), asked)


def test_after(spec: Spec, asked: weat.Test, question: Question) -> weat.Result:
    """Return what a bias test finds when a direction is taken out. Raises UserError."""
    return _test_after(spec.key, asked, question, spec)


def _only(table: EmbeddingTable, asked: weat.Test, direction: Direction) -> EmbeddingTable:
    """Return the words of a test without a direction; no others are needed."""
    words = [word for each in asked.groups for word in each.words]
    rows, _ = lookup.sort_out(table, words)
    known = tuple(table.words[row] for row in rows)
    if not known:
        return table
    some = EmbeddingTable(known, lookup.units(table, rows), table.spec)
    return directions.without(some, direction)


def neighbours(
    spec: Spec, question: Question, word: str
) -> tuple[tuple[tuple[str, float], ...], tuple[tuple[str, float], ...]]:
    """Return the nearest words and their cosines, before and after a direction is taken out."""
    return _neighbours(spec.key, question, word, spec)


@cached(128)
def _neighbours(
    key: str, question: Question, word: str, _spec: Spec
) -> tuple[tuple[tuple[str, float], ...], tuple[tuple[str, float], ...]]:
    table, found = access.table(_spec), scale(_spec, question)
    row = lookup.row(table, word)
    along = found.cosines
    before = np.asarray(table.unit_vectors @ table.unit_vectors[row], dtype=np.float64)
    # Without the direction both lose their part along it, and are made units again.
    left = np.sqrt(np.maximum(1 - along.astype(np.float64) ** 2, 1e-12))
    after = (before - along * along[row]) / (left * left[row])
    lists = []
    for cosines in (before, after):
        cosines[row] = -np.inf
        nearest = np.argsort(-cosines, kind="stable")[:NEAREST]
        lists.append(tuple((table.words[i], float(cosines[i])) for i in nearest))
    access.forget_units(table)
    return lists[0], lists[1]


# ------------------------------------------------------------------------------ unknown words


def unknown(words: tuple[str, ...], shown: list[Method], vocabulary: str) -> list[str]:
    """Return lines on words that a shown method does not know: who does, or what is near.

    There is a line for each of the first four, and one that counts the others: to look for near
    spellings takes a tenth of a second a word.
    """
    lacked_by = {}
    for word in words:
        lacking = [m.name for m in shown if lookup.find(access.table(m.spec), word) is None]
        if lacking:
            lacked_by[word] = lacking
    first = list(lacked_by)[:EXPLAINED]
    lines = [_why(word, lacked_by[word], shown, vocabulary) for word in first]
    others = len(lacked_by) - len(first)
    if others:
        verb = "words are" if others > 1 else "word is"
        lines.append(f"{others} more {verb} not known to every method that is shown.")
    return lines


def _why(word: str, lacking: list[str], shown: list[Method], vocabulary: str) -> str:
    if not {word, word.lower()} & access.word_list(vocabulary).index.keys():
        return _near(word, vocabulary)
    knowing = [m.name for m in shown if m.name not in lacking]
    known = f"; {', '.join(knowing)} {'do' if len(knowing) > 1 else 'does'}" if knowing else ""
    return f"{', '.join(lacking)} {'do' if len(lacking) > 1 else 'does'} not know {word}{known}."


@lru_cache(maxsize=1024)
def _near(word: str, vocabulary: str) -> str:
    """Say that there is no such word, and which are written like it."""
    known = access.word_list(vocabulary).words[: lookup.SUGGEST_FROM]
    return str(UnknownName("word", word, known))


def ready(methods: list[Method]) -> tuple[list[Method], list[Request]]:
    """Split methods into those whose vectors are there, and the requests for the others."""
    there = [m for m in methods if access.has(m.spec)]
    return there, [m.spec for m in methods if m not in there]


def or_problem(get: Callable[[*Ts], T], *args: *Ts) -> tuple[T, None] | tuple[None, str]:
    """Return a result and no line, or nothing and one line that says why there is none."""
    try:
        return get(*args), None
    except UserError as error:
        return None, str(error)


own.desk.forget.append(lambda _: _near.cache_clear())
