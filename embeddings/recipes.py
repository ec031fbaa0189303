"""How each kind of request becomes a result, from what it depends on: said here and only here."""

from __future__ import annotations

import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import singledispatch
from itertools import combinations, count
from typing import cast
from weakref import WeakKeyDictionary

import numpy as np

from embeddings import clusters, corpus, methods, neighbors, projection, sources, vocabulary
from embeddings import store as stores
from embeddings.applications import films, search, visual
from embeddings.applications.scale import measuring, nearby
from embeddings.caching import cache_folder, own_folder, private_folder
from embeddings.errors import UserError
from embeddings.inside import attention, company, contexts, fill_in, own_sentences, training
from embeddings.methods import _models as models
from embeddings.methods._ratings import Trained
from embeddings.probes import agreement, question_list, scorecard, tests_of_meaning, trust
from embeddings.sources import apart, bundle, gensim_data
from embeddings.sources.context import File
from embeddings.sources.limits import Limits
from embeddings.sources.options import Options
from embeddings.store import Store
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
    Encoded,
    EncodingSpec,
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
    Progress,
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
    TextVectors,
    TextVectorsSpec,
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
    as_parameters,
    no_progress,
)

HEAVY = {"torch", "transformers", "gensim"}
"""Packages that take seconds to import, and more to compute with."""

LARGE_K = 30
"""Neighbours per word that are looked for in tables too long for `neighbors.nearest`."""


SCORED = ("common-10k", "common-2k")
"""Vocabularies on which every method is scored, beside its own."""

AT_HAND = 200
"""How many parts of what is searched a process holds ready: 100 MB, all definitions among them."""

HELD = 6
"""How many results a process holds in memory where they cannot be kept on disk."""

_held: WeakKeyDictionary[Store, OrderedDict[str, Result]] = WeakKeyDictionary()
_holding = threading.Lock()
_at_hand: WeakKeyDictionary[Store, OrderedDict[str, Result]] = WeakKeyDictionary()


def fetch(request: Request, store: Store | None = None, progress: Progress = no_progress) -> Result:
    """Return the result of a request: load it, or make it and keep it.

    Only one process at a time makes the same result; the others wait and load it.

    Raises
    ------
    UserError
        If the request cannot be fulfilled.
    Cancelled
        If ``progress`` says so.
    """
    store = stores.default() if store is None else store
    if is_cheap(request) or part_of(request):
        return make(request, store, progress)
    found = _load(request, store)
    if found is not None:
        return found
    with store.lock(request, progress):
        found = _load(request, store)
        if found is None:
            found = make(request, store, progress)
            if not store.save(request, found) and not request.brought:
                _hold(request, found, store)
    return found


def _load(request: Request, store: Store) -> Result | None:
    found = store.load(request)
    if found is not None:
        return found
    with _holding:
        held = _held.get(store)
        return held.get(request.key) if held else None


def _hold(request: Request, result: Result, store: Store) -> None:
    """Keep in memory what the disk does not take: map and groups need the same vectors."""
    with _holding:
        held = _held.setdefault(store, OrderedDict())
        held[request.key] = result
        while len(held) > HELD:
            held.popitem(last=False)


def forget(name: str, store: Store) -> None:
    """Let go of what this process holds of something that somebody brought."""
    sources.forget(name)
    corpus.forget(name)
    store.forget(name)
    company.forget()
    with _holding:
        held = _held.get(store, OrderedDict())
        for key in [key for key, result in held.items() if name in _request_of(result).brought]:
            del held[key]


def _request_of(result: Result) -> Request:
    return stores.result_request(result)


def is_cheap(request: Request) -> bool:
    """Whether looking it up takes no longer than loading it would: then it is not kept on disk."""
    if not isinstance(request, Spec):
        return False
    method = methods.get(request.method)
    if method.learns_from in ("corpus", "collection"):
        return False
    return HEAVY.isdisjoint(method.needs)


