"""How far tables agree: known answers, other people's formulas, chance, what changes nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings import corpus, methods, neighbors
from embeddings.errors import UserError
from embeddings.methods import glove
from embeddings.probes import agreement
from embeddings.types import (
    Agreement,
    AgreementSpec,
    EmbeddingTable,
    Measure,
    Neighbors,
    Spec,
    Vocabulary,
)

RANDOM = np.random.default_rng(0)
N = 400
WORDS = tuple(f"word{i}" for i in range(N))


def listed(words: Sequence[str]) -> Vocabulary:
    none = np.full(len(words), -1)
    return Vocabulary("v", tuple(words), (), none, (), none, none)


def make(
    name: str, vectors: object, words: Sequence[str] = WORDS, seed: int = 42
) -> EmbeddingTable:
    return EmbeddingTable(tuple(words), vectors, Spec(name, "v", seed=seed))


def near(table: EmbeddingTable, k: int = 50) -> Neighbors:
    return neighbors.find(table, neighbors.spec(table.spec, k))


def compared(
    left: EmbeddingTable, right: EmbeddingTable, words: Sequence[str] = WORDS, seed: int = 42
) -> Agreement:
    request = agreement.spec(left.spec, right.spec, seed)
    return agreement.measure(left, right, near(left), near(right), listed(words), request)


def measures(found: Agreement) -> dict[str, Measure]:
    return {"overlap": found.overlaps[0], "cka": found.cka, "rsa": found.rsa}


def values(found: Agreement) -> list[float]:
    return [each.value for each in measures(found).values()]


@pytest.fixture(scope="module")
def blob() -> EmbeddingTable:
    """Words in eight groups, so that there is something to agree on."""
    centres = RANDOM.normal(size=(8, 12)) * 2
    return make("blob", RANDOM.normal(size=(N, 12)) + centres[np.arange(N) % 8])


@pytest.fixture(scope="module")
def noisy(blob: EmbeddingTable) -> EmbeddingTable:
    """The same with noise, turned into other axes."""
    turn, _ = np.linalg.qr(RANDOM.normal(size=(12, 12)))
    return make("noisy", (blob.vectors + RANDOM.normal(size=blob.vectors.shape)) @ turn)


@pytest.fixture(scope="module")
def one_hot() -> EmbeddingTable:
    return make("one_hot", sp.csr_array(sp.eye_array(N, format="csr")))


def by_chance(found: Measure) -> bool:
    """Whether a value lies within four standard errors of chance, two intervals' half widths."""
    return abs(found.value - found.chance) <= found.high - found.low


# Known answers --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["blob", "one_hot"])
def test_a_table_agrees_with_itself_entirely(kind: str, request: pytest.FixtureRequest) -> None:
    table = request.getfixturevalue(kind)
    found = compared(table, table)
    assert found.ks == (5, 10, 15, 25, 50) and (found.common == found.ks).all()
    for each in (*found.overlaps, found.cka, found.rsa):
        assert (each.value, each.low, each.high) == pytest.approx((1, 1, 1), abs=1e-6)
    assert (found.jaccard(10) == 1).all()


def test_one_hot_agrees_with_everything_and_with_itself_by_chance(
    blob: EmbeddingTable, one_hot: EmbeddingTable
) -> None:
    found = compared(blob, one_hot)
    assert all(by_chance(each) for each in found.overlaps)
    assert found.cka.value == pytest.approx(found.cka.chance, abs=1e-5)
    assert found.rsa == Measure(0, 0, 0, 0)
    again = make("one_hot", one_hot.vectors, seed=43)
    floor = compared(one_hot, again)
    assert floor.spec == agreement.floor_spec(one_hot.spec)
    assert all(by_chance(each) for each in floor.overlaps)
    assert not by_chance(compared(blob, blob).overlap(50))


def test_cka_by_features_is_cka_by_gram_matrices(
    blob: EmbeddingTable, noisy: EmbeddingTable
) -> None:
    x, y = (t.vectors - t.vectors.mean(axis=0, dtype=float) for t in (blob, noisy))
    norms = np.linalg.norm(x.T @ x) * np.linalg.norm(y.T @ y)
    expected = np.linalg.norm(y.T @ x) ** 2 / norms
    assert 0.3 < expected < 0.98
    assert compared(blob, noisy).cka.value == pytest.approx(expected, abs=1e-5)
    sparse = make("noisy", sp.csr_array(noisy.vectors))
    assert compared(blob, sparse).cka.value == pytest.approx(expected, abs=1e-5)


