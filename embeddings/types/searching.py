"""Texts that can be searched by their words and by their meaning, and what a question finds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from embeddings.types.requests import FORMAT, Request
from embeddings.types.tables import read_only


@dataclass(frozen=True)
class TextIndexSpec(Request):
    """A request for all texts of one source, in their order, with what BM25 makes of them.

    ``over`` is one of `applications.search.SOURCES`.
    """

    kind: ClassVar[str] = "text_index"
    over: str
    k1: float = 1.5
    b: float = 0.75
    format: int = FORMAT


@dataclass(frozen=True)
class TextVectorsSpec(Request):
    """A request for the meaning of some texts in a row: vectors by the packaged BERT."""

    kind: ClassVar[str] = "text_vectors"
    over: str
    start: int
    stop: int
    format: int = FORMAT


@dataclass(frozen=True)
class EncodingSpec(Request):
    """A request for the vectors of all texts, chunk by chunk; each is kept by itself.

    So what was interrupted goes on where it stopped.
    """

    kind: ClassVar[str] = "encoding"
    over: str
    format: int = FORMAT


@dataclass(frozen=True)
class SearchSpec(Request):
    """A request for what a question finds by words and by meaning.

    ``searched`` is how many of the first texts are searched, by both; 0 for all.
    """

    kind: ClassVar[str] = "search"
    is_kept: ClassVar[bool] = False
    question: str
    over: str
    searched: int = 0
    k: int = 10
    format: int = FORMAT


@dataclass(frozen=True)
class SearchScoreSpec(Request):
    """A request for how well described words are found among their definitions.

    ``descriptions`` is a digest of the list, so that a changed list is asked anew; the seed is that
    of the intervals.
    """

    kind: ClassVar[str] = "search_score"
    searched: int
    descriptions: str
    seed: int = 42
    format: int = FORMAT


@dataclass(frozen=True, eq=False)
class TextIndex:
    """Texts as one block of bytes, what each is called, and the scores of their words by BM25.

    Attributes
    ----------
    labels : tuple of str
        What texts are found under: each paragraph has its own, definitions that of their word.
    label : int32 array of shape (n_texts,), index into ``labels``
    block, starts : uint8 array, int64 array of shape (n_texts + 1,)
        The texts as UTF-8, end to end, and where each begins.
    words : tuple of str, length n_words
        All words that the texts have.
    scores : float32 array of shape (n_entries,)
    rows : int32 array of shape (n_entries,), the text that each score is of
    columns : int64 array of shape (n_words + 1,), where the scores of each word begin
    first : how many texts come first, as those that are searched most
    """

    labels: tuple[str, ...]
    label: NDArray[np.int32]
    block: NDArray[np.uint8]
    starts: NDArray[np.int64]
    words: tuple[str, ...]
    scores: NDArray[np.float32]
    rows: NDArray[np.int32]
    columns: NDArray[np.int64]
    first: int
    spec: TextIndexSpec

    def __post_init__(self) -> None:
        n = len(self.label)
        if len(self.starts) != n + 1 or len(self.columns) != len(self.words) + 1:
            raise ValueError("the parts of an index do not fit together")
        if n and not 0 <= self.label.min() <= self.label.max() < len(self.labels):
            raise ValueError("a text has no label")
        if self.rows.size and not 0 <= self.rows.min() <= self.rows.max() < n:
            raise ValueError("a score is of no text")
        for name in ("label", "block", "starts", "scores", "rows", "columns"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    def __len__(self) -> int:
        return len(self.label)

    def text(self, i: int) -> str:
        """Return one text."""
        return self.block[self.starts[i] : self.starts[i + 1]].tobytes().decode()


@dataclass(frozen=True, eq=False)
class TextVectors:
    """Vectors in 8 bits: ``levels`` (int8, of shape (n, dim)) times ``step`` are the numbers.

    The last chunk of a source has fewer texts than its request says.
    """

    levels: NDArray[np.int8]
    step: float
    spec: TextVectorsSpec

    def __post_init__(self) -> None:
        most = self.spec.stop - self.spec.start
        if self.levels.ndim != 2 or len(self.levels) > most or self.levels.dtype != np.int8:
            raise ValueError(f"levels have shape {self.levels.shape}, expected at most {most} rows")
        if not 0 < self.step < 2:
            raise ValueError(f"step is {self.step}, expected a number between 0 and 2")
        object.__setattr__(self, "levels", read_only(self.levels))

    @cached_property
    def inverse_lengths(self) -> NDArray[np.float32]:
        """One by the length of each vector in levels, of shape (n,); 0 for a vector of zeros."""
        lengths = np.linalg.norm(self.levels.astype(np.float32), axis=1)
        return np.divide(1, lengths, out=np.zeros_like(lengths), where=lengths > 0)


@dataclass(frozen=True)
class Encoded:
    """Says that the vectors of a request are all there."""

    n: int
    spec: EncodingSpec


@dataclass(frozen=True)
class Hit:
    """One text that was found.

    Attributes
    ----------
    label : its title, or the word that is defined
    text : the text; of several definitions of a word the one that fits best
    score : BM25, or the cosine
    words : those of the question that the text has, very common ones left out
    other : its rank by the other way, from 1; 0 where that does not find it
    row : its place among all texts
    """

    label: str
    text: str
    score: float
    words: tuple[str, ...]
    other: int
    row: int


@dataclass(frozen=True)
class Found:
    """What a question finds, the best first.

    Attributes
    ----------
    by_words, by_meaning : tuple of Hit
    known, unknown : words of the question that some text has, and those that none has
    read, pieces : how many word pieces of the question the model read, and how many it has; 0 read
        where it knows none of them
    searched, total : how many texts were searched, and how many there are
    """

    by_words: tuple[Hit, ...]
    by_meaning: tuple[Hit, ...]
    known: tuple[str, ...]
    unknown: tuple[str, ...]
    read: int
    pieces: int
    searched: int
    total: int
    spec: SearchSpec


@dataclass(frozen=True, eq=False)
class SearchScore:
    """At which rank each described word is found.

    Attributes
    ----------
    words, descriptions : tuple of str, length n
    by_words, by_meaning : int32 array of shape (n,)
        Ranks from 1; 0 where it is not found, -1 where no definition of the word is searched yet.
    texts, labels : how many definitions were searched, and of how many words
    """

    words: tuple[str, ...]
    descriptions: tuple[str, ...]
    by_words: NDArray[np.int32]
    by_meaning: NDArray[np.int32]
    texts: int
    labels: int
    spec: SearchScoreSpec

    def __post_init__(self) -> None:
        for name in ("by_words", "by_meaning"):
            ranks: Any = np.asarray(getattr(self, name), np.int32)
            if ranks.shape != (len(self.words),) or (ranks < -1).any():
                raise ValueError(f"{name} must be one rank for each word")
            object.__setattr__(self, name, read_only(ranks))
        if len(self.descriptions) != len(self.words):
            raise ValueError("there must be one description for each word")
