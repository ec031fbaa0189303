"""Word2Vec watched while it learns: what its vectors know, from the random start to the end.

gensim trains as it always does; after a batch that passes one of the planned moments the vectors of
the text's most frequent words are copied, and looked at while the training goes on. So the vectors
at the end are those of the method ``word2vec`` with the same settings, to the last bit.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings import corpus, methods, neighbors, vocabulary
from embeddings.corpus import Corpus
from embeddings.errors import UserError
from embeddings.methods import word2vec
from embeddings.types import (
    EmbeddingTable,
    Progress,
    Spec,
    Training,
    TrainingSpec,
    no_progress,
)

METHOD = "word2vec"

EARLY = (0, 1 / 64, 1 / 32, 1 / 16, 1 / 8, 3 / 16, 1 / 4, 3 / 8, 1 / 2, 3 / 4, 1, 1.5, 2)
LATE = (3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40)
"""Moments that are looked at, in passes over the text; the end is always one. Most is learned
within the first half of the first pass."""

NEIGHBORS = 8
"""Neighbours that are noted of each word."""

PAIRS = (
    ("king", "queen"),
    ("green", "blue"),
    ("man", "woman"),
    ("good", "bad"),
    ("france", "paris"),
)
"""Pairs whose cosines are noted, as far as the text has them."""

RANDOM_PAIRS = 5_000

FEWEST = 20
"""Words that must be left for a training to be worth looking at."""

SAMPLED = 100_000
"""Sentences by which guesses are counted."""

PARTS = 64
"""Parts of the text in which they are counted apart: sentences are longer here than there."""


@dataclass(frozen=True)
class Score:
    """What the vectors of a moment score on the tests of meaning; None where nothing is known."""

    analogies: float | None
    questions: int
    wordsim: float | None
    judged: int


Scoring = Callable[[EmbeddingTable], Score]
Drawing = Callable[
    [Sequence[EmbeddingTable], int, Progress], tuple[list[NDArray[np.float32]], list[float]]
]


def spec(
    text: str = "dictionary", parameters: Mapping[str, Any] | None = None, seed: int = 42
) -> TrainingSpec:
    """Return the complete request for a training.

    Parameters
    ----------
    text : "packaged", "dictionary", "wikipedia", or the name of an own text (`corpus.own.keep`)
    parameters : of the method ``word2vec``

    Raises
    ------
    UserError
        If there is no such text, a parameter is unknown, or a value is out of its range.
    """
    method = methods.get(METHOD)
    values = {**dict(parameters or {}), "centred": False}
    return TrainingSpec(method.spec(vocabulary.TRAINED, corpus.check(text), seed, values))


def plan(epochs: int) -> tuple[float, ...]:
    """Return the moments that are looked at in a training of so many epochs, in passes."""
    return (*(each for each in (*EARLY, *LATE) if each < epochs), float(epochs))


@dataclass(eq=False)
class _Moment:
    epochs: float
    loss: float
    speed: float
    vectors: NDArray[np.float32]
    score: Score | None = None
    near: NDArray[np.int32] | None = None


@dataclass(eq=False)
class _Watcher:
    """Sees every batch in the training's thread: adds up, and copies when a moment has come."""

    text: Corpus
    spec: Spec
    words: tuple[str, ...]
    moments: list[_Moment] = field(default_factory=list)
    model: Any = None
    began: float = 0.0
    read: int = 0
    since: float = 0.0
    read_since: int = 0
    lost_since: float = 0.0
    guesses_since: float = 0.0
    per_word: NDArray[np.float64] = field(default_factory=lambda: np.zeros(PARTS))

    def __call__(self, model: Any, trained: int, read: int, loss: float) -> None:
        now = time.perf_counter()
        if self.model is None:
            self._begin(model, now)
            return
        middle = (self.read + read / 2) / len(self.text.tokens) % 1
        self.read += read
        self.read_since += read
        self.lost_since += loss
        self.guesses_since += trained * self.per_word[int(middle * PARTS)]
        done = self.read / len(self.text.tokens)
        ahead = self._planned[len(self.moments) :]
        if ahead and done >= ahead[0] - 1e-9:
            passed = sum(done >= moment - 1e-9 for moment in ahead)
            del self._planned[len(self.moments) : len(self.moments) + passed - 1]
            self._note(done, now)

    def _begin(self, model: Any, now: float) -> None:
        self.model, self.began, self.since = model, now, now
        self._planned = list(plan(self.spec["epochs"]))
        self._rows = [model.wv.key_to_index[word] for word in self.words]
        self.per_word = guesses_per_word(self.text, self.spec, _kept(model, self.text))
        blind = (1 + self.spec["negative"]) * math.log(2)
        self.moments.append(_Moment(0.0, blind, 0.0, self._copy()))

    def _note(self, done: float, now: float) -> None:
        loss, speed = self.standing(now)
        self.moments.append(_Moment(done, loss, speed, self._copy()))
        self.since, self.read_since, self.lost_since, self.guesses_since = now, 0, 0.0, 0.0

    def _copy(self) -> NDArray[np.float32]:
        return np.array(self.model.wv.vectors[self._rows], dtype=np.float32)

    def standing(self, now: float) -> tuple[float, float]:
        """Return the mean loss of a guess and the words read in a second since the last moment."""
        if not self.read_since:
            return self.moments[-1].loss, self.moments[-1].speed
        loss = self.lost_since / self.guesses_since if self.guesses_since else 0.0
        return loss, self.read_since / max(now - self.since, 1e-9)


