"""What pages and routes show, fetched once for everybody: page -> access -> store, then jobs.

Everything is kept by the key of its request, so many readers of one map share one object.
"""

from __future__ import annotations

import hashlib
import logging
import mmap
import threading
from collections import OrderedDict
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from embeddings import (
    clusters,
    collections,
    corpus,
    jobs,
    methods,
    neighbors,
    recipes,
    sources,
    store,
    vocabulary,
)
from embeddings import projection as projections
from embeddings.applications import search as searching
from embeddings.errors import UserError
from embeddings.figures import packs
from embeddings.probes import scorecard as scorecards
from embeddings.probes.scorecard import Scorecard
from embeddings.projection import Alignment
from embeddings.types import (
    Agreement,
    AgreementSpec,
    Answers,
    Attention,
    AttentionSpec,
    Clusters,
    ClustersSpec,
    Company,
    CompanySpec,
    ContextMap,
    ContextMapSpec,
    Contexts,
    ContextsSpec,
    EmbeddingTable,
    FillIn,
    FillInSpec,
    Findings,
    Found,
    HeldOut,
    HeldOutSpec,
    ImportSpec,
    InspectionSpec,
    ModelSpec,
    Nearby,
    NearbySpec,
    Neighbors,
    NeighborsSpec,
    OpeningSpec,
    Projection,
    ProjectionSpec,
    QuestionsSpec,
    Ratings,
    RatingsSpec,
    Replies,
    Request,
    Result,
    ScaleSpec,
    Scaling,
    ScorecardSpec,
    SearchScore,
    SearchScoreSpec,
    SearchSpec,
    Sentences,
    SentencesSpec,
    Spec,
    TextIndex,
    TextIndexSpec,
    Tokens,
    TokensSpec,
    Training,
    TrainingSpec,
    Trust,
    TrustSpec,
    VisualSearch,
    VisualSearchSpec,
    Vocabulary,
    VocabularySpec,
)
from pages.shared import address, own

log = logging.getLogger(__name__)

R = TypeVar("R", bound=Request)

WARM_AFTER = 1.0
"""Seconds in which a new map has the processor to itself before its vectors are read."""


class NotBuilt(UserError):
    """Nobody has computed this yet."""

    def __init__(self, request: Request) -> None:
        super().__init__("This is not built yet. Open its map, and it will be.")
        self.request = request


@dataclass(frozen=True)
class MapRequests:
    """Everything that one map is drawn from; without neighbours where they are asked one by one."""

    projection: ProjectionSpec
    clusters: ClustersSpec
    neighbors: NeighborsSpec | None

    @property
    def table(self) -> Spec:
        """The vectors that the map shows."""
        return self.projection.table

    @property
    def vocabulary(self) -> VocabularySpec:
        """The words that the map shows."""
        return VocabularySpec(self.table.vocabulary)

    @property
    def wanted(self) -> tuple[Request, ...]:
        """What has to be there, in the order in which it is made."""
        beside = (self.neighbors, self.clusters, self.texts)
        return tuple(r for r in (*self.needed, *beside) if r)

    @property
    def texts(self) -> TextIndexSpec | None:
        """Where the things on the map are texts, these: so that one can be read."""
        return _texts_of(self.table.vocabulary)

    @property
    def needed(self) -> tuple[Request, ...]:
        """What there is no map without: the words, the vectors where they are kept, the map."""
        kept = recipes.kept_as(self.table)
        vectors: tuple[Request, ...] = ()
        if kept:
            own = kept.vocabulary in (self.table.vocabulary, vocabulary.TRAINED)
            vectors = (kept,) if own else (VocabularySpec(kept.vocabulary), kept)
        return (self.vocabulary, *vectors, self.projection)


def _texts_of(name: str) -> TextIndexSpec | None:
    is_one = collections.is_name(name) and collections.get(name).kind == "texts"
    return searching.index_spec(name) if is_one else None


