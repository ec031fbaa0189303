"""Analogies: what answers "a is to b as c is to what", and any other sum of words.

The arithmetic is done with unit vectors, as everywhere in the field: a product of the table with
the sum, and one with c alone. Nothing of the table is copied, which may lie on disk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings import neighbors
from embeddings.errors import UnknownName, UserError
from embeddings.probes import words as lookup
from embeddings.probes.formula import Question
from embeddings.types import EmbeddingTable, Spec

WAYS = ("add", "mul", "pair")
"""3CosAdd, 3CosMul and PairDirection."""

MOST = 1000
"""How many answers can be asked for."""

EPSILON = 1e-6
"""Keeps the quotient of 3CosMul finite, as in gensim."""

TINY = np.float32(1e-30)
"""Stands for the length of a zero vector: its cosines are 0."""

NUMBERS_AT_ONCE = 2**19
"""Vectors of so many numbers are multiplied at a time: they stay in the cache of a processor."""

ALONG = 1e-6
"""A word whose squared distance from c is below this lies in no direction from it."""


@dataclass(frozen=True)
class Answer:
    """What a table answers to a question.

    Attributes
    ----------
    words : tuple of str
        The best answers, the best first.
    scores : tuple of float
        Cosines with the sum (add) or with b - a (pair), or the quotient of 3CosMul.
    rank : place of the word that was expected, None where none was or it is an input left out
    margin : how far the first score lies above the second, None where there is no second
    nearest : the word nearest to c alone, None where the question has no c
    inputs : the words of the question as the table spells them
    excluded : those of them that could not be answers; empty where they could
    searched : how many words could be answers
    seed : of the lots that order words which score the same
    """

    question: Question
    way: str
    words: tuple[str, ...]
    scores: tuple[float, ...]
    rank: int | None
    margin: float | None
    nearest: str | None
    inputs: tuple[str, ...]
    excluded: tuple[str, ...]
    searched: int
    spec: Spec
    seed: int


def answer(
    table: EmbeddingTable,
    question: Question,
    way: str = "add",
    k: int = 10,
    allow_inputs: bool = False,
    seed: int = 42,
) -> Answer:
    """Return the words of a table that answer a question best.

    Parameters
    ----------
    table : whose words are searched, all of them
    question : from `probes.formula`
    way : "add", "mul" or "pair"
    k : how many answers, from 1 to 1,000
    allow_inputs : whether the words of the question may be answers too
    seed : of the lots; answers that score the same to six decimals are ordered by lot

    Raises
    ------
    UserError
        If a word has no vector, or the question cannot be answered in this way.

    Notes
    -----
    *add*, 3CosAdd (Mikolov, Yih and Zweig 2013): the cosine with the weighted sum of the words.

    *mul*, 3CosMul (Levy and Goldberg 2014): cosines are shifted to lie between 0 and 1, raised to
    the words' weights, and those of words that are added are multiplied and divided by those of
    words that are taken away.

    *pair*, PairDirection (Mikolov, Yih and Zweig 2013): the cosine of d - c with b - a.
    """
    _check(way, k)
    rows = [lookup.row(table, word) for word in question.words]
    scores = _scores(table, question, rows, way)
    excluded = [] if allow_inputs else sorted(set(rows))
    # Cosines are at most 1 in size; quotients are brought there, so that ties are seen as such.
    unit = max(1.0, float(scores[:, 0].max(initial=0))) if way == "mul" else 1.0
    found = scores[:, 0] / np.float32(unit) if unit > 1 else scores[:, 0]
    found[excluded] = -np.inf
    searched, salt = len(table) - len(excluded), _salt(rows)
    best, values = neighbors.best(found, min(k, searched), seed, salt)
    values = values * np.float32(unit) if way == "mul" else np.clip(values, -1, 1)
    margin = float(values[0] - values[1]) if len(values) > 1 else None
    return Answer(
        question,
        way,
        tuple(table.words[row] for row in best),
        tuple(float(value) for value in values),
        _rank(table, question, found, excluded, seed, salt),
        margin if margin is not None or searched < 2 else _second(found, seed, salt, unit),
        _nearest_alone(table, question, rows, scores, seed),
        tuple(table.words[row] for row in rows),
        tuple(table.words[row] for row in excluded),
        searched,
        table.spec,
        seed,
    )


def _check(way: str, k: int) -> None:
    if way not in WAYS:
        raise UnknownName("way to answer", way, WAYS)
    if not 1 <= k <= MOST:
        raise UserError(f"k is {k}; it must be a whole number from 1 to {MOST}.")


def _second(found: NDArray[Any], seed: int, salt: int, unit: float) -> float:
    """Return the margin where only one answer was asked for."""
    _, values = neighbors.best(found, 2, seed, salt)
    return float(values[0] - values[1]) * unit


def _rank(
    table: EmbeddingTable,
    question: Question,
    found: NDArray[Any],
    excluded: Sequence[int],
    seed: int,
    salt: int,
) -> int | None:
    if question.expected is None:
        return None
    row = lookup.row(table, question.expected)
    return None if row in excluded else neighbors.place(found, row, seed, salt)


def _nearest_alone(
    table: EmbeddingTable,
    question: Question,
    rows: Sequence[int],
    scores: NDArray[Any],
    seed: int,
) -> str | None:
    """Return the word nearest to c that is not in the question."""
    if question.asked is None or len(table) <= len(set(rows)):
        return None
    near = scores[:, 1]
    near[rows] = -np.inf
    best, _ = neighbors.best(near, 1, seed, rows[-1])
    return table.words[best[0]]


def _salt(rows: Sequence[int]) -> int:
    """Return a number for the words of a question: so each question draws lots of its own."""
    return reduce(lambda mixed, row: (mixed * 1_000_003 + row) % 2**63, rows, 0)


# Scores: a product with the table each -------------------------------------------------------


def _scores(
    table: EmbeddingTable, question: Question, rows: Sequence[int], way: str
) -> NDArray[np.float32]:
    """Return the scores of all words in column 0, their cosines with c in column 1 if there is one.

    Returns
    -------
    array of shape (n_words, 1 or 2), column by column in memory
    """
    units = lookup.units(table, rows)
    weights = np.array([term.weight for term in question.terms])
    c = [_of_c(table, units, question)] if question.asked else []
    if way == "mul":
        return _columns(_quotient(table, units, weights), *(_cosines(table, c).T if c else ()))
    if way == "pair":
        difference = _difference(table, question)
        cosines = _cosines(table, [difference, *c])
        return _columns(_along(cosines[:, 0], cosines[:, 1], difference @ c[0]), cosines[:, 1])
    total = weights / np.abs(weights).max() @ units.astype(np.float64)
    return _cosines(table, [_unit(total), *c])


def _cosines(table: EmbeddingTable, directions: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
    """Return the cosines of all words with some unit vectors, of shape (n_words, n_directions)."""
    vectors: Any = table.vectors
    # In float32: else the whole table would be converted.
    wanted = np.asarray(directions, dtype=np.float32)
    cosines = np.empty((len(wanted), len(table)), np.float32)
    lengths = table.lengths
    if table.is_sparse:
        cosines[:] = (vectors @ wanted.T).T
        cosines /= np.maximum(lengths, TINY)
        return cosines.T
    step = max(1, NUMBERS_AT_ONCE // (64 * table.dim)) * 64
    for start in range(0, len(table), step):
        block = slice(start, start + step)
        # A product for each: so few columns are slow to multiply at once. The second and the
        # division find the block in the cache.
        for row, direction in zip(cosines, wanted, strict=True):
            np.matmul(vectors[block], direction, out=row[block])
        cosines[:, block] /= np.maximum(lengths[block], TINY)
    return cosines.T


def _quotient(
    table: EmbeddingTable, units: NDArray[np.float32], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Multiply one word after the other: all at once they would take a gigabyte."""
    added, taken = np.ones(len(table)), np.ones(len(table))
    for unit, weight in zip(units, weights, strict=True):
        if weight == 0:
            continue
        cosines = _cosines(table, [unit])[:, 0]
        shifted = (1 + np.clip(cosines.astype(np.float64), -1, 1)) / 2
        if abs(weight) != 1:
            shifted **= abs(weight)
        product = added if weight > 0 else taken
        product *= shifted
    return added / (taken + EPSILON)