def test_rsa_is_the_rank_correlation_of_scipy(blob: EmbeddingTable, noisy: EmbeddingTable) -> None:
    from scipy.stats import spearmanr

    pairs = np.triu_indices(N, 1)
    cosines = [(t.unit_vectors @ t.unit_vectors.T)[pairs] for t in (blob, noisy)]
    assert compared(blob, noisy).rsa.value == pytest.approx(spearmanr(*cosines).statistic, abs=1e-5)
    # Counts are full of ties, which share the middle of their ranks.
    counts = make("counts", sp.csr_array(RANDOM.poisson(0.3, size=(N, 8)).astype(np.float32)))
    units = counts.unit_vectors.toarray()
    tied = np.round(units @ units.T, 6)[pairs]
    expected = spearmanr(cosines[0], tied).statistic
    assert len(np.unique(tied)) < len(tied) / 10
    assert compared(blob, counts).rsa.value == pytest.approx(expected, abs=1e-5)


def test_the_overlap_is_that_of_sets(blob: EmbeddingTable, noisy: EmbeddingTable) -> None:
    found = compared(blob, noisy)
    lists = near(blob).indices, near(noisy).indices
    for k in found.ks:
        sets = [(set(a[:k]), set(b[:k])) for a, b in zip(*lists, strict=True)]
        expected = [len(a & b) / len(a | b) for a, b in sets]
        assert np.allclose(found.jaccard(k), expected)
        assert found.overlap(k).value == pytest.approx(np.mean(expected))
    with pytest.raises(UserError, match=r"k is 7; .* k = 5, 10, 15, 25, 50"):
        found.jaccard(7)


# Chance ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "k"), [(400, 50), (30, 10), (12, 8), (4, 1), (4, 3)])
def test_chance_overlap_is_that_of_random_neighbours(n: int, k: int) -> None:
    draw = np.random.default_rng(1).permuted(np.tile(np.arange(n - 1), (8000, 1)), axis=1)[:, :k]
    common = np.array([len(set(a) & set(b)) for a, b in zip(draw[::2], draw[1::2], strict=True)])
    simulated = common / (2 * k - common)
    error = simulated.std() / np.sqrt(len(simulated))
    assert agreement.chance_overlap(n, k) == pytest.approx(simulated.mean(), abs=4 * error + 1e-9)


def test_chance_of_cka_is_that_of_shuffled_words(
    blob: EmbeddingTable, noisy: EmbeddingTable
) -> None:
    few = WORDS[:60]
    left, right = (t.take(few, t.spec) for t in (blob, noisy))
    found = compared(left, right, few)
    shuffled = []
    for seed in range(30):
        order = np.random.default_rng(seed).permutation(60)
        mixed = make("noisy", right.vectors[order], few)
        shuffled.append(compared(left, mixed, few).cka.value)
    error = np.std(shuffled) / np.sqrt(len(shuffled))
    assert found.cka.chance == pytest.approx(np.mean(shuffled), abs=4 * error)
    assert found.cka.value > found.cka.chance + 10 * error


def test_unrelated_tables_agree_by_chance_in_all_three() -> None:
    found = compared(*(make(name, RANDOM.normal(size=(N, 9))) for name in "ab"))
    assert all(by_chance(each) for each in measures(found).values())
    assert found.rsa.chance == 0 and 0 < found.cka.chance < 0.1


# What changes nothing -------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 99), scale=st.floats(1e-3, 1e3))
def test_turning_and_scaling_change_nothing(seed: int, scale: float) -> None:
    random = np.random.default_rng(seed)
    words = WORDS[:60]
    a, b = (make(name, random.normal(size=(60, 5)), words) for name in "ab")
    turn, _ = np.linalg.qr(random.normal(size=(5, 5)))
    turned = make("b", b.vectors @ turn * scale, words)
    before, after = compared(a, b, words), compared(a, turned, words)
    # Rounded to six decimals, a tie may be drawn otherwise here and there.
    assert values(before) == pytest.approx(values(after), abs=2e-3)
    assert compared(b, turned, words).cka.value == pytest.approx(1, abs=1e-5)