def train(
    request: TrainingSpec, score: Scoring, draw: Drawing, progress: Progress = no_progress
) -> tuple[Training, EmbeddingTable]:
    """Train, watch, and draw the maps.

    Parameters
    ----------
    score : what the tests of meaning say of vectors
    draw : draws maps of the same words at several moments, see `projection.in_turn`

    Returns
    -------
    training : what was seen
    table : the vectors at the end, of every word that the text has often enough

    Raises
    ------
    UserError
        If the text or the minimum count leaves too few words.
    """
    progress(0.0, "Reading the text")
    text = corpus.read(request.table.corpus)
    words = trained_words(text, request.table)
    searched = words[: request.searched]
    shown = choose(searched, request.shown)
    watcher = _Watcher(text, request.table, searched)
    pending: list[_Moment] = []
    seen = 0

    def report(fraction: float, message: str) -> None:
        # In the caller's own thread: what is copied is looked at while the training goes on.
        nonlocal seen
        progress(0.9 * fraction, _told(watcher, request.table["epochs"], message))
        pending.extend(watcher.moments[seen:])
        seen = len(watcher.moments)
        while pending:
            _look_at(pending.pop(0), searched, shown, request, score)
            progress(0.9 * fraction, _told(watcher, request.table["epochs"], message))

    model = word2vec.train(request.table, word2vec.Sentences(text), report, watcher)
    report(1.0, "Looking at the vectors")
    moments = watcher.moments
    tables = [
        _table(each.vectors[shown], [searched[i] for i in shown], request) for each in moments
    ]
    maps, kept = draw(
        tables, request.seed, lambda part, message: progress(0.9 + 0.1 * part, message)
    )
    rows = [model.key_to_index[word] for word in words]
    final = EmbeddingTable(words, np.asarray(model.vectors[rows], np.float32), request.table)
    return _gather(request, text, words, shown, moments, maps, kept), final


def trained_words(text: Corpus, spec: Spec) -> tuple[str, ...]:
    """Return every word that a training has vectors for, the most frequent first.

    Raises
    ------
    UserError
        If they are too few to be looked at.
    """
    n = int(np.count_nonzero(text.counts >= spec["min_count"]))
    if n >= FEWEST:
        return text.types[:n]
    if not len(text.tokens):
        raise UserError(
            "The text has no word: digits and signs alone are not read. Give one of words."
        )
    tokens = f"{len(text.tokens):,} word{'s' if len(text.tokens) > 1 else ''}"
    often = "once" if spec["min_count"] == 1 else f"{spec['min_count']} times"
    raise UserError(
        f"Of the text's {tokens}, {n} different one{'s' if n != 1 else ''} occur"
        f"{'' if n != 1 else 's'} at least {often}, and a training takes {FEWEST}: give a longer "
        "text or a smaller minimum count."
    )


def choose(words: Sequence[str], most: int) -> NDArray[np.int32]:
    """Return the rows of the words that are shown: those of the topics, then the most frequent."""
    topical = {word for group in vocabulary.topics().values() for word in group}
    first = [i for i, word in enumerate(words) if word in topical]
    others = [i for i, word in enumerate(words) if word not in topical]
    return np.array(sorted([*first, *others][:most]), np.int32)


