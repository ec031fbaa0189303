"""What is searched: the paragraphs of Wikipedia, and the definitions of the dictionary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings import collections
from embeddings.corpus import Strings, dictionary
from embeddings.errors import UnknownName
from embeddings.methods.texts import _bm25
from embeddings.types import Progress, TextIndex, TextIndexSpec, no_progress

CHUNK = 2_000
"""How many definitions are encoded and kept together: some ten seconds of work."""

SHIPPED = 14
"""Chunks of definitions that the repository carries: at most 6 MB."""

COMMON = "common-10k"
"""The vocabulary whose words' definitions come first."""


@dataclass(frozen=True)
class Source:
    """What can be searched, and what one of its texts is called, and several."""

    label: str
    noun: str
    nouns: str


SOURCES: Mapping[str, Source] = {
    "paragraphs": Source("Paragraphs of Wikipedia", "paragraph", "paragraphs"),
    "definitions": Source("Reverse dictionary", "definition", "definitions"),
}


def index_spec(over: str) -> TextIndexSpec:
    """Return the request for the texts of a source.

    Raises
    ------
    UnknownName
        If there is no such source.
    """
    if over not in SOURCES:
        raise UnknownName("source to search", over, SOURCES)
    return TextIndexSpec(over, _bm25.K1, _bm25.B)


def index(
    request: TextIndexSpec, common: Sequence[str] = (), progress: Progress = no_progress
) -> TextIndex:
    """Read all texts of a source, and weigh their words.

    Parameters
    ----------
    common : words whose definitions come first, the most frequent first
    """
    progress(0.0, f"Reading the {SOURCES[request.over].nouns}")
    if request.over == "paragraphs":
        items = collections.read("paragraphs")
        assert items.texts is not None
        names, texts, first = list(items.labels), list(items.texts), len(items.labels)
    else:
        names, texts, first = _definitions(common)
    progress(0.3, "Reading their words")
    weights = _bm25.weigh(
        texts, lambda f, m: progress(0.3 + 0.7 * f, m), k1=request.k1, b=request.b
    )
    labels = tuple(dict.fromkeys(names))
    number = {label: i for i, label in enumerate(labels)}
    packed = Strings.of(texts)
    return TextIndex(
        labels,
        np.array([number[name] for name in names], dtype=np.int32),
        packed.block,
        packed.starts,
        weights.words,
        weights.scores,
        weights.rows,
        weights.columns,
        first,
        request,
    )


def _definitions(common: Sequence[str]) -> tuple[list[str], list[str], int]:
    """Return headwords and definitions, and how many of them are of the common words.

    Those come first: the first definition of every word, the most frequent word first, then the
    second of every word that has two, and so on. The others follow in the dictionary's order.
    """
    rank = {word: i for i, word in enumerate(common)}
    seen: Counter[str] = Counter()
    found = []
    for headword, _, text in dictionary.every_definition():
        word = headword.lower()
        place = (0, seen[word], rank[word]) if word in rank else (1, 0, 0)
        seen[word] += 1
        found.append((place, headword, text))
    found.sort(key=lambda each: each[0])  # stable
    first = sum(place[0] == 0 for place, *_ in found)
    return [headword for _, headword, _ in found], [text for *_, text in found], first


def best_of(
    scores: NDArray[np.float32], label: NDArray[np.int32], n_labels: int
) -> NDArray[np.float32]:
    """Return the best score that any text of each label has; minus infinity where none is scored.

    Parameters
    ----------
    scores : of the first texts
    label : of all texts
    """
    best = np.full(n_labels, -np.inf, dtype=np.float32)
    np.maximum.at(best, label[: len(scores)], scores)
    return best
