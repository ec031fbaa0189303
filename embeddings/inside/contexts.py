"""One word, many meanings: a word's vectors in many sentences, by every layer of the model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from embeddings import corpus
from embeddings.errors import UserError
from embeddings.inside import own_sentences, senses
from embeddings.methods._minilm import DIMENSIONS, LAYERS, batches, encoder
from embeddings.methods.bert_in_context import Stretch, draw, spans, stretches
from embeddings.types import (
    Contexts,
    ContextsSpec,
    EmbeddingTable,
    Progress,
    Scalar,
    Sentences,
    SentencesSpec,
    Tokens,
    TokensSpec,
    no_progress,
)

MOST = 1000
"""Occurrences of the corpus that can be asked for."""

MOST_OWN = 1000
"""Occurrences in own sentences that are read."""

TYPICAL, NEAR = 5, 8
"""Typical occurrences of each group, and words near it."""

BUDGET = 1024
"""Word pieces in a batch: of all layers, a larger one is slower."""


def words() -> tuple[str, ...]:
    """Return the words that are suggested."""
    return tuple(own_sentences.packaged())


def spec(
    word: str,
    own: Sequence[tuple[str, str]] = (),
    most: int = 300,
    corpus_name: str = "packaged",
    seed: int = 42,
) -> ContextsSpec:
    """Return the checked request for a word's contexts.

    Parameters
    ----------
    own : (label, sentence) of each of the reader's own sentences
    most : occurrences of the corpus, drawn by the seed; 0 for own sentences alone

    Raises
    ------
    UserError
        If there is no such word or corpus, or a number is out of its range.
    """
    if not 0 <= most <= MOST:
        raise UserError(f"most is {most!r}; it must be a whole number from 0 to {MOST}.")
    if not 0 <= seed < 2**31:
        raise UserError(f"seed is {seed!r}; it must be a whole number from 0 to {2**31 - 1}.")
    corpus.check(corpus_name)
    return ContextsSpec(own_sentences.check_word(word), tuple(own), most, corpus_name, seed)


# ------------------------------------------------------------------------ where the word stands


@dataclass
class _Found:
    """Where a word stands, and how many there were to choose from."""

    numbers: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    occurrences: int = 0
    sentences: int = 0

    def add(self, number: int, text: str, word: str) -> None:
        for each, start, end in spans(text, not word.isascii()):
            if each == word:
                self.numbers.append(number)
                self.texts.append(text)
                self.spans.append((start, end))

    def cut(self, keep: Sequence[int]) -> None:
        for name in ("numbers", "texts", "spans"):
            setattr(self, name, [getattr(self, name)[i] for i in keep])


def _find(request: ContextsSpec) -> _Found:
    """Draw the word's occurrences in the corpus, and look for it in the own sentences."""
    found = _Found()
    if request.most:
        text = corpus.read(request.corpus)
        if request.word in text.index:
            found.occurrences = int(text.counts[text.index[request.word]])
        everywhere = text.sentences_with(request.word)
        found.sentences = len(everywhere)
        seen: set[str] = set()
        for number in draw(everywhere, request.word, request.most, request.seed).tolist():
            sentence = text.text[number]
            if sentence not in seen:
                found.add(number, sentence, request.word)
            seen.add(sentence)
        if len(found.numbers) > request.most:
            random = np.random.default_rng(request.seed)
            kept = random.choice(len(found.numbers), request.most, replace=False)
            found.cut(np.sort(kept).tolist())
    own = _Found()
    for i, (_, sentence) in enumerate(request.own):
        own.add(-1 - i, sentence, request.word)
    own.cut(range(min(len(own.numbers), MOST_OWN)))
    found.numbers += own.numbers
    found.texts += own.texts
    found.spans += own.spans
    return found


