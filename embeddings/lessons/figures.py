"""What lessons' figures are computed by: each function's name is what ``compute`` says in a file.

They ask the same probes as the pages do, of the same vectors, so that a lesson cannot say another
thing than the app shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np

from embeddings import methods, neighbors, projection, recipes
from embeddings.applications import search, visual
from embeddings.applications.scale import laws
from embeddings.errors import UnknownName, UserError
from embeddings.inside import attention, company, contexts, own_sentences
from embeddings.lessons import Figure, Value
from embeddings.probes import analogy as analogies
from embeddings.probes import directions, formula, scales, scorecard, trust, weat
from embeddings.types import (
    Agreement,
    Answers,
    Attention,
    Clusters,
    Company,
    Contexts,
    EmbeddingTable,
    Progress,
    Projection,
    SearchScore,
    Training,
    Trust,
    VisualSearch,
    no_progress,
)

WORDS = "common-10k"


def compute(figure: Figure, progress: Progress = no_progress) -> Value:
    """Compute a figure anew, whatever the lesson says it is.

    Raises
    ------
    UserError
        If there is no such function, or it does not take these arguments.
    """
    try:
        function = FUNCTIONS[figure.compute]
    except KeyError:
        raise UnknownName("way to compute a figure", figure.compute, FUNCTIONS) from None
    try:
        return function(**figure.arguments)
    except (TypeError, KeyError, IndexError) as error:
        raise UserError(f"{figure.compute} cannot be computed so: {error}.") from error


def agrees(figure: Figure, found: Value) -> bool:
    """Whether a figure, as it is shown, is what was computed."""
    return figure.written(found) == figure.text


def _table(method: str, vocabulary: str = WORDS, **settings: Any) -> EmbeddingTable:
    spec = methods.get(method).spec(vocabulary, parameters=settings)
    return cast(EmbeddingTable, recipes.fetch(spec))


def cosine(method: str, words: Sequence[str], vocabulary: str = WORDS, **settings: Any) -> float:
    """Return the cosine of two words' vectors."""
    first, second = words
    table = _table(method, vocabulary, **settings)
    a, b = table.vector(first).astype(float), table.vector(second).astype(float)
    return float(a @ b / np.sqrt((a @ a) * (b @ b)))


def mean_cosine(method: str, pairs: Sequence[Sequence[str]], vocabulary: str = WORDS) -> float:
    """Return the mean cosine of pairs of words."""
    return float(np.mean([cosine(method, pair, vocabulary) for pair in pairs]))


def nearest(
    method: str, word: str, k: int = 5, vocabulary: str = WORDS, **settings: Any
) -> tuple[str, ...]:
    """Return the words nearest to a word, the nearest first."""
    table = _table(method, vocabulary, **settings)
    rows, _ = neighbors.of_word(table, word, k)
    return tuple(table.words[row] for row in rows)


def analogy(
    method: str,
    question: str,
    let_in: bool = False,
    vocabulary: str = WORDS,
    place_of: str | None = None,
) -> Value:
    """Return the answer to "a : b :: c : d", or the place of a word among the answers."""
    asked = formula.parse(question)
    found = analogies.answer(_table(method, vocabulary), asked, allow_inputs=let_in)
    if place_of is None:
        return found.words[0]
    again = formula.Question(asked.terms, asked.asked, place_of)
    rank = analogies.answer(_table(method, vocabulary), again, allow_inputs=let_in).rank
    return float(rank or 0)


def right_methods(question: str, among: Sequence[str], vocabulary: str = WORDS) -> float:
    """Return how many of these methods answer "a : b :: c : d" with d."""
    ranks = [
        analogies.answer(_table(each, vocabulary), formula.parse(question)).rank for each in among
    ]
    return float(sum(rank == 1 for rank in ranks))


def accuracy(method: str, of: str = "answers", vocabulary: str = WORDS, **settings: Any) -> float:
    """Return which share of Google's attempted analogies is right.

    Parameters
    ----------
    of : "answers", or "nearest": what the word nearest to c alone would score
    """
    found = _scorecard(method, vocabulary, settings)
    whole = found.overall
    value = whole.accuracy if of == "answers" else whole.nearest_accuracy
    return float(value or 0)


