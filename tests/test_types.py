"""The types refuse what does not fit, and a request's key stands for exactly one request."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from embeddings.errors import UserError
from embeddings.types import (
    Agreement,
    AgreementSpec,
    Clusters,
    ClustersSpec,
    EmbeddingTable,
    Measure,
    Neighbors,
    NeighborsSpec,
    Projection,
    ProjectionSpec,
    Request,
    Spec,
    Trust,
    TrustSpec,
    Vocabulary,
    VocabularySpec,
    request_from_json,
)

names = st.text(min_size=1, max_size=8)
values = st.one_of(st.booleans(), st.integers(-99, 99), st.floats(allow_nan=False), names)
specs = st.builds(
    Spec,
    names,
    names,
    names,
    st.integers(0, 2**32),
    st.dictionaries(names, values, max_size=4).map(lambda d: tuple(d.items())),
)
projections = st.builds(ProjectionSpec, specs, names, st.sampled_from([2, 3]))
requests = st.one_of(
    specs,
    st.builds(VocabularySpec, names),
    st.builds(NeighborsSpec, specs, st.integers(1, 99)),
    projections,
    st.builds(ClustersSpec, specs, st.integers(2, 99)),
    st.builds(AgreementSpec, specs, specs, st.integers(0, 99)),
    st.builds(TrustSpec, projections, st.integers(1, 50)),
)
SPEC = Spec("test", "some")


@given(requests)
def test_a_request_can_be_read_from_its_json(request: Request) -> None:
    back = request_from_json(request.canonical)
    assert back == request and back.key == request.key and hash(back) == hash(request)


@given(requests, requests)
def test_different_requests_have_different_keys(a: Request, b: Request) -> None:
    # True == 1 in Python, but not in the JSON that is hashed.
    assert (a.key == b.key) == (a.canonical == b.canonical)


def test_the_order_of_parameters_does_not_matter() -> None:
    a = Spec("m", parameters=(("b", 1), ("a", 2)))
    b = Spec("m", parameters=(("a", 2), ("b", 1)))
    assert a == b and a.key == b.key and a["b"] == 1


@pytest.mark.parametrize(
    "text",
    [
        *("", "{}", "[]", '{"kind":"zzz"}', '{"kind":"table"}', '{"kind":"table","zzz":1}'),
        *('{"kind":"agreement","left":{},"right":{}}', '{"kind":"trust","projection":[]}'),
    ],
)
def test_other_json_is_no_request(text: str) -> None:
    with pytest.raises(UserError):
        request_from_json(text)


def test_vectors_are_checked_and_read_only() -> None:
    good = np.ones((2, 3))
    table = EmbeddingTable(("a", "b"), good, SPEC)
    assert table.vectors.dtype == np.float32 and len(table) == 2 and table.dim == 3
    with pytest.raises(ValueError, match="read-only"):
        table.vectors[0, 0] = 2
    bad = good.copy()
    bad[0, 0] = np.nan
    for words, vectors in (
        (("a", "b"), bad),
        (("a", "a"), good),
        (("a",), good),
        (("a", "b"), np.ones(2)),
        (("a", "b"), sp.csr_array(bad)),
    ):
        with pytest.raises(ValueError, match=r"finite|distinct|shape"):
            EmbeddingTable(words, vectors, SPEC)


@pytest.mark.parametrize("sparse", [False, True])
def test_unit_vectors_have_length_one_unless_they_are_zero(sparse: bool) -> None:
    vectors = np.array([[3, 4], [0, 0], [0, 2]], dtype=np.float32)
    table = EmbeddingTable(("a", "b", "c"), sp.csr_array(vectors) if sparse else vectors, SPEC)
    assert np.allclose(table.lengths, [5, 0, 2])
    units = table.unit_vectors.toarray() if sparse else table.unit_vectors
    assert np.allclose(units, [[0.6, 0.8], [0, 0], [0, 1]])
    assert np.array_equal(table.vector("a"), [3, 4])


def test_taking_words_reports_those_that_are_missing() -> None:
    table = EmbeddingTable(("a", "b", "c"), np.arange(6).reshape(3, 2), SPEC)
    taken = table.take(("c", "x", "a"), Spec("test", "other"))
    assert (taken.words, taken.missing) == (("c", "a"), ("x",))
    assert np.array_equal(taken.vectors, [[4, 5], [0, 1]])


def test_results_of_the_wrong_shape_are_refused() -> None:
    zeros = np.zeros((3, 2))
    with pytest.raises(ValueError, match="shape"):
        Projection(zeros, ProjectionSpec(SPEC, dimensions=3))
    with pytest.raises(ValueError, match="finite"):
        Projection(zeros + np.inf, ProjectionSpec(SPEC))
    with pytest.raises(ValueError, match="k"):
        Neighbors(zeros, zeros[:, :1], NeighborsSpec(SPEC))
    with pytest.raises(ValueError, match="labels"):
        Clusters(np.array([0, 1]), ("only one",), ClustersSpec(SPEC))
    with pytest.raises(ValueError, match="topic"):
        Vocabulary("v", ("a",), (), np.zeros(2), (), np.zeros(1), np.zeros(1))
    with pytest.raises(ValueError, match="distinct"):
        Vocabulary("v", ("a", "a"), (), np.zeros(2), (), np.zeros(2), np.zeros(2))


def test_of_k_neighbours_no_more_than_k_can_be_the_same() -> None:
    one = Measure(0.5, 0.4, 0.6, 0.1)
    request = AgreementSpec(SPEC, SPEC)
    rest = ((2, 3), (one, one), one, one, 3, (), (), request)
    found = Agreement(np.arange(3), np.array([[2, 3], [1, 1], [0, 2]]), *rest)
    assert np.allclose(found.jaccard(2), [1, 1 / 3, 0]) and found.overlap(3) == one
    assert found.jaccard(3).dtype == np.float32 and not found.common.flags.writeable
    with pytest.raises(UserError, match="k = 2, 3"):
        found.overlap(5)
    for common, message in ((np.full((3, 2), 3), "more than k"), (np.zeros((3, 1)), "shape")):
        with pytest.raises(ValueError, match=message):
            Agreement(np.arange(3), common, *rest)


def test_a_word_is_asked_for_all_numbers_or_none() -> None:
    request = TrustSpec(ProjectionSpec(SPEC))
    some = np.array([0.5, np.nan, 1])
    assert Trust(some, some, some, {}, request).asked.tolist() == [True, False, True]
    for other in (some[:2], np.array([0.5, 0.5, 1]), np.array([0.5, np.nan, 1.1])):
        with pytest.raises(ValueError, match=r"shape|asked|from 0 to 1"):
            Trust(some, other, some, {}, request)