def part_of(request: Request) -> Spec | None:
    """Return the table from which this one only takes rows; then it is not kept either.

    A word has the same vector in every vocabulary, and learning vectors takes the time. Centred
    tables are no part of a larger one: what is subtracted depends on the vocabulary. Where
    nothing is drawn by lot, the vectors of any seed are those of the usual one. And what Word2Vec
    learns from another text than the packaged one, or for words that somebody brought, is kept for
    all words of the text: so it is learned once.
    """
    if not isinstance(request, Spec):
        return None
    method = methods.get(request.method)
    usual = request if method.by_lot else replace(request, seed=Spec.seed)
    if request.vocabulary == vocabulary.TRAINED:
        return usual if usual != request else None
    is_own = request.corpus != Spec.corpus or sources.is_name(request.vocabulary)
    if is_own and method.key == training.METHOD:
        whole = replace(usual, vocabulary=vocabulary.TRAINED)
        return None if dict(request.parameters).get("centred") else whole
    parent = vocabulary.parent(request.vocabulary)
    centred = bool(dict(request.parameters).get("centred"))
    if parent is not None and not (centred or method.own_vocabulary):
        return replace(usual, vocabulary=parent)
    return usual if usual != request else None


def kept_as(table: Spec) -> Spec | None:
    """Return the table under which these vectors are stored: itself, or the larger one.

    None for vectors that are never stored, because looking them up takes no longer.
    """
    return None if is_cheap(table) else part_of(table) or table


def shipped(method: str, vocabulary_name: str) -> tuple[Request, ...]:
    """Return what belongs to a method's default map of a vocabulary, in the order of making.

    These are the words, the vectors, the maps in two and three dimensions, the PCA, the groups
    and, where they are not too many, the neighbours, how far each map can be trusted, and the
    method's noise floor.
    """
    table = methods.get(method).spec(vocabulary.check(vocabulary_name))
    words = VocabularySpec(vocabulary_name)
    flat = (projection.spec(table), projection.spec(table, "pca"))
    if vocabulary_name == "glove-400k":
        # Its neighbours would fill 80 MB, and 400,000 dots in space are only a cloud.
        return (words, table, *flat, clusters.spec(table))
    maps = (*flat, projection.spec(table, dimensions=3))
    judged = (trust.spec(each) for each in maps)
    floor = agreement.floor_spec(table)
    return (words, table, neighbors.spec(table), *maps, clusters.spec(table), *judged, floor)


def shipped_pairs(method_keys: Iterable[str], vocabulary_name: str) -> tuple[Request, ...]:
    """Return what is shipped of every two methods: how far they agree on a vocabulary."""
    if vocabulary.check(vocabulary_name) == "glove-400k":
        return ()
    tables = [methods.get(key).spec(vocabulary_name) for key in method_keys]
    return tuple(agreement.spec(a, b) for a, b in combinations(tables, 2))


def shipped_scorecards(method: str) -> tuple[ScorecardSpec, ...]:
    """Return the scorecards that are shipped of a method, for three vocabularies.

    They are two that all methods share and the method's own. Where it has layers, each of them is
    scored on the common words.
    """
    of = methods.get(method)
    found = [scorecard.spec(of.spec(name)) for name in (of.own_words, *SCORED)]
    for layer in (p for p in of.parameters if p.name == "layer"):
        for value in range(int(layer.low or 0), int(layer.high or 0) + 1):
            found.append(scorecard.spec(of.spec(SCORED[0], parameters={"layer": value})))
    return tuple(dict.fromkeys(found))


def shipped_trainings() -> tuple[TrainingSpec, ...]:
    """Return the trainings that are shipped: on the dictionary, by skip-gram and by CBOW."""
    return tuple(
        training.spec("dictionary", {"epochs": 5, "algorithm": name})
        for name in ("skip-gram", "cbow")
    )


def shipped_companies() -> tuple[CompanySpec, ...]:
    """Return the words whose company is shipped."""
    return tuple(company.spec(word) for word in ("bread", "king", "guitar"))


