"""What is left when a direction is taken out of all vectors.

After Bolukbasi et al. 2016 (taking it out) and Gonen and Goldberg 2019, "Lipstick on a Pig" (what
that leaves: words that lay on one side still lie together). Removing is not curing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.probes import directions, scales
from embeddings.probes.directions import Direction
from embeddings.types import EmbeddingTable

SIDE = 500
"""Words of each side that are to be told apart; fewer where there are few words."""

K = 15
"""Nearest neighbours that vote on a word's side: an odd number, so that there is a majority."""

ASKED = 500
"""Words of which it is looked whether their nearest neighbour is another; drawn by lot."""

CONTROLS = 10
"""Random directions that are taken out for comparison."""


@dataclass(frozen=True)
class Removal:
    """What taking a direction out changes, and what it leaves.

    Attributes
    ----------
    changed : share of the asked words whose nearest neighbour is another afterwards
    asked, words : how many words were asked, and how many there are
    side : how many words of each side were to be told apart
    before, after : share of them that the majority of their neighbours puts on the right side
    control : the same afterwards for random directions: lowest, mean, highest
    k : neighbours that vote
    """

    changed: float
    asked: int
    words: int
    side: int
    before: float
    after: float
    control: tuple[float, float, float]
    k: int = K
    chance: float = 0.5


def measure(table: EmbeddingTable, direction: Direction, seed: int = 42) -> Removal:
    """Measure what changes when a direction is taken out of a table, and what stays.

    Raises
    ------
    UserError
        If the table is sparse.

    Notes
    -----
    The words that lie farthest to both sides before (500 of each) are put on a side by the majority
    of their 15 nearest neighbours among each other, themselves left out. Before, the direction
    itself helps; afterwards it is gone, and .5 is what chance gives. The control does the same with
    directions through as many random pairs of words, or random groups of the same sizes.
    """
    units: Any = table.unit_vectors
    after: Any = directions.without(table, direction).unit_vectors
    random = np.random.default_rng(seed)
    n = len(table)
    asked = np.sort(random.choice(n, size=min(n, ASKED), replace=False))
    changed = float((_nearest(units, asked) != _nearest(after, asked)).mean())
    side = min(SIDE, n // 4)
    k = min(K, max(1, 2 * ((2 * side - 1) // 2) - 1))
    places = units @ direction.vector
    lots = scales.random_directions(table, direction.sizes, CONTROLS, seed).astype(np.float32)
    control = [_told_apart(units, units @ lot, lot, side, k) for lot in lots]
    return Removal(
        changed,
        len(asked),
        n,
        side,
        _told_apart(units, places, None, side, k),
        _told_apart(units, places, direction.vector, side, k),
        (min(control), float(np.mean(control)), max(control)),
        k,
    )


def _nearest(units: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the nearest other word of each of some words."""
    found = np.empty(len(rows), dtype=np.int64)
    for start in range(0, len(rows), 500):
        part = rows[start : start + 500]
        cosines = units[part] @ units.T
        cosines[np.arange(len(part)), part] = -2
        found[start : start + 500] = cosines.argmax(axis=1)
    return found


def _told_apart(
    units: NDArray[np.float32],
    places: NDArray[np.float32],
    out: NDArray[np.float32] | None,
    side: int,
    k: int,
) -> float:
    """Return the share of words at both ends that most of their neighbours put on their side."""
    order = np.argsort(places, kind="stable")
    rows = np.concatenate([order[:side], order[-side:]])
    is_high = np.arange(2 * side) >= side
    some = units[rows]
    if out is not None:
        some = some - np.outer(some @ out, out)
        lengths = np.linalg.norm(some, axis=1, keepdims=True)
        some = some / np.where(lengths > 0, lengths, 1)
    cosines = some @ some.T
    np.fill_diagonal(cosines, -2)
    near = np.argpartition(-cosines, k - 1, axis=1)[:, :k]
    votes = is_high[near].mean(axis=1) > 0.5
    return float((votes == is_high).mean())
