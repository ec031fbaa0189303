"""The few types that everything else is about: frozen, and checked once when they are made."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, ClassVar, TypeAlias, get_type_hints

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from embeddings.errors import UserError

FORMAT = 1
"""Version of what every key stands for; a part of each.

Raise it when a request would give another result than before though nothing in it has changed: a
method's arithmetic, the tokeniser or the packaged data, how neighbours, maps or groups are found.
All keys change with it: what is shipped must be built again, and what people have in their cache
is computed anew. So do not raise it for another way of writing results down (`store.LAYOUT`), nor
for what a new parameter can say. tests/test_pinned.py notices when it should have been raised.
"""

Scalar: TypeAlias = str | int | float | bool
Parameters: TypeAlias = tuple[tuple[str, Scalar], ...]
Progress: TypeAlias = Callable[[float, str], None]
"""Called with the fraction done (0 to 1) and what is being done; raises ``Cancelled`` to stop."""


def no_progress(fraction: float, message: str) -> None:
    """Report to nobody."""


def as_parameters(values: Mapping[str, Scalar] | Parameters) -> Parameters:
    """Bring parameters into their one canonical order."""
    return tuple(sorted(dict(values).items()))


_OWN = re.compile('"(own-[0-9a-f]{20})"')


class Request:
    """Something that can be made: its ``key`` names the artifact, the job and the cache entry."""

    kind: ClassVar[str]
    is_kept: ClassVar[bool] = True
    """Whether results are kept on disk: not where people's own texts are a part of the request."""

    @cached_property
    def canonical(self) -> str:
        """The request as canonical JSON: sorted keys, no spaces."""
        content = {"kind": self.kind, **asdict(self)}  # type: ignore[call-overload]
        return json.dumps(content, sort_keys=True, separators=(",", ":"))

    @cached_property
    def key(self) -> str:
        """Twenty hexadecimal digits of the SHA-256 of the canonical JSON."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()[:20]

    @cached_property
    def brought(self) -> tuple[str, ...]:
        """The names of what somebody brought that the request speaks of, sorted: mostly none."""
        return tuple(sorted({*_OWN.findall(self.canonical)}))


@dataclass(frozen=True)
class VocabularySpec(Request):
    """A request for a named list of words."""

    kind: ClassVar[str] = "vocabulary"
    name: str = "common-10k"
    format: int = FORMAT


@dataclass(frozen=True)
class Spec(Request):
    """A request for the vectors of a vocabulary by one method; the same spec, the same vectors."""

    kind: ClassVar[str] = "table"
    method: str
    vocabulary: str = "common-10k"
    corpus: str = "packaged"
    seed: int = 42
    parameters: Parameters = ()
    format: int = FORMAT

    def __post_init__(self) -> None:
        object.__setattr__(self, "parameters", as_parameters(self.parameters))

    def __getitem__(self, name: str) -> Any:
        return dict(self.parameters)[name]


@dataclass(frozen=True)
class NeighborsSpec(Request):
    """A request for the exact nearest neighbours of every word in the original space."""

    kind: ClassVar[str] = "neighbors"
    table: Spec
    k: int = 50
    metric: str = "cosine"
    seed: int = 42
    format: int = FORMAT


@dataclass(frozen=True)
class ProjectionSpec(Request):
    """A request for a map: where each word lies in two or three dimensions."""

    kind: ClassVar[str] = "projection"
    table: Spec
    algorithm: str = "umap"
    dimensions: int = 2
    seed: int = 42
    parameters: Parameters = ()
    format: int = FORMAT

    def __post_init__(self) -> None:
        object.__setattr__(self, "parameters", as_parameters(self.parameters))

    def __getitem__(self, name: str) -> Any:
        return dict(self.parameters)[name]


@dataclass(frozen=True)
class ClustersSpec(Request):
    """A request for named groups of words."""

    kind: ClassVar[str] = "clusters"
    table: Spec
    n_clusters: int = 32
    seed: int = 42
    format: int = FORMAT


@dataclass(frozen=True)
class AgreementSpec(Request):
    """A request for how far two tables agree; the seed is that of sample and bootstrap.

    Two tables agree as they do whichever comes first: `probes.agreement.spec` gives them their one
    order.
    """

    kind: ClassVar[str] = "agreement"
    left: Spec
    right: Spec
    seed: int = 42
    format: int = FORMAT


@dataclass(frozen=True)
class TrustSpec(Request):
    """A request for how far each dot of a map can be trusted.

    The seed is that of the samples: of pairs of words, and of words where there are too many.
    """

    kind: ClassVar[str] = "trust"
    projection: ProjectionSpec
    k: int = 15
    seed: int = 42
    format: int = FORMAT


@dataclass(frozen=True)
class QuestionsSpec(Request):
    """A request for what a table answers to many questions, each written as a formula is.

    ``way`` is one of `probes.analogy.WAYS`; the seed is that of the lots that order ties.
    """

    kind: ClassVar[str] = "questions"
    is_kept: ClassVar[bool] = False
    table: Spec
    questions: tuple[str, ...]
    way: str = "add"
    allow_inputs: bool = False
    seed: int = 42
    format: int = FORMAT


@dataclass(frozen=True)
class ScorecardSpec(Request):
    """A request for what a table scores on the published tests of meaning.

    ``limit`` says how many of its first words are searched and known; 0 is all of them. The seed is
    that of the intervals, and of the lots where a sparse table's answers score the same.
    """

    kind: ClassVar[str] = "scorecard"
    table: Spec
    limit: int = 0
    seed: int = 42
    format: int = FORMAT


@dataclass(frozen=True)
class TrainingSpec(Request):
    """A request for a training of Word2Vec that is watched from the random start to the end.

    ``table`` says text, parameters and seed, and is every word that the training has vectors for;
    the seed here is that of the maps and of the random pairs.
    """

    kind: ClassVar[str] = "training"
    table: Spec
    shown: int = 1_200
    searched: int = 5_000
    seed: int = 42
    format: int = FORMAT


@dataclass(frozen=True)
class AttentionSpec(Request):
    """A request for where each token of a text, or of a pair of texts, looks in every head.

    ``model`` is one of `methods._models`; ``state`` tells what a folder of a model holds from what
    it held before.
    """

    kind: ClassVar[str] = "attention"
    text: str
    pair: str = ""
    model: str = "packaged"
    state: str = ""
    format: int = FORMAT


@dataclass(frozen=True)
class ContextsSpec(Request):
    """A request for one word in many sentences: its vectors by every layer of the packaged BERT.

    The seed is that of the sentences drawn and of the groups found. ``own`` holds the reader's own
    sentences as (label, sentence); the label may be empty.
    """

    kind: ClassVar[str] = "contexts"
    word: str
    own: tuple[tuple[str, str], ...] = ()
    most: int = 300
    corpus: str = "packaged"
    seed: int = 42
    format: int = FORMAT


@dataclass(frozen=True)
class CompanySpec(Request):
    """A request for the company that one word keeps in a text: its counts, and their PPMI."""

    kind: ClassVar[str] = "company"
    word: str
    corpus: str = "packaged"
    window: int = 5
    contexts: int = 10_000
    min_count: int = 5
    smoothing: float = 0.75
    format: int = FORMAT


@dataclass(frozen=True)
class ContextMapSpec(Request):
    """A request for maps of a word's contexts, one for each layer, laid onto each other."""

    kind: ClassVar[str] = "context_map"
    contexts: ContextsSpec
    algorithm: str = "umap"
    seed: int = 42
    format: int = FORMAT


