"""How well words are found by descriptions that were written by hand, not by the dictionary."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.applications.search import meaning
from embeddings.applications.search.answering import Cosines, by_meaning, by_words
from embeddings.applications.search.texts import CHUNK
from embeddings.corpus import tokenize
from embeddings.types import (
    Interval,
    Progress,
    SearchScore,
    SearchScoreSpec,
    TextIndex,
    no_progress,
)

# Not in tests/, which the app does not read: the page shows the figures and the descriptions.
DESCRIPTIONS = Path(__file__).resolve().parents[3] / "assets" / "search" / "descriptions.csv"

HITS_AT = (1, 10, 100)
"""A description is a hit if its word is among the first so many."""

RESAMPLES = 2_000
Z = 1.959964
"""Standard deviations of a normal distribution that hold 95 % of it."""


@lru_cache(maxsize=1)
def descriptions() -> tuple[tuple[str, str], ...]:
    """Return each described word with its description."""
    with DESCRIPTIONS.open(encoding="utf-8", newline="") as file:
        return tuple((row["word"], row["description"]) for row in csv.DictReader(file))


def score_spec(n_chunks: int, seed: int = 42) -> SearchScoreSpec:
    """Return the request for the score over the first chunks of definitions."""
    digest = hashlib.sha256(repr(descriptions()).encode()).hexdigest()[:16]
    return SearchScoreSpec(n_chunks * CHUNK, digest, seed)


def measure(
    request: SearchScoreSpec, index: TextIndex, cosines: Cosines, progress: Progress = no_progress
) -> SearchScore:
    """Look every description up by words and by meaning, and keep the rank of its word."""
    searched = min(request.searched or len(index), len(index))
    number = {label: i for i, label in enumerate(index.labels)}
    words, texts = zip(*descriptions(), strict=True)
    ranks = np.full((2, len(words)), -1, dtype=np.int32)
    there = {*np.unique(index.label[:searched]).tolist()}
    for i, (word, text) in enumerate(descriptions()):
        progress(i / len(words), f"Asking for {word}")
        label = number.get(word)
        if label not in there:
            continue
        vector, _, _ = meaning.read_question(text)
        ranks[0, i] = by_words(tokenize(text), index, searched).rank[label]
        ranks[1, i] = by_meaning(vector, index, cosines).rank[label]
    progress(1.0, "Done")
    return SearchScore(words, texts, ranks[0], ranks[1], searched, len(there), request)


@dataclass(frozen=True)
class Rate:
    """A share, out of how many, and between what it lies in 95 of 100 such lists."""

    hits: int
    n: int
    interval: Interval

    @property
    def share(self) -> float:
        """The share itself."""
        return self.hits / self.n


@dataclass(frozen=True)
class Summary:
    """One way of searching in few figures, over the words that could be found.

    Attributes
    ----------
    rates : of hits among the first 1, 10 and 100
    median : rank of the middle description; infinite where fewer than half are found
    reciprocal : mean of 1 / rank, with its interval by bootstrap; 0 where a word is not found
    """

    rates: dict[int, Rate]
    median: float
    reciprocal: float
    reciprocal_interval: Interval


def summarise(score: SearchScore) -> dict[str, Summary]:
    """Return the figures of both ways, "words" and "meaning"."""
    both = {"words": score.by_words, "meaning": score.by_meaning}
    return {name: _summary(ranks, score.spec.seed) for name, ranks in both.items()}


def _summary(everything: NDArray[np.int32], seed: int) -> Summary:
    ranks = everything[everything >= 0]
    n = len(ranks)
    rates = {}
    for at in HITS_AT:
        hits = int(((ranks > 0) & (ranks <= at)).sum())
        rates[at] = Rate(hits, n, wilson(hits, n))
    endless = np.where(ranks > 0, ranks, np.inf)
    inverse = np.where(ranks > 0, 1 / np.maximum(ranks, 1), 0.0)
    lots = np.random.default_rng(seed).integers(0, n, (RESAMPLES, n))
    ends = np.percentile(inverse[lots].mean(axis=1), (2.5, 97.5))
    interval = Interval(float(ends[0]), float(ends[1]))
    return Summary(rates, float(np.median(endless)), float(inverse.mean()), interval)


def wilson(hits: int, n: int) -> Interval:
    """Return the 95 % interval of a share (Wilson 1927)."""
    share, z2 = hits / n, Z * Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z / (1 + z2 / n) * np.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return Interval(float(middle - half), float(middle + half))
