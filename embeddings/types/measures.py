"""What is measured of vectors and maps, and what they answer to questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import UserError
from embeddings.types.requests import AgreementSpec, QuestionsSpec, Scalar, ScorecardSpec, TrustSpec
from embeddings.types.tables import read_only


@dataclass(frozen=True)
class Measure:
    """One number, and what belongs beside it.

    Attributes
    ----------
    value : what was measured
    low, high : its 95 % interval, by a bootstrap over words
    chance : what two unrelated tables give
    """

    value: float
    low: float
    high: float
    chance: float


@dataclass(frozen=True, eq=False)
class Agreement:
    """How far two tables agree, measured in their original spaces.

    Attributes
    ----------
    ids : uint32 array of shape (n_shared,)
        Index in the vocabulary of each word that both tables know, ascending.
    common : uint8 array of shape (n_shared, len(ks))
        How many of a word's k nearest neighbours are the same in both, for each k of ``ks``.
    ks : tuple of int, ascending
    overlaps : tuple of Measure, one for each k
        Mean Jaccard overlap of the k nearest neighbours.
    cka : Measure
        Linear centred kernel alignment (Kornblith et al. 2019).
    rsa : Measure
        Spearman correlation of the words' pairwise cosines (Kriegeskorte et al. 2008).
    n_sampled : on how many words ``cka`` and ``rsa`` were measured
    only_left, only_right : tuple of str
        Words that only one of the tables knows.
    """

    ids: NDArray[np.uint32]
    common: NDArray[np.uint8]
    ks: tuple[int, ...]
    overlaps: tuple[Measure, ...]
    cka: Measure
    rsa: Measure
    n_sampled: int
    only_left: tuple[str, ...]
    only_right: tuple[str, ...]
    spec: AgreementSpec
    notes: Mapping[str, Scalar] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ids, common = np.asarray(self.ids, np.uint32), np.asarray(self.common, np.uint8)
        if common.shape != (len(ids), len(self.ks)) or len(self.overlaps) != len(self.ks):
            raise ValueError(
                f"common has shape {common.shape} and overlaps {len(self.overlaps)} numbers, "
                f"expected ({len(ids)}, {len(self.ks)}) and {len(self.ks)}"
            )
        if (common > np.array(self.ks)).any():
            raise ValueError("of k neighbours more than k are the same")
        object.__setattr__(self, "ids", read_only(ids))
        object.__setattr__(self, "common", read_only(common))

    def jaccard(self, k: int) -> NDArray[np.float32]:
        """Return each word's overlap: the share of its neighbours in either that are in both.

        Returns
        -------
        float32 array of shape (n_shared,), 0 to 1

        Raises
        ------
        UserError
            If k is not one of ``ks``.
        """
        same = self.common[:, self._column(k)].astype(np.float32)
        return same / (2 * k - same)

    def overlap(self, k: int) -> Measure:
        """Return the mean of `jaccard`; raises ``UserError`` if k is not one of ``ks``."""
        return self.overlaps[self._column(k)]

    def _column(self, k: int) -> int:
        if k not in self.ks:
            valid = ", ".join(str(each) for each in self.ks)
            raise UserError(f"k is {k}; the overlap was measured for k = {valid}.")
        return self.ks.index(k)


@dataclass(frozen=True, eq=False)
class Trust:
    """How far each dot of a map can be trusted.

    In tables of more than 20,000 words a sample of words is asked; the others have NaN.

    Attributes
    ----------
    trustworthiness : float32 array of shape (n_words,), 0 to 1
        Whether the words whose dots lie next to it are really near; 1 if they are all true
        neighbours. The mean is the map's trustworthiness (Venna and Kaski 2001).
    continuity : float32 array of shape (n_words,), 0 to 1
        Whether the word's true neighbours still lie near its dot; the mean is the map's.
    recall : float32 array of shape (n_words,), 0 to 1
        Which share of its k true neighbours is among the k closest dots.
    summary : mapping
        The map as a whole: ``trustworthiness``, ``continuity``, ``recall``, ``chance_recall``,
        ``distance_correlation``, ``n``, ``k``, ``asked``, ``pairs`` and, for maps that hang on
        a seed, ``seeds_shared``.
    """

    trustworthiness: NDArray[np.float32]
    continuity: NDArray[np.float32]
    recall: NDArray[np.float32]
    summary: Mapping[str, Scalar]
    spec: TrustSpec

    def __post_init__(self) -> None:
        arrays = [np.asarray(getattr(self, name), np.float32) for name in TRUST_ARRAYS]
        asked = np.isfinite(arrays[0])
        for name, array in zip(TRUST_ARRAYS, arrays, strict=True):
            if array.ndim != 1 or array.shape != asked.shape:
                raise ValueError(f"{name} has shape {array.shape}, expected ({len(asked)},)")
            if (np.isfinite(array) != asked).any():
                raise ValueError("a word was asked for one number and not for another")
            if (array[asked] < 0).any() or (array[asked] > 1).any():
                raise ValueError(f"{name} must be from 0 to 1")
            object.__setattr__(self, name, read_only(array))

    @property
    def asked(self) -> NDArray[np.bool_]:
        """Which words have numbers, of shape (n_words,); False where another stood for them."""
        return np.isfinite(self.trustworthiness)


TRUST_ARRAYS = ("trustworthiness", "continuity", "recall")
"""The numbers that each dot has."""


@dataclass(frozen=True)
class Reply:
    """What a table answers to one question.

    Attributes
    ----------
    words : the best answers, the best first; empty where there is none
    scores : of each
    rank : place of the word that was expected; None where none was, or it cannot be an answer
    nearest : the word nearest to c alone; None where the question has no c
    problem : why there is no answer; "" where there is one
    """

    words: tuple[str, ...] = ()
    scores: tuple[float, ...] = ()
    rank: int | None = None
    nearest: str | None = None
    problem: str = ""


@dataclass(frozen=True)
class Replies:
    """What a table answers to many questions, in their order."""

    replies: tuple[Reply, ...]
    searched: int
    spec: QuestionsSpec

    def __post_init__(self) -> None:
        if len(self.replies) != len(self.spec.questions):
            raise ValueError("there must be one reply per question")


@dataclass(frozen=True)
class Interval:
    """A 95 % interval, by a bootstrap over questions or pairs."""

    low: float
    high: float


@dataclass(frozen=True)
class PairScore:
    """How a table orders pairs of words, beside the order that people gave them.

    Attributes
    ----------
    total, attempted : pairs of the test, and those of which both words are known
    spearman : rank correlation; None where fewer than two pairs or all cosines are the same
    pearson : the same between the numbers themselves
    interval : of Spearman's correlation
    """

    name: str
    total: int
    attempted: int
    spearman: float | None
    pearson: float | None
    interval: Interval | None


@dataclass(frozen=True, eq=False)
class Answers:
    """What a table answers to every question of Google's analogies, and its scores on pairs.

    The questions themselves stand in the test. `probes.scorecard.read` puts both together.

    Attributes
    ----------
    attempted : bool array of shape (n_questions,), whether all four words are known
    right : bool array of that shape, whether the answer is the expected word
    nearest : bool array of that shape, whether the word nearest to c alone is the expected one
    answer : int32 array of that shape, index into ``words``; -1 where there is no answer, and
        where it is simply the expected word, in small letters
    words : the other answers, each once
    intervals : of the accuracy in each section, and last in all; None where none is attempted
    pairs : of WordSim-353 and SimLex-999
    searched : how many words could be answers
    """

    attempted: NDArray[np.bool_]
    right: NDArray[np.bool_]
    nearest: NDArray[np.bool_]
    answer: NDArray[np.int32]
    words: tuple[str, ...]
    intervals: tuple[Interval | None, ...]
    pairs: tuple[PairScore, ...]
    searched: int
    spec: ScorecardSpec

    def __post_init__(self) -> None:
        n = len(self.attempted)
        for name in ("attempted", "right", "nearest"):
            array = np.asarray(getattr(self, name), np.bool_)
            if array.shape != (n,) or (array & ~self.attempted).any():
                raise ValueError(f"{name} must be ({n},), and only of what was attempted")
            object.__setattr__(self, name, read_only(array))
        answer = np.asarray(self.answer, np.int32)
        if answer.shape != (n,) or (n and not -1 <= answer.min() <= answer.max() < len(self.words)):
            raise ValueError("answers must be one index into words per question")
        if ((answer >= 0) & ~self.attempted).any():
            raise ValueError("there is an answer where none was attempted")
        object.__setattr__(self, "answer", read_only(answer))