def shipped_contexts() -> tuple[Request, ...]:
    """Return what is shipped of words in many sentences, in the order of making it.

    Of each suggested word its contexts, its maps, and two sentences beside each other.
    """
    found: list[Request] = [TokensSpec()]
    for word, own in own_sentences.packaged().items():
        read = contexts.spec(word, own)
        found += [read, *(ContextMapSpec(read, each) for each in projection.algorithms())]
        if both := own_sentences.pair(word):
            found.append(contexts.spec(word, [("", each) for each in both], most=0))
    return tuple(found)


def shipped_search() -> tuple[Request, ...]:
    """Return what is shipped so that questions are answered at once, in the order of making it.

    The map of paragraphs by their meaning, and the vectors and the score of the definitions that
    are searched most.
    """
    table = search.table_spec()
    drawn = projection.spec(table)
    of_map = (neighbors.spec(table), drawn, clusters.spec(table), trust.spec(drawn))
    definitions = search.chunks(search.SHIPPED * search.CHUNK)
    score = search.score_spec(search.SHIPPED)
    return (VocabularySpec(table.vocabulary), table, *of_map, *definitions, score)


def shipped_digits() -> tuple[Request, ...]:
    """Return what is shipped so that a drawn digit is answered at once, in the order of making it.

    The pictures, what the network learned and measured, and of every method vectors and map.
    """
    asked = visual.spec()
    found: list[Request] = [VocabularySpec(asked.collection), asked]
    for table in visual.tables(asked):
        drawn = projection.spec(table)
        found += [table, neighbors.spec(table), drawn, clusters.spec(table), trust.spec(drawn)]
    return tuple(found)


@singledispatch
def make(request: Request, store: Store, progress: Progress) -> Result:
    """Make a result anew, whatever the store has of it; what it depends on is fetched."""
    raise TypeError(f"there is no recipe for {type(request).__name__}")


@make.register
def _(request: VocabularySpec, store: Store, progress: Progress) -> Vocabulary:
    if sources.is_name(vocabulary.check(request.name)):
        if vocabulary.kind(request.name) != methods.WORDS:
            return vocabulary.of_images(sources.get(request.name))
        known = _vocabulary(vocabulary.KNOWN, store)
        return vocabulary.of_source(sources.get(request.name), known, progress)
    return vocabulary.build(request.name, progress)


@make.register
def _(request: Spec, store: Store, progress: Progress) -> EmbeddingTable:
    """Make vectors: take words from those that have more, centre those that are not, or learn."""
    if request.vocabulary == vocabulary.TRAINED:
        words = training.trained_words(corpus.read(request.corpus), request)
    else:
        words = _vocabulary(request.vocabulary, store).words
    larger = None if is_cheap(request) else part_of(request)
    if larger is not None:
        return cast(EmbeddingTable, fetch(larger, store, progress)).take(words, request)
    if dict(request.parameters).get("centred"):
        uncentred = as_parameters({**dict(request.parameters), "centred": False})
        plain = replace(request, parameters=uncentred)
        table = cast(EmbeddingTable, fetch(plain, store, progress))
        return methods.centre(replace(table, spec=request))
    learned = _learned(request, store)
    if learned is not None:
        return learned.take(words, request)
    return methods.embed(request, words, progress)


def _learned(request: Spec, store: Store) -> EmbeddingTable | None:
    """Return the vectors of all words of the corpus, if they are there and hold all of these.

    They do where a word must occur as often as those of that vocabulary: then what is not among
    them is unknown to the method. So a model that was trained for the one serves the other too.
    And so do those of a training that was watched, which are of every word that it knows.
    """
    method = methods.get(request.method)
    if request.vocabulary == vocabulary.TRAINED:
        return None
    if method.key == training.METHOD:
        watched = store.load(replace(request, vocabulary=vocabulary.TRAINED))
        if watched is not None:
            return cast(EmbeddingTable, watched)
    if request.vocabulary == "corpus" or request.corpus != Spec.corpus or method.own_vocabulary:
        return None
    if int(dict(request.parameters).get("min_count", 0)) < vocabulary.OFTEN:
        return None
    return cast("EmbeddingTable | None", store.load(replace(request, vocabulary="corpus")))