@dataclass(frozen=True)
class SentencesSpec(Request):
    """A request for sentences of a corpus by their numbers, as they can be read."""

    kind: ClassVar[str] = "sentences"
    numbers: tuple[int, ...]
    corpus: str = "packaged"
    format: int = FORMAT


@dataclass(frozen=True)
class TokensSpec(Request):
    """A request for what random words of a corpus have in common, by every layer of BERT."""

    kind: ClassVar[str] = "tokens"
    n: int = 1000
    corpus: str = "packaged"
    seed: int = 42
    format: int = FORMAT


@dataclass(frozen=True)
class FillInSpec(Request):
    """A request for the words that a masked-language model puts into the one blank of a text."""

    kind: ClassVar[str] = "fill_in"
    text: str
    model: str
    state: str = ""
    format: int = FORMAT


@dataclass(frozen=True)
class InspectionSpec(Request):
    """A request for what somebody's files hold, before anything is done with them.

    ``files`` are names of uploads, each with what the person calls the file; ``options`` are those
    of `sources.reading`.
    """

    kind: ClassVar[str] = "inspection"
    files: tuple[tuple[str, str], ...]
    options: Parameters = ()
    format: int = FORMAT

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", as_parameters(self.options))


@dataclass(frozen=True)
class ImportSpec(Request):
    """A request to read somebody's files, and make something of them that other requests name."""

    kind: ClassVar[str] = "import"
    files: tuple[tuple[str, str], ...]
    title: str
    options: Parameters = ()
    format: int = FORMAT

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", as_parameters(self.options))


