"""The words that are placed along a direction, and where each method puts them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.probes import scales as probe
from embeddings.probes import words as lookup
from embeddings.probes.scales import Question, Scale
from pages.shared import access, notices
from pages.shared.directions import measured
from pages.shared.directions.choosing import ALL, Method

EDGES = (-2.0, -1.0, -0.4, 0.4, 1.0, 2.0)
"""Where one colour ends and the next begins, in standard deviations."""

FARTHEST = 18
"""Words shown at each end where all words are placed."""


@dataclass(frozen=True, eq=False)
class Row:
    """One method's scale, and the words of the group that it knows.

    Attributes
    ----------
    sure : in what share of the bootstrap samples each word lies on the high side
    ends : the words that the direction is made of, each with its end, 0 or 1
    """

    method: Method
    scale: Scale
    words: tuple[str, ...]
    sure: NDArray[np.float64] | None
    ends: Mapping[str, int]

    def z(self, word: str) -> float:
        """Return where a word lies, in standard deviations."""
        return float(self.scale.z[access.table(self.method.spec).index[word]])

    def cosine(self, word: str) -> float:
        """Return the cosine of a word with the direction."""
        return float(self.scale.cosines[access.table(self.method.spec).index[word]])

    def share(self, word: str) -> float | None:
        """Return in what share of the bootstrap samples the word keeps its side.

        None where there is no saying: of one pair, and of words that the direction is made of,
        which it puts on their side itself.
        """
        if self.sure is None or word in self.ends:
            return None
        high = float(self.sure[self.words.index(word)])
        return high if self.z(word) > 0 else 1 - high


def rows_of(
    there: Sequence[Method], question: Question, group: str, words: tuple[str, ...]
) -> list[Row]:
    """Return a row for each method that has such a direction; say why the others have none."""
    rows = []
    for method in there:
        scale, problem = measured.or_problem(measured.scale, method.spec, question)
        if scale is None:
            notices.tell(f"{method.name}: {problem}")
            continue
        vectors = access.table(method.spec)
        if group == ALL:
            order = np.argsort(scale.z, kind="stable")
            outer = [*order[:FARTHEST], *order[-FARTHEST:]]
            known = tuple(vectors.words[i] for i in dict.fromkeys(outer))
        else:
            found, _ = lookup.sort_out(vectors, words)
            known = tuple(vectors.words[i] for i in found)
        sure = measured.sides(method.spec, question, known) if known else None
        ends = probe.ends(vectors, question, scale.direction)
        rows.append(Row(method, scale, known, sure, ends))
    return rows


def made_of(question: Question, n: int) -> str:
    """Say what a direction is made of."""
    pairs = f"{n} pair{'s' if n != 1 else ''}"
    return {
        "mean": f"the mean of {pairs}",
        "first": f"the first principal component of {pairs}",
        "one": f"the pair {question.pairs[0][0]} and {question.pairs[0][1]}" if n else "one pair",
        "groups": "the step from the mean of one group of words to that of the other",
    }[question.how]


def by_lot(question: Question) -> str:
    """Say what a direction by lot is made of that such a direction is compared with."""
    if question.how == "groups":
        return "random groups of as many words"
    return "as many random pairs of words"


def classes(z: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return the class of colour of each place, 0 to 6."""
    return np.digitize(z, EDGES).astype(np.uint8)
