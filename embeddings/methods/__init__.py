"""Embedding methods, one file each: a function and, at the file's end, its declaration.

A file here that defines ``METHOD = Method(...)`` is a method: pickers, the command line, the
build, the page about methods and the contract test find it by themselves. Those that embed other
things than words stand in folders, one for each kind of things (`embeddings.collections`).
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from embeddings import sources, vocabulary
from embeddings.errors import MissingPackage, UnknownName, UserError
from embeddings.types import EmbeddingTable, Matrix, Progress, Scalar, Spec, no_progress

DISTRIBUTIONS = {"sklearn": "scikit-learn", "skimage": "scikit-image"}
"""Names to install by, where they are not those to import by."""

WORDS = "words"
"""The kind of things that methods embed which stand in no folder."""

Compute = Callable[[Spec, Sequence[str], Progress], tuple[Sequence[str], Matrix]]


@dataclass(frozen=True)
class Parameter:
    """One setting of a method: its default, and the values it may take."""

    name: str
    label: str
    default: Scalar
    help: str
    low: float | None = None
    high: float | None = None
    choices: tuple[Scalar, ...] = ()

    def check(self, value: Any) -> Scalar:
        """Return the value in the default's type.

        Raises
        ------
        UserError
            If it is of another kind, out of range or not among the choices.
        """
        try:
            if isinstance(self.default, bool):
                if str(value).lower() not in ("true", "false", "1", "0"):
                    raise ValueError
                checked: Scalar = str(value).lower() in ("true", "1")
            elif isinstance(self.default, int):
                if float(value) != int(float(value)):
                    raise ValueError
                checked = int(float(value))
            else:
                checked = type(self.default)(value)
        except (TypeError, ValueError, OverflowError):
            raise UserError(f"{self.name} is {value!r}; it must be {self.allowed}.") from None
        number = isinstance(checked, int | float) and not isinstance(checked, bool)
        wrong = bool(self.choices) and checked not in self.choices
        if number:
            wrong |= checked != checked
            wrong |= self.low is not None and checked < self.low  # type: ignore[operator]
            wrong |= self.high is not None and checked > self.high  # type: ignore[operator]
        if wrong:
            raise UserError(f"{self.name} is {value!r}; it must be {self.allowed}.")
        return checked

    @property
    def allowed(self) -> str:
        """The values it may take, in words."""
        if isinstance(self.default, bool):
            return "true or false"
        if self.choices:
            return "one of " + ", ".join(str(choice) for choice in self.choices)
        kind = "a whole number" if isinstance(self.default, int) else "a number"
        if self.low is not None and self.high is not None:
            return f"{kind} from {self.low:g} to {self.high:g}"
        return kind


CENTRED = Parameter(
    "centred",
    "Centre the vectors",
    False,
    "Subtract the mean vector of the vocabulary first (Mu and Viswanath 2018): what all words "
    "share no longer counts as similarity.",
)
"""A parameter of every dense method; applied in `embed`, after the method itself."""


@dataclass(frozen=True)
class Method:
    """What a method says of itself.

    Attributes
    ----------
    key : name in specs, URLs and commands
    label : name for people
    year : year of the paper or idea
    reference, reference_url : the source that the year is of
    further : other sources that it is made from, each with its URL
    summary : one sentence
    explanation : one paragraph in plain words
    numbers : what the numbers of a vector mean
    sees, misses : what its vectors show, and what they cannot
    learns_from : "nothing", "corpus" (read and trained here), "package" (pretrained), "yours"
        (brought by somebody) or "collection" (from the things themselves and what is known of them)
    needs : import names of the packages it needs
    compute : function from (spec, words, progress) to (known words, vectors)
    parameters : its settings
    dense : whether its vectors are dense (then `centred` applies)
    own_vocabulary : whether a vector depends on the other words of the vocabulary
    by_lot : whether the vectors depend on the seed
    columns : what the columns of a sparse table stand for: the "words" of the vocabulary, the
        "documents" of the corpus, or "contexts", its most frequent words; "" where they have no
        names
    dim : how many numbers a vector has, where that is fixed; else 0
    own_words : name of the vocabulary of all the words that it has vectors for
    kind : what it embeds: words, or the things of a collection of that kind
    """

    key: str
    label: str
    year: int
    reference: str
    reference_url: str
    summary: str
    explanation: str
    numbers: str
    sees: str
    misses: str
    learns_from: str
    compute: Compute
    parameters: tuple[Parameter, ...] = ()
    needs: tuple[str, ...] = ()
    dense: bool = True
    own_vocabulary: bool = False
    by_lot: bool = True
    further: tuple[tuple[str, str], ...] = ()
    columns: str = ""
    dim: int = 0
    own_words: str = "corpus"
    kind: str = WORDS

    @property
    def references(self) -> tuple[tuple[str, str], ...]:
        """All its sources, each with its URL, the one of the year first."""
        return ((self.reference, self.reference_url), *self.further)

    @property
    def all_parameters(self) -> tuple[Parameter, ...]:
        """Its parameters, and those that every dense method has."""
        return (*self.parameters, CENTRED) if self.dense else self.parameters

    def spec(
        self,
        vocabulary: str = "common-10k",
        corpus: str = "packaged",
        seed: int = 42,
        parameters: Mapping[str, Any] | None = None,
    ) -> Spec:
        """Return the complete spec: defaults filled in, every value checked.

        Raises
        ------
        UserError
            If a parameter is unknown or out of its range.
        """
        if not 0 <= seed < 2**32:
            raise UserError(f"seed is {seed}; it must be a whole number from 0 to {2**32 - 1}.")
        given = dict(parameters or {})
        known = {p.name: p for p in self.all_parameters}
        for name in given:
            if name not in known:
                raise UnknownName(f"parameter of {self.label}", name, known)
        values = {name: p.check(given.get(name, p.default)) for name, p in known.items()}
        return Spec(self.key, vocabulary, corpus, seed, tuple(values.items()))


@cache
def kinds() -> tuple[str, ...]:
    """Return the kinds of things that there are methods for, words first."""
    return (WORDS, *(m.name for m in pkgutil.iter_modules(__path__) if m.ispkg))


@cache
def available(kind: str = WORDS) -> Mapping[str, Method]:
    """Return every method for things of a kind, in order of year, by key.

    Raises
    ------
    UnknownName
        If there are no methods for things of that kind.
    """
    if kind not in kinds():
        raise UnknownName("kind of things", kind, kinds())
    package = __name__ if kind == WORDS else f"{__name__}.{kind}"
    inside = pkgutil.iter_modules(importlib.import_module(package).__path__)
    names = [m.name for m in inside if not (m.ispkg or m.name.startswith("_"))]
    found = [importlib.import_module(f"{package}.{name}").METHOD for name in names]
    for method in found:
        if method.kind != kind:
            raise ValueError(f"{method.key} is for {method.kind}, but stands among {kind}")
    return {m.key: m for m in sorted(found, key=lambda m: (m.year, m.key))}


def get(key: str) -> Method:
    """Return one method; vectors that somebody brought are one, under the name that they have.

    Raises
    ------
    UnknownName
        With the nearest valid names.
    UserError
        If they are vectors that were brought, and are not here any more.
    """
    if sources.is_name(key):
        from embeddings.methods import _own

        return _own.declare(key)
    for kind in kinds():
        if key in available(kind):
            return available(kind)[key]
    raise UnknownName("method", key, available())


def own_words(key: str) -> str:
    """Return the name of the vocabulary of all the words that a method has vectors for.

    Raises
    ------
    UnknownName
        If there is no such method.
    """
    return get(key).own_words


def embed(spec: Spec, words: Sequence[str], progress: Progress = no_progress) -> EmbeddingTable:
    """Compute the vectors of those words; the ones the method does not know are `missing`.

    Raises
    ------
    MissingPackage
        If a package that the method needs is not installed.
    UserError
        If the method knows none of the words.
    """
    method = get(spec.method)
    if method.kind != vocabulary.kind(spec.vocabulary):
        raise UserError(mismatch(method, spec.vocabulary))
    for package in method.needs:
        if importlib.util.find_spec(package) is None:
            name = DISTRIBUTIONS.get(package, package.replace("_", "-"))
            raise MissingPackage(name, method.label)
    known, vectors = method.compute(spec, words, progress)
    if not known:
        raise UserError(f"{method.label} knows none of these {len(words)} words.")
    have = set(known)
    missing = tuple(word for word in words if word not in have)
    table = EmbeddingTable(tuple(known), vectors, spec, missing)
    return centre(table) if method.dense and dict(spec.parameters).get("centred") else table


def mismatch(method: Method, vocabulary_name: str) -> str:
    """Say in a line that a method does not embed the things of a vocabulary, and what does."""
    kind = vocabulary.kind(vocabulary_name)
    others, called = ", ".join(available(kind)), sources.called(vocabulary_name)
    return (
        f"{method.label} embeds {method.kind}, and {called} has {kind}. "
        f"Methods for {kind}: {others}."
    )


def centre(table: EmbeddingTable) -> EmbeddingTable:
    """Return the table with the mean of its own vectors subtracted (Mu and Viswanath 2018).

    Raises
    ------
    UserError
        If the table is sparse: hardly a number of it would stay 0.
    """
    if table.is_sparse:
        raise UserError(
            f"Centring would fill {len(table):,} x {table.dim:,} numbers that are mostly 0; set "
            "centred to false, or dimensions to 2 or more (SVD)."
        )
    vectors = table.vectors - np.mean(table.vectors, axis=0, keepdims=True, dtype=np.float64)
    return EmbeddingTable(table.words, vectors, table.spec, table.missing)
