"""A map's CSV says what the map shows, and no cell of it runs in a spreadsheet."""

import csv
import io

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from embeddings.figures.tables import map_csv, neutral
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
