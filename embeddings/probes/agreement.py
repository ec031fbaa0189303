"""How far two methods agree, measured in the original space, beside chance and noise.

Three measures: the overlap of nearest neighbours on all words that both tables know, and linear CKA
and the correlation of cosines on a sample of them. What two runs of one method differ by anyway is
its noise floor: the agreement of its table with that of another seed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import comb
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from embeddings import neighbors
from embeddings.errors import UserError
from embeddings.types import (
    Agreement,
    AgreementSpec,
    EmbeddingTable,
    Measure,
    Neighbors,
    Progress,
    Spec,
    Vocabulary,
    no_progress,
)

KS = (5, 10, 15, 25, 50)
"""Numbers of nearest neighbours at which the overlap is measured."""

SAMPLE = 2_000
"""Words on which CKA and RSA are measured: of these, every pair."""

RESAMPLES = 1_000
"""Bootstrap resamples of the overlap."""

RESAMPLES_OF_PAIRS = 200
"""Bootstrap resamples of CKA and RSA."""

LEAST = 3
"""Shared words without which there is nothing to compare."""

NO_VARIANCE = 1e-12
"""Vectors whose spread is a smaller share of their length than this differ by rounding alone."""

NO_SPREAD = 1e-6
"""The same for ranks in a resample, whose variance is 1 in the whole sample."""

SAME_AGAIN = 0.99
"""A floor as high as this is that of a method that draws nothing but a few ties by lot."""

NEAR_CHANCE = 1.5
"""A floor within so many times chance is that of a method without neighbours of its own."""

Known: TypeAlias = Mapping[Spec, tuple[EmbeddingTable, Neighbors]]
Rows: TypeAlias = NDArray[np.int64]


# What can be asked ---------------------------------------------------------------------------


def spec(left: Spec, right: Spec, seed: int = 42) -> AgreementSpec:
    """Return the request for the agreement of two tables, the same whichever comes first.

    Raises
    ------
    UserError
        If the tables are of different vocabularies.
    """
    if left.vocabulary != right.vocabulary:
        raise UserError(
            f"{left.method} is asked for the words of {left.vocabulary} and {right.method} for "
            f"those of {right.vocabulary}: compare them on the same vocabulary."
        )
    first, second = sorted((left, right), key=lambda table: table.key)
    return AgreementSpec(first, second, seed)


def floor_spec(table: Spec) -> AgreementSpec:
    """Return the request for a table's noise floor: its agreement with that of the next seed.

    Word2Vec is trained anew, BERT in context reads other sentences, one-hot's ties are drawn anew.
    A method that draws nothing by lot agrees with itself entirely.
    """
    return spec(table, replace(table, seed=table.seed + 1))


# Measuring -----------------------------------------------------------------------------------


def measure(
    left: EmbeddingTable,
    right: EmbeddingTable,
    near_left: Neighbors,
    near_right: Neighbors,
    vocabulary: Vocabulary,
    request: AgreementSpec,
    progress: Progress = no_progress,
) -> Agreement:
    """Measure how far two tables agree.

    Parameters
    ----------
    left, right : the tables that the request names
    near_left, near_right : their neighbours by cosine, at best 50 of each word
    vocabulary : the one that both tables are of

    Raises
    ------
    UserError
        If the tables share fewer than three words.

    Notes
    -----
    *Overlap*: of the k nearest neighbours among the shared words, the share of those in either list
    that are in both (Jaccard), as a mean over all shared words, with 1,000 bootstrap resamples.

    *CKA* is linear and in its standard, biased form, of column-centred vectors (Kornblith et al.
    2019). *RSA* is Spearman's correlation of the cosines of all pairs (Kriegeskorte et al. 2008),
    ties to six decimals averaged; where all cosines of a table are the same there is no order to
    compare, and it is 0 unless they are the same in both. Both are measured on up to 2,000 shared
    words, drawn by the seed.

    *Their intervals* come from 200 resamples of these words, as whole numbers w that say how often
    each is drawn. A pair of two words counts w_i w_j times and a word with itself w_i times. If the
    copies of one word made pairs too, w_i^2 of them, every resample would seem more alike than the
    sample is, as a copy is as near as can be in both tables. So weighted, sums over pairs are on
    average those of the sample times 1 - 1/n, and the percentiles lie about the value. Where words
    are so few that this does not suffice, the interval is widened to hold the value.
    """
    known = {left.spec: (left, near_left), right.spec: (right, near_right)}
    return _measure_all([request], known, vocabulary, progress)[0]


def many(
    tables: Sequence[EmbeddingTable],
    nears: Sequence[Neighbors],
    vocabulary: Vocabulary,
    seed: int = 42,
    progress: Progress = no_progress,
) -> list[Agreement]:
    """Measure every pair of some tables as `measure` does; what pairs share is made only once.

    Returns
    -------
    list of Agreement
        In the order of ``itertools.combinations(tables, 2)``.
    """
    known = {table.spec: (table, near) for table, near in zip(tables, nears, strict=True)}
    requests = [spec(a.spec, b.spec, seed) for a, b in combinations(tables, 2)]
    return _measure_all(requests, known, vocabulary, progress)


def chance_overlap(n: int, k: int) -> float:
    """Return the mean Jaccard overlap of two random choices of k from a word's n - 1 others.

    How many they have in common is hypergeometric; the mean is exact.
    """
    others = n - 1
    common = range(max(0, 2 * k - others), k + 1)
    ways = (comb(k, c) * comb(others - k, k - c) for c in common)
    return sum(
        c / (2 * k - c) * (way / comb(others, k)) for c, way in zip(common, ways, strict=True)
    )


def _measure_all(
    requests: Sequence[AgreementSpec], known: Known, vocabulary: Vocabulary, progress: Progress
) -> list[Agreement]:
    """Measure pairs, those with the same shared words together: little is held at a time."""
    rows = {spec: _rows_of(table, vocabulary) for spec, (table, _) in known.items()}
    groups: dict[bytes, list[AgreementSpec]] = defaultdict(list)
    for request in requests:
        shared = (rows[request.left] >= 0) & (rows[request.right] >= 0)
        groups[shared.tobytes()].append(request)
    found: dict[AgreementSpec, Agreement] = {}
    for mask, group in groups.items():
        ids = np.flatnonzero(np.frombuffer(mask, bool))
        ground = _ground(ids, len(vocabulary), group[0])
        prepared: dict[Spec, Prepared] = {}
        for request in group:
            done = len(found) / len(requests)
            for spec in (request.left, request.right):
                if spec not in prepared:
                    progress(done, "Comparing every word with every other")
                    prepared[spec] = prepare(*known[spec], rows[spec][ids], ground)
            progress(done, "Comparing the two methods")
            found[request] = _agreement(request, prepared, ground, known, rows, vocabulary)
    progress(1.0, "Comparing the two methods")
    return [found[request] for request in requests]


def _agreement(
    request: AgreementSpec,
    prepared: Mapping[Spec, Prepared],
    ground: Ground,
    known: Known,
    rows: Mapping[Spec, Rows],
    vocabulary: Vocabulary,
) -> Agreement:
    left, right = request.left, request.right
    common, overlaps = _overlaps(prepared[left].near, prepared[right].near, ground)
    approximate = any(known[spec][1].notes.get("approximate") for spec in (left, right))
    return Agreement(
        ground.ids.astype(np.uint32),
        common,
        ground.ks,
        overlaps,
        _cka(prepared[left], prepared[right], ground),
        _rsa(prepared[left], prepared[right], ground),
        len(ground.sample),
        _only(rows[left], rows[right], vocabulary),
        _only(rows[right], rows[left], vocabulary),
        request,
        {"approximate": True} if approximate else {},
    )


def _rows_of(table: EmbeddingTable, vocabulary: Vocabulary) -> Rows:
    """Return the row that each word of the vocabulary has in a table, -1 where it has none."""
    rows = np.full(len(vocabulary), -1)
    rows[[vocabulary.index[word] for word in table.words]] = np.arange(len(table))
    return rows


def _only(rows: Rows, others: Rows, vocabulary: Vocabulary) -> tuple[str, ...]:
    return tuple(vocabulary.words[i] for i in np.flatnonzero((rows >= 0) & (others < 0)))


# What pairs of tables share -------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Ground:
    """The words on which tables are compared, and what is drawn of them by lot.

    Attributes
    ----------
    ids : int array of shape (n_shared,), indices in the vocabulary
    ks : numbers of neighbours, each below n_shared - 1: where all are neighbours all agree
    sample : int array of shape (n_sampled,), positions in ``ids``
    weights : float32 array of shape (RESAMPLES_OF_PAIRS, n_sampled)
        How often each resample has each word of the sample.
    seed : of the sample, of these weights and of the resamples of the overlap
    """

    ids: Rows
    ks: tuple[int, ...]
    sample: Rows
    weights: NDArray[np.float32]
    seed: int


@dataclass(frozen=True, eq=False)
class Prepared:
    """What a table brings to every comparison on the same ground.

    Attributes
    ----------
    near : int32 array of shape (n_shared, max(ks)), neighbours as positions in ``ids``
    gram : float32 array of shape (n_sampled, n_sampled)
        Inner products of the centred vectors; all 0 where the vectors do not differ.
    gram_squared : sum of the squares of ``gram``
    gram_squares : array of shape (RESAMPLES_OF_PAIRS,), the same in each resample
    ranks : float32 array of shape (n_sampled, n_sampled)
        Ranks of the cosines of pairs, with mean 0 and variance 1; all 0 where they do not differ.
    ranks_squared : sum of the squares of ``ranks``
    rank_sums, rank_squares : arrays of shape (RESAMPLES_OF_PAIRS,), sums in each resample
    cosine : the cosine of all pairs, where they do not differ
    """

    near: NDArray[np.int32]
    gram: NDArray[np.float32]
    gram_squared: float
    gram_squares: NDArray[np.float64]
    ranks: NDArray[np.float32]
    ranks_squared: float
    rank_sums: NDArray[np.float64]
    rank_squares: NDArray[np.float64]
    cosine: float | None


def _ground(ids: Rows, n_words: int, request: AgreementSpec) -> Ground:
    n = len(ids)
    if n < LEAST:
        raise UserError(
            f"{request.left.method} and {request.right.method} share {n} words of "
            f"{request.left.vocabulary}, and comparing them takes at least {LEAST}: choose "
            "other methods or a larger vocabulary."
        )
    random = np.random.default_rng(request.seed)
    # Lots for all words of the vocabulary: so pairs that share nearly all words sample the same.
    lots = random.permutation(n_words)[ids]
    sample = np.sort(np.argsort(lots)[:SAMPLE])
    drawn = random.integers(len(sample), size=(RESAMPLES_OF_PAIRS, len(sample)))
    weights = [np.bincount(each, minlength=len(sample)) for each in drawn]
    ks = tuple(k for k in KS if k < n - 1) or (max(1, (n - 1) // 2),)
    return Ground(ids, ks, sample, np.array(weights, np.float32), request.seed)


def prepare(table: EmbeddingTable, near: Neighbors, rows: Rows, ground: Ground) -> Prepared:
    """Make what a table brings to every comparison; ``rows`` are those of the shared words."""
    gram = _centred_gram(table, rows[ground.sample])
    ranks, cosine = _ranks_of_cosines(table, rows[ground.sample])
    squared_gram, squared_ranks = gram * gram, ranks * ranks
    return Prepared(
        _near_among(table, near, rows, max(ground.ks)),
        gram,
        _total(squared_gram),
        _resampled_with_self(squared_gram, ground.weights),
        ranks,
        _total(squared_ranks),
        _resampled(ranks, ground.weights),
        _resampled(squared_ranks, ground.weights),
        cosine,
    )


# Nearest neighbours ---------------------------------------------------------------------------


def _near_among(table: EmbeddingTable, near: Neighbors, rows: Rows, k: int) -> NDArray[np.int32]:
    """Return the k nearest neighbours among the words in some rows, as positions in these.

    Those that are stored are taken where enough of them are among the words, and else found anew.
    """
    position = np.full(len(table), -1, dtype=np.int32)
    position[rows] = np.arange(len(rows))
    found = position[near.indices[rows]]
    if (found < 0).any():
        order = np.argsort(found < 0, axis=1, kind="stable")
        found = np.take_along_axis(found, order, axis=1)
    found = found[:, :k]
    short = np.flatnonzero((found < 0).any(axis=1) | (found.shape[1] < k))
    if not len(short):
        return found
    if found.shape[1] < k:
        found = np.empty((len(rows), k), dtype=np.int32)
    among = table.take(tuple(table.words[row] for row in rows), table.spec)
    found[short], _ = neighbors.of_rows(among, short, k, near.spec.metric, near.spec.seed)
    return found


def _overlaps(
    left: NDArray[np.int32], right: NDArray[np.int32], ground: Ground
) -> tuple[NDArray[np.uint8], tuple[Measure, ...]]:
    """Return how many neighbours each word has in common for each k, and the mean overlaps."""
    common = _common(left, right, ground.ks)
    random = np.random.default_rng([ground.seed, 1])
    overlaps = (_overlap(common[:, column], k, random) for column, k in enumerate(ground.ks))
    return common, tuple(overlaps)


def _common(
    left: NDArray[np.int32], right: NDArray[np.int32], ks: Sequence[int]
) -> NDArray[np.uint8]:
    """Count the neighbours that are among the first k of both lists, for each k.

    The lists of each word are sorted as one. A neighbour in both then stands beside itself, and
    is common from the k on that has reached the later of its two places.
    """
    width = left.shape[1]
    bits = width.bit_length()
    places = np.arange(width, dtype=np.int32)
    both = np.concatenate([left << bits | places, right << bits | places], axis=1)
    both.sort(axis=1)
    word, place = both >> bits, both & ((1 << bits) - 1)
    later = np.maximum(place[:, 1:], place[:, :-1])
    later[word[:, 1:] != word[:, :-1]] = width
    return np.stack([np.count_nonzero(later < k, axis=1) for k in ks], axis=1).astype(np.uint8)


def _overlap(common: NDArray[np.uint8], k: int, random: np.random.Generator) -> Measure:
    """Return the mean Jaccard overlap with its interval.

    Words with as many common neighbours weigh the same, so what is drawn is how many words of each
    number a resample has: a few dozen draws instead of one for every word.
    """
    n = len(common)
    words = np.bincount(common, minlength=k + 1)
    same = np.arange(k + 1)
    jaccard = same / (2 * k - same)
    resampled = random.multinomial(n, words / n, size=RESAMPLES) @ jaccard / n
    return _measured(float(words @ jaccard / n), resampled, chance_overlap(n, k))


# Sums over all pairs of a sample --------------------------------------------------------------


def _cka(left: Prepared, right: Prepared, ground: Ground) -> Measure:
    """Return the linear CKA of two tables; by chance it is what shuffled words have on average.

    Over all orders of the words the mean of <K, L> is tr(K) tr(L) / (n - 1) for centred K and L.
    """
    length = np.sqrt(left.gram_squared * right.gram_squared)
    if not length:
        return Measure(0.0, 0.0, 0.0, 0.0)
    product = left.gram * right.gram
    lengths = left.gram_squares * right.gram_squares
    kept = lengths > 0
    together = _resampled_with_self(product, ground.weights)
    resampled = np.clip(together[kept] / np.sqrt(lengths[kept]), 0, 1)
    traces = _trace(left.gram) * _trace(right.gram)
    chance = traces / ((len(product) - 1) * length)
    return _measured(_total(product) / length, resampled, chance)


def _rsa(left: Prepared, right: Prepared, ground: Ground) -> Measure:
    """Return Spearman's correlation of the cosines of all pairs: Pearson's of their ranks."""
    length = np.sqrt(left.ranks_squared * right.ranks_squared)
    if not length:
        same = left.cosine is not None and left.cosine == right.cosine
        return Measure(float(same), float(same), float(same), 0.0)
    product = left.ranks * right.ranks
    drawn = ground.weights.astype(np.float64)
    pairs = np.maximum(drawn.sum(axis=1) ** 2 - (drawn**2).sum(axis=1), 1)
    means = [each.rank_sums / pairs for each in (left, right)]
    squares = [each.rank_squares / pairs for each in (left, right)]
    spread = np.prod([s - m**2 for s, m in zip(squares, means, strict=True)], axis=0)
    together = _resampled(product, ground.weights) / pairs - means[0] * means[1]
    # A resample of one word, or of words that are all equally near, has no order: left out.
    kept = spread > NO_SPREAD
    resampled = np.clip(together[kept] / np.sqrt(spread[kept]), -1, 1)
    return _measured(_total(product) / length, resampled, 0.0)


def _measured(value: float, resampled: NDArray[np.float64], chance: float) -> Measure:
    """Return a value with the middle 95 % of its resamples, widened to hold it if need be."""
    value = float(value)
    low, high = np.percentile(resampled, [2.5, 97.5]) if len(resampled) else (value, value)
    return Measure(value, min(float(low), value), max(float(high), value), float(chance))


def _centred_gram(table: EmbeddingTable, rows: Rows) -> NDArray[np.float32]:
    """Return the inner products of the centred vectors in some rows.

    The longest vector is brought to length 1 first: CKA does not see it, and nothing overflows.
    """
    vectors: Any = table.vectors[rows]
    longest = float(table.lengths[rows].max()) or 1.0
    vectors = vectors * np.float32(1 / longest)
    if not table.is_sparse:
        vectors = vectors - vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
    gram = _products(vectors)
    of_row = gram.mean(axis=1, dtype=np.float64)
    gram -= (of_row - of_row.mean() / 2).astype(np.float32)[:, None]
    gram -= (of_row - of_row.mean() / 2).astype(np.float32)
    return gram if _trace(gram) > NO_VARIANCE * len(gram) else np.zeros_like(gram)


def _ranks_of_cosines(
    table: EmbeddingTable, rows: Rows
) -> tuple[NDArray[np.float32], float | None]:
    """Return the standardised ranks of the cosines of all pairs, 0 for a word with itself.

    Cosines to six decimals are whole numbers of steps: counting them ranks them without sorting.

    Returns
    -------
    ranks : float32 array of shape (n_rows, n_rows), all 0 where there is only one cosine
    cosine : that one, or None where there are several
    """
    units: Any = table.vectors[rows]
    lengths = np.where(table.lengths[rows] > 0, table.lengths[rows], 1)
    units = (
        units.multiply(1 / lengths[:, None]).tocsr()
        if table.is_sparse
        else units / lengths[:, None]
    )
    unit = 10**neighbors.DECIMALS
    cosines = np.clip(_products(units), -1, 1)
    steps = np.rint(cosines * unit).astype(np.int32) + unit
    once = np.concatenate([row[i + 1 :] for i, row in enumerate(steps)])
    counts = np.bincount(once, minlength=2 * unit + 1)
    if np.count_nonzero(counts) == 1:
        return np.zeros(steps.shape, np.float32), (int(counts.argmax()) - unit) / unit
    n_pairs = counts.sum()
    rank = np.cumsum(counts) - (counts + n_pairs) / 2
    rank /= np.sqrt(np.sum(counts * rank**2) / n_pairs)
    ranks = rank.astype(np.float32)[steps]
    np.fill_diagonal(ranks, 0)
    return ranks, None


def _products(vectors: Any) -> NDArray[np.float32]:
    products = vectors @ vectors.T
    return np.asarray(products.toarray() if hasattr(products, "toarray") else products, np.float32)


def _total(values: NDArray[np.float32]) -> float:
    return float(values.sum(dtype=np.float64))


def _trace(values: NDArray[np.float32]) -> float:
    return float(values.trace(dtype=np.float64))


def _resampled(values: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the sum over pairs in each resample, where a word with itself has 0."""
    return np.einsum("ij,ij->i", weights @ values, weights, dtype=np.float64)