def likeness(method: str, test: str, vocabulary: str = WORDS, **settings: Any) -> float:
    """Return Spearman's correlation with people's judgements: "wordsim353" or "simlex999"."""
    found = _scorecard(method, vocabulary, settings)
    return float(next(each.spearman or 0 for each in found.pairs if each.name == test))


def _scorecard(method: str, vocabulary: str, settings: dict[str, Any]) -> scorecard.Scorecard:
    table = methods.get(method).spec(vocabulary, parameters=settings)
    return scorecard.read(cast(Answers, recipes.fetch(scorecard.spec(table))), False)


def agreement(first: str, second: str, k: int = 15, vocabulary: str = WORDS) -> float:
    """Return which share of two methods' nearest neighbours is the same (Jaccard)."""
    from embeddings.probes import agreement as probe

    left, right = (methods.get(each).spec(vocabulary) for each in (first, second))
    return cast(Agreement, recipes.fetch(probe.spec(left, right))).overlap(k).value


def on_the_map(
    method: str, measure: str, algorithm: str = "umap", vocabulary: str = WORDS
) -> float:
    """Return how far a map can be trusted: "recall", "trustworthiness" or "seeds_shared"."""
    drawn = projection.spec(methods.get(method).spec(vocabulary), algorithm)
    return float(cast(Trust, recipes.fetch(trust.spec(drawn))).summary[measure])


def company_of(word: str, k: int = 5, by: str = "ppmi", least: int = 5) -> tuple[str, ...]:
    """Return the commonest company of a word: by "counts" or by "ppmi".

    Parameters
    ----------
    least : how often a context must stand near it to be named
    """
    found = cast(Company, recipes.fetch(company.spec(word)))
    order = sorted(
        (at for at in range(len(found.contexts)) if found.counts[at] >= least),
        key=lambda at: (-getattr(found, by)[at], found.columns[at]),
    )
    return tuple(found.contexts[at] for at in order[:k])


def place_in_company(word: str, of: str, by: str = "ppmi") -> float:
    """Return which place a word has in the company of another: 1 is the first."""
    found = cast(Company, recipes.fetch(company.spec(word)))
    values = getattr(found, by)
    at = found.contexts.index(of)
    return float(1 + np.count_nonzero(values > values[at]))


def _training(algorithm: str) -> Training:
    shipped = recipes.shipped_trainings()
    spec = next(each for each in shipped if each.table["algorithm"] == algorithm)
    return cast(Training, recipes.fetch(spec))


def _moment(seen: Training, epoch: float) -> int:
    return int(np.abs(seen.epochs - epoch).argmin())


def while_training(
    measure: str, epoch: float, words: Sequence[str] = (), algorithm: str = "skip-gram"
) -> float:
    """Return a number of the shipped training at a moment.

    Parameters
    ----------
    measure : "analogies", "wordsim", "loss", "random", or "cosine" of two watched words
    """
    seen = _training(algorithm)
    at = _moment(seen, epoch)
    if measure == "cosine":
        first, second = words
        return float(seen.cosines[at, seen.pairs.index((first, second))])
    return float(getattr(seen, measure)[at])


def nearest_while_training(
    word: str, epoch: float, k: int = 4, algorithm: str = "skip-gram"
) -> tuple[str, ...]:
    """Return the words nearest to one at a moment of the shipped training."""
    seen = _training(algorithm)
    row = int(np.flatnonzero(seen.shown == seen.words.index(word))[0])
    return tuple(seen.words[near] for near in seen.neighbors[_moment(seen, epoch), row, :k])


def in_contexts(word: str, layer: int, measure: str = "labels_within") -> float:
    """Return a number of a suggested word's packaged sentences in a layer.

    Parameters
    ----------
    measure : a key of `contexts.measure`, as "labels_within" or "labels_nearest"
    """
    own = own_sentences.packaged()[word]
    found = cast(Contexts, recipes.fetch(contexts.spec(word, own)))
    return float(found.statistics[measure][layer] or 0)


def cosine_in_contexts(word: str, first: str, second: str, layer: int) -> float:
    """Return the cosine of a word's uses in two sentences, in a layer."""
    both = contexts.spec(word, [("", first), ("", second)], most=0)
    found = cast(Contexts, recipes.fetch(both))
    order = {int(number): row for row, number in enumerate(found.numbers)}
    return float(contexts.cosines(found, order[-1], order[-2])[layer])