def guesses_per_word(text: Corpus, spec: Spec, kept: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how many guesses a trained word costs on the mean, counted on a sample of sentences.

    gensim adds up the loss and does not say of how many guesses; so the loss of a guess is right to
    a few per cent only (skip-gram on Wikipedia: 2 % too high at the start). Skip-gram guesses each
    word of a window whose half is drawn from 1 to ``window``; CBOW guesses a word once if it has
    company.

    Parameters
    ----------
    kept : array of shape (n_types,), how probably each type is not skipped

    Returns
    -------
    float64 array of shape (PARTS,), from the beginning of the text to its end
    """
    random = np.random.default_rng(spec.seed)
    chosen = np.zeros(text.n_sentences, bool)
    chosen[:: max(1, text.n_sentences // SAMPLED)] = True
    sentence = np.repeat(np.arange(text.n_sentences), np.diff(text.sentence_starts))
    places = np.flatnonzero(chosen[sentence])
    places = places[random.random(len(places)) < kept[text.tokens[places]]]
    if not len(places):
        return np.zeros(PARTS)
    _, starts, left = np.unique(sentence[places], return_index=True, return_counts=True)
    before = np.arange(len(places)) - np.repeat(starts, left)
    after = np.repeat(left, left) - 1 - before
    half = random.integers(1, spec["window"] + 1, len(places))
    company = np.minimum(before, half) + np.minimum(after, half)
    guesses = company if spec["algorithm"] == "skip-gram" else company > 0
    part = places * PARTS // len(text.tokens)
    words = np.bincount(part, minlength=PARTS)
    found = np.bincount(part, guesses, minlength=PARTS)
    return np.where(words > 0, found / np.maximum(words, 1), guesses.mean())


def _kept(model: Any, text: Corpus) -> NDArray[np.float64]:
    """Return how probably gensim does not skip each type; 0 for those that it does not know."""
    kept = np.zeros(len(text.types))
    for word in model.wv.index_to_key:
        kept[text.index[word]] = model.wv.get_vecattr(word, "sample_int") / 2**32
    return kept


def _told(watcher: _Watcher, epochs: int, message: str) -> str:
    if watcher.model is None or not watcher.read:
        return message
    loss, speed = watcher.standing(time.perf_counter())
    done = watcher.read / len(watcher.text.tokens)
    parts = [
        f"Epoch {min(int(done) + 1, epochs)} of {epochs}",
        f"{speed:,.0f} words a second",
        f"loss {loss:.2f}",
    ]
    scored = [each.score for each in watcher.moments if each.score]
    if scored and scored[-1].analogies is not None:
        parts.append(f"{scored[-1].analogies:.0%} of the analogies")
    return " · ".join(parts)


def _table(vectors: NDArray[Any], words: Sequence[str], request: TrainingSpec) -> EmbeddingTable:
    return EmbeddingTable(tuple(words), vectors, request.table)


def _look_at(
    moment: _Moment,
    searched: tuple[str, ...],
    shown: NDArray[np.int32],
    request: TrainingSpec,
    score: Scoring,
) -> None:
    table = _table(moment.vectors, searched, request)
    rows = shown.astype(np.intp)
    moment.near, _ = neighbors.of_rows(table, rows, NEIGHBORS, seed=request.seed)
    moment.score = score(table)


def _gather(
    request: TrainingSpec,
    text: Corpus,
    words: tuple[str, ...],
    shown: NDArray[np.int32],
    moments: Sequence[_Moment],
    maps: Sequence[NDArray[np.float32]],
    kept: Sequence[float],
) -> Training:
    """Put what was seen at each moment together."""
    searched = words[: request.searched]
    index = {word: row for row, word in enumerate(searched)}
    pairs = tuple(pair for pair in PAIRS if pair[0] in index and pair[1] in index)
    rows = np.array([[index[a], index[b]] for a, b in pairs], np.intp).reshape(-1, 2)
    drawn = np.random.default_rng(request.seed).integers(len(searched), size=(RANDOM_PAIRS, 2))
    drawn = drawn[drawn[:, 0] != drawn[:, 1]]
    near = np.stack([_near(each) for each in moments])
    partner = near[-1][:, 0]
    cosines, random, closeness = [], [], []
    for each in moments:
        unit = _table(each.vectors, searched, request).unit_vectors
        cosines.append(_cosines(unit, rows[:, 0], rows[:, 1]))
        random.append(float(_cosines(unit, drawn[:, 0], drawn[:, 1]).mean()))
        closeness.append(_cosines(unit, shown, partner))
    scores = [each.score for each in moments if each.score]
    return Training(
        words=searched,
        shown=shown,
        epochs=np.array([each.epochs for each in moments]),
        loss=np.array([each.loss for each in moments]),
        speed=np.array([each.speed for each in moments]),
        coordinates=np.stack(maps).astype(np.float16),
        kept=np.array(kept),
        neighbors=near.astype(np.uint16),
        closeness=np.stack(closeness).astype(np.float16),
        pairs=pairs,
        cosines=np.array(cosines, np.float64).reshape(len(moments), len(pairs)),
        random=np.array(random),
        analogies=np.array([_or_nan(each.analogies) for each in scores]),
        questions=scores[-1].questions,
        wordsim=np.array([_or_nan(each.wordsim) for each in scores]),
        judged=scores[-1].judged,
        n_words=len(words),
        n_tokens=len(text.tokens),
        spec=request,
    )


def _near(moment: _Moment) -> NDArray[np.int32]:
    assert moment.near is not None
    return moment.near


def _cosines(unit: Any, left: NDArray[Any], right: NDArray[Any]) -> NDArray[np.float64]:
    return np.einsum("ij,ij->i", unit[left], unit[right], dtype=np.float64)


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value