@dataclass(frozen=True)
class OpeningSpec(Request):
    """A request to read a page that was saved as a file, and to take in the data within.

    ``upload`` is the name of the file here.
    """

    kind: ClassVar[str] = "opening"
    upload: str
    format: int = FORMAT


@dataclass(frozen=True)
class ModelSpec(Request):
    """A request to find a model that somebody named, and make something of it that others name.

    ``upload`` is a folder like that of a file, for what is fetched meanwhile. ``model`` is a name
    of `methods._models`, or after "gensim:" one of `sources.gensim_data`.
    """

    kind: ClassVar[str] = "model"
    upload: str
    model: str
    format: int = FORMAT


def request_from_json(text: str) -> Request:
    """Rebuild a request from its canonical JSON.

    Raises
    ------
    UserError
        If the text is not the canonical form of a known kind of request.
    """
    kinds: dict[str, type[Request]] = {
        c.kind: c
        for c in (
            VocabularySpec,
            Spec,
            NeighborsSpec,
            ProjectionSpec,
            ClustersSpec,
            AgreementSpec,
            TrustSpec,
            QuestionsSpec,
            ScorecardSpec,
            TrainingSpec,
            CompanySpec,
            ContextsSpec,
            ContextMapSpec,
            SentencesSpec,
            TokensSpec,
            AttentionSpec,
            FillInSpec,
            InspectionSpec,
            ImportSpec,
            OpeningSpec,
            ModelSpec,
        )
    }
    try:
        content = json.loads(text)
        made = _build(kinds[content.pop("kind")], content)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UserError("This is not the description of anything that can be made.") from error
    return made