def looks(text: str, of: str, at: str, layer: int, head: int) -> float:
    """Return how much of its attention one word gives another, in one head; both count from 1."""
    found = cast(Attention, recipes.fetch(attention.spec(text)))
    spelled = [token.text for token in found.tokens]
    row, column = spelled.index(of), spelled.index(at)
    return float(found.weights[layer - 1, head - 1, row, column])


def at_the_start(text: str) -> float:
    """Return which share of all attention rests on the mark [CLS], over all heads."""
    found = cast(Attention, recipes.fetch(attention.spec(text)))
    return float(found.weights[:, :, :, 0].astype(float).mean())


def consistency(method: str, broken: bool = False, direction: str = "gender") -> float:
    """Return how parallel the pairs of a ready-made direction are: their mean cosine.

    Parameters
    ----------
    broken : of the same words in pairs put together at random
    """
    found = directions.from_pairs(_table(method), scales.get(direction).pairs)
    value = found.broken if broken else found.consistency
    return float(value or 0)


def along(method: str, pair: Sequence[str], direction: str = "gender") -> float:
    """Return the cosine of a pair's difference with a ready-made direction."""
    table = _table(method)
    found = directions.from_pairs(table, scales.get(direction).pairs)
    return directions.cosine(table, found, (pair[0], pair[1]))


def bias(method: str, test: str, measure: str = "effect", vocabulary: str = WORDS) -> float:
    """Return a number of a ready-made bias test (WEAT): "effect" or "p"."""
    found = weat.measure(_table(method, vocabulary), weat.get(test))
    return float(getattr(found, measure))


def words_left(method: str, test: str, group: int, vocabulary: str = WORDS) -> tuple[str, ...]:
    """Return which words of a group (0 to 3) of a ready-made bias test a method knows."""
    found = weat.measure(_table(method, vocabulary), weat.get(test))
    return tuple(found.used[group].words)


def described(way: str, within: int = 10) -> float:
    """Return which share of the words described by hand is found: by "words" or by "meaning".

    Parameters
    ----------
    within : the first so many answers, among the definitions of common words
    """
    found = cast(SearchScore, recipes.fetch(search.score_spec(search.SHIPPED)))
    ranks = np.asarray(getattr(found, f"by_{way}"))
    asked = ranks[ranks >= 0]
    return float(np.mean((asked > 0) & (asked <= within)))


def rank_of_described(word: str, way: str) -> float:
    """Return at which place a word that was described by hand is found."""
    found = cast(SearchScore, recipes.fetch(search.score_spec(search.SHIPPED)))
    return float(getattr(found, f"by_{way}")[found.words.index(word)])


def precision(method: str, chance: bool = False) -> float:
    """Return which share of the ten nearest held-out digits are the same digit."""
    found = cast(VisualSearch, recipes.fetch(visual.spec()))
    one = next(each for each in found.precisions if each.method == method)
    return one.chance if chance else one.value


def gigabytes(index: str, n: int, dim: int = 50) -> float:
    """Return how many gigabytes an index of so many vectors takes, computed from its layout."""
    return laws.size(index, n, dim) / 1e9


def groups(method: str, vocabulary: str = WORDS) -> float:
    """Return how many groups a vocabulary's vectors are divided into."""
    from embeddings import clusters

    table = methods.get(method).spec(vocabulary)
    return float(len(cast(Clusters, recipes.fetch(clusters.spec(table))).names))


def on_map_nearer(method: str, word: str, than: Sequence[str]) -> str:
    """Return which of several words lies nearest to a word on the map."""
    spec = projection.spec(methods.get(method).spec(WORDS))
    places = cast(Projection, recipes.fetch(spec)).coordinates
    table = _table(method)
    own = places[table.index[word]]
    away = {each: float(np.linalg.norm(places[table.index[each]] - own)) for each in than}
    return min(away, key=lambda each: away[each])


FUNCTIONS: dict[str, Callable[..., Value]] = {
    function.__name__: function
    for function in (
        cosine,
        mean_cosine,
        nearest,
        analogy,
        right_methods,
        accuracy,
        likeness,
        agreement,
        on_the_map,
        company_of,
        place_in_company,
        while_training,
        nearest_while_training,
        in_contexts,
        cosine_in_contexts,
        looks,
        at_the_start,
        consistency,
        along,
        bias,
        words_left,
        described,
        rank_of_described,
        precision,
        gigabytes,
        groups,
        on_map_nearer,
    )
}
"""What a figure may be computed by."""
