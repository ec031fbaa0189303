"""BERT in context: the mean of a word's vectors over sentences that it occurs in."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from embeddings import corpus
from embeddings.methods import Method, Parameter
from embeddings.methods._minilm import DIMENSIONS, LAYER, PACKAGE, Encoder, batches, encoder
from embeddings.types import Matrix, Progress, Spec

MOST_PIECES = 128
"""Longest stretch of a sentence that the model reads at once, in word pieces."""

OVERLAP = 64
"""How many word pieces two stretches of a longer sentence share."""

CHUNK = 2048
"""Sentences that are cut into word pieces at a time; they are sorted by length among themselves."""


# --------------------------------------------------------------------------- which sentences


def sentences_of(text: corpus.Corpus, words: Sequence[str]) -> dict[str, NDArray[np.int64]]:
    """Return the numbers of the sentences that hold each word, ascending, each sentence once."""
    order = np.argsort(text.tokens, kind="stable")
    ends = np.cumsum(text.counts)
    found = {}
    for word in words:
        i = text.index[word]
        places = order[ends[i] - text.counts[i] : ends[i]]
        numbers = np.searchsorted(text.sentence_starts, places, side="right") - 1
        found[word] = np.unique(numbers)
    return found


def draw(sentences: NDArray[np.int64], word: str, most: int, seed: int) -> NDArray[np.int64]:
    """Draw at most ``most`` of a word's sentences; the draw hangs on the word and seed alone."""
    if len(sentences) <= most:
        return sentences
    of_word = int.from_bytes(sha256(word.encode()).digest()[:8], "big")
    chosen = np.random.default_rng([seed, of_word]).choice(len(sentences), most, replace=False)
    return sentences[np.sort(chosen)]


# --------------------------------------------------------------------------- where a word stands