@make.register
def _(request: NeighborsSpec, store: Store, progress: Progress) -> Neighbors:
    table = _table(request.table, store, _part(progress, 0, 0.7))
    return neighbors.find(table, request, _part(progress, 0.7, 1))


@make.register
def _(request: ProjectionSpec, store: Store, progress: Progress) -> Projection:
    table = _table(request.table, store, _part(progress, 0, 0.4))
    near = _neighbors_for(request, table, store, _part(progress, 0.4, 0.6))
    return projection.project(table, near, request, _part(progress, 0.6, 1))


@make.register
def _(request: ClustersSpec, store: Store, progress: Progress) -> Clusters:
    table = _table(request.table, store, _part(progress, 0, 0.7))
    words = _vocabulary(request.table.vocabulary, store)
    return clusters.find(table, words, request, _part(progress, 0.7, 1))


@make.register
def _(request: AgreementSpec, store: Store, progress: Progress) -> Agreement:
    words = _vocabulary(request.left.vocabulary, store)
    left, near_left = _with_neighbors(request.left, store, _part(progress, 0, 0.45))
    right, near_right = _with_neighbors(request.right, store, _part(progress, 0.45, 0.9))
    return agreement.measure(
        left, right, near_left, near_right, words, request, _part(progress, 0.9, 1)
    )


@make.register
def _(request: TrustSpec, store: Store, progress: Progress) -> Trust:
    """Judge a map by the neighbours of its vectors, and by the same map of the next seed.

    A map of very many words is not drawn again: it takes minutes and has a worker's whole memory.
    """
    drawn = request.projection
    table = _table(drawn.table, store, _part(progress, 0, 0.2))
    shown = cast(Projection, fetch(drawn, store, _part(progress, 0.2, 0.4)))
    near = again = None
    if len(table) <= trust.EVERY_WORD_UP_TO:
        near = cast(Neighbors, fetch(neighbors.spec(drawn.table), store, _part(progress, 0.4, 0.5)))
        if drawn.algorithm == "umap" and len(table) > projection.TINY:
            other = replace(drawn, seed=drawn.seed + 1)
            again = cast(Projection, fetch(other, store, _part(progress, 0.5, 0.8)))
    return trust.judge(table, near, shown, request, again, _part(progress, 0.8, 1))


@make.register
def _(request: QuestionsSpec, store: Store, progress: Progress) -> Replies:
    table = _table(request.table, store, _part(progress, 0, 0.4))
    return question_list.answer(table, request, _part(progress, 0.4, 1))


@make.register
def _(request: ScorecardSpec, store: Store, progress: Progress) -> Answers:
    table = _table(request.table, store, _part(progress, 0, 0.5))
    return scorecard.measure(table, request, _part(progress, 0.5, 1))


@make.register
def _(request: TrainingSpec, store: Store, progress: Progress) -> Training:
    """Train and watch; the vectors at the end are kept too, under the request for them."""
    seen, table = training.train(request, score_of_training, projection.in_turn, progress)
    store.save(request.table, table)
    return seen


@make.register
def _(request: CompanySpec, store: Store, progress: Progress) -> Company:
    return company.count(request, progress)


@make.register
def _(request: RatingsSpec, store: Store, progress: Progress) -> Ratings:
    return films.read_ratings(request, progress)


@make.register
def _(request: HeldOutSpec, store: Store, progress: Progress) -> HeldOut:
    """Measure a method; one that does not learn from the likes has its usual vectors."""
    of = cast(Ratings, fetch(RatingsSpec(request.table.vocabulary), store))
    trained = None
    if not films.is_learned(request.table):
        words = _vocabulary(request.table.vocabulary, store)
        table = _table(request.table, store, _part(progress, 0, 0.6))
        rows = np.array([words.index[word] for word in table.words], np.int64)
        trained = Trained(rows, np.asarray(table.vectors, np.float32))
    return films.measure(request, of.likes, trained, progress)