def _along(products: NDArray[np.float32], cosines: NDArray[np.float32], own: float) -> NDArray[Any]:
    """Return the cosines of d - c with b - a, from the products of d and of c with b - a."""
    squares = 2 - 2 * cosines.astype(np.float64)
    apart = squares > ALONG
    return np.where(apart, (products - own) / np.sqrt(np.where(apart, squares, 1)), 0)


def _difference(table: EmbeddingTable, question: Question) -> NDArray[Any]:
    if question.asked is None:
        raise UserError(
            "PairDirection compares two pairs: ask a is to b as c is to what, or use add or mul."
        )
    a, b = lookup.units(table, [lookup.row(table, word) for word in question.asked[:2]])
    difference = b.astype(np.float64) - a
    if np.linalg.norm(difference) < ALONG:
        raise UserError(
            f"{question.asked[0]} and {question.asked[1]} are the same here: no direction leads "
            "from one to the other. Choose two words that differ, or use add or mul."
        )
    return _unit(difference)


def _of_c(table: EmbeddingTable, units: NDArray[Any], question: Question) -> NDArray[Any]:
    assert question.asked is not None
    names = [word.lower() for word in question.words]
    return np.asarray(units[names.index(question.asked[2].lower())])


def _unit(vector: NDArray[Any]) -> NDArray[Any]:
    length = np.linalg.norm(vector)
    return vector / length if length > 0 else vector