@settings(max_examples=25, deadline=None)
@given(n=st.integers(3, 40), dim=st.integers(1, 4), seed=st.integers(0, 99), zeros=st.booleans())
def test_any_two_tables_give_numbers_that_fit_together(
    n: int, dim: int, seed: int, zeros: bool
) -> None:
    random = np.random.default_rng(seed)
    words = WORDS[:n]
    a, b = (make(name, random.integers(0, 3, size=(n, dim)), words) for name in "ab")
    found = compared(a, make("b", np.zeros((n, dim)), words) if zeros else b, words)
    assert len(found.ids) == n == found.n_sampled and found.ks[-1] < n
    for each in (*found.overlaps, found.cka, found.rsa):
        assert -1 - 1e-6 <= each.low <= each.value <= each.high <= 1 + 1e-6
        assert 0 <= each.chance <= 1 + 1e-6
    if zeros:
        assert found.cka.value == 0


def test_the_order_of_the_two_and_the_unit_of_time_do_not_matter(
    blob: EmbeddingTable, noisy: EmbeddingTable
) -> None:
    assert agreement.spec(blob.spec, noisy.spec) == agreement.spec(noisy.spec, blob.spec)
    one, other = compared(blob, noisy), compared(noisy, blob)
    assert np.array_equal(one.common, other.common)
    assert (one.overlaps, one.cka, one.rsa) == (other.overlaps, other.cka, other.rsa)
    assert compared(blob, noisy, seed=7).overlap(15).low != one.overlap(15).low


def test_many_pairs_are_measured_as_each_alone(
    blob: EmbeddingTable, noisy: EmbeddingTable, one_hot: EmbeddingTable
) -> None:
    tables = [blob, noisy.take(WORDS[:390], noisy.spec), one_hot, make("c", -blob.vectors)]
    found = agreement.many(tables, [near(table) for table in tables], listed(WORDS))
    pairs = [(a, b) for i, a in enumerate(tables) for b in tables[i + 1 :]]
    assert len(found) == len(pairs) == 6
    for each, (a, b) in zip(found, pairs, strict=True):
        alone = compared(a, b)
        assert each.spec == alone.spec and np.array_equal(each.common, alone.common)
        assert (each.overlaps, each.cka, each.rsa) == (alone.overlaps, alone.cka, alone.rsa)


# Intervals ------------------------------------------------------------------------------------


def test_intervals_hold_the_value_and_shrink_with_more_words() -> None:
    widths: dict[str, list[float]] = {"overlap": [], "cka": [], "rsa": []}
    for n in (60, 240, 960):
        words = tuple(map(str, range(n)))
        points = RANDOM.normal(size=(n, 8))
        other = points + RANDOM.normal(size=(n, 8))
        found = compared(make("a", points, words), make("b", other, words), words)
        for name, each in measures(found).items():
            assert each.low < each.value < each.high, name
            widths[name].append(each.high - each.low)
    for name, (few, some, lots) in widths.items():
        assert few > 1.4 * some > 1.4**2 * lots, name


def test_intervals_are_as_wide_as_samples_differ() -> None:
    """Ninety-five intervals of a hundred hold the value of the population: here, most of forty."""
    points = RANDOM.normal(size=(4000, 5))
    other = points + 0.7 * RANDOM.normal(size=points.shape)
    x, y = points - points.mean(axis=0), other - other.mean(axis=0)
    true = np.linalg.norm(y.T @ x) ** 2 / np.linalg.norm(x.T @ x) / np.linalg.norm(y.T @ y)
    held, spread, widths = 0, [], []
    words = WORDS[:200]
    for part in range(20):
        rows = slice(200 * part, 200 * part + 200)
        found = compared(make("a", points[rows], words), make("b", other[rows], words), words)
        held += found.cka.low <= true <= found.cka.high
        spread.append(found.cka.value)
        widths.append(found.cka.high - found.cka.low)
    assert held >= 16
    assert np.mean(widths) == pytest.approx(4 * np.std(spread), rel=0.5)