def _build(cls: type[Request], content: dict[str, Any]) -> Any:
    """Build a request, and first those that it is made of, as its fields' types say."""
    for name, of in get_type_hints(cls).items():
        if name in content and isinstance(of, type) and issubclass(of, Request):
            content[name] = _build(of, content[name])
    for name in ("parameters", "options", "files"):
        if name in content:
            content[name] = tuple((key, value) for key, value in content[name])
    for name in ("questions", "numbers"):
        if name in content:
            content[name] = tuple(content[name])
    if "own" in content:
        content["own"] = tuple((label, sentence) for label, sentence in content["own"])
    return cls(**content)


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
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
        object.__setattr__(self, "values", _read_only(values))

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
        What people brought along with their own words.
    """

    name: str
    words: tuple[str, ...]
    topics: tuple[str, ...]
    topic: NDArray[np.int16]
    parts_of_speech: tuple[str, ...]
    part_of_speech: NDArray[np.int8]
    count: NDArray[np.int64]
    columns: tuple[Column, ...] = ()

    def __post_init__(self) -> None:
        n = len(self.words)
        if len(set(self.words)) != n:
            raise ValueError(f"Vocabulary {self.name}: words must be distinct")
        for name in ("topic", "part_of_speech", "count"):
            array = getattr(self, name)
            if array.shape != (n,):
                raise ValueError(f"{name} has shape {array.shape}, expected ({n},)")
            object.__setattr__(self, name, _read_only(array))
        for column in self.columns:
            if column.values.shape != (n,):
                raise ValueError(f"{column.name} has shape {column.values.shape}, expected ({n},)")

    def __len__(self) -> int:
        return len(self.words)

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
            vectors = vectors.view() if vectors.flags.f_contiguous else _read_only(vectors)
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
        return _read_only(np.sqrt(squares, dtype=np.float32))

    @cached_property
    def unit_vectors(self) -> Matrix:
        """The vectors divided by their Euclidean length; a zero vector stays zero."""
        lengths = np.where(self.lengths > 0, self.lengths, np.float32(1))
        if self.is_sparse:
            return sp.csr_array(sp.diags_array(1 / lengths) @ self.vectors)
        return _read_only(self.vectors / lengths[:, None])

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
        object.__setattr__(self, "indices", _read_only(self.indices.astype(np.int32, copy=False)))
        object.__setattr__(
            self, "similarities", _read_only(self.similarities.astype(np.float32, copy=False))
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
        object.__setattr__(self, "coordinates", _read_only(coordinates))


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
        object.__setattr__(self, "labels", _read_only(labels))


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
        object.__setattr__(self, "ids", _read_only(ids))
        object.__setattr__(self, "common", _read_only(common))

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
            object.__setattr__(self, name, _read_only(array))

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
            object.__setattr__(self, name, _read_only(array))
        answer = np.asarray(self.answer, np.int32)
        if answer.shape != (n,) or (n and not -1 <= answer.min() <= answer.max() < len(self.words)):
            raise ValueError("answers must be one index into words per question")
        if ((answer >= 0) & ~self.attempted).any():
            raise ValueError("there is an answer where none was attempted")
        object.__setattr__(self, "answer", _read_only(answer))


@dataclass(frozen=True, eq=False)
class Training:
    """A training of Word2Vec at moments from its random start to its end.

    Attributes
    ----------
    words : tuple of str, length n_searched
        The text's most frequent words, the most frequent first.
    shown : int32 array of shape (n_shown,), rows of ``words`` that the maps show, ascending
    epochs : float64 array of shape (n_moments,), ascending from 0
        How many times the text had been read.
    loss : float64 array of shape (n_moments,)
        Mean loss of a guess since the moment before, in nats; guessing blindly costs
        ``(1 + negative) ln 2``, which is the first number.
    speed : float64 array of shape (n_moments,), words read in a second, 0 at the start
    coordinates : float16 array of shape (n_moments, n_shown, 2), each map laid onto the next
    kept : float64 array of shape (n_moments,)
        Share of a word's 14 nearest among those shown that are its 14 closest dots.
    neighbors : uint16 array of shape (n_moments, n_shown, k), rows of ``words``, nearest first
    closeness : float16 array of shape (n_moments, n_shown)
        Cosine of each word and the one that is its nearest at the end.
    pairs : tuple of pairs of words that are watched
    cosines : float64 array of shape (n_moments, n_pairs)
    random : float64 array of shape (n_moments,), mean cosine of pairs drawn by lot
    analogies : float64 array of shape (n_moments,)
        Share of Google's questions that are right, among ``questions`` attempted; NaN where none is
    wordsim : float64 array of shape (n_moments,)
        Spearman's correlation with WordSim-353, of ``judged`` pairs; NaN where there is none
    """

    words: tuple[str, ...]
    shown: NDArray[np.int32]
    epochs: NDArray[np.float64]
    loss: NDArray[np.float64]
    speed: NDArray[np.float64]
    coordinates: NDArray[np.float16]
    kept: NDArray[np.float64]
    neighbors: NDArray[np.uint16]
    closeness: NDArray[np.float16]
    pairs: tuple[tuple[str, str], ...]
    cosines: NDArray[np.float64]
    random: NDArray[np.float64]
    analogies: NDArray[np.float64]
    questions: int
    wordsim: NDArray[np.float64]
    judged: int
    n_words: int
    n_tokens: int
    spec: TrainingSpec

    def __post_init__(self) -> None:
        moments, n = len(self.epochs), len(self.shown)
        shapes: dict[str, tuple[int, ...]] = dict.fromkeys(CURVES, (moments,))
        shapes |= {
            "shown": (n,),
            "coordinates": (moments, n, 2),
            "neighbors": (moments, n, self.neighbors.shape[-1]),
            "closeness": (moments, n),
            "cosines": (moments, len(self.pairs)),
        }
        for name, shape in shapes.items():
            array = getattr(self, name)
            if array.shape != shape:
                raise ValueError(f"{name} has shape {array.shape}, expected {shape}")
            object.__setattr__(self, name, _read_only(array))
        for rows in (self.shown, self.neighbors):
            if rows.size and not 0 <= int(rows.min()) <= int(rows.max()) < len(self.words):
                raise ValueError("a word lies outside the list")
        if not np.isfinite(self.coordinates).all():
            raise ValueError("coordinates must be finite: found NaN or infinity")


CURVES = ("epochs", "loss", "speed", "kept", "random", "analogies", "wordsim")
"""The numbers that a training has at each moment."""


@dataclass(frozen=True, eq=False)
class Company:
    """The company that one word keeps: the contexts that it was counted with.

    Attributes
    ----------
    contexts : tuple of str, length n_met
        The context words that stand near it at least once.
    columns : int32 array of shape (n_met,), their places among all contexts, ascending: the text's
        most frequent word is 0
    counts : float32 array of shape (n_met,), how often they meet
    ppmi : float32 array of shape (n_met,), 0 where they meet less than by chance
    occurrences : how often the text has the word
    n_contexts : how many columns the rows have
    """

    contexts: tuple[str, ...]
    columns: NDArray[np.int32]
    counts: NDArray[np.float32]
    ppmi: NDArray[np.float32]
    occurrences: int
    n_contexts: int
    spec: CompanySpec

    def __post_init__(self) -> None:
        for name in ("columns", "counts", "ppmi"):
            array = getattr(self, name)
            if array.shape != (len(self.contexts),) or not np.isfinite(array).all():
                raise ValueError(f"{name} must be one finite number for each context")
            object.__setattr__(self, name, _read_only(array))


@dataclass(frozen=True, eq=False)
class Contexts:
    """One word in many sentences, as every layer of the model reads it.

    Attributes
    ----------
    numbers : int64 array of shape (n,)
        The sentence of each occurrence: its number in the corpus, or -1 - i for own sentence i.
    spans : int32 array of shape (n, 2), where the word begins and ends in its sentence
    groups : int16 array of shape (n,), the group of uses, the largest first; one group if no
        more can be told apart
    words : for each group the words of a vocabulary that are near it, the most telling first
    typical : for each group its most typical occurrences, as places in ``numbers``
    statistics : mapping
        Numbers by layer, as ``groups_silhouette`` and ``alike_centred``; None where there is none.
    notes : mapping
        What was found, drawn and passed over, and why there are so many groups.
    vectors : float16 array of shape (n_layers, n, dim)
        Means of the word's pieces; None where only what is drawn from them was kept.
    """

    numbers: NDArray[np.int64]
    spans: NDArray[np.int32]
    groups: NDArray[np.int16]
    words: tuple[tuple[str, ...], ...]
    typical: tuple[tuple[int, ...], ...]
    statistics: Mapping[str, tuple[float | None, ...]]
    notes: Mapping[str, Scalar]
    spec: ContextsSpec
    vectors: NDArray[np.float16] | None = None

    def __post_init__(self) -> None:
        n = len(self.numbers)
        wanted = {"numbers": (np.int64, (n,)), "spans": (np.int32, (n, 2))}
        for name, (dtype, shape) in {**wanted, "groups": (np.int16, (n,))}.items():
            array = np.asarray(getattr(self, name), dtype)
            if array.shape != shape:
                raise ValueError(f"{name} has shape {array.shape}, expected {shape}")
            object.__setattr__(self, name, _read_only(array))
        if n and not 0 <= self.groups.min() <= self.groups.max() < len(self.words):
            raise ValueError("groups must be one index into words per occurrence")
        if self.numbers.min(initial=0) < -len(self.spec.own):
            raise ValueError("an occurrence lies outside the own sentences")
        if self.vectors is not None:
            if self.vectors.ndim != 3 or self.vectors.shape[1] != n:
                raise ValueError(f"vectors have shape {self.vectors.shape}, expected (_, {n}, _)")
            if not np.isfinite(self.vectors).all():
                raise ValueError("vectors must be finite: found NaN or infinity")
            object.__setattr__(self, "vectors", _read_only(self.vectors))

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def labels(self) -> tuple[str, ...]:
        """The reader's label of each occurrence; empty where there is none."""
        own = self.spec.own
        return tuple(own[-1 - i][0] if i < 0 else "" for i in self.numbers.tolist())