def score_of_training(table: EmbeddingTable) -> training.Score:
    """Say what vectors score on the tests of meaning, as the scorecard does."""
    _, everything = scorecard.answer_all(table, tests_of_meaning.google_analogies())
    pairs = scorecard.correlate(table, tests_of_meaning.pairs("wordsim353"))
    return training.Score(
        everything.accuracy, everything.attempted, pairs.spearman, pairs.attempted
    )


@make.register
def _(request: ContextsSpec, store: Store, progress: Progress) -> Contexts:
    """Read a word in its sentences, beside random words and the words that name its groups."""
    tokens = cast(Tokens, fetch(TokensSpec(corpus=request.corpus), store))
    named_by = methods.get("bert_in_context").spec("common-10k")
    words = _table(named_by, store, _part(progress, 0, 0.05))
    return contexts.encode(request, tokens, words, _part(progress, 0.05, 1))


@make.register
def _(request: ContextMapSpec, store: Store, progress: Progress) -> ContextMap:
    read = cast(Contexts, fetch(request.contexts, store, _part(progress, 0, 0.3)))
    if read.vectors is None:  # shipped without them
        read = cast(Contexts, make(request.contexts, store, _part(progress, 0.3, 0.5)))
    assert read.vectors is not None
    part = _part(progress, 0.5, 1)
    places = projection.layers(read.vectors, request.algorithm, request.seed, part)
    return ContextMap(places, request)


@make.register
def _(request: SentencesSpec, store: Store, progress: Progress) -> Sentences:
    progress(0.0, "Reading the corpus")
    return contexts.sentences(request)


@make.register
def _(request: TokensSpec, store: Store, progress: Progress) -> Tokens:
    return contexts.random_words(request, progress)


@make.register
def _(request: AttentionSpec, store: Store, progress: Progress) -> Attention:
    return attention.read(request, progress)


@make.register
def _(request: FillInSpec, store: Store, progress: Progress) -> FillIn:
    return fill_in.read(request, progress)


@make.register
def _(request: VisualSearchSpec, store: Store, progress: Progress) -> VisualSearch:
    """Train and measure; the network's vectors are kept too, under the request for them."""
    _vocabulary(request.collection, store)
    weights, notes, network = visual.learn(request, _part(progress, 0, 0.8))
    store.save(network.spec, network)
    progress(0.8, "Measuring how often the nearest are right")
    tables = [
        network if spec == network.spec else _table(spec, store, _part(progress, 0.8, 0.9))
        for spec in visual.tables(request)
    ]
    found = visual.measure(request, tables, weights, notes)
    progress(1.0, "Done")
    return found


@make.register
def _(request: InspectionSpec, store: Store, progress: Progress) -> Findings:
    files, options = _uploads(request, store), Options.from_pairs(request.options)
    found = apart.inspect_apart(files, options, Limits.from_environment(), progress)
    return Findings({"inspection": found.to_json()}, request)


@make.register
def _(request: ImportSpec, store: Store, progress: Progress) -> Findings:
    """Read files, and put what was read beside them: it goes with them.

    Its words are listed at once: a text without any is no use.
    """
    files, options = _uploads(request, store), Options.from_pairs(request.options)
    folder = files[0].path.parent / "read"
    try:
        read = apart.read_apart(files, options, Limits.from_environment(), folder, progress)
        place = files[0].path.parent.parent
        name = sources.take_in(folder, request.title, place)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    try:
        _vocabulary(name, store)
    except UserError:
        sources.remove(name, place)
        raise
    return Findings({"name": name, "said": list(read.said)}, request)