# Words that not both know, and few words ------------------------------------------------------


@pytest.mark.parametrize("stored", [50, 8])
def test_only_shared_words_are_neighbours(
    blob: EmbeddingTable, noisy: EmbeddingTable, stored: int
) -> None:
    left, right = blob.take(WORDS[20:], blob.spec), noisy.take(WORDS[:-30], noisy.spec)
    request = agreement.spec(left.spec, right.spec)
    found = agreement.measure(
        left, right, near(left, stored), near(right, stored), listed(WORDS), request
    )
    shared = WORDS[20:-30]
    assert tuple(WORDS[i] for i in found.ids) == shared and found.ids.dtype == np.uint32
    missing = {left.spec: WORDS[-30:], right.spec: WORDS[:20]}
    assert found.only_left == missing[found.spec.left]
    assert found.only_right == missing[found.spec.right]
    alone = compared(*(t.take(shared, t.spec) for t in (left, right)), shared)
    assert np.array_equal(found.common, alone.common)
    assert values(found) == pytest.approx(values(alone), abs=1e-6)


def test_the_order_of_a_table_is_not_that_of_the_vocabulary(
    blob: EmbeddingTable, noisy: EmbeddingTable
) -> None:
    mixed = noisy.take(tuple(reversed(WORDS)), noisy.spec)
    assert np.array_equal(compared(blob, mixed).common, compared(blob, noisy).common)


@pytest.mark.parametrize(
    ("n", "ks"), [(3, (1,)), (6, (2,)), (7, (5,)), (40, (5, 10, 15, 25)), (52, agreement.KS)]
)
def test_few_words_have_few_neighbours(blob: EmbeddingTable, n: int, ks: tuple[int, ...]) -> None:
    few = WORDS[:n]
    found = compared(blob.take(few, blob.spec), make("other", RANDOM.normal(size=(n, 4)), few), few)
    assert found.ks == ks and found.n_sampled == n


def test_two_shared_words_are_too_few(blob: EmbeddingTable) -> None:
    left, right = blob.take(WORDS[:12], blob.spec), make("b", blob.vectors[10:], WORDS[10:])
    with pytest.raises(UserError, match=r"share 2 words of v, .* at least 3") as caught:
        compared(left, right)
    assert "\n" not in str(caught.value)


def test_other_vocabularies_are_not_compared() -> None:
    with pytest.raises(UserError, match=r"topics .* common-2k"):
        agreement.spec(Spec("glove", "topics"), Spec("bert", "common-2k"))