@dataclass(frozen=True, eq=False)
class ContextMap:
    """Where each occurrence of a word lies on the map of each layer.

    Attributes
    ----------
    coordinates : float32 array of shape (n_layers, n, 2)
        Each layer's map is laid onto that of the next layer.
    """

    coordinates: NDArray[np.float32]
    spec: ContextMapSpec
    notes: Mapping[str, Scalar] = field(default_factory=dict)

    def __post_init__(self) -> None:
        coordinates = np.asarray(self.coordinates, np.float32)
        if coordinates.ndim != 3 or coordinates.shape[2] != 2:
            raise ValueError(f"coordinates have shape {coordinates.shape}, expected (_, n, 2)")
        if not np.isfinite(coordinates).all():
            raise ValueError("coordinates must be finite: found NaN or infinity")
        object.__setattr__(self, "coordinates", _read_only(coordinates))


@dataclass(frozen=True)
class Sentences:
    """Sentences of a corpus, in the order in which their numbers were given."""

    texts: tuple[str, ...]
    spec: SentencesSpec

    def __post_init__(self) -> None:
        if len(self.texts) != len(self.spec.numbers):
            raise ValueError("there must be one sentence per number")


@dataclass(frozen=True, eq=False)
class Tokens:
    """What random words, each read in its sentence, have in common.

    Attributes
    ----------
    mean : float32 array of shape (n_layers, dim)
    alike, alike_centred : for each layer the mean cosine of two of them, and the same once their
        mean is subtracted
    """

    mean: NDArray[np.float32]
    alike: tuple[float, ...]
    alike_centred: tuple[float, ...]
    spec: TokensSpec

    def __post_init__(self) -> None:
        mean = np.asarray(self.mean, np.float32)
        if mean.ndim != 2 or not len(mean) == len(self.alike) == len(self.alike_centred):
            raise ValueError("there must be one mean and two numbers per layer")
        object.__setattr__(self, "mean", _read_only(mean))


