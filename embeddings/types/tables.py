"""Words, their vectors, their neighbours, and maps of them: frozen, and checked once when made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from embeddings.types.requests import ClustersSpec, NeighborsSpec, ProjectionSpec, Scalar, Spec


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """Return a view of an array that nobody can write to."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


@dataclass(frozen=True, eq=False)
class Column:
    """What people say of each of their words themselves: a category or a number.

    Attributes
    ----------
    name : as people call it
    values : array of shape (n_words,)
        int32, index into ``categories``, -1 where nothing is said; or float64, NaN where nothing is
    categories : tuple of str, distinct; empty where the values are numbers
    """

    name: str
    values: NDArray[Any]
    categories: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        values = np.asarray(self.values, np.int32 if self.categories else np.float64)
        if values.ndim != 1 or len(set(self.categories)) != len(self.categories):
            raise ValueError(f"{self.name}: one value a word, and distinct categories")
        if self.categories and values.size:
            if not -1 <= values.min() <= values.max() < len(self.categories):
                raise ValueError(f"{self.name}: values must be indices into the categories")
        elif np.isinf(values).any():
            raise ValueError(f"{self.name}: numbers must be finite or missing")
        object.__setattr__(self, "values", read_only(values))

    @property
    def is_number(self) -> bool:
        """Whether the values are numbers, and no categories."""
        return not self.categories


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """A named list of distinct words with what is known of each.

    Attributes
    ----------
    words : tuple of str, length n_words
    topics : tuple of str
        Names of the hand-written topics; empty where there are none.
    topic : int16 array of shape (n_words,)
        Index into ``topics``, -1 where a word belongs to none.
    part_of_speech : int8 array of shape (n_words,)
        Index into ``parts_of_speech``, -1 where the dictionary has none.
    count : int64 array of shape (n_words,)
        Occurrences in the packaged corpus, or in the own text that the words are from.
    columns : tuple of Column
        What people brought along with their own words, or what a collection says of its things.
    noun, nouns : what one of them is called, and several
    pictures : uint8 array of shape (n_words, height, width) or (n_words, height, width, 3), or None
        Each as a small picture: from 0 (paper) to 255 (ink), or in red, green and blue.
    """

    name: str
    words: tuple[str, ...]
    topics: tuple[str, ...]
    topic: NDArray[np.int16]
    parts_of_speech: tuple[str, ...]
    part_of_speech: NDArray[np.int8]
    count: NDArray[np.int64]
    columns: tuple[Column, ...] = ()
    noun: str = "word"
    nouns: str = "words"
    pictures: NDArray[np.uint8] | None = None

    def __post_init__(self) -> None:
        n = len(self.words)
        if len(set(self.words)) != n:
            raise ValueError(f"Vocabulary {self.name}: words must be distinct")
        if self.pictures is not None:
            shape = self.pictures.shape
            if shape[:1] != (n,) or shape[3:] not in ((), (3,)) or len(shape) < 3:
                raise ValueError(f"pictures have shape {shape}, expected ({n}, height, width)")
            object.__setattr__(self, "pictures", read_only(self.pictures))
        for name in ("topic", "part_of_speech", "count"):
            array = getattr(self, name)
            if array.shape != (n,):
                raise ValueError(f"{name} has shape {array.shape}, expected ({n},)")
            object.__setattr__(self, name, read_only(array))
        for column in self.columns:
            if column.values.shape != (n,):
                raise ValueError(f"{column.name} has shape {column.values.shape}, expected ({n},)")

    def __len__(self) -> int:
        return len(self.words)

    @property
    def are_words(self) -> bool:
        """Whether these are words, of which a dictionary may know something."""
        return self.noun == "word"

    @cached_property
    def index(self) -> dict[str, int]:
        """Position of each word."""
        return {word: i for i, word in enumerate(self.words)}


Matrix: TypeAlias = "NDArray[np.float32] | sp.csr_array"


