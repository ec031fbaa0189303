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
from embeddings.sources import called
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
    sizes : how many words were used at either end; of pairs both are their number
    """

    vector: NDArray[np.float32]
    how: str
    pairs: tuple[Pair, ...]
    missing: tuple[str, ...]
    consistency: float | None
    broken: float | None
    cosines: tuple[float, ...]
    sizes: tuple[int, int]
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
            f"{called(table.spec.method)} knows both words of none of these {len(pairs)} pairs: "
            "choose others."
        )
    n = len(rows)
    units = unit_rows(table, [pair[side] for side in (0, 1) for pair in rows])
    products = products_of(units, units)
    weights = np.full(n, 1 / n)
    if how == "first":
        main = np.linalg.eigh(of_differences(products))[1][:, -1]
        weights = main if main @ of_differences(products).sum(axis=1) >= 0 else -main
    vector = _unit(np.concatenate([-weights, weights]) @ units)
    along = np.asarray(units @ vector.astype(np.float64))
    lengths = np.sqrt(np.maximum(np.diag(of_differences(products)), 0))
    cosines = (along[n:] - along[:n]) / np.where(lengths > NONE, lengths, 1)
    return Direction(
        vector,
        how,
        tuple((table.words[a], table.words[b]) for a, b in rows),
        missing,
        _consistency(of_differences(products)),
        _broken(products),
        tuple(float(cosine) for cosine in cosines),
        (n, n),
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
            raise UserError(
                f"{called(table.spec.method)} knows no word of the {name} group: add others."
            )
    start, end = (np.asarray(unit_rows(table, rows).mean(axis=0)) for rows, _ in sorted_out)
    missing = (*sorted_out[0][1], *sorted_out[1][1])
    sizes = (len(sorted_out[0][0]), len(sorted_out[1][0]))
    return Direction(_unit(end - start), "groups", (), missing, None, None, (), sizes, table.spec)


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
    rows = [lookup.row(table, word) for word in pair]
    first, second = lookup.units(table, rows).astype(np.float64)
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


def unit_rows(table: EmbeddingTable, rows: Sequence[int]) -> Any:
    """Return the unit vectors of some rows in float64, sparse where the table is."""
    chosen: Any = table.vectors[list(rows)]
    chosen = chosen.astype(np.float64)
    lengths = table.lengths[list(rows)].astype(np.float64)
    scale = 1 / np.where(lengths > 0, lengths, 1)
    return chosen.multiply(scale[:, None]).tocsr() if table.is_sparse else chosen * scale[:, None]


def products_of(first: Any, second: Any) -> NDArray[np.float64]:
    """Return the products of two lists of vectors as a dense array, whatever they are kept as."""
    found = first @ second.T
    return np.asarray(found if isinstance(found, np.ndarray) else found.toarray(), np.float64)


def of_differences(products: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the products of n pairs' differences.

    Parameters
    ----------
    products : array of shape (2 n, 2 n)
        Of the n first words and then the n second words with each other. The differences
        themselves may be very long, and dense where the words' vectors are sparse.
    """
    n = len(products) // 2
    first, second, mixed = products[:n, :n], products[n:, n:], products[n:, :n]
    return np.asarray(first + second - mixed - mixed.T)


def _consistency(products: NDArray[np.float64]) -> float | None:
    """Return the mean cosine of every two differences, by their products."""
    n = len(products)
    if n < 2:
        return None
    lengths = np.sqrt(np.maximum(np.diag(products), 0))
    scale = 1 / np.where(lengths > NONE, lengths, 1)
    cosines = products * np.outer(scale, scale)
    return float((cosines.sum() - np.trace(cosines)) / (n * (n - 1)))


def _broken(products: NDArray[np.float64]) -> float | None:
    n = len(products) // 2
    if n < 2:
        return None
    shifted = []
    for shift in range(1, n):
        rows = np.concatenate([np.arange(n), n + np.roll(np.arange(n), shift)])
        shifted.append(_consistency(of_differences(products[np.ix_(rows, rows)])))
    return float(np.mean([value for value in shifted if value is not None]))


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float32]:
    length = np.linalg.norm(vector)
    if length < NONE:
        raise UserError("These words lead nowhere: both sides are the same. Choose others.")
    return np.asarray(vector / length, dtype=np.float32)
