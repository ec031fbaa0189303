"""What is taken along is read by the programs that it is for, number for number."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from gensim.models import KeyedVectors

from embeddings.errors import UserError
from embeddings.sources.writing import FORMS, columns_of, write
from embeddings.types import Column, EmbeddingTable, Spec, Vocabulary

WORDS = ("king", "new york", "naïve", "=1+1", "<b>", "三")


@pytest.fixture
def table() -> EmbeddingTable:
    vectors = np.random.default_rng(0).normal(size=(len(WORDS), 7)).astype(np.float32) / 3
    return EmbeddingTable(WORDS, vectors, Spec("glove"))


COLUMNS = (
    Column("kind", np.array([0, 1, -1, 0, 1, 1]), ("a\tb", "c")),
    Column("year", np.array([1.5, np.nan, 3, 4, 5, 6])),
)


def written(table: EmbeddingTable, key: str, columns: tuple[Column, ...] = COLUMNS) -> bytes:
    return b"".join(write(table, columns, key))


@pytest.mark.parametrize("key", ["txt", "bin"])
def test_gensim_reads_the_same_numbers(table: EmbeddingTable, key: str, tmp_path: Path) -> None:
    path = tmp_path / "vectors"
    path.write_bytes(written(table, key))
    found = KeyedVectors.load_word2vec_format(str(path), binary=key == "bin")
    assert found.index_to_key == [word.replace(" ", "_") for word in WORDS]
    np.testing.assert_array_equal(found.vectors, table.vectors)


def test_numpy_reads_the_same_numbers_without_a_pickle(table: EmbeddingTable) -> None:
    with np.load(io.BytesIO(written(table, "npz")), allow_pickle=False) as file:
        assert tuple(file["words"]) == WORDS
        np.testing.assert_array_equal(file["vectors"], table.vectors)


def test_pandas_reads_the_same_numbers(table: EmbeddingTable) -> None:
    found = pd.read_parquet(io.BytesIO(written(table, "parquet")))
    assert tuple(found["word"]) == WORDS
    np.testing.assert_array_equal(np.stack(found["vector"].to_list()), table.vectors)
    assert found["kind"].isna().tolist() == [False, False, True, False, False, False]
    np.testing.assert_array_equal(found["year"], COLUMNS[1].values)


def test_the_projectors_pair_fits_together(table: EmbeddingTable) -> None:
    vectors = np.loadtxt(io.BytesIO(written(table, "vectors.tsv")), delimiter="\t", dtype="f4")
    np.testing.assert_array_equal(vectors, table.vectors)
    lines = written(table, "metadata.tsv").decode().splitlines()
    assert lines[0] == "word\tkind\tyear" and lines[1] == "king\ta b\t1.5"
    assert all(line.count("\t") == 2 for line in lines) and len(lines) == len(WORDS) + 1
    alone = written(table, "metadata.tsv", ()).decode().splitlines()
    assert tuple(alone) == WORDS  # one column has no header


def test_sparse_vectors_keep_what_is_not_zero(table: EmbeddingTable) -> None:
    vectors = sp.csr_array(np.eye(len(WORDS), 9, dtype=np.float32))
    sparse = EmbeddingTable(WORDS, vectors, Spec("one_hot"))
    with np.load(io.BytesIO(written(sparse, "npz", ())), allow_pickle=False) as file:
        parts = (file["data"], file["indices"], file["indptr"])
        again = sp.csr_array(parts, shape=tuple(file["shape"]))
    assert (again != vectors).nnz == 0
    for form in FORMS.values():
        if not form.sparse:
            with pytest.raises(UserError, match="npz"):
                write(sparse, (), form.key)


def test_an_unknown_format_is_told_the_known_ones(table: EmbeddingTable) -> None:
    with pytest.raises(UserError, match="parquet"):
        write(table, (), "pickle")


def test_what_is_known_of_the_words_goes_with_them() -> None:
    words = Vocabulary(
        "x",
        ("a", "b", "c"),
        ("t",),
        np.array([0, -1, 0], np.int16),
        ("noun",),
        np.array([-1, 0, 0], np.int8),
        np.array([3, 2, 1]),
        (Column("kind", np.array([0, 0, 1]), ("x", "y")),),
    )
    table = EmbeddingTable(("c", "a"), np.ones((2, 2), np.float32), Spec("glove"), ("b",))
    found = {column.name: column for column in columns_of(words, table)}
    assert list(found) == ["kind", "topic", "part of speech", "count"]
    assert found["kind"].values.tolist() == [1, 0] and found["count"].values.tolist() == [1, 3]