def _resampled_with_self(
    values: NDArray[np.float32], weights: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Return the sum in each resample, where a word with itself counts as often as it is drawn."""
    return _resampled(values, weights) - (weights**2 - weights) @ values.diagonal()


# What it means --------------------------------------------------------------------------------

State: TypeAlias = Literal["same", "floor", "differ", "chance"]


@dataclass(frozen=True)
class Verdict:
    """What a measured agreement means, for programs and for people."""

    state: State
    sentence: str


@dataclass(frozen=True)
class WordOverlap:
    """How far two tables agree on one word.

    Attributes
    ----------
    id : index of the word in the vocabulary
    overlap : Jaccard overlap of its neighbours
    floor : what two runs of the noisier method overlap by for this word, where that was asked
    """

    id: int
    overlap: float
    floor: float | None = None


def verdict(
    found: Measure, floor_left: Measure, floor_right: Measure, left: str, right: str
) -> Verdict:
    """Say what an agreement means beside the noise floors of both methods.

    The floor of a pair is the lower one: two tables cannot be told apart any better than two runs
    of the noisier method. Where that method itself agrees with itself by chance only, as one-hot
    does, a pair within chance is called that.

    Parameters
    ----------
    left, right : what the methods are called
    """
    floor, noisier = min((floor_left, left), (floor_right, right), key=lambda each: each[0].value)
    is_at_floor = found.high >= floor.low
    is_at_chance = found.low <= found.chance
    if min(found.value, floor.value) >= 1 - 1e-6:
        return Verdict("same", "They agree entirely.")
    # One-hot's neighbours are drawn by lot: nothing agrees with them but by chance, even where the
    # draws happen to meet a little more often than the interval allows.
    is_floor_chance = floor.value <= NEAR_CHANCE * floor.chance
    if (is_at_floor and is_floor_chance) or (is_at_chance and not is_at_floor):
        return Verdict("chance", "No more alike than chance.")
    if is_at_floor:
        return Verdict(
            "floor", f"No more different than two runs of {noisier}: inside the noise floor."
        )
    if floor.value >= SAME_AGAIN:
        return Verdict(
            "differ", "They differ, and not by noise: another seed changes neither of them."
        )
    return Verdict("differ", f"They differ by more than noise: two runs of {noisier} agree more.")


def differ_most(
    found: Agreement, floors: Sequence[Agreement], k: int, n: int = 10
) -> list[WordOverlap]:
    """Return the words whose overlap lies farthest below their own noise floor.

    A word's floor is the lowest of those given; words at or above it are left out. The largest gap
    comes first; many words may tie, see `tied_for_most`: of those the ones that share least of the
    most neighbours that were counted come first, and then the more frequent ones.

    Raises
    ------
    UserError
        If the overlap was not measured for k.
    """
    gap, overlap, lowest = _gaps(found, floors, k)
    order = np.lexsort((found.jaccard(found.ks[-1]), -gap))[:n]
    return [
        WordOverlap(int(found.ids[i]), float(overlap[i]), float(lowest[i]))
        for i in order
        if gap[i] > 0
    ]


def tied_for_most(found: Agreement, floors: Sequence[Agreement], k: int) -> int:
    """Return how many words lie as far below their noise floor as the first of `differ_most`."""
    gap, _, _ = _gaps(found, floors, k)
    widest = float(gap.max(initial=0))
    return int(np.count_nonzero(gap >= widest - 1e-6)) if widest > 0 else 0


def _gaps(
    found: Agreement, floors: Sequence[Agreement], k: int
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Return how far each word lies below its floor, its overlap and that floor."""
    overlap, lowest = found.jaccard(k), np.full(len(found.ids), np.nan, np.float32)
    for floor in floors:
        _, here, there = np.intersect1d(found.ids, floor.ids, True, return_indices=True)
        lowest[here] = np.fmin(lowest[here], floor.jaccard(k)[there])
    return np.nan_to_num(lowest - overlap), overlap, lowest


def agree_most(found: Agreement, k: int, n: int = 10) -> list[WordOverlap]:
    """Return the words whose neighbours overlap most, among equals the more frequent first.

    Raises
    ------
    UserError
        If the overlap was not measured for k.
    """
    overlap = found.jaccard(k)
    order = np.argsort(-overlap, kind="stable")[:n]
    return [WordOverlap(int(found.ids[i]), float(overlap[i])) for i in order]
