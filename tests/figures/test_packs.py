"""A pack says exactly what it was given, in the layout that a browser reads without copying."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from embeddings.figures import packs
from embeddings.types import (
    Agreement,
    AgreementSpec,
    Clusters,
    ClustersSpec,
    Column,
    Measure,
    Neighbors,
    NeighborsSpec,
    Projection,
    ProjectionSpec,
    Spec,
    Trust,
    TrustSpec,
    Vocabulary,
)

TABLE = Spec("glove", "tiny")
WORDS = ("the", "naïve", "king", "</script>", "日本")


def vocabulary(words: tuple[str, ...] = WORDS) -> Vocabulary:
    n = len(words)
    return Vocabulary(
        "tiny",
        words,
        ("animals",),
        np.full(n, -1, np.int16),
        ("noun", "verb"),
        np.zeros(n, np.int8),
        np.arange(n, dtype=np.int64) * 1000,
    )


arrays = st.sampled_from(packs.DTYPES).flatmap(
    lambda dtype: hnp.arrays(
        dtype,
        hnp.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=5),
        elements={"allow_nan": False} if dtype.startswith("float") else None,
    )
)


@given(
    st.dictionaries(st.text(max_size=5), st.text() | st.integers() | st.lists(st.text())),
    st.dictionaries(st.text(min_size=1, max_size=8), arrays, max_size=4),
)
def test_what_goes_in_comes_out(meta, given_arrays):
    content = packs.pack(meta, given_arrays)
    got_meta, got = packs.unpack(content)
    assert got_meta == meta
    assert set(got) == set(given_arrays)
    for name, array in given_arrays.items():
        assert got[name].dtype == array.dtype and got[name].shape == array.shape
        assert np.array_equal(got[name], array)


@given(st.text(max_size=30), st.lists(arrays, max_size=4))
def test_every_array_starts_at_a_multiple_of_eight(text, given_arrays):
    content = packs.pack({"text": text}, {str(i): a for i, a in enumerate(given_arrays)})
    length = int.from_bytes(content[:4], "little")
    header = json.loads(content[4 : 4 + length])
    assert (4 + length) % 8 == 0
    assert all(about["offset"] % 8 == 0 for about in header["arrays"].values())
    assert len(content) % 8 == 0


def test_other_types_are_refused():
    with pytest.raises(ValueError, match="int64"):
        packs.pack({}, {"x": np.zeros(3, np.int64)})


def test_vocabulary():
    meta, got = packs.unpack(packs.vocabulary_pack(vocabulary()))
    assert meta == {
        "name": "tiny",
        "n": 5,
        "noun": "word",
        "nouns": "words",
        "topics": ["animals"],
        "parts_of_speech": ["noun", "verb"],
    }
    assert tuple(got["words"].tobytes().decode().split("\n")) == WORDS
    assert got["topic"].tolist() == [-1] * 5 and got["topic"].dtype == np.int16
    assert got["part_of_speech"].dtype == np.int16
    assert got["count"].tolist() == [0, 1000, 2000, 3000, 4000]
    assert got["count"].dtype == np.uint32


def with_columns(*columns: Column) -> Vocabulary:
    v = vocabulary()
    about = (v.topics, v.topic, v.parts_of_speech, v.part_of_speech, v.count)
    return Vocabulary("own-1", v.words, *about, columns)


def test_own_columns_travel_as_they_were_brought():
    evil = "</script><script>alert(1)</script>"
    columns = (
        Column(evil, np.array([1, 0, -1, 1, 0]), ("=1+1", "__proto__")),
        Column("id", np.array([20231105, -0.1, np.nan, 1e300, 5])),
        Column("", np.full(5, np.nan)),
        Column("none", np.full(5, -1), ("only",)),
    )
    meta, got = packs.unpack(packs.vocabulary_pack(with_columns(*columns)))
    assert meta["columns"] == [
        {"name": evil, "categories": ["=1+1", "__proto__"]},
        {"name": "id", "low": -0.1, "high": 1e300},
        {"name": "", "low": None, "high": None},
        {"name": "none", "categories": ["only"]},
    ]
    assert got["column_0"].dtype == np.int32 and got["column_0"].tolist() == [1, 0, -1, 1, 0]
    for i, column in enumerate(columns):
        assert np.array_equal(got[f"column_{i}"], column.values, equal_nan=column.is_number)


def test_without_own_columns_nothing_is_added():
    meta, got = packs.unpack(packs.vocabulary_pack(with_columns()))
    assert set(meta) == {"name", "n", "noun", "nouns", "topics", "parts_of_speech"}
    assert set(got) == {"words", "topic", "part_of_speech", "count"}


def test_a_word_with_a_line_break_is_refused():
    with pytest.raises(ValueError, match="line break"):
        packs.vocabulary_pack(vocabulary(("a\nb",)))


def test_projection_names_the_words_without_a_place():
    coordinates = np.array([[0, 1], [2, -3]], np.float32)
    projection = Projection(coordinates, ProjectionSpec(TABLE))
    meta, got = packs.unpack(packs.projection_pack(projection, ("the", "king"), vocabulary()))
    assert meta["missing"] == ["naïve", "</script>", "日本"]
    assert (meta["dimensions"], meta["n"]) == (2, 2)
    assert (meta["low"], meta["high"]) == ([0, -3], [2, 1])
    assert got["ids"].tolist() == [0, 2] and got["ids"].dtype == np.uint32
    assert got["coordinates"].dtype == np.float32
    assert np.array_equal(got["coordinates"], coordinates)


def test_projection_of_the_whole_vocabulary_needs_no_ids():
    coordinates = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    projection = Projection(coordinates, ProjectionSpec(TABLE, dimensions=3))
    meta, got = packs.unpack(packs.projection_pack(projection, WORDS, vocabulary()))
    assert set(got) == {"coordinates"} and meta["missing"] == []


def test_a_large_map_travels_in_sixteen_bits():
    n = packs.QUANTISED_ABOVE + 1
    words = tuple(f"w{i}" for i in range(n))
    rng = np.random.default_rng(0)
    coordinates = (rng.normal(size=(n, 2)) * (1, 50)).astype(np.float32)
    projection = Projection(coordinates, ProjectionSpec(TABLE))
    meta, got = packs.unpack(packs.projection_pack(projection, words, vocabulary(words)))
    low, high = np.array(meta["low"]), np.array(meta["high"])
    assert got["coordinates"].dtype == np.uint16
    restored = low + got["coordinates"] / 65535 * (high - low)
    assert (np.abs(restored - coordinates) <= (high - low) / 65535 * 0.51).all()


def test_neighbours_are_indices_into_the_vocabulary():
    neighbors = Neighbors(
        np.array([[1, 2], [0, 2], [1, 0]]),
        np.array([[1, 0.5], [1, -1], [0.25, 0]]),
        NeighborsSpec(TABLE, k=2),
    )
    table_words = ("the", "king", "日本")
    meta, got = packs.unpack(packs.neighbors_pack(neighbors, table_words, vocabulary()))
    assert got["indices"].tolist() == [[2, 4], [0, 4], [2, 0]]
    assert got["indices"].dtype == np.uint16
    assert got["similarities"].tolist() == [[32767, 16384], [32767, -32767], [8192, 0]]
    assert got["ids"].tolist() == [0, 2, 4]
    assert (meta["n"], meta["k"]) == (3, 2)


def test_only_the_first_neighbours_travel():
    neighbors = Neighbors(
        np.array([[1, 2], [0, 2], [1, 0]]), np.zeros((3, 2)), NeighborsSpec(TABLE, k=2)
    )
    content = packs.neighbors_pack(neighbors, WORDS[:3], vocabulary(WORDS[:3]), k=1)
    meta, got = packs.unpack(content)
    assert meta["k"] == 1 and got["indices"].tolist() == [[1], [0], [1]]
    assert "ids" not in got


def test_distances_are_not_passed_off_as_cosines():
    spec = NeighborsSpec(TABLE, k=1, metric="euclidean")
    neighbors = Neighbors(np.array([[1], [0]]), np.array([[-5.0], [-5.0]]), spec)
    with pytest.raises(ValueError, match="cosine"):
        packs.neighbors_pack(neighbors, WORDS[:2], vocabulary(WORDS[:2]))


def test_trust_leaves_out_who_was_not_asked():
    shares = np.array([[1, np.nan, 0.25], [0, np.nan, 0.5], [1, np.nan, 1]])
    summary = {"k": 2, "trustworthiness": 0.625}
    trust = Trust(*shares, summary, TrustSpec(ProjectionSpec(TABLE), 15))
    words = ("king", "naïve", "the")
    meta, got = packs.unpack(packs.trust_pack(trust, words, vocabulary()))
    assert meta == {"k": 2, "summary": summary}
    assert got["ids"].tolist() == [2, 0]
    assert got["trustworthiness"].tolist() == [65535, 16384]
    assert got["continuity"].tolist() == [0, 32768] and got["continuity"].dtype == np.uint16
    everybody = Trust(*np.ones((3, 5)), summary, TrustSpec(ProjectionSpec(TABLE)))
    assert "ids" not in packs.unpack(packs.trust_pack(everybody, WORDS, vocabulary()))[1]


def test_agreement():
    measures = (Measure(0.5, 0.4, 0.6, 0.1), Measure(0.7, 0.6, 0.8, 0.2))
    common = np.array([[1, 2], [0, 3], [1, 1]])
    rest = (*measures, 3, ("the",), (), AgreementSpec(TABLE, TABLE))
    agreement = Agreement(np.array([1, 2, 4]), common, (2, 3), measures, *rest)
    meta, got = packs.unpack(packs.agreement_pack(agreement))
    assert meta == {"ks": [2, 3], "overlaps": [0.5, 0.7], "chance": [0.1, 0.2]}
    assert got["ids"].tolist() == [1, 2, 4] and got["ids"].dtype == np.uint32
    assert np.array_equal(got["common"], common) and got["common"].dtype == np.uint8


def test_clusters():
    clusters = Clusters(np.array([0, -1]), ("king · queen",), ClustersSpec(TABLE))
    meta, got = packs.unpack(packs.clusters_pack(clusters, ("king", "the"), vocabulary()))
    assert meta == {"names": ["king · queen"]}
    assert got["labels"].tolist() == [0, -1] and got["labels"].dtype == np.int16
    assert got["ids"].tolist() == [2, 0]
