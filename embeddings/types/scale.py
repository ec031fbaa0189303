"""How search grows: requests for what it costs, and what was measured and found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from embeddings.types.requests import FORMAT, Request, Scalar, Spec


@dataclass(frozen=True)
class ScaleSpec(Request):
    """A request to measure on this machine how well and how fast indexes of vectors are searched.

    ``size`` says how many of the table's first vectors are searched; ``turn`` tells one measurement
    of the same from another. The seed is that of the words asked for and of what the indexes draw.
    """

    kind: ClassVar[str] = "scale"
    table: Spec
    size: int = 400_000
    k: int = 10
    asked: int = 200
    turn: int = 1
    seed: int = 42
    format: int = FORMAT


@dataclass(frozen=True)
class NearbySpec(Request):
    """A request for one word's neighbours: by the exact pass, an index and the vector database.

    They are timed, so each asking is a new one; nothing is kept.
    """

    kind: ClassVar[str] = "nearby"
    is_kept: ClassVar[bool] = False
    table: Spec
    word: str
    k: int = 10
    format: int = FORMAT


@dataclass(frozen=True)
class Cost:
    """What searching one index costs, and what it finds, at one effort.

    Attributes
    ----------
    index : one of `applications.scale.indexes.KINDS`
    effort : how many places of the graph, or lists, are looked through; 0 of the exact pass
    recall : share of the true k nearest that are found; low, high : its 95 % interval
    milliseconds : of one search, median; slow : of the slowest twentieth
    size : bytes of the index
    seconds : that building it took
    """

    index: str
    effort: int
    recall: float
    low: float
    high: float
    milliseconds: float
    slow: float
    size: int
    seconds: float


@dataclass(frozen=True)
class Scaling:
    """What was measured of the indexes of so many vectors, one search at a time on one thread.

    Attributes
    ----------
    costs : index by index, the least effort first; the first is the exact pass
    dim : numbers of a vector
    machine : mapping, what it was measured on
    """

    costs: tuple[Cost, ...]
    dim: int
    machine: Mapping[str, Scalar]
    spec: ScaleSpec

    def __post_init__(self) -> None:
        if not self.costs or any(not 0 <= each.recall <= 1 for each in self.costs):
            raise ValueError("there must be costs, with recalls from 0 to 1")

    @property
    def exact(self) -> Cost:
        """The exact pass."""
        return self.costs[0]

    def cheapest(self, index: str, recall: float) -> Cost:
        """Return the fastest search by an index that finds at least so much; else its best one."""
        of_index = [each for each in self.costs if each.index == index]
        enough = [each for each in of_index if each.recall >= recall]
        if enough:
            return min(enough, key=lambda each: each.milliseconds)
        return max(of_index, key=lambda each: each.recall)


@dataclass(frozen=True)
class OneWay:
    """What one way of searching found.

    Attributes
    ----------
    way : "exact", "hnsw", "database", or "embedded" where that stands in for a database that does
        not answer
    words, similarities : the nearest first; none where it failed
    milliseconds : of one search, median
    problem : why it found nothing; empty if it did
    """

    way: str
    words: tuple[str, ...]
    similarities: tuple[float, ...]
    milliseconds: float
    problem: str = ""


@dataclass(frozen=True)
class Nearby:
    """One word's neighbours, by each way of searching.

    Attributes
    ----------
    size : how many vectors were searched
    place : where the database is, as it may be shown
    """

    found: tuple[OneWay, ...]
    size: int
    place: str
    spec: NearbySpec
