"""What can be asked for: each request is frozen, and its key names artifact and job."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, ClassVar, TypeAlias, get_type_hints

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

    @property
    def is_typed(self) -> bool:
        """Whether somebody typed sentences for it: then what is made goes with the visit."""
        return False


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

    @property
    def is_typed(self) -> bool:
        """Always: the examples among them are shipped, and found there first."""
        return True


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

    @property
    def is_typed(self) -> bool:
        """Where there are sentences of the reader's own."""
        return bool(self.own)


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
class RatingsSpec(Request):
    """A request for every rating of a collection of films: who gave which film how many stars."""

    kind: ClassVar[str] = "ratings"
    collection: str = "films"
    format: int = FORMAT


@dataclass(frozen=True)
class HeldOutSpec(Request):
    """A request for what a method recommends to people whose last liked film it has not seen.

    ``table`` says method, settings and seed; ``profile`` how many of the films that somebody liked
    before that one are given; ``k`` how many films are recommended.
    """

    kind: ClassVar[str] = "held_out"
    table: Spec
    profile: int = 12
    k: int = 10
    format: int = FORMAT


@dataclass(frozen=True)
class ContextMapSpec(Request):
    """A request for maps of a word's contexts, one for each layer, laid onto each other."""

    kind: ClassVar[str] = "context_map"
    contexts: ContextsSpec
    algorithm: str = "umap"
    seed: int = 42
    format: int = FORMAT

    @property
    def is_typed(self) -> bool:
        """Where there are sentences of the reader's own."""
        return self.contexts.is_typed


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

    @property
    def is_typed(self) -> bool:
        """Always."""
        return True


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
    kinds = {each.kind: each for each in Request.__subclasses__() if "kind" in vars(each)}
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
