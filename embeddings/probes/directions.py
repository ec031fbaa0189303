"""Directions between words: from man to woman, from small to large, and where words lie along them.

After Bolukbasi et al. 2016 (a direction as the first principal component of pairs) and Grand et
al. 2022 (as the mean of pairs, to place words on a scale). All vectors are unit vectors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import UnknownName, UserError
from embeddings.probes import words as lookup
from embeddings.types import EmbeddingTable, Spec

HOWS = ("mean", "first")
"""The mean of the pairs' differences, or their first principal component."""

NONE = 1e-6
"""A difference shorter than this is no direction."""

Pair = tuple[str, str]


@dataclass(frozen=True, eq=False)
class Direction:
    """A direction in the space of a table, from the first words of some pairs to the second.

    Attributes
    ----------
    vector : float32 array of shape (dim,), of length 1
    how : "mean", "first", or "groups"
    pairs : those that were used, as the table spells them; empty for groups
    missing : words that the table does not know; a pair with one was left out
    consistency : mean cosine between the differences of two pairs; None for fewer than two
    broken : the same after each first word was paired with the others' second words
    cosines : tuple of float
        The cosine of each pair's difference with the direction.
    """

    vector: NDArray[np.float32]
    how: str
    pairs: tuple[Pair, ...]
    missing: tuple[str, ...]
    consistency: float | None
    broken: float | None
    cosines: tuple[float, ...]
    spec: Spec


def from_pairs(table: EmbeddingTable, pairs: Sequence[Pair], how: str = "mean") -> Direction:
    """Return the direction that leads from the first words of pairs to the second.

    Parameters
    ----------
    table : EmbeddingTable
    pairs : one or more, as ("man", "woman")
    how : "mean" or "first"; of one pair both are its difference

    Raises
    ------
    UserError
        If no pair is known, or the pairs lead nowhere.

    Notes
    -----
    *Consistency* is the mean cosine of the differences of every two pairs. Differences of words of
    one kind resemble each other anyway: *broken* is what is left of it when the pairs are broken
    up, first words kept and second words moved on by 1, 2, ... places, as the mean of all shifts.
    The first principal component is that of all words, each seen from the middle of its pair, as
    Bolukbasi et al. have it; it points as the mean does.
    """
    if how not in HOWS:
        raise UnknownName("way to a direction", how, HOWS)
    rows, missing = _rows_of(table, pairs)
    if not rows:
        raise UserError(
            f"{table.spec.method} knows both words of none of these {len(pairs)} pairs: "
            "choose others."
        )
    first, second = (_units(table, [pair[side] for pair in rows]) for side in (0, 1))
    differences = second - first
    vector = differences.mean(axis=0)
    if how == "first":
        main = np.linalg.svd(differences, full_matrices=False)[2][0]
        vector = main if main @ vector >= 0 else -main
    return Direction(
        _unit(vector),
        how,
        tuple((table.words[a], table.words[b]) for a, b in rows),
        missing,
        _consistency(differences),
        _broken(first, second),
        tuple(float(cosine) for cosine in _normed(differences) @ _unit(vector)),
        table.spec,
    )


def from_groups(table: EmbeddingTable, first: Sequence[str], second: Sequence[str]) -> Direction:
    """Return the direction that leads from the mean of some words to the mean of others.

    Raises
    ------
    UserError
        If no word of a group is known, or both have the same mean.
    """
    sorted_out = [lookup.sort_out(table, group) for group in (first, second)]
    for (rows, _), name in zip(sorted_out, ("first", "second"), strict=True):
        if not rows:
            raise UserError(f"{table.spec.method} knows no word of the {name} group: add others.")
    start, end = (_units(table, rows).mean(axis=0) for rows, _ in sorted_out)
    missing = (*sorted_out[0][1], *sorted_out[1][1])
    return Direction(_unit(end - start), "groups", (), missing, None, None, (), table.spec)


def place(
    table: EmbeddingTable, direction: Direction, words: Sequence[str] | None = None
) -> NDArray[np.float32]:
    """Return where words lie along a direction: the cosine of each with it.

    Parameters
    ----------
    table : the one that the direction is of
    direction : Direction
    words : all words of the table where none are named

    Returns
    -------
    array of shape (n_words,), from -1 to 1

    Raises
    ------
    UserError
        If a word has no vector.
    """
    if words is not None:
        rows = [lookup.row(table, word) for word in words]
        return lookup.units(table, rows) @ direction.vector
    vectors: Any = table.vectors
    lengths = np.where(table.lengths > 0, table.lengths, np.float32(1))
    return np.asarray(vectors @ direction.vector / lengths, dtype=np.float32)


def cosine(table: EmbeddingTable, direction: Direction, pair: Pair) -> float:
    """Return the cosine of one pair's difference with a direction.

    Raises
    ------
    UserError
        If a word has no vector, or both have the same.
    """
    first, second = _units(table, [lookup.row(table, word) for word in pair])
    return float(_unit(second - first) @ direction.vector)


def without(table: EmbeddingTable, direction: Direction) -> EmbeddingTable:
    """Return the unit vectors of a table with a direction taken out of them.

    What is taken out is only what this one direction says: it does not cure a bias (Gonen and
    Goldberg 2019).

    Raises
    ------
    UserError
        If the table is sparse: hardly a number of it would stay 0.
    """
    if table.is_sparse:
        raise UserError(
            f"Taking a direction out would fill {len(table):,} x {table.dim:,} numbers that are "
            "mostly 0: choose a method with dense vectors."
        )
    units: Any = table.unit_vectors
    vectors = units - np.outer(units @ direction.vector, direction.vector)
    return EmbeddingTable(table.words, vectors, table.spec, table.missing)


# Pairs and differences ------------------------------------------------------------------------


def _rows_of(
    table: EmbeddingTable, pairs: Sequence[Pair]
) -> tuple[list[tuple[int, int]], tuple[str, ...]]:
    found: list[tuple[int, int]] = []
    missing: dict[str, None] = {}
    for a, b in pairs:
        rows = lookup.find(table, a), lookup.find(table, b)
        missing |= {word: None for word, row in zip((a, b), rows, strict=True) if row is None}
        if rows[0] is not None and rows[1] is not None:
            found.append((rows[0], rows[1]))
    return found, tuple(missing)


def _units(table: EmbeddingTable, rows: Sequence[int]) -> NDArray[np.float64]:
    return lookup.units(table, rows).astype(np.float64)


def _consistency(differences: NDArray[np.float64]) -> float | None:
    n = len(differences)
    if n < 2:
        return None
    units = _normed(differences)
    total = np.square(units.sum(axis=0)).sum() - np.square(units).sum()
    return float(total / (n * (n - 1)))


def _broken(first: NDArray[np.float64], second: NDArray[np.float64]) -> float | None:
    n = len(first)
    if n < 2:
        return None
    shifted = (_consistency(np.roll(second, shift, axis=0) - first) for shift in range(1, n))
    return float(np.mean([value for value in shifted if value is not None]))


def _normed(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(lengths > NONE, lengths, 1)


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float32]:
    length = np.linalg.norm(vector)
    if length < NONE:
        raise UserError("These words lead nowhere: both sides are the same. Choose others.")
    return np.asarray(vector / length, dtype=np.float32)