# Letters with their accents, joined by apostrophes: no word of the tokeniser reaches beyond one.
_UNIT = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+(?:['’](?:[^\W_]|[\u0300-\u036f])+)*")


def spans(text: str, every_script: bool = False) -> list[tuple[str, int, int]]:
    """Find the words of a text, as ``corpus.tokenize`` has them, and where each stands.

    Parameters
    ----------
    every_script : whether words in other scripts are words too, as in the texts people bring

    Returns
    -------
    (word, start, end) in the characters of the text, in order, from the first letter to the last
    one; as in transformers' offsets, an accent that follows as a character of its own is not
    counted in. A word that is not spelled out there ("will" of "won't") is left out.
    """
    found = []
    for unit in (_marked_unit() if every_script else _UNIT).finditer(text):
        plain, origin = _plain_text(unit[0], every_script)
        end = 0
        for word in corpus.tokenize(unit[0], every_script):
            start = plain.find(word, end)
            if start >= 0:
                end = start + len(word)
                found.append(
                    (word, unit.start() + origin[start], unit.start() + origin[end - 1] + 1)
                )
    return found


def _plain_text(text: str, every_script: bool) -> tuple[str, Sequence[int]]:
    """Return the text as the tokeniser reads it, and from which character each letter came."""
    if text.isascii():
        return text.lower(), range(len(text))
    if every_script:
        # With its marks: together they may be one letter.
        whole = list(_LETTER.finditer(text))
        parts = [(_plain(each[0], True), each.start(), each.end()) for each in whole]
        # A part as long as what it came from keeps its places, any other begins where that did.
        origin = [
            start + i if len(part) == end - start else start
            for part, start, end in parts
            for i in range(len(part))
        ]
        return "".join(part for part, _, _ in parts), origin
    plain = [_plain(character, False) for character in text]
    return "".join(plain), [i for i, part in enumerate(plain) for _ in part]


_LETTER = re.compile(r".[\u0300-\u036f\u3099\u309a]*", re.DOTALL)


@cache
def _marked_unit() -> re.Pattern[str]:
    letter = corpus.letter_or_mark()
    return re.compile(f"{letter}+(?:['’]{letter}+)*")


@lru_cache(maxsize=4096)
def _plain(character: str, every_script: bool) -> str:
    if unicodedata.combining(character[0]):
        return ""
    return "".join(corpus.tokenize(character, every_script)) or character


# --------------------------------------------------------------------------- reading them


@dataclass
class Stretch:
    """Word pieces that the model reads at once, and where the words that are asked for stand."""

    pieces: list[int]
    words: list[tuple[int, list[int]]] = field(default_factory=list)
    """(number of the word, positions of its word pieces)"""


def stretches(
    model: Encoder, texts: Sequence[str], wanted: Sequence[Sequence[tuple[int, int, int]]]
) -> list[Stretch]:
    """Cut sentences into word pieces and find in them the words that are asked for.

    A sentence of more than 128 pieces is read in overlapping stretches; a word is read in the
    one that shows most of the text on both of its sides.

    Parameters
    ----------
    wanted : for each sentence (number of the word, start and end of the word in the sentence)

    Returns
    -------
    The stretches that hold a word. An occurrence whose word pieces are not exactly the word's
    letters ("do" within BERT's piece "don" of "don't") is passed over.
    """
    read = model.tokenizer(
        list(texts),
        truncation=True,
        max_length=MOST_PIECES,
        stride=OVERLAP,
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
    )
    of_text = defaultdict(list)
    for row, number in enumerate(read["overflow_to_sample_mapping"]):
        of_text[number].append(row)
    made: dict[int, Stretch] = {}
    for number, words in enumerate(wanted):
        for word, start, end in words:
            places = {
                row: pieces
                for row in of_text[number]
                if (pieces := _pieces_of(read["offset_mapping"][row], start, end))
            }
            if places:
                lengths = {row: len(read["input_ids"][row]) for row in places}
                row = max(places, key=lambda r: min(places[r][0], lengths[r] - places[r][-1]))
                stretch = made.setdefault(row, Stretch(read["input_ids"][row]))
                stretch.words.append((word, places[row]))
    return list(made.values())


def _pieces_of(offsets: Sequence[tuple[int, int]], start: int, end: int) -> list[int]:
    """Return the positions of the word pieces that make up those characters exactly, or none."""
    inside = [i for i, (a, b) in enumerate(offsets) if start <= a < b <= end]
    whole = inside and offsets[inside[0]][0] == start and offsets[inside[-1]][1] == end
    return inside if whole else []


def first_places(text: str, words: Sequence[tuple[int, str]]) -> list[tuple[int, int, int]]:
    """Return (number of the word, start, end) of each word's first occurrence in a sentence."""
    every_script = not all(word.isascii() for _, word in words)
    where = {word: (start, end) for word, start, end in reversed(spans(text, every_script))}
    return [(i, *where[word]) for i, word in words if word in where]


def mean_vectors(
    text: corpus.Corpus,
    drawn: Sequence[tuple[str, NDArray[np.int64]]],
    layer: int,
    progress: Progress,
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Average each word's vectors over its sentences; a sentence of many words is read once.

    Parameters
    ----------
    drawn : (word, numbers of its sentences)

    Returns
    -------
    vectors : float32 array of shape (n_words, 384)
    read : int64 array of shape (n_words,), the number of sentences that each is the mean of
    """
    model = encoder()
    words_in: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for i, (word, numbers) in enumerate(drawn):
        for number in numbers.tolist():
            words_in[number].append((i, word))
    total = np.zeros((len(drawn), DIMENSIONS))
    read = np.zeros(len(drawn), dtype=np.int64)
    for chunk, done in _chunks(sorted(words_in)):
        texts = [text.text[number] for number in chunk]
        wanted = [first_places(t, words_in[n]) for t, n in zip(texts, chunk, strict=True)]
        cut = stretches(model, texts, wanted)
        step = len(chunk) / max(len(cut), 1)
        ready = 0
        for batch in batches([len(stretch.pieces) for stretch in cut]):
            states = model.states([cut[i].pieces for i in batch], layer)
            for i, hidden in zip(batch, states, strict=True):
                for word_number, pieces in cut[i].words:
                    total[word_number] += hidden[pieces].mean(axis=0)
                    read[word_number] += 1
            ready += len(batch)
            so_far = int(done + ready * step)
            progress(
                so_far / len(words_in),
                f"Reading sentences with MiniLM, {so_far:,} of {len(words_in):,}",
            )
    return (total / np.maximum(read, 1)[:, None]).astype(np.float32), read


def _chunks(numbers: Sequence[int]) -> Iterator[tuple[Sequence[int], int]]:
    for first in range(0, len(numbers), CHUNK):
        yield numbers[first : first + CHUNK], first


def bert_in_context(
    spec: Spec, words: Sequence[str], progress: Progress
) -> tuple[Sequence[str], Matrix]:
    """Read every word in up to ``sentences`` of its sentences and average.

    Returns
    -------
    words : those that the corpus has at least ``min_count`` times
    vectors : float32 array of shape (n_words, 384)
    """
    progress(0.0, "Reading the corpus")
    text = corpus.read(spec.corpus)
    frequent = [w for w in words if w in text.index and _count(text, w) >= spec["min_count"]]
    found = sentences_of(text, frequent)
    drawn = [(w, draw(found[w], w, spec["sentences"], spec.seed)) for w in frequent]
    vectors, read = mean_vectors(text, drawn, spec["layer"], progress)
    return tuple(w for w, n in zip(frequent, read, strict=True) if n), vectors[read > 0]


def _count(text: corpus.Corpus, word: str) -> int:
    return int(text.counts[text.index[word]])


METHOD = Method(
    key="bert_in_context",
    label="BERT in context (MiniLM)",
    year=2020,
    reference="Bommasani, Davis and Cardie 2020, Interpreting Pretrained Contextualized "
    "Representations via Reductions to Static Embeddings",
    reference_url="https://aclanthology.org/2020.acl-main.431/",
    summary="The same transformer reads the word in real sentences; the mean of what it saw.",
    explanation=(
        "A transformer is made to read sentences, not single words. Through attention the vector "
        "of bank takes something from river in one sentence and from money in another, so the "
        "word has as many vectors as it has uses. To put it on a map at one place, this method "
        "draws sentences at random from those of the app's text that hold the word, lets the "
        "model (all-MiniLM-L6-v2, as in the method without context) read each as a whole, takes "
        "the vector of the word's own pieces in the chosen layer and averages over the "
        "sentences. The mean says how the word is used in this text, weighted by how often it "
        "is used so; the single vectors, sense by sense, are lost in it."
    ),
    numbers=(
        "384 activations of the chosen layer, averaged over sentences, without names of their own."
    ),
    sees="How a word is used in real sentences, and meaning that hangs on company and order.",
    misses=(
        "The senses apart: the mean mixes them. It depends on which few sentences were drawn; "
        "words that the text has fewer than five times are reported missing."
    ),
    learns_from="corpus",
    compute=bert_in_context,
    parameters=(
        LAYER,
        Parameter(
            "sentences",
            "Sentences a word",
            10,
            "How many sentences, at most, each word is read in; drawn at random by the seed.",
            low=1,
            high=100,
        ),
        Parameter(
            "min_count",
            "Minimum count",
            5,
            "Words that the corpus has fewer times are reported missing.",
            low=1,
            high=1000,
        ),
    ),
    needs=("torch", "transformers", PACKAGE),
)
