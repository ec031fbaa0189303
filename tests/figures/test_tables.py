"""A map's CSV says what the map shows, and no cell of it runs in a spreadsheet."""

import csv
import io

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from embeddings.figures.tables import map_csv, map_parquet, neutral
from embeddings.types import (
    Clusters,
    ClustersSpec,
    Column,
    Projection,
    ProjectionSpec,
    Spec,
    Vocabulary,
)

TABLE = Spec("glove", "tiny")
VOCABULARY = Vocabulary(
    "tiny",
    ("king", "=cmd()", 'a,"b"', "the"),
    ("royalty",),
    np.array([0, -1, -1, -1], np.int16),
    ("noun", "verb"),
    np.array([0, 1, -1, -1], np.int8),
    np.array([758, 0, 1, 99999]),
)


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_every_column_is_right():
    places = np.array([[1.5, -2.25], [0, 3], [1e-8, 12345.678]], np.float32)
    projection = Projection(places, ProjectionSpec(TABLE))
    clusters = Clusters(np.array([0, -1, 0]), ("king · queen",), ClustersSpec(TABLE))
    words = ("king", "=cmd()", 'a,"b"')
    assert rows(map_csv(projection, words, VOCABULARY, clusters)) == [
        ["word", "x", "y", "topic", "cluster", "part_of_speech", "count"],
        ["king", "1.5", "-2.25", "royalty", "king · queen", "noun", "758"],
        ["'=cmd()", "0", "3", "", "", "verb", "0"],
        ['a,"b"', "1e-08", "12345.7", "", "king · queen", "", "1"],
    ]


def test_three_dimensions_and_no_clusters():
    projection = Projection(np.ones((4, 3)), ProjectionSpec(TABLE, dimensions=3))
    table = rows(map_csv(projection, VOCABULARY.words, VOCABULARY))
    assert table[0][:4] == ["word", "x", "y", "z"]
    assert table[1] == ["king", "1", "1", "1", "royalty", "", "noun", "758"]


def test_every_own_column_is_one_of_the_table():
    v = VOCABULARY
    columns = (
        Column("=HYPERLINK()", np.array([1, 0, -1, 1]), ("@sum", 'a,"b"')),
        Column("price", np.array([20231105, -0.5, np.nan, 0.1])),
    )
    about = (v.topics, v.topic, v.parts_of_speech, v.part_of_speech, v.count)
    own = Vocabulary("own-1", v.words, *about, columns)
    projection = Projection(np.ones((3, 2)), ProjectionSpec(TABLE))
    # A method may know the words in another order, and not all of them.
    table = rows(map_csv(projection, ("the", "king", 'a,"b"'), own))
    assert [row[-2:] for row in table] == [
        ["'=HYPERLINK()", "price"],
        ['a,"b"', "0.1"],
        ['a,"b"', "20231105"],
        ["", ""],
    ]


@given(st.text())
def test_no_cell_begins_like_a_formula(word):
    cell = neutral(word)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell in (word, "'" + word)


def test_the_same_as_parquet_has_numbers_as_numbers_and_nothing_where_nothing_is_known():
    v = VOCABULARY
    columns = (
        Column("topic", np.array([1, 0, -1, 1]), ("@sum", "b")),  # the name of a column of ours
        Column("price", np.array([20231105, -0.5, np.nan, 0.1])),
    )
    about = (v.topics, v.topic, v.parts_of_speech, v.part_of_speech, v.count)
    own = Vocabulary("own-1", v.words, *about, columns)
    places = np.array([[1.5, -2.25], [0, 3], [1e-8, 12345.678]], np.float32)
    clusters = Clusters(np.array([0, -1, 0]), ("king · queen",), ClustersSpec(TABLE))
    made = map_parquet(
        Projection(places, ProjectionSpec(TABLE)), ("the", "=cmd()", "king"), own, clusters
    )
    found = pd.read_parquet(io.BytesIO(made))
    assert list(found) == [
        *("word", "x", "y", "topic", "cluster", "part_of_speech", "count"),
        *("topic (2)", "price"),
    ]
    assert found["word"].tolist() == ["the", "=cmd()", "king"]  # no spreadsheet, no apostrophe
    np.testing.assert_array_equal(found[["x", "y"]].to_numpy(), places)
    assert found["count"].tolist() == [99999, 0, 758]
    assert found["topic"].isna().tolist() == [True, True, False]
    assert found["topic (2)"].tolist() == ["b", "@sum", "b"]
    assert found["price"].tolist() == [0.1, -0.5, 20231105]


def test_words_of_which_nothing_is_known_are_a_parquet_too():
    words = ("a", "b")
    nothing = np.array([-1, -1])
    own = Vocabulary(
        "own-1", words, (), nothing.astype(np.int16), (), nothing.astype(np.int8), nothing * 0
    )
    made = map_parquet(Projection(np.ones((2, 3)), ProjectionSpec(TABLE, dimensions=3)), words, own)
    found = pd.read_parquet(io.BytesIO(made))
    assert found["word"].tolist() == ["a", "b"] and found["topic"].isna().all()