def _columns(*columns: NDArray[Any]) -> NDArray[np.float32]:
    return np.asfortranarray(np.stack(columns, axis=1), dtype=np.float32)


# The plane of a question ---------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Plane:
    """Where the words of a question lie in the plane that it spans, seen from a.

    Attributes
    ----------
    words : tuple of str
        a, b, c, then the others.
    coordinates : float64 array of shape (n_words, 3)
        The plane of b - a (along the first axis) and c - a; the third axis is the direction in
        which the words differ most besides. a is the origin, unit vectors the unit.
    target : float64 array of shape (3,)
        Where b - a + c lies; always in the plane.
    in_plane, in_space : float64 arrays of shape (n_words,)
        The share of each vector's squared length, seen from a, that lies in the plane, and in the
        three axes; 1 for a itself.
    distances : float64 array of shape (n_words,)
        How far each word is from the target in the original space.
    """

    words: tuple[str, ...]
    coordinates: NDArray[np.float64]
    target: NDArray[np.float64]
    in_plane: NDArray[np.float64]
    in_space: NDArray[np.float64]
    distances: NDArray[np.float64]


def plane(table: EmbeddingTable, words: Sequence[str]) -> Plane:
    """Return the plane of the first three words, a, b and c, and where they all lie in it.

    Parameters
    ----------
    table : whose unit vectors are drawn
    words : a, b and c, then the answer and its rivals

    Raises
    ------
    UserError
        If there are fewer than three words or one has no vector.

    Notes
    -----
    Where b - a or c - a is zero, or both point the same way, the plane takes the direction in
    which the words differ most in its place.
    """
    if len(words) < 3:
        raise UserError(f"A plane takes three words, a, b and c, and got {len(words)}.")
    rows = [lookup.row(table, word) for word in words]
    units = lookup.units(table, rows).astype(np.float64)
    seen = units - units[0]
    target = seen[1] + seen[2]
    axes = _axes(seen)
    coordinates = seen @ axes.T
    squares = np.square(seen).sum(axis=1)
    return Plane(
        tuple(table.words[row] for row in rows),
        coordinates,
        axes @ target,
        _share(coordinates[:, :2], squares),
        _share(coordinates, squares),
        np.linalg.norm(seen - target, axis=1),
    )


def _axes(seen: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return three orthonormal axes; one is zero where no direction is left."""
    axes = np.zeros((3, seen.shape[1]))
    rest = seen.copy()
    for i in range(3):
        wanted = rest[i + 1] if i < 2 else np.zeros(seen.shape[1])
        if np.linalg.norm(wanted) < ALONG:
            wanted = _main_direction(rest)
        axes[i] = _unit(wanted)
        rest = rest - np.outer(rest @ axes[i], axes[i])
    return axes


def _main_direction(rest: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the direction of the largest squares; it points to where most of it lies."""
    if np.abs(rest).max() < ALONG:
        return np.zeros(rest.shape[1])
    direction: NDArray[np.float64] = np.linalg.svd(rest, full_matrices=False)[2][0]
    return direction * (1.0 if (rest @ direction).sum() >= 0 else -1.0)


def _share(coordinates: NDArray[np.float64], squares: NDArray[np.float64]) -> NDArray[np.float64]:
    known = squares > 0
    share = np.square(coordinates).sum(axis=1) / np.where(known, squares, 1)
    return np.where(known, np.minimum(share, 1), 1)
