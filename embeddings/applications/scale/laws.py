"""Where the lines lie beyond what can be measured here: computed, never measured.

Memory follows from how each index is laid out (`indexes`). Time grows by the law of the index: the
exact pass reads every vector; a search of a graph takes steps in proportion to the logarithm of
their number (Malkov and Yashunin 2018); of lists, of which there are as many as the root of the
number, one of the same number of lists reads in proportion to the root. The last measured size is
what each law starts from, and a vector of more numbers takes longer in proportion.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, log, sqrt

from embeddings.applications.scale.indexes import KINDS
from embeddings.types import Cost, Scaling

PINS = 2_000_000_000
"""Pins of Pinterest, by Ying et al. 2018, Graph Convolutional Neural Networks for Web-Scale
Recommender Systems, https://doi.org/10.1145/3219819.3219890."""

MACHINE = 64 * 2**30
"""Memory of the machines that are counted."""

SIZES = (10_000, 100_000, 400_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, PINS)

_GROWTH: dict[str, Callable[[float], float]] = {"n": float, "log n": log, "sqrt n": sqrt}


@dataclass(frozen=True)
class Beyond:
    """What an index would take at a size that was not measured.

    Attributes
    ----------
    milliseconds : of a search; None where nothing was measured to start from
    recall : of the search that the time starts from, as measured there
    machines : how many of ``MACHINE`` bytes hold it
    """

    index: str
    n: int
    dim: int
    size: float
    milliseconds: float | None
    recall: float | None
    machines: int


def size(index: str, n: int, dim: int) -> float:
    """Return the bytes of an index, computed."""
    return n * KINDS[index].bytes_per_vector(n, dim)


def milliseconds(cost: Cost, measured: int, n: int, ratio: float = 1.0) -> float:
    """Return the time of a search among ``n`` vectors, from one measured among fewer.

    Parameters
    ----------
    ratio : how many times as many numbers a vector has
    """
    grown = _GROWTH[KINDS[cost.index].law]
    return cost.milliseconds * ratio * grown(n) / grown(measured)


def beyond(seen: Sequence[Scaling], n: int, dim: int, recall: float) -> list[Beyond]:
    """Return what each index would take at a size, from the largest measurement there is.

    Parameters
    ----------
    recall : which share of the true neighbours is demanded; see `Scaling.cheapest`
    """
    largest = max(seen, key=lambda each: each.spec.size, default=None)
    found = []
    for index in KINDS:
        whole = size(index, n, dim)
        cost = largest.cheapest(index, recall) if largest else None
        time = None
        if largest and cost:
            time = milliseconds(cost, largest.spec.size, n, dim / largest.dim)
        found.append(
            Beyond(index, n, dim, whole, time, cost.recall if cost else None, ceil(whole / MACHINE))
        )
    return found