def _states(
    texts: Sequence[str], places: Sequence[tuple[int, int]], progress: Progress
) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """Read words in their sentences, each text once, by every layer.

    Returns
    -------
    vectors : float32 array of shape (n_layers, n_read, dim)
    rows : which of the occurrences they are, ascending; the others could not be found in the
        model's word pieces
    """
    if not texts:
        return np.zeros((LAYERS + 1, 0, DIMENSIONS), np.float32), np.zeros(0, np.intp)
    model = encoder()
    distinct = {text: i for i, text in enumerate(dict.fromkeys(texts))}
    wanted: list[list[tuple[int, int, int]]] = [[] for _ in distinct]
    for row, (text, (start, end)) in enumerate(zip(texts, places, strict=True)):
        wanted[distinct[text]].append((row, start, end))
    cut = stretches(model, list(distinct), wanted)
    vectors = np.zeros((LAYERS + 1, len(texts), DIMENSIONS), np.float32)
    read = np.zeros(len(texts), bool)
    for batch, done in _batched(cut):
        progress(done, f"Reading sentences with MiniLM, {done:.0%}")
        hidden = model.layers([cut[i].pieces for i in batch])
        for place, i in enumerate(batch):
            for row, pieces in cut[i].words:
                vectors[:, row] = hidden[:, place, pieces].mean(axis=1)
                read[row] = True
    rows = np.flatnonzero(read)
    return vectors[:, rows], rows


def _batched(cut: Sequence[Stretch]) -> Iterator[tuple[list[int], float]]:
    """Yield batches of texts, and the share of them that was read before."""
    done = 0
    for batch in batches([len(stretch.pieces) for stretch in cut], BUDGET):
        yield batch, done / len(cut)
        done += len(batch)


# ------------------------------------------------------------------------------ what is known


def encode(
    request: ContextsSpec,
    tokens: Tokens,
    vocabulary: EmbeddingTable,
    progress: Progress = no_progress,
) -> Contexts:
    """Read a word in its sentences, group its uses and measure how far they lie apart.

    A word that occurs nowhere gives contexts of no occurrence, which is no error.

    Parameters
    ----------
    tokens : what random words have in common, which is subtracted where it says "centred"
    vocabulary : vectors of words in context by the last layer, to name groups by
    """
    progress(0.0, "Looking for the word")
    found = _find(request)
    vectors, rows = _states(found.texts, found.spans, _part(progress, 0.05, 0.75))
    kept = vectors.astype(np.float16)
    vectors = kept.astype(np.float32)
    progress(0.8, "Grouping the uses")
    last = vectors[LAYERS] - tokens.mean[LAYERS]
    groups = senses.group(last, request.seed)
    members = [np.flatnonzero(groups.labels == number) for number in range(groups.n)]
    progress(0.95, "Measuring")
    numbers = np.array([found.numbers[row] for row in rows], np.int64)
    notes: dict[str, Scalar] = {
        "occurrences": found.occurrences,
        "sentences": found.sentences,
        "passed_over": len(found.texts) - len(rows),
        "n": len(rows),
    }
    if groups.silhouette is not None and groups.chance is not None:
        notes |= {
            "silhouette": round(groups.silhouette, 4),
            "chance": round(groups.chance, 4),
        }
    made = Contexts(
        numbers,
        np.array([found.spans[row] for row in rows], np.int32).reshape(-1, 2),
        groups.labels,
        _names(vectors[LAYERS], members, vocabulary, request.word),
        tuple(tuple(_typical(last, each, numbers)) for each in members),
        {},
        notes,
        request,
        kept,
    )
    statistics = measure(vectors, groups.labels, made.labels, tokens)
    progress(1.0, "Measuring")
    return replace(made, statistics=statistics)


def _typical(
    last: NDArray[np.float32], rows: NDArray[np.intp], numbers: NDArray[np.int64]
) -> list[int]:
    """Return the most typical occurrences of a group, at most one of each sentence."""
    first: dict[int, int] = {}
    for row in senses.typical(last, rows, len(rows)):
        first.setdefault(int(numbers[row]), row)
    return list(first.values())[:TYPICAL]


def _names(
    last: NDArray[np.float32],
    members: Sequence[NDArray[np.intp]],
    vocabulary: EmbeddingTable,
    word: str,
) -> tuple[tuple[str, ...], ...]:
    if not members:
        return ()
    means = np.array([last[rows].mean(axis=0) for rows in members])
    # The word's own forms ("banks") are near all of its uses, and say nothing of one.
    others = [row for row, each in enumerate(vocabulary.words) if not each.startswith(word)]
    rows = senses.telling_words(means, np.asarray(vocabulary.vectors)[others], NEAR)
    return tuple(tuple(vocabulary.words[others[row]] for row in each) for each in rows)