def test_a_sample_stands_for_all_words(
    blob: EmbeddingTable, noisy: EmbeddingTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = compared(blob, noisy)
    monkeypatch.setattr(agreement, "SAMPLE", 150)
    sampled, other = compared(blob, noisy), compared(blob, noisy, seed=1)
    assert sampled.n_sampled == 150 and len(sampled.ids) == N
    assert np.array_equal(sampled.common, every.common)
    assert sampled.cka.value == pytest.approx(every.cka.value, abs=0.1)
    assert sampled.rsa.value == pytest.approx(every.rsa.value, abs=0.1)
    assert sampled.cka.value != other.cka.value


# The noise floor, and what it all means -------------------------------------------------------


def test_the_floor_is_the_same_method_with_another_seed() -> None:
    table = Spec("word2vec", "topics", parameters=(("window", 3),))
    floor = agreement.floor_spec(table)
    assert {floor.left.seed, floor.right.seed} == {42, 43} and floor.seed == 42
    assert {floor.left.method, floor.right.vocabulary} == {"word2vec", "topics"}
    assert floor.left.parameters == floor.right.parameters == table.parameters


def test_two_trainings_of_word2vec_agree_far_above_chance_and_not_entirely() -> None:
    text = corpus.read("wikipedia")
    words = tuple(word for word in glove.glove_words()[:400] if word in text.index)[:250]
    small = {"epochs": 4, "dimensions": 20, "min_count": 50, "window": 3, "alpha": 0.1}
    method = methods.get("word2vec")
    specs = [method.spec("v", "wikipedia", seed, small) for seed in (42, 43)]
    one, other = (methods.embed(each, words) for each in specs)
    found = compared(one, other, words)
    for name, each in measures(found).items():
        assert each.chance + 0.15 < each.low < each.high < 0.95, name


def told(found: float, left: float, right: float, chance: float = 0.01) -> tuple[str, str]:
    each = [Measure(x, x - 0.005, x + 0.005, chance) for x in (found, left, right)]
    said = agreement.verdict(*each, "Word2Vec", "GloVe")
    return said.state, said.sentence


def test_a_pair_is_judged_by_the_noisier_method() -> None:
    assert told(0.3, 0.6, 1) == (
        "differ",
        "They differ by more than noise: two runs of Word2Vec agree more.",
    )
    assert told(0.592, 0.6, 1)[0] == "floor" and "two runs of Word2Vec" in told(0.592, 0.6, 1)[1]
    assert "two runs of GloVe" in told(0.7, 0.9, 0.6)[1]
    assert told(0.012, 0.6, 1)[0] == "chance"
    # GloVe and BERT have no runs that could differ.
    assert told(0.3, 1, 1)[0] == "differ" and "runs" not in told(0.3, 1, 1)[1]
    assert "runs" not in told(0.3, 0.9999, 1)[1] and "runs" in told(0.3, 0.97, 1)[1]
    assert told(1, 1, 1)[0] == "same"
    # One-hot agrees with itself by chance only: whatever is within chance is called that.
    assert told(0.012, 0.01, 1)[0] == "chance"
    assert told(0.5, 0.49, 0.5, chance=0.51)[0] == "chance"
    assert told(0.05, 0.045, 1, chance=0.045)[0] == "chance"


def by_hand(common: list[int], ids: Sequence[int] = (2, 5, 7, 9)) -> Agreement:
    one = Measure(0.5, 0.4, 0.6, 0.1)
    counts = np.array(common)[:, None]
    request = AgreementSpec(Spec("a", "v"), Spec("b", "v"))
    return Agreement(np.array(ids), counts, (5,), (one,), one, one, 4, (), (), request)


def test_words_that_differ_most_are_those_farthest_below_their_floor() -> None:
    found = by_hand([5, 0, 2, 1])
    # Word 2 is at its floor; word 5 has no other floor than the first; word 9 falls as far as 5.
    floors = [by_hand([5, 4, 5, 4]), by_hand([5, 3, 5], (2, 7, 9))]
    records = agreement.differ_most(found, floors, 5)
    assert [each.id for each in records] == [5, 9, 7]
    assert [each.overlap for each in records] == pytest.approx([0, 1 / 9, 2 / 8])
    assert [each.floor for each in records] == pytest.approx([4 / 6, 4 / 6, 3 / 7])
    assert agreement.differ_most(found, floors, 5, n=1) == records[:1]
    assert agreement.tied_for_most(found, floors, 5) == 1


def test_of_words_that_differ_equally_those_that_share_least_of_many_come_first() -> None:
    one = Measure(0.5, 0.4, 0.6, 0.1)
    counts = np.array([[0, 9], [0, 2], [3, 9], [0, 2]])
    request = AgreementSpec(Spec("a", "v"), Spec("b", "v"))
    ids = np.array([2, 5, 7, 9])
    found = Agreement(ids, counts, (5, 10), (one, one), one, one, 4, (), (), request)
    floor = Agreement(ids, counts * 0 + [5, 10], (5, 10), (one, one), one, one, 4, (), (), request)
    assert [each.id for each in agreement.differ_most(found, [floor], 5)] == [5, 9, 2, 7]
    assert agreement.tied_for_most(found, [floor], 5) == 3
    assert agreement.differ_most(found, [found], 5) == agreement.differ_most(found, [], 5) == []


def test_words_that_agree_most_come_by_overlap_then_frequency() -> None:
    records = agreement.agree_most(by_hand([3, 5, 3, 1]), 5, n=3)
    assert [each.id for each in records] == [5, 2, 7]
    assert records[0] == agreement.WordOverlap(5, 1.0)
    with pytest.raises(UserError, match="k is 10"):
        agreement.agree_most(by_hand([1, 1, 1, 1]), 10)