@dataclass(frozen=True, eq=False)
class EmbeddingTable:
    """Words and their vectors by one method.

    Attributes
    ----------
    words : tuple of str, length n_words
        The words that the method knows, in the order of the vocabulary.
    vectors : float32 array of shape (n_words, dim), or scipy CSR array of that shape
        Finite and read-only.
    missing : tuple of str
        Words of the vocabulary that the method does not know; they have no vector.
    """

    words: tuple[str, ...]
    vectors: Matrix
    spec: Spec
    missing: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        vectors = self.vectors
        if sp.issparse(vectors):
            vectors = sp.csr_array(vectors, dtype=np.float32)
            vectors.sum_duplicates()
            values = vectors.data
            for part in (vectors.data, vectors.indices, vectors.indptr):
                part.flags.writeable = False
        else:
            vectors = np.asarray(vectors, dtype=np.float32)
            # Column by column is as good: so vectors that lie in a file are not copied.
            vectors = vectors.view() if vectors.flags.f_contiguous else read_only(vectors)
            vectors.flags.writeable = False
            values = vectors
        if vectors.ndim != 2 or vectors.shape[0] != len(self.words):
            raise ValueError(
                f"vectors have shape {vectors.shape}, expected ({len(self.words)}, dim)"
            )
        if len(set(self.words)) != len(self.words):
            raise ValueError("the words of a table must be distinct")
        if not np.isfinite(values).all():
            raise ValueError("vectors must be finite: found NaN or infinity")
        object.__setattr__(self, "vectors", vectors)

    def __len__(self) -> int:
        return len(self.words)

    @property
    def dim(self) -> int:
        """Number of components of each vector."""
        return int(self.vectors.shape[1])

    @property
    def is_sparse(self) -> bool:
        """Whether the vectors are a scipy CSR array."""
        return bool(sp.issparse(self.vectors))

    @cached_property
    def index(self) -> dict[str, int]:
        """Row of each word."""
        return {word: i for i, word in enumerate(self.words)}

    @cached_property
    def capitals(self) -> dict[str, int]:
        """Row of each word that is not in small letters, by the word in capital letters.

        Of words that differ in capital letters alone the first counts. Most tables have no such
        words at all.
        """
        found: dict[str, int] = {}
        for i, word in enumerate(self.words):
            upper = word.upper()
            if upper.lower() != word:
                found.setdefault(upper, i)
        return found

    @cached_property
    def lengths(self) -> NDArray[np.float32]:
        """Euclidean length of each vector, of shape (n_words,)."""
        if self.is_sparse:
            sparse: Any = self.vectors
            squares = np.asarray(sparse.multiply(sparse).sum(axis=1)).ravel()
        else:
            squares = np.einsum("ij,ij->i", self.vectors, self.vectors)
        return read_only(np.sqrt(squares, dtype=np.float32))

    @cached_property
    def unit_vectors(self) -> Matrix:
        """The vectors divided by their Euclidean length; a zero vector stays zero."""
        lengths = np.where(self.lengths > 0, self.lengths, np.float32(1))
        if self.is_sparse:
            return sp.csr_array(sp.diags_array(1 / lengths) @ self.vectors)
        return read_only(self.vectors / lengths[:, None])

    def vector(self, word: str) -> NDArray[np.float32]:
        """Return the vector of one word as a dense array of shape (dim,)."""
        row: Any = self.vectors[[self.index[word]]]
        return np.asarray(row.toarray() if self.is_sparse else row, dtype=np.float32).ravel()

    def take(self, words: tuple[str, ...], spec: Spec) -> EmbeddingTable:
        """Return the table of those words only; what this table lacks becomes ``missing``."""
        known = tuple(word for word in words if word in self.index)
        missing = tuple(word for word in words if word not in self.index)
        rows = [self.index[word] for word in known]
        return EmbeddingTable(known, self.vectors[rows], spec, missing)


@dataclass(frozen=True, eq=False)
class Neighbors:
    """The nearest neighbours of every word of a table in the original space.

    Attributes
    ----------
    indices : int32 array of shape (n_words, k)
        Rows of the table, the nearest first; a word is never its own neighbour.
    similarities : float32 array of shape (n_words, k)
        Cosine similarity; for the Euclidean metric, minus the distance.
    notes : mapping
        How they were found where it matters, as ``{"approximate": True}``.
    """

    indices: NDArray[np.int32]
    similarities: NDArray[np.float32]
    spec: NeighborsSpec
    notes: Mapping[str, Scalar] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.indices.ndim != 2 or self.indices.shape != self.similarities.shape:
            raise ValueError(
                f"indices {self.indices.shape} and similarities {self.similarities.shape} "
                "must both be (n_words, k)"
            )
        object.__setattr__(self, "indices", read_only(self.indices.astype(np.int32, copy=False)))
        object.__setattr__(
            self, "similarities", read_only(self.similarities.astype(np.float32, copy=False))
        )

    @property
    def k(self) -> int:
        """How many neighbours each word has."""
        return int(self.indices.shape[1])


@dataclass(frozen=True, eq=False)
class Projection:
    """Where each word of a table lies on a map.

    Attributes
    ----------
    coordinates : float32 array of shape (n_words, 2) or (n_words, 3)
    notes : mapping
        What a reader of the map should know, as the share of variance that PCA kept.
    """

    coordinates: NDArray[np.float32]
    spec: ProjectionSpec
    notes: Mapping[str, Scalar] = field(default_factory=dict)

    def __post_init__(self) -> None:
        coordinates = np.asarray(self.coordinates, dtype=np.float32)
        if coordinates.ndim != 2 or coordinates.shape[1] != self.spec.dimensions:
            raise ValueError(
                f"coordinates have shape {coordinates.shape}, "
                f"expected (n_words, {self.spec.dimensions})"
            )
        if not np.isfinite(coordinates).all():
            raise ValueError("coordinates must be finite: found NaN or infinity")
        object.__setattr__(self, "coordinates", read_only(coordinates))


@dataclass(frozen=True, eq=False)
class Clusters:
    """Named groups of the words of a table.

    Attributes
    ----------
    labels : int16 array of shape (n_words,)
        Index into ``names``, -1 for words that belong to no group.
    names : tuple of str
    """

    labels: NDArray[np.int16]
    names: tuple[str, ...]
    spec: ClustersSpec
    notes: Mapping[str, Scalar] = field(default_factory=dict)

    def __post_init__(self) -> None:
        labels = np.asarray(self.labels, dtype=np.int16)
        if labels.ndim != 1 or (len(labels) and labels.max() >= len(self.names)):
            raise ValueError("labels must be one index into names per word")
        object.__setattr__(self, "labels", read_only(labels))