def map_requests(choice: address.Choice) -> MapRequests:
    """Return what the map of a choice is drawn from, and remember it for the routes."""
    requests = requests_for(address.projection_of(choice))
    remember(*requests.wanted, requests.table)
    return requests


def requests_for(spec: ProjectionSpec) -> MapRequests:
    """Return what belongs to a map: neighbours in the original space and clusters."""
    near = None if spec.table.vocabulary == address.BIG else neighbors.spec(spec.table)
    return MapRequests(spec, clusters.spec(spec.table), near)


# ------------------------------------------------------------------- what routes may be asked for

_known: OrderedDict[str, Request] = OrderedDict()
_lock = threading.Lock()
_REMEMBERED = 4096


def remember(*requests: Request) -> None:
    """Let the routes serve these; the longest unused are forgotten."""
    with _lock:
        for request in requests:
            _known[request.key] = request
            _known.move_to_end(request.key)
        while len(_known) > _REMEMBERED:
            _known.popitem(last=False)


def known(kind: type[R], key: str) -> R:
    """Return the request that has this key.

    Raises
    ------
    UserError
        If no page has asked for it and the store has no such thing.
    """
    with _lock:
        request = _known.get(key)
    request = request or shelf().request(kind.kind, key)
    if not isinstance(request, kind):
        raise UserError("There is no such map here. Open it in the app again.")
    own.desk.check(request)
    return request


# ------------------------------------------------------------------------------------ fetching


@cache
def shelf() -> store.Store:
    """Return the one store of this process."""
    return store.default()


def has(request: Request) -> bool:
    """Whether this can be shown without computing anything: it is there, and undamaged.

    Vectors and neighbours are not read for that: most maps are drawn without the ones, and sent
    the others as packs that are kept.
    """
    if request.is_typed:
        own.desk.typed(request)
    is_large = isinstance(request, Spec | NeighborsSpec)
    try:
        if isinstance(request, ScorecardSpec):
            answers(request)
            return True
        if isinstance(request, ContextsSpec | SentencesSpec):
            contexts(request) if isinstance(request, ContextsSpec) else sentences(request)
            return True
        _check(request.key, request) if is_large else _small(request.key, request)
    except NotBuilt:
        return False
    return True


def can_draw(requests: MapRequests) -> bool:
    """Whether all is there that a map cannot be drawn without."""
    return all(has(request) for request in requests.needed)


@cache
def version(request: Request) -> str:
    """Return a short digest of what an artifact is and how it is packed, for its address.

    Browsers keep data for good. A map that was built anew under the same key, or is packed in
    another way, must therefore have another address.
    """
    path = shelf().path_of(request)
    digest = hashlib.sha256(_packing())
    digest.update(path.read_bytes() if path else b"")
    return digest.hexdigest()[:8]


def vectors_version(spec: Spec) -> str:
    """Return a short digest of vectors, of their words and of how one of them is described."""
    kept = recipes.kept_as(spec)
    parts = [version(VocabularySpec(spec.vocabulary)), version(kept) if kept else "", _describing()]
    return hashlib.sha256("".join(parts).encode()).hexdigest()[:8]


@cache
def _packing() -> bytes:
    return hashlib.sha256(Path(packs.__file__).read_bytes()).digest()


@cache
def _describing() -> str:
    folder = Path(__file__).parent
    both = (folder / "peek.py").read_bytes() + (folder / "routes.py").read_bytes()
    return hashlib.sha256(both).hexdigest()


def table(spec: Spec) -> EmbeddingTable:
    """Return vectors that are built, or that cost nothing to read.

    Raises
    ------
    NotBuilt
    """
    return _table(spec.key, spec)


def fresh(spec: Spec) -> EmbeddingTable:
    """Return vectors that are built, read now and not kept in memory. Raises NotBuilt."""
    own.desk.check(spec)
    return cast(EmbeddingTable, _load(spec))


