"""How well a table does on the published tests of meaning.

The accuracies are those of gensim's `evaluate_word_analogies`, the correlations those of its
`evaluate_word_pairs`, both with their default settings; only the way to them is faster.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from embeddings import neighbors
from embeddings.errors import UnknownName, UserError
from embeddings.probes import arithmetic, tests_of_meaning
from embeddings.probes.tests_of_meaning import Analogies, Pairs, Words4
from embeddings.types import (
    Answers,
    EmbeddingTable,
    Interval,
    PairScore,
    Progress,
    ScorecardSpec,
    Spec,
    no_progress,
)

RESAMPLES = 1_000
"""Bootstrap resamples, of questions and of pairs."""

QUESTIONS_AT_ONCE = 256
WORDS_AT_ONCE = 2_048
"""Scores are made in blocks of so many questions and words: small enough for the cache."""

ALL = "all"
"""The name of all sections as one."""

ROWS_AT_ONCE = 128
"""Words c whose neighbours a thread looks for at a time."""

NEAREST = 10
"""Neighbours of c among which the nearest that is not in the question is looked for."""


class Question(NamedTuple):
    """One question that was attempted, its words as the test has them."""

    words: Words4
    answer: str
    right: bool

    @property
    def is_plain(self) -> bool:
        """Whether the answer is the expected word, in small letters."""
        return self.right and self.answer == self.words[3].lower()


@dataclass(frozen=True)
class Reply:
    """One question of the test, its words as the test has them, and what became of it.

    Attributes
    ----------
    answer : "" where it was not attempted, or no word was left
    right : whether the answer is the expected word
    nearest : whether the word nearest to c alone is the expected one
    """

    words: Words4
    attempted: bool
    answer: str
    right: bool
    nearest: bool


@dataclass(frozen=True)
class Section:
    """How a table does in one section, or in all.

    Attributes
    ----------
    total : questions of the test
    attempted : questions whose four words are all among the words searched
    correct : questions answered with the expected word
    nearest : questions for which the word nearest to c alone is the expected one
    interval : of the accuracy on attempted questions; None where there are none
    questions : those that were attempted, in the order of the test
    """

    name: str
    total: int
    attempted: int
    correct: int
    nearest: int
    interval: Interval | None
    questions: tuple[Question, ...]

    @property
    def accuracy(self) -> float | None:
        """Share of the attempted questions that are right; None where none was attempted."""
        return self.correct / self.attempted if self.attempted else None

    @property
    def accuracy_on_all(self) -> float:
        """Share of all questions that are right: a question not attempted counts as wrong."""
        return self.correct / self.total if self.total else 0.0

    @property
    def nearest_accuracy(self) -> float | None:
        """Accuracy on attempted questions of the word nearest to c alone."""
        return self.nearest / self.attempted if self.attempted else None

    @property
    def right(self) -> tuple[Question, ...]:
        """The questions that were answered with the expected word."""
        return tuple(each for each in self.questions if each.right)

    @property
    def wrong(self) -> tuple[Question, ...]:
        """The questions that were attempted and answered with another word."""
        return tuple(each for each in self.questions if not each.right)


@dataclass(frozen=True)
class Scorecard:
    """What a table scores.

    Attributes
    ----------
    sections : of the analogies
    overall : of all analogies; its accuracy is that of all questions, not the sections' mean
    pairs : of WordSim-353 and SimLex-999
    searched : words that could be answers
    seed : of the resamples and of the lots
    """

    sections: tuple[Section, ...]
    overall: Section
    pairs: tuple[PairScore, ...]
    searched: int
    spec: Spec
    seed: int


def score(
    table: EmbeddingTable,
    limit: int | None = None,
    seed: int = 42,
    progress: Progress = no_progress,
) -> Scorecard:
    """Score a table on Google's analogies, WordSim-353 and SimLex-999.

    Parameters
    ----------
    table : EmbeddingTable
    limit : search and know only so many of its first words, which are the most frequent ones
    seed : of the resamples, and of the lots where a sparse table's answers score the same

    Raises
    ------
    UserError
        If the limit is below 1.
    MissingPackage
        If gensim, which carries the tests, is not installed.

    Notes
    -----
    *Analogies* are answered by 3CosAdd, the three words of the question left out; capital letters
    make no difference, and the first of several words that differ in them alone stands for all.

    *Intervals* are the percentiles of 1,000 resamples of questions or pairs. The questions of a
    section combine the same few pairs of words, so another section of the kind could differ more.
    """
    table = _first(table, limit)
    analogies = tests_of_meaning.google_analogies()
    sections, overall = answer_all(table, analogies, seed, progress)
    known = _index(table)
    judged = tuple(
        correlate(table, tests_of_meaning.pairs(name), seed, known)
        for name in tests_of_meaning.FILES
    )
    return Scorecard(sections, overall, judged, len(table), table.spec, seed)


# Kept -----------------------------------------------------------------------------------------


def spec(table: Spec, limit: int | None = None, seed: int = 42) -> ScorecardSpec:
    """Return the request for what a table scores.

    Raises
    ------
    UserError
        If the limit is below 1.
    """
    if limit is not None and limit < 1:
        raise UserError(f"The limit is {limit}; it must be a whole number from 1.")
    return ScorecardSpec(table, limit or 0, seed)


def measure(
    table: EmbeddingTable, request: ScorecardSpec, progress: Progress = no_progress
) -> Answers:
    """Score a table as `score` does, and keep every answer."""
    limit = request.limit or None
    found = score(table, limit, request.seed, progress)
    table = _first(table, limit)
    known = _index(table)
    test = tests_of_meaning.google_analogies()
    rows = _rows(known, test)
    attempted: NDArray[np.bool_] = np.all(rows >= 0, axis=1)
    rows = rows[attempted]
    near = _nearest(table, rows, _others(table, known), request.seed)
    answered = found.overall.questions
    others = [each.answer for each in answered if not each.is_plain]
    words = tuple(dict.fromkeys(filter(None, others)))
    number = {word: i for i, word in enumerate(words)}
    right, nearest = np.zeros((2, len(attempted)), np.bool_)
    answer = np.full(len(attempted), -1, np.int32)
    right[attempted] = [each.right for each in answered]
    nearest[attempted] = near == rows[:, 3]
    answer[attempted] = [-1 if each.is_plain else number.get(each.answer, -1) for each in answered]
    intervals = tuple(each.interval for each in (*found.sections, found.overall))
    return Answers(
        attempted,
        right,
        nearest,
        answer,
        words,
        intervals,
        found.pairs,
        found.searched,
        request,
    )


def read(kept: Answers, with_questions: bool = True) -> Scorecard:
    """Return what `score` gave when the answers were kept.

    Parameters
    ----------
    with_questions : whether the sections hold their single questions, which take 6 MB

    Raises
    ------
    UserError
        If they are answers to other questions than those that the installed gensim carries.
    """
    test = _test_of(kept)
    of = np.array(test.section)

    def section(name: str, chosen: NDArray[np.bool_], interval: Interval | None) -> Section:
        attempted = chosen & kept.attempted
        asked = _replies(kept, test, np.flatnonzero(attempted)) if with_questions else ()
        return Section(
            name,
            int(chosen.sum()),
            int(attempted.sum()),
            int(kept.right[chosen].sum()),
            int(kept.nearest[chosen].sum()),
            interval,
            tuple(Question(each.words, each.answer, each.right) for each in asked),
        )

    sections = tuple(
        section(name, of == i, interval)
        for i, (name, interval) in enumerate(zip(test.names, kept.intervals, strict=False))
    )
    overall = section(ALL, np.ones(len(of), np.bool_), kept.intervals[-1])
    return Scorecard(sections, overall, kept.pairs, kept.searched, kept.spec.table, kept.spec.seed)


def replies(kept: Answers, section: str = ALL) -> tuple[Reply, ...]:
    """Return every question of a section, or of all, and what became of it.

    Raises
    ------
    UserError
        If there is no such section, or the answers are to other questions.
    """
    test = _test_of(kept)
    if section == ALL:
        return _replies(kept, test, np.arange(len(test.questions)))
    if section not in test.names:
        raise UnknownName("section", section, (*test.names, ALL))
    chosen = np.array(test.section) == test.names.index(section)
    return _replies(kept, test, np.flatnonzero(chosen))


def _replies(kept: Answers, test: Analogies, picked: NDArray[np.intp]) -> tuple[Reply, ...]:
    facts = (kept.attempted, kept.answer, kept.right, kept.nearest)
    columns = [picked.tolist(), *(array[picked].tolist() for array in facts)]
    found = []
    for question, attempted, number, right, nearest in zip(*columns, strict=True):
        words = test.questions[question]
        plain = words[3].lower() if right else ""
        answer = kept.words[number] if number >= 0 else plain
        found.append(Reply(words, attempted, answer, right, nearest))
    return tuple(found)


def _test_of(kept: Answers) -> Analogies:
    test = tests_of_meaning.google_analogies()
    if len(kept.attempted) != len(test.questions) or len(kept.intervals) != len(test.names) + 1:
        raise UserError(
            f"These are answers to {len(kept.attempted):,} questions in {len(kept.intervals) - 1} "
            f"sections; the installed gensim has {len(test.questions):,} in {len(test.names)}."
        )
    return test


# Analogies -----------------------------------------------------------------------------------


def answer_all(
    table: EmbeddingTable, analogies: Analogies, seed: int = 42, progress: Progress = no_progress
) -> tuple[tuple[Section, ...], Section]:
    """Answer every question whose words are known; return the sections, and all of them as one."""
    known = _index(table)
    rows = _rows(known, analogies)
    attempted = np.flatnonzero((rows >= 0).all(axis=1))
    rows = rows[attempted]
    others = _others(table, known)
    answers = _answers(table, rows, others, seed, progress)
    nearest = _nearest(table, rows, others, seed)
    right, as_near = _stand_for(answers, others, len(table)) == rows[:, 3], nearest == rows[:, 3]
    of = np.array(analogies.section)
    words = (*table.words, "")  # the last one is that of row -1
    questions = list(
        map(
            Question,
            map(analogies.questions.__getitem__, attempted.tolist()),
            map(words.__getitem__, answers.tolist()),
            right.tolist(),
        )
    )
    random = np.random.default_rng(seed)

    def section(name: str, all_of_it: NDArray[Any], chosen: NDArray[Any]) -> Section:
        picked = np.flatnonzero(chosen)
        correct = int(right[picked].sum())
        return Section(
            name,
            int(all_of_it.sum()),
            len(picked),
            correct,
            int(as_near[picked].sum()),
            _interval_of_share(correct, len(picked), random),
            tuple(map(questions.__getitem__, picked.tolist())),
        )

    sections = tuple(
        section(name, of == i, of[attempted] == i) for i, name in enumerate(analogies.names)
    )
    everything = section("all", np.ones(len(of), bool), np.ones(len(attempted), bool))
    return sections, everything


def _answers(
    table: EmbeddingTable,
    rows: NDArray[np.intp],
    others: Mapping[int, Sequence[int]],
    seed: int,
    progress: Progress,
) -> NDArray[np.intp]:
    """Return the row that answers each question, -1 where nothing is left."""
    if not table.is_sparse and arithmetic.pays(rows):
        units = np.asarray(table.unit_vectors)
        return arithmetic.best(units, rows, others, progress)
    return _one_by_one(table, rows, others, seed, progress)


def _one_by_one(
    table: EmbeddingTable,
    rows: NDArray[np.intp],
    others: Mapping[int, Sequence[int]],
    seed: int,
    progress: Progress,
) -> NDArray[np.intp]:
    """Return the row that answers each question, whatever they have in common.

    The cosines of the questions' words with all words are made once, a block of words at a time;
    those of their sums are sums of these. Sparse tables draw lots where answers score the same.
    """
    n, questions = len(table), len(rows)
    if not questions:
        return np.empty(0, dtype=np.intp)
    asked, place = np.unique(rows[:, :3], return_inverse=True)
    place = place.reshape(-1, 3)
    units: Any = table.unit_vectors
    of_asked = units[asked]
    banned = _banned(rows, others)
    best = np.full(questions, -np.inf, dtype=np.float32)
    found = np.full(questions, -1, dtype=np.intp)
    lots = np.full(questions, np.iinfo(np.uint64).max, dtype=np.uint64)
    for start in range(0, n, WORDS_AT_ONCE):
        progress(start / n, f"Answering {questions:,} questions, word {start:,} of {n:,}")
        stop = min(start + WORDS_AT_ONCE, n)
        product = of_asked @ units[start:stop].T
        cosines = product.toarray() if table.is_sparse else product
        out = banned[(banned[:, 1] >= start) & (banned[:, 1] < stop)]
        for first in range(0, questions, QUESTIONS_AT_ONCE):
            block = slice(first, first + QUESTIONS_AT_ONCE)
            a, b, c = place[block].T
            scores = cosines[b]
            scores += cosines[c]
            scores -= cosines[a]
            low, high = np.searchsorted(out[:, 0], (first, first + QUESTIONS_AT_ONCE))
            scores[out[low:high, 0] - first, out[low:high, 1] - start] = -np.inf
            if table.is_sparse:
                _draw(scores, start, best[block], found[block], lots[block], seed, first)
                continue
            top = scores.argmax(axis=1)
            value = scores[np.arange(len(top)), top]
            better = value > best[block]
            best[block][better] = value[better]
            found[block][better] = top[better] + start
    progress(1.0, "Answering questions")
    return found


def _draw(
    scores: NDArray[Any],
    start: int,
    best: NDArray[Any],
    found: NDArray[np.intp],
    lots: NDArray[Any],
    seed: int,
    first: int,
) -> None:
    """Keep the best of each question, of those that score the same the one with the least lot.

    Sparse tables are full of such ties: two words without common company have the cosine 0.
    """
    values = np.round(scores, neighbors.DECIMALS)
    top = values.max(axis=1)
    rows, columns = np.nonzero((values == top[:, None]) & np.isfinite(top)[:, None])
    drawn = neighbors.draw_lots(seed, rows + first, columns + start)
    order = np.lexsort((drawn, rows))
    rows, columns, drawn = rows[order], columns[order], drawn[order]
    rows, where = np.unique(rows, return_index=True)
    columns, drawn = columns[where], drawn[where]
    better = (top[rows] > best[rows]) | ((top[rows] == best[rows]) & (drawn < lots[rows]))
    rows, columns, drawn = rows[better], columns[better], drawn[better]
    best[rows], found[rows], lots[rows] = top[rows], columns + start, drawn


def _banned(rows: NDArray[np.intp], others: Mapping[int, Sequence[int]]) -> NDArray[np.intp]:
    """Return pairs of question and row that may not answer it, sorted by question."""
    pairs = [
        (question, row)
        for question, words in enumerate(rows[:, :3].tolist())
        for word in words
        for row in (word, *others.get(word, ()))
    ]
    return np.array(pairs, dtype=np.intp).reshape(-1, 2)


def _nearest(
    table: EmbeddingTable, rows: NDArray[np.intp], others: Mapping[int, Sequence[int]], seed: int
) -> NDArray[np.intp]:
    """Return the word nearest to c alone that is not in the question, -1 where none is found."""
    if not len(rows):
        return np.empty(0, np.intp)
    asked, place = np.unique(rows[:, 2], return_inverse=True)
    parts = 1 if table.is_sparse else -(-len(asked) // ROWS_AT_ONCE)
    with arithmetic.threads() as pool:
        found = pool.map(
            lambda few: neighbors.of_rows(table, few, NEAREST, seed=seed)[0],
            np.array_split(asked, parts),
        )
        near = np.concatenate(list(found))
    stand = _stand_for(near, others, len(table))[place]
    a, b, c = rows[:, :3].T[:, :, None]
    free = (stand != a) & (stand != b) & (stand != c)
    nearest = stand[np.arange(len(stand)), free.argmax(axis=1)]
    return np.where(free.any(axis=1), nearest, -1)


def _interval_of_share(
    correct: int, attempted: int, random: np.random.Generator
) -> Interval | None:
    """Resample right and wrong; how many are right is then a binomial number."""
    if not attempted:
        return None
    shares = random.binomial(attempted, correct / attempted, RESAMPLES) / attempted
    low, high = np.percentile(shares, (2.5, 97.5))
    return Interval(float(low), float(high))


# Pairs ---------------------------------------------------------------------------------------


def correlate(
    table: EmbeddingTable, pairs: Pairs, seed: int = 42, known: Mapping[str, int] | None = None
) -> PairScore:
    """Return how the cosines of pairs correlate with what people said of them."""
    from scipy import stats

    known = _index(table) if known is None else known
    rows = [(known.get(a.upper(), -1), known.get(b.upper(), -1)) for a, b in pairs.words]
    kept = [i for i, pair in enumerate(rows) if min(pair) >= 0]
    judged = np.array([pairs.judged[i] for i in kept])
    cosines = np.array([_cosine(table, *rows[i]) for i in kept], dtype=np.float32)
    total, attempted = len(pairs.words), len(kept)
    if attempted < 2 or np.ptp(cosines) == 0 or np.ptp(judged) == 0:
        return PairScore(pairs.name, total, attempted, None, None, None)
    return PairScore(
        pairs.name,
        total,
        attempted,
        float(stats.spearmanr(judged, cosines).statistic),
        float(stats.pearsonr(judged, cosines).statistic),
        _interval_of_ranks(judged, cosines, seed),
    )


def _cosine(table: EmbeddingTable, a: int, b: int) -> np.float32:
    """Return the cosine as gensim computes it, to the last bit: ranks hang on it."""
    rows: Any = table.vectors[[a, b]]
    dense = rows.toarray() if table.is_sparse else np.ascontiguousarray(rows)
    lengths = [np.float32(np.sqrt(np.dot(row, row))) for row in dense]
    first, second = (
        row / length if length > 0 else row for row, length in zip(dense, lengths, strict=True)
    )
    return np.float32(np.dot(first, second))


def _interval_of_ranks(
    judged: NDArray[np.float64], cosines: NDArray[np.float32], seed: int
) -> Interval | None:
    """Resample pairs; resamples without spread have no correlation and are left out."""
    from scipy.stats import rankdata

    drawn = np.random.default_rng(seed).integers(len(judged), size=(RESAMPLES, len(judged)))
    ranks = [rankdata(values[drawn], axis=1) for values in (judged, cosines)]
    x, y = (rank - rank.mean(axis=1, keepdims=True) for rank in ranks)
    spread = np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))
    found = (x * y).sum(axis=1)[spread > 0] / spread[spread > 0]
    if not len(found):
        return None
    low, high = np.percentile(found, (2.5, 97.5))
    return Interval(float(low), float(high))


# Words ---------------------------------------------------------------------------------------


def _first(table: EmbeddingTable, limit: int | None) -> EmbeddingTable:
    if limit is None or limit >= len(table):
        return table
    if limit < 1:
        raise UserError(f"The limit is {limit}; it must be a whole number from 1.")
    return EmbeddingTable(table.words[:limit], table.vectors[:limit], table.spec)


def _index(table: EmbeddingTable) -> dict[str, int]:
    """Return the row of each word in capital letters; the first of several counts."""
    backwards = range(len(table) - 1, -1, -1)
    return dict(zip(map(str.upper, reversed(table.words)), backwards, strict=True))


def _rows(known: Mapping[str, int], test: Analogies) -> NDArray[np.intp]:
    """Return the rows of the questions' words, of shape (n_questions, 4), -1 where unknown."""
    rows = np.array([known.get(word.upper(), -1) for word in test.words], np.intp)
    return rows[test.places]


def _others(table: EmbeddingTable, known: Mapping[str, int]) -> dict[int, list[int]]:
    """Return, by the row that stands for a word, the rows that differ in capital letters alone."""
    found: dict[int, list[int]] = {}
    if len(known) == len(table):
        return found
    for row, word in enumerate(table.words):
        if known[word.upper()] != row:
            found.setdefault(known[word.upper()], []).append(row)
    return found


def _stand_for(rows: NDArray[Any], others: Mapping[int, Sequence[int]], n: int) -> NDArray[np.intp]:
    """Return the rows that stand for the words in some rows; -1 stays."""
    stands = np.arange(n + 1)
    stands[n] = -1
    for row, same in others.items():
        stands[same] = row
    return stands[rows]
