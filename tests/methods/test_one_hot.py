from __future__ import annotations

from embeddings import methods


def test_every_word_owns_one_axis() -> None:
    table = methods.embed(methods.get("one_hot").spec(), ("cat", "dog", "car"))
    assert table.is_sparse
    assert table.vectors.toarray().tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_ten_thousand_words_stay_sparse() -> None:
    table = methods.embed(methods.get("one_hot").spec(), tuple(map(str, range(10_000))))
    assert table.vectors.nnz == 10_000 and table.dim == 10_000