@dataclass(frozen=True)
class Token:
    """A token (a word, or a piece of one) as a model reads it.

    Attributes
    ----------
    text : as the model spells it, "##ing" within a word
    start, end : its characters in its text; 0 and 0 of a mark
    part : 0 in the text, 1 in the pair, -1 of a mark such as [CLS]
    word : number of its word, counted over both texts; -1 of a mark
    """

    text: str
    start: int
    end: int
    part: int
    word: int


FAVOURS = ("previous", "next", "itself", "same", "start", "separator")
"""What a head may favour: the previous token, the next one, the token itself, the same word
elsewhere, the mark at the start ([CLS]), the separators ([SEP])."""


@dataclass(frozen=True, eq=False)
class Attention:
    """Where each token of a text looks, in every head of a model.

    Attributes
    ----------
    tokens : tuple of Token, length n
    weights : float16 array of shape (layers, heads, n, n)
        ``weights[layer, head, i, j]`` is how much token i takes from token j; rows sum to 1.
    favours : float32 array of shape (layers, heads, len(FAVOURS))
        Which share of their attention tokens that have such a target give it, on average; NaN
        where none has one. Only tokens of the texts count, not the marks.
    uniform : float32 array of shape (len(FAVOURS),), the same of a head that looks everywhere alike
    asked : tuple of int, how many tokens each of these is a mean over
    read : characters of the text and of the pair that were read; what follows was cut off
    total : tokens that the texts have, marks included, had nothing been cut off
    model : what the model is called
    """

    tokens: tuple[Token, ...]
    weights: NDArray[np.float16]
    favours: NDArray[np.float32]
    uniform: NDArray[np.float32]
    asked: tuple[int, ...]
    read: tuple[int, int]
    total: int
    model: str
    spec: AttentionSpec

    def __post_init__(self) -> None:
        weights = np.asarray(self.weights, np.float16)
        n, kinds = len(self.tokens), len(FAVOURS)
        if weights.ndim != 4 or weights.shape[2:] != (n, n):
            raise ValueError(f"weights have shape {weights.shape}, expected (.., .., {n}, {n})")
        favours = np.asarray(self.favours, np.float32)
        if favours.shape != (*weights.shape[:2], kinds) or len(self.asked) != kinds:
            raise ValueError(f"favours have shape {favours.shape}, expected (.., .., {kinds})")
        uniform = np.asarray(self.uniform, np.float32).reshape(kinds)
        for name, array in (("weights", weights), ("favours", favours), ("uniform", uniform)):
            object.__setattr__(self, name, _read_only(array))