@make.register
def _(request: OpeningSpec, store: Store, progress: Progress) -> Findings:
    """Take in the data of a page; what it speaks of and does not hold must be there already."""
    (file,) = _uploads(InspectionSpec(((request.upload, ""),)), store)
    progress(0.1, "Reading the page")
    page, brought = bundle.read(file.path)
    progress(0.5, "Keeping its data")
    place = file.path.parent.parent
    names = [sources.put(content, title, place) for title, content in brought]
    return Findings(
        {
            "page": page.page,
            "query": dict(page.query),
            "fragment": page.fragment,
            "requests": list(page.requests),
            "brought": names,
            "sources": [list(each) for each in page.sources],
        },
        request,
    )


@make.register
def _(request: ModelSpec, store: Store, progress: Progress) -> Findings:
    """Find a model that was named, or fetch the vectors that were and read them like a file."""
    (file,) = _uploads(InspectionSpec(((request.upload, ""),)), store)
    place = file.path.parent.parent
    of_gensim = gensim_data.named(request.model)
    if not of_gensim:
        content = models.as_content(request.model, progress)
        name = sources.put(content, str(content.origin["label"]), place)
        return Findings({"name": name}, request)
    limits, folder = Limits.from_environment(), file.path.parent / "read"
    try:
        gensim_data.fetch(of_gensim, file.path, limits, _part(progress, 0, 0.7))
        options = Options(kind="vectors", keep=gensim_data.MENDED)
        files = [File(file.path, f"{of_gensim}.gz")]
        apart.read_apart(files, options, limits, folder, _part(progress, 0.7, 1))
        name = sources.take_in(folder, of_gensim, place)
    finally:
        file.path.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
    return Findings({"name": name}, request)


@make.register
def _(request: TextIndexSpec, store: Store, progress: Progress) -> TextIndex:
    first = request.over == "definitions"
    common = _vocabulary(search.COMMON, store).words if first else ()
    return search.index(request, common, progress)


@make.register
def _(request: TextVectorsSpec, store: Store, progress: Progress) -> TextVectors:
    return search.encode(request, _texts(request.over, store), progress)


@make.register
def _(request: EncodingSpec, store: Store, progress: Progress) -> Encoded:
    """Encode all definitions; each chunk is kept as soon as it is done, and never made twice."""
    n = len(_texts(request.over, store, progress))
    parts = search.chunks(n)
    for i, each in enumerate(parts):
        said = f"{min(each.start, n):,} of {n:,} definitions read"
        progress(i / len(parts), said)
        if not store.has(each):
            fetch(each, store, lambda f, _, i=i, said=said: progress((i + f) / len(parts), said))  # type: ignore[misc]
    return Encoded(n, request)


@make.register
def _(request: SearchSpec, store: Store, progress: Progress) -> Found:
    index = _texts(request.over, store, _part(progress, 0, 0.3))
    cosines = _cosines(request.over, request.searched or len(index), store, progress)
    return search.answer(request, index, cosines, _part(progress, 0.6, 1))


@make.register
def _(request: SearchScoreSpec, store: Store, progress: Progress) -> SearchScore:
    index = _texts("definitions", store, _part(progress, 0, 0.1))
    cosines = _cosines("definitions", request.searched or len(index), store, progress)
    return search.measure(request, index, cosines, _part(progress, 0.2, 1))


def encoded_chunks(store: Store | None = None) -> int:
    """Return how many chunks of definitions are there, from the first one on without a gap."""
    store = stores.default() if store is None else store
    return next(i for i in count() if not store.has(search.chunk(i)))


def scored_chunks(store: Store | None = None) -> int:
    """Return over how many chunks the score is: all if all are there, else those shipped."""
    store = stores.default() if store is None else store
    return encoded_chunks(store) if store.has(EncodingSpec("definitions")) else search.SHIPPED


def _texts(over: str, store: Store, progress: Progress = no_progress) -> TextIndex:
    return cast(TextIndex, _ready(search.index_spec(over), store, progress))