def measure(
    vectors: NDArray[np.float32],
    groups: NDArray[np.int16],
    labels: Sequence[str],
    tokens: Tokens,
) -> dict[str, tuple[float | None, ...]]:
    """Measure in every layer, raw and centred, how alike the contexts are and how far apart.

    Parameters
    ----------
    vectors : array of shape (n_layers, n, dim)
    groups, labels : of each occurrence; those without a label are left out of the labels' numbers

    Returns
    -------
    ``alike``, ``random`` and ``groups_*`` and ``labels_*`` of `senses.MEASURES`, each also with
    ``_centred`` behind it: the mean of random words in that layer subtracted
    """
    labelled = [row for row, label in enumerate(labels) if label]
    given = [labels[row] for row in labelled]
    found: dict[str, list[float | None]] = {}
    for layer, raw in enumerate(vectors):
        for ending, shown in (("", raw), ("_centred", raw - tokens.mean[layer])):
            numbers: dict[str, float | None] = {"alike": senses.alike(shown)}
            by_group = senses.apart(shown, groups.tolist())
            by_label = senses.apart(shown[labelled], given)
            numbers |= {f"groups_{name}": value for name, value in by_group.items()}
            numbers |= {f"labels_{name}": value for name, value in by_label.items()}
            for name, value in numbers.items():
                rounded = None if value is None else round(value, 4)
                found.setdefault(name + ending, []).append(rounded)
    return {
        **{name: tuple(values) for name, values in found.items()},
        "random": tuple(round(each, 4) for each in tokens.alike),
        "random_centred": tuple(round(each, 4) for each in tokens.alike_centred),
    }


def cosines(
    contexts: Contexts, first: int, second: int, mean: NDArray[np.float32] | None = None
) -> NDArray[np.float64]:
    """Return the cosine of two occurrences in every layer.

    Parameters
    ----------
    first, second : rows of the contexts
    mean : array of shape (n_layers, dim) that is subtracted, if any

    Returns
    -------
    array of shape (n_layers,)

    Raises
    ------
    UserError
        If the vectors were not kept.
    """
    if contexts.vectors is None:
        raise UserError("The vectors of these contexts were not kept: ask for the two sentences.")
    both = contexts.vectors[:, [first, second]].astype(np.float64)
    if mean is not None:
        both -= mean[:, None]
    units = senses.unit(both)
    return np.asarray(np.sum(units[:, 0] * units[:, 1], axis=1))


# -------------------------------------------------------------------------------- beside them


def random_words(request: TokensSpec, progress: Progress = no_progress) -> Tokens:
    """Read random words of the corpus, each in its sentence; frequent words are drawn often."""
    text = corpus.read(request.corpus)
    random = np.random.default_rng(request.seed)
    drawn = random.choice(len(text.tokens), min(request.n, len(text.tokens)), replace=False)
    texts, places = [], []
    for place in np.sort(drawn).tolist():
        number = int(np.searchsorted(text.sentence_starts, place, side="right")) - 1
        word, sentence = text.types[text.tokens[place]], text.text[number]
        before = text.tokens[text.sentence_starts[number] : place]
        nth = int(np.count_nonzero(before == text.tokens[place]))
        every = spans(sentence, not word.isascii())
        where = [(start, end) for each, start, end in every if each == word]
        if nth < len(where):
            texts.append(sentence)
            places.append(where[nth])
    vectors, _ = _states(texts, places, progress)
    # As it is kept, so that what is subtracted is the same today and tomorrow.
    mean = vectors.mean(axis=1).astype(np.float16).astype(np.float32)
    centred = vectors - mean[:, None]
    return Tokens(
        mean,
        tuple(round(senses.alike(each) or 0.0, 4) for each in vectors),
        tuple(round(senses.alike(each) or 0.0, 4) for each in centred),
        request,
    )


def sentences(request: SentencesSpec) -> Sentences:
    """Read sentences of the corpus.

    Raises
    ------
    UserError
        If the corpus has no sentence of such a number.
    """
    text = corpus.read(request.corpus)
    if not all(0 <= number < text.n_sentences for number in request.numbers):
        raise UserError(f"The corpus has sentences from 0 to {text.n_sentences - 1:,}.")
    return Sentences(tuple(text.text[number] for number in request.numbers), request)


def sentences_spec(contexts: Contexts) -> SentencesSpec:
    """Return the request for the sentences of the corpus in which a word was read."""
    numbers = (number for number in contexts.numbers.tolist() if number >= 0)
    return SentencesSpec(tuple(dict.fromkeys(numbers)), contexts.spec.corpus)


def _part(progress: Progress, low: float, high: float) -> Progress:
    return lambda fraction, message: progress(low + (high - low) * fraction, message)