@dataclass(frozen=True)
class Filling:
    """What a model puts into a blank, when it sees one side of it or both.

    Attributes
    ----------
    sees : "both", "left" or "right"
    words : the likeliest tokens, the likeliest first
    probabilities : of each
    bits : entropy of all probabilities; 0 where the model is certain
    """

    sees: str
    words: tuple[str, ...]
    probabilities: tuple[float, ...]
    bits: float


@dataclass(frozen=True)
class FillIn:
    """What a masked-language model puts into a blank.

    Attributes
    ----------
    tokens : as the model reads them, marks included
    blank : position of the blank among them
    fillings : with both sides, with the left one and with the right one
    total : tokens of the text, had nothing been cut off
    known : how many tokens the model chooses from
    """

    tokens: tuple[str, ...]
    blank: int
    fillings: tuple[Filling, ...]
    total: int
    known: int
    model: str
    spec: FillInSpec


@dataclass(frozen=True)
class Findings:
    """What was found in somebody's files, or made of them, as JSON can hold it."""

    content: Mapping[str, Any]
    spec: InspectionSpec | ImportSpec | OpeningSpec | ModelSpec


Result: TypeAlias = (
    Vocabulary
    | EmbeddingTable
    | Neighbors
    | Projection
    | Clusters
    | Agreement
    | Trust
    | Answers
    | Replies
    | Training
    | Company
    | Contexts
    | ContextMap
    | Sentences
    | Tokens
    | Attention
    | FillIn
    | Findings
)