def _cosines(over: str, n: int, store: Store, progress: Progress) -> search.Cosines:
    """Return what tells the cosine of a question and each of the first ``n`` texts of a source."""
    part = _part(progress, 0.3, 0.6)
    if over == "paragraphs":
        table = cast(EmbeddingTable, _ready(search.table_spec(), store, part))
        return lambda question: np.asarray(table.unit_vectors @ question)
    parts = []
    wanted = search.chunks(min(n, len(_texts(over, store))))
    for i, each in enumerate(wanted):
        made = _ready(each, store, lambda f, m, i=i: part((i + f) / len(wanted), m))  # type: ignore[misc]
        parts.append(cast(TextVectors, made))
    return lambda question: search.cosines(question, parts)


def _ready(request: Request, store: Store, progress: Progress) -> Result:
    """Fetch something once for many questions: reading it anew takes longer than answering."""
    with _holding:
        ready = _at_hand.setdefault(store, OrderedDict())
        if request.key in ready:
            ready.move_to_end(request.key)
            return ready[request.key]
    if isinstance(request, Spec):
        _vocabulary(request.vocabulary, store)
    made = fetch(request, store, progress)
    with _holding:
        ready[request.key] = made
        while len(ready) > AT_HAND:
            ready.popitem(last=False)
    return made


@make.register
def _(request: ScaleSpec, store: Store, progress: Progress) -> Scaling:
    table = _table(request.table, store, _part(progress, 0, 0.02))
    folder = store.cache

    def keep(kind: str, index: object) -> None:
        """Keep the graph of all vectors, for who asks for a word's neighbours next."""
        if kind == "hnsw" and request.size == len(table) and folder and not request.brought:
            nearby.keep_graph(index, request.table.key, folder)

    return measuring.measure(table, request, _part(progress, 0.02, 1), keep)


@make.register
def _(request: NearbySpec, store: Store, progress: Progress) -> Nearby:
    """Search by every way; the graph and the database's vectors are made by one process at a time.

    What is made of something that somebody brought lies in its folder, and goes with it.
    """
    table = _table(request.table, store, _part(progress, 0, 0.02))
    folder = private_folder(request.brought, store.cache) if request.brought else store.cache
    with store.lock(replace(request, word="", k=0), progress):
        return nearby.find(table, request, folder or cache_folder(), _part(progress, 0.02, 1))


def _uploads(request: InspectionSpec | ImportSpec, store: Store) -> list[File]:
    found = []
    for name, called in request.files:
        folder = own_folder(name, store.cache)
        if folder is None:
            raise UserError(
                "The file is not here any more: bring it once more. (Computing processes of "
                "another machine must share the app's cache folder, LSE_CACHE.)"
            )
        found.append(File(folder / sources.UPLOAD, called))
    return found


def _with_neighbors(
    spec: Spec, store: Store, progress: Progress
) -> tuple[EmbeddingTable, Neighbors]:
    table = _table(spec, store, _part(progress, 0, 0.8))
    return table, cast(Neighbors, fetch(neighbors.spec(spec), store, _part(progress, 0.8, 1)))


def _vocabulary(name: str, store: Store) -> Vocabulary:
    return cast(Vocabulary, fetch(VocabularySpec(vocabulary.check(name)), store))


def _table(spec: Spec, store: Store, progress: Progress) -> EmbeddingTable:
    # The vocabulary first: tables are kept as rows of it, and can be read only where it is.
    if spec.vocabulary != vocabulary.TRAINED:
        _vocabulary(spec.vocabulary, store)
    return cast(EmbeddingTable, fetch(spec, store, progress))


def _neighbors_for(
    request: ProjectionSpec, table: EmbeddingTable, store: Store, progress: Progress
) -> Neighbors | None:
    wanted = projection.neighbors_spec(request)
    if wanted is None or len(table) <= projection.TINY:
        return None
    if neighbors.is_approximate(table):
        wanted = replace(wanted, k=max(LARGE_K, request["n_neighbors"] - 1))
    return cast(Neighbors, fetch(wanted, store, progress))


def _part(progress: Progress, low: float, high: float) -> Callable[[float, str], None]:
    """Return a progress that goes from ``low`` to ``high`` of another one."""
    return lambda fraction, message: progress(low + (high - low) * fraction, message)
