from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings import methods
from embeddings.corpus import Corpus
from embeddings.errors import UserError
from embeddings.methods import cooccurrence


def cosines(corpus: Corpus, table: Any, pairs: list[str]) -> list[float]:
    rows = table.toarray()
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    at = [[corpus.index[word] for word in pair.split("-")] for pair in pairs]
    return [round(float(unit[a] @ unit[b]), 2) for a, b in at]


def slow_counts(corpus: Corpus, window: int) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for number in range(corpus.n_sentences):
        words = corpus.sentence(number)
        for i, word in enumerate(words):
            for j in range(max(0, i - window), min(len(words), i + window + 1)):
                if i != j:
                    found[word, words[j]] += 1
    return found


PAIRS = ["cat-dog", "car-bus", "cat-car", "car-petrol"]


def test_the_toy_corpus_has_the_cosines_worked_out_by_hand(toy: Corpus) -> None:
    n = len(toy.types)
    counts = cooccurrence.counts(toy, 3, n, n)
    assert cosines(toy, counts, PAIRS) == [0.67, 1.0, 0.33, 0.73]
    assert cosines(toy, cooccurrence.ppmi(counts, 1.0), PAIRS) == [0.27, 1.0, 0.03, 0.43]


def test_ppmi_of_one_cell_by_hand(toy: Corpus) -> None:
    n = len(toy.types)
    counts = cooccurrence.counts(toy, 3, n, n)
    row, column = toy.index["cat"], toy.index["eats"]
    # 48 pairs in all, of which cat has 3, eats 6, and cat with eats 1.
    expected = np.log((1 / 48) / ((3 / 48) * (6 / 48)))
    assert cooccurrence.ppmi(counts, 1.0)[row, column] == pytest.approx(expected, rel=1e-6)


def test_smoothing_lowers_the_weight_of_rare_contexts(toy: Corpus) -> None:
    n = len(toy.types)
    counts = cooccurrence.counts(toy, 3, n, n)
    row, rare = toy.index["cat"], toy.index["fish"]
    assert cooccurrence.ppmi(counts, 0.75)[row, rare] < cooccurrence.ppmi(counts, 1.0)[row, rare]


@settings(max_examples=30, deadline=None)
@given(
    sentences=st.lists(st.lists(st.sampled_from("abcde"), min_size=1, max_size=8), min_size=1),
    window=st.integers(1, 15),
)
def test_counts_equal_a_plain_loop(
    make_corpus: Any, sentences: list[list[str]], window: int
) -> None:
    corpus = make_corpus([[" ".join(words) for words in sentences]])
    n = len(corpus.types)
    ours = cooccurrence.counts(corpus, window, n, n).toarray()
    slow = slow_counts(corpus, window)
    cells = zip(*np.nonzero(ours), strict=True)
    assert {(corpus.types[i], corpus.types[j]): ours[i, j] for i, j in cells} == slow
    assert (ours == ours.T).all()


def test_rows_and_columns_can_be_fewer_than_the_words(toy: Corpus) -> None:
    n = len(toy.types)
    whole = cooccurrence.counts(toy, 2, n, n).toarray()
    assert (cooccurrence.counts(toy, 2, 5, 3).toarray() == whole[:5, :3]).all()


def test_svd_keeps_the_cosines_of_the_best_approximation(wikipedia: Corpus) -> None:
    table = cooccurrence.ppmi(cooccurrence.counts(wikipedia, 5, 600, 400))
    ours = cooccurrence.svd(table, 20, seed=0)
    u, _, _ = np.linalg.svd(table[:400].toarray(), full_matrices=False)
    expected = u[:, :20]
    # Vectors are fixed up to a rotation and reflection; products between rows are not.
    assert np.abs(ours[:400] @ ours[:400].T - expected @ expected.T).max() < 0.02


def test_svd_of_a_table_of_low_rank_has_no_made_up_columns(toy: Corpus) -> None:
    n = len(toy.types)
    table = cooccurrence.counts(toy, 3, n, n)
    rank = np.linalg.matrix_rank(table.toarray())
    assert rank < n
    assert cooccurrence.svd(table, n, seed=0).shape == (n, rank)


def test_words_without_company_are_missing(toy: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cooccurrence.corpus, "read", lambda name: lonely)
    lonely = Corpus(
        "lonely",
        ("a", "b", "alone"),
        np.array([0, 1, 2], dtype=np.int32),
        np.array([0, 2, 3], dtype=np.int64),
        np.array([0, 2], dtype=np.int64),
        ["a b", "alone"],
        ["text"],
    )
    spec = methods.get("cooccurrence").spec(
        parameters={"min_count": 1, "dimensions": 0, "weighting": "raw"}
    )
    assert methods.embed(spec, ("alone", "a")).missing == ("alone",)


def test_one_dimension_is_refused() -> None:
    spec = methods.get("cooccurrence").spec(parameters={"dimensions": 1})
    with pytest.raises(UserError, match="from 2 to 300"):
        methods.embed(spec, ("king",))


def test_without_svd_the_table_stays_sparse_and_every_context_is_a_column() -> None:
    spec = methods.get("cooccurrence").spec(
        corpus="wikipedia", parameters={"dimensions": 0, "contexts": 5000}
    )
    table = methods.embed(spec, ("king", "music"))
    assert table.is_sparse and table.dim == 5000


def test_defaults_agree_with_people_as_far_as_such_counts_can(wordsim: Any) -> None:
    table = methods.embed(methods.get("cooccurrence").spec(), wordsim.words)
    assert len(table.missing) < 40
    assert wordsim.correlation(table) == pytest.approx(0.68, abs=0.02)
