"""Why a table answers a question as it does: what the steps between the words are like."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings import neighbors
from embeddings.probes import analogy
from embeddings.probes import words as lookup
from embeddings.probes.analogy import Answer
from embeddings.types import EmbeddingTable

SHORT = 1e-6
"""A step shorter than this leads nowhere."""


@dataclass(frozen=True)
class Reasons:
    """What is behind an answer; cosines are of unit vectors' differences where steps are meant.

    Attributes
    ----------
    start : cosine of a with b; None where the question has no a and b
    parallel : cosine of the step from a to b with that from c to the word that was expected, or
        that was answered where none was; None where a step leads nowhere
    fourth : the word that the second step leads to
    moved : cosine of c with the sum of the words: 1 where the sum has not moved away from c
    let_in : the word that would have won, had the words of the question been let in
    is_nearest : whether the answer is the word nearest to c alone
    tied : how many words could as well have been the answer: they score the same
    """

    start: float | None
    parallel: float | None
    fourth: str | None
    moved: float | None
    let_in: str
    is_nearest: bool
    tied: int


def reasons(table: EmbeddingTable, found: Answer) -> Reasons:
    """Look behind an answer.

    Parameters
    ----------
    table : the one that gave the answer
    found : from `analogy.answer`, with at least one word
    """
    question = found.question
    free = analogy.answer(table, question, found.way, 1, allow_inputs=True, seed=found.seed)
    start = parallel = moved = None
    fourth = question.expected or (found.words[0] if found.words else None)
    if question.asked and fourth:
        rows = [lookup.row(table, word) for word in (*question.asked, fourth)]
        fourth = table.words[rows[3]]
        a, b, c, d = lookup.units(table, rows).astype(np.float64)
        start = float(np.clip(a @ b, -1, 1))
        parallel = _cosine(b - a, d - c)
        moved = _cosine(b - a + c, c)
    return Reasons(
        start,
        parallel,
        fourth if question.asked else None,
        moved,
        free.words[0],
        bool(found.words) and found.words[0] == found.nearest,
        _tied(table, found),
    )


def _tied(table: EmbeddingTable, found: Answer) -> int:
    """Count the words that score as the first does, up to rounding."""
    many = min(analogy.MOST, found.searched)
    if len(found.scores) < 2 or round(found.scores[0] - found.scores[1], neighbors.DECIMALS) > 0:
        return 0
    again = analogy.answer(table, found.question, found.way, many, not found.excluded, found.seed)
    best = round(again.scores[0], neighbors.DECIMALS)
    return sum(round(score, neighbors.DECIMALS) == best for score in again.scores)


def _cosine(first: NDArray[np.float64], second: NDArray[np.float64]) -> float | None:
    lengths = np.linalg.norm(first) * np.linalg.norm(second)
    return float(np.clip(first @ second / lengths, -1, 1)) if lengths > SHORT else None
