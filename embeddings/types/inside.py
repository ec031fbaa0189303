"""What is seen inside models and texts, and what was found in somebody's files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.types.requests import (
    AttentionSpec,
    CompanySpec,
    ContextMapSpec,
    ContextsSpec,
    FillInSpec,
    ImportSpec,
    InspectionSpec,
    ModelSpec,
    OpeningSpec,
    Scalar,
    SentencesSpec,
    TokensSpec,
    TrainingSpec,
)
from embeddings.types.tables import read_only


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
            object.__setattr__(self, name, read_only(array))
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
            object.__setattr__(self, name, read_only(array))


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
            object.__setattr__(self, name, read_only(array))
        if n and not 0 <= self.groups.min() <= self.groups.max() < len(self.words):
            raise ValueError("groups must be one index into words per occurrence")
        if self.numbers.min(initial=0) < -len(self.spec.own):
            raise ValueError("an occurrence lies outside the own sentences")
        if self.vectors is not None:
            if self.vectors.ndim != 3 or self.vectors.shape[1] != n:
                raise ValueError(f"vectors have shape {self.vectors.shape}, expected (_, {n}, _)")
            if not np.isfinite(self.vectors).all():
                raise ValueError("vectors must be finite: found NaN or infinity")
            object.__setattr__(self, "vectors", read_only(self.vectors))

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
        object.__setattr__(self, "coordinates", read_only(coordinates))


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
        object.__setattr__(self, "mean", read_only(mean))


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
            object.__setattr__(self, name, read_only(array))


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