@cache
def warm(spec: Spec) -> None:
    """Read vectors in the background, for the word that somebody will point at soon."""
    timer = threading.Timer(WARM_AFTER, _warm, args=(spec,))
    timer.daemon = True
    timer.start()


def _warm(spec: Spec) -> None:
    try:
        nearest(table(spec), 0, 1)
    except UserError as problem:
        log.warning("%s could not be read: %s", spec.key, problem)


def nearest(
    vectors: EmbeddingTable, row: int, k: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Search the nearest neighbours of the word in a row, see `neighbors.of_row`."""
    found = neighbors.of_row(vectors, row, k)
    let_go(vectors.vectors)
    return found


def forget_units(vectors: EmbeddingTable) -> None:
    """Drop the unit vectors that a table has worked out, which take as much memory as itself."""
    vars(vectors).pop("unit_vectors", None)


def let_go(array: Any) -> None:
    """Take the pages of an array that lies in a file out of this process's memory.

    They stay in the system's, and come back within milliseconds when they are read again.
    """
    while isinstance(array, np.ndarray):
        array = array.base
    if isinstance(array, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        array.madvise(mmap.MADV_DONTNEED)


def words(spec: Spec, n: int) -> tuple[str, ...]:
    """Return the ``n`` words of a table, in its order.

    Where the method knows every word of the vocabulary these are the vocabulary's, and the
    vectors need not be read: a first visit is a second faster so, and much memory is saved.
    """
    everything = word_list(spec.vocabulary).words
    return everything if n == len(everything) else table(spec).words


def projection(spec: ProjectionSpec) -> Projection:
    """Return a map that is built. Raises NotBuilt."""
    return cast(Projection, _small(spec.key, spec))


def near(spec: NeighborsSpec) -> Neighbors:
    """Return neighbours that are built. Raises NotBuilt."""
    return _near(spec.key, spec)


def groups(spec: ClustersSpec) -> Clusters:
    """Return clusters that are built. Raises NotBuilt."""
    return cast(Clusters, _small(spec.key, spec))


def agreement(spec: AgreementSpec) -> Agreement:
    """Return how far two methods agree, if that is measured. Raises NotBuilt."""
    return cast(Agreement, _small(spec.key, spec))


def trust(spec: TrustSpec) -> Trust:
    """Return how far the dots of a map can be trusted, if that is measured. Raises NotBuilt."""
    return cast(Trust, _small(spec.key, spec))


def replies(spec: QuestionsSpec) -> Replies:
    """Return what a table answers to a list of questions, if that is known. Raises NotBuilt."""
    return cast(Replies, _small(spec.key, spec))


def training(spec: TrainingSpec) -> Training:
    """Return what was seen of a training, if it has been done. Raises NotBuilt."""
    return cast(Training, _small(spec.key, spec))


def company(spec: CompanySpec) -> Company:
    """Return the company that a word keeps, if it has been counted. Raises NotBuilt."""
    return cast(Company, _small(spec.key, spec))


def ratings(spec: RatingsSpec) -> Ratings:
    """Return who rated which film how, if it has been read. Raises NotBuilt."""
    return cast(Ratings, _small(spec.key, spec))


def held_out(spec: HeldOutSpec) -> HeldOut:
    """Return what a method recommends without what is held out, if measured. Raises NotBuilt."""
    return cast(HeldOut, _small(spec.key, spec))


def scaling(spec: ScaleSpec) -> Scaling:
    """Return what searching was measured to cost, if it was. Raises NotBuilt."""
    return cast(Scaling, _small(spec.key, spec))


def nearby(spec: NearbySpec) -> Nearby:
    """Return a word's neighbours by each way of searching, if they were found. Raises NotBuilt."""
    return cast(Nearby, _small(spec.key, spec))


def answers(spec: ScorecardSpec) -> Answers:
    """Return what a method answers to the tests of meaning, if it was asked. Raises NotBuilt."""
    return _answers(spec.key, spec)


def attention(spec: AttentionSpec) -> Attention:
    """Return where the tokens of a text look, if it was read. Raises NotBuilt."""
    return cast(Attention, _small(spec.key, spec))


def fill_in(spec: FillInSpec) -> FillIn:
    """Return what a model puts into a blank, if it was asked. Raises NotBuilt."""
    return cast(FillIn, _small(spec.key, spec))


def findings(spec: InspectionSpec | ImportSpec | OpeningSpec | ModelSpec) -> Findings:
    """Return what was found in a visitor's files, if it was looked for. Raises NotBuilt."""
    return cast(Findings, _small(spec.key, spec))


def visual_search(spec: VisualSearchSpec) -> VisualSearch:
    """Return what embeds new pictures, and what was measured. Raises NotBuilt."""
    return cast(VisualSearch, _small(spec.key, spec))


def search(spec: SearchSpec) -> Found:
    """Return what a question finds, if it was asked. Raises NotBuilt."""
    return cast(Found, _small(spec.key, spec))


def texts(name: str) -> TextIndex:
    """Return the texts of a collection of texts, in their order.

    Raises
    ------
    NotBuilt
    UserError
        If it is none.
    """
    spec = _texts_of(name)
    if spec is None:
        raise UserError("These are no texts.")
    return cast(TextIndex, _small(spec.key, spec))


def search_score(spec: SearchScoreSpec) -> SearchScore:
    """Return how well described words are found, if that is measured. Raises NotBuilt."""
    return cast(SearchScore, _small(spec.key, spec))


def encoded_chunks() -> int:
    """Return how many chunks of definitions can be searched by their meaning."""
    return recipes.encoded_chunks(shelf())


def scored_chunks() -> int:
    """Return over how many chunks of definitions the score is that is shown."""
    return recipes.scored_chunks(shelf())


def scorecard(spec: ScorecardSpec) -> Scorecard:
    """Return what a method scores, without its single questions, if that is measured.

    Raises
    ------
    NotBuilt
    MissingPackage
        If gensim, which carries the tests, is not installed.
    """
    return _scorecard(spec.key, spec)


def contexts(spec: ContextsSpec) -> Contexts:
    """Return a word in many sentences, if it was read; of two sentences alone with the vectors.

    Raises
    ------
    NotBuilt
    """
    return _contexts(spec.key, spec)


def context_map(spec: ContextMapSpec) -> ContextMap:
    """Return the maps of a word's contexts, if they are drawn. Raises NotBuilt."""
    return cast(ContextMap, _small(spec.key, spec))


def sentences(spec: SentencesSpec) -> Sentences:
    """Return sentences of a corpus that has been read on this machine. Raises NotBuilt."""
    return _sentences(spec.key, spec)


def tokens(spec: TokensSpec) -> Tokens:
    """Return what random words have in common. Raises NotBuilt."""
    return cast(Tokens, _small(spec.key, spec))


def alignment(moving: ProjectionSpec, onto: ProjectionSpec) -> Alignment:
    """Return how a map is laid onto another one of the same vocabulary. Raises NotBuilt."""
    return _alignment(f"{moving.key} {onto.key}", moving, onto)


@own.cached(256)
def _alignment(keys: str, _moving: ProjectionSpec, _onto: ProjectionSpec) -> Alignment:
    places = [projection(spec).coordinates for spec in (_moving, _onto)]
    of = word_list(_onto.table.vocabulary)
    ids = [
        packs.vocabulary_ids(words(spec.table, len(found)), of)
        for spec, found in zip((_moving, _onto), places, strict=True)
    ]
    _, first, second = np.intersect1d(ids[0], ids[1], assume_unique=True, return_indices=True)
    return projections.align(places[0][first], places[1][second])


def word_list(name: str) -> Vocabulary:
    """Return a vocabulary that is built.

    Raises
    ------
    UnknownName
        If there is no such vocabulary.
    NotBuilt
    """
    own.desk.check_name(name)
    spec = VocabularySpec(vocabulary.check(name))
    return cast(Vocabulary, _small(spec.key, spec))


# An underscore keeps Streamlit from hashing the request: its key already says everything.
@own.cached(8)
def _table(key: str, _spec: Spec) -> EmbeddingTable:
    kept = recipes.kept_as(_spec)
    if kept == _spec:
        return cast(EmbeddingTable, _load(_spec))
    words = word_list(_spec.vocabulary).words
    # Only what is merely looked up is made here: this process answers everybody.
    return table(kept).take(words, _spec) if kept else methods.embed(_spec, words)


# What is not there is not remembered: an exception is no result.
@own.cached(256)
def _check(key: str, _request: Spec | NeighborsSpec) -> bool:
    kept = recipes.kept_as(_request) if isinstance(_request, Spec) else _request
    if kept is None:
        assert isinstance(_request, Spec)
        word_list(_request.vocabulary)
    elif not shelf().is_intact(kept):
        _load(kept)
    return True


@own.cached(4)
def _near(key: str, _spec: NeighborsSpec) -> Neighbors:
    return cast(Neighbors, _load(_spec))


@own.cached(96)
def _answers(key: str, _spec: ScorecardSpec) -> Answers:
    return cast(Answers, _load(_spec))


@own.cached(96)
def _scorecard(key: str, _spec: ScorecardSpec) -> Scorecard:
    return scorecards.read(answers(_spec), with_questions=False)


@own.cached(48)
def _contexts(key: str, _spec: ContextsSpec) -> Contexts:
    found = cast(Contexts, _load(_spec))
    # 1.6 MB for each word, of which only a few are ever compared here.
    return replace(found, vectors=None) if len(found) > store.FEW else found


@own.cached(48)
def _sentences(key: str, _spec: SentencesSpec) -> Sentences:
    texts = corpus.kept_sentences(_spec.numbers, _spec.corpus)
    return cast(Sentences, _load(_spec)) if texts is None else Sentences(texts, _spec)


@own.cached(48)
def _small(key: str, _request: Request) -> Result:
    return _load(_request)


def _load(request: Request) -> Result:
    found = shelf().load(request)
    if found is None:  # not "or": a result of nothing is one too
        found = _kept_by_jobs(request)
    if found is None:
        raise NotBuilt(request)
    return found


def _forget(name: str) -> None:
    """Let go of all that is held of something that somebody brought."""
    with _lock:
        for key in [key for key, request in _known.items() if name in request.brought]:
            del _known[key]
    for module in (sources, corpus):
        module.forget(name)
    shelf().forget(name)
    jobs.shared().forget(name)


own.desk.forget.append(_forget)


def _kept_by_jobs(request: Request) -> Result | None:
    """Return a result that is there although the store's folder could not be written."""
    try:
        return jobs.shared().result(request)
    except UserError:
        return None


# ------------------------------------------------------------------------------------ computing


def missing(requests: MapRequests) -> list[Request]:
    """Return what of a map still has to be computed."""
    return [request for request in requests.wanted if not has(request)]


def submit(request: Request, who: str) -> str:
    """Ask the workers for something; the same request is computed once for everybody.

    Raises
    ------
    UserError
        If it speaks of what another visitor brought, or too much waits already.
    """
    own.desk.check(request)
    return jobs.shared().submit(request, who)


def status(key: str) -> jobs.Status:
    """Return how far a job is."""
    return jobs.shared().status(key)


def wait(key: str, seconds: float) -> jobs.Status:
    """Wait until a job has ended, at most so long, and return how it stands."""
    return jobs.shared().wait(key, seconds)


def cancel(key: str, who: str) -> None:
    """Withdraw somebody's wish for a job; it stops when nobody else wants it."""
    jobs.shared().cancel(key, who)


def leave(who: str, keep: Collection[str] = ()) -> None:
    """Withdraw all that somebody wants, except what is in ``keep``."""
    with suppress(UserError):  # without workers there is nothing to withdraw
        jobs.shared().leave(who, keep)
