"""The store: what is kept comes back, and what is broken is noticed and made again."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from embeddings import store as stores
from embeddings.errors import Cancelled, DamagedArtifact, UserError
from embeddings.store import Store
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
    Spec,
    Trust,
    TrustSpec,
    Vocabulary,
    VocabularySpec,
)

WORDS = ("the", "naïve", "king", "queen", "上")
SPEC = Spec("test", "five", parameters=(("dim", 3),))


@pytest.fixture
def vocabulary() -> Vocabulary:
    return Vocabulary(
        "five",
        WORDS,
        ("royalty",),
        np.array([-1, -1, 0, 0, -1], dtype=np.int16),
        ("noun", "other"),
        np.array([1, -1, 0, 0, -1], dtype=np.int8),
        np.array([10**10, 3, 2, 1, 0]),
    )


@pytest.fixture
def table() -> EmbeddingTable:
    vectors = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
    return EmbeddingTable(WORDS[1:], vectors, SPEC, missing=WORDS[:1])


def same_vectors(a: EmbeddingTable, b: EmbeddingTable) -> bool:
    if a.is_sparse:
        return (
            b.is_sparse and a.vectors.shape == b.vectors.shape and (a.vectors != b.vectors).nnz == 0
        )
    return np.array_equal(a.vectors, b.vectors)


def kept(store: Store, request: object) -> Path:
    path = store.path(request.kind, request.key)
    assert path is not None
    return path


@pytest.mark.parametrize("compact", [False, True])
def test_a_vocabulary_comes_back(tmp_path: Path, vocabulary: Vocabulary, compact: bool) -> None:
    assert Store(None, tmp_path).save(VocabularySpec("five"), vocabulary, compact)
    back = Store(None, tmp_path).load(VocabularySpec("five"))
    assert isinstance(back, Vocabulary)
    assert (back.words, back.topics, back.parts_of_speech) == (
        WORDS,
        ("royalty",),
        ("noun", "other"),
    )
    for name in ("topic", "part_of_speech", "count"):
        assert np.array_equal(getattr(back, name), getattr(vocabulary, name))


def test_a_table_keeps_rows_of_the_vocabulary_instead_of_words(
    tmp_path: Path, vocabulary: Vocabulary, table: EmbeddingTable
) -> None:
    store = Store(None, tmp_path)
    store.save(VocabularySpec("five"), vocabulary)
    store.save(SPEC, table)
    with np.load(kept(store, SPEC).with_suffix(".npz")) as archive:
        assert {"rows", "missing", "vectors"} == set(archive.files)
    back = Store(None, tmp_path).load(SPEC)
    assert isinstance(back, EmbeddingTable)
    assert (back.words, back.missing, back.spec) == (table.words, table.missing, SPEC)
    assert same_vectors(table, back)


def test_a_table_of_other_words_keeps_them_as_text(tmp_path: Path, table: EmbeddingTable) -> None:
    store = Store(None, tmp_path)
    assert store.save(SPEC, table)
    back = store.load(SPEC)
    assert isinstance(back, EmbeddingTable)
    assert (back.words, back.missing) == (table.words, table.missing)


def test_a_table_waits_for_its_vocabulary_and_is_refused_when_that_has_changed(
    tmp_path: Path, vocabulary: Vocabulary, table: EmbeddingTable
) -> None:
    store = Store(None, tmp_path)
    store.save(VocabularySpec("five"), vocabulary)
    store.save(SPEC, table)
    kept(store, VocabularySpec("five")).unlink()
    fresh = Store(None, tmp_path)
    assert fresh.load(SPEC) is None and fresh.has(SPEC)
    other = Vocabulary(
        "five",
        WORDS[::-1],
        vocabulary.topics,
        vocabulary.topic,
        vocabulary.parts_of_speech,
        vocabulary.part_of_speech,
        vocabulary.count,
    )
    fresh.save(VocabularySpec("five"), other)
    assert fresh.load(SPEC) is None and not fresh.has(SPEC)


@settings(max_examples=40, deadline=None)
@given(
    values=hnp.arrays(
        np.float32,
        hnp.array_shapes(min_dims=2, max_dims=2, max_side=6),
        elements=st.floats(-1e6, 1e6, width=32),
    ),
    words=st.lists(st.text(max_size=5), min_size=6, max_size=6, unique=True),
    sparse=st.booleans(),
)
def test_any_table_survives_as_bytes(values: np.ndarray, words: list[str], sparse: bool) -> None:
    table = EmbeddingTable(
        tuple(words[: len(values)]), sp.csr_array(values) if sparse else values, SPEC
    )
    store = Store()
    back = store.loads(SPEC, store.dumps(table))
    assert isinstance(back, EmbeddingTable)
    assert back.words == table.words and same_vectors(table, back)


def test_compact_counts_are_exact_and_compact_weights_nearly(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    counts = sp.random_array((50, 4000), density=0.05, rng=random, format="csr")
    counts.data = np.rint(counts.data * 70_000)
    weights = counts.copy()
    weights.data = random.lognormal(sigma=3, size=weights.nnz) * 1e5
    words = tuple(str(i) for i in range(50))
    for number, vectors in enumerate((counts, weights, weights.toarray() * 1e-9)):
        spec = Spec("test", seed=number)
        table = EmbeddingTable(words, vectors, spec)
        store = Store(None, tmp_path)
        assert store.save(spec, table, compact=True)
        back = store.load(spec)
        assert isinstance(back, EmbeddingTable) and back.is_sparse == table.is_sparse
        a, b = (t.vectors.toarray() if t.is_sparse else t.vectors for t in (table, back))
        error = 0 if vectors is counts else 1e-3 * np.abs(a).max()
        assert np.abs(a - b).max() <= error


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize("scale", [1.0, 80.0])
def test_neighbours_come_back(tmp_path: Path, compact: bool, scale: float) -> None:
    random = np.random.default_rng(0)
    request = NeighborsSpec(SPEC, 5, "cosine" if scale == 1 else "euclidean")
    similarities = -np.sort(random.uniform(-1, 1, size=(300, 5)).astype(np.float32)) * scale
    indices = random.integers(0, 300, size=(300, 5))
    store = Store(None, tmp_path)
    store.save(request, Neighbors(indices, similarities, request, {"approximate": True}), compact)
    back = store.load(request)
    assert isinstance(back, Neighbors)
    assert np.array_equal(back.indices, indices) and back.notes == {"approximate": True}
    assert np.abs(back.similarities - similarities).max() <= (scale / 32767 if compact else 0)
    assert (np.diff(back.similarities, axis=1) <= 0).all()


@pytest.mark.parametrize(("n", "error"), [(100, 0), (stores.LARGE + 1, 20 / 65535)])
def test_coordinates_come_back(tmp_path: Path, n: int, error: float) -> None:
    request = ProjectionSpec(SPEC, dimensions=3)
    coordinates = np.random.default_rng(0).uniform(-10, 10, (n, 3)).astype(np.float32)
    store = Store(None, tmp_path)
    store.save(request, Projection(coordinates, request, {"drawn_by": "pca"}), compact=True)
    back = store.load(request)
    assert isinstance(back, Projection) and back.notes == {"drawn_by": "pca"}
    assert np.abs(back.coordinates - coordinates).max() <= error


def test_clusters_come_back(tmp_path: Path) -> None:
    request = ClustersSpec(SPEC)
    clusters = Clusters(np.array([0, 1, -1], dtype=np.int16), ("a · b", "ç"), request)
    store = Store(None, tmp_path)
    store.save(request, clusters)
    back = store.load(request)
    assert isinstance(back, Clusters)
    assert back.names == clusters.names and np.array_equal(back.labels, clusters.labels)


AGREEMENT = AgreementSpec(SPEC, Spec("other", "five"), seed=7)
TRUST = TrustSpec(ProjectionSpec(SPEC), 5)


def agreement() -> Agreement:
    random = np.random.default_rng(0)
    counts = np.sort(random.integers(0, 51, size=(90, 2)), axis=1)
    return Agreement(
        np.sort(random.choice(300, 90, replace=False)),
        np.minimum(counts, (25, 50)),
        (25, 50),
        (Measure(1 / 3, 0.1, 0.5, 0.01), Measure(2 / 3, 0.6, 0.7, 0.02)),
        Measure(0.5, 0.4, 0.6, 0.1),
        Measure(-0.5, -0.6, -0.4, 0.0),
        60,
        ("naïve", "上"),
        (),
        AGREEMENT,
        {"approximate": True},
    )


def trust() -> Trust:
    shares = np.random.default_rng(0).random((3, 200)).astype(np.float32)
    shares[:, 7], shares[:, 8], shares[:, 9] = np.nan, 0, 1
    return Trust(*shares, {"k": 5, "recall": 0.25, "seeds_shared": 0.5}, TRUST)


@pytest.mark.parametrize("compact", [False, True])
def test_an_agreement_comes_back_exactly(tmp_path: Path, compact: bool) -> None:
    store, given = Store(None, tmp_path), agreement()
    store.save(AGREEMENT, given, compact)
    back = store.load(AGREEMENT)
    assert isinstance(back, Agreement)
    assert np.array_equal(back.ids, given.ids) and np.array_equal(back.common, given.common)
    for name in ("ks", "overlaps", "cka", "rsa", "n_sampled", "only_left", "only_right", "notes"):
        assert getattr(back, name) == getattr(given, name), name
    assert back.common.dtype == np.uint8 and back.spec == AGREEMENT
    assert isinstance(store.loads(AGREEMENT, store.dumps(given)), Agreement)


@pytest.mark.parametrize("compact", [False, True])
def test_trust_comes_back_as_far_as_one_can_see(tmp_path: Path, compact: bool) -> None:
    store, given = Store(None, tmp_path), trust()
    store.save(TRUST, given, compact)
    back = store.load(TRUST)
    assert isinstance(back, Trust)
    assert back.summary == given.summary and back.spec == TRUST
    for name in ("trustworthiness", "continuity", "recall"):
        before, after = getattr(given, name), getattr(back, name)
        assert np.array_equal(np.isnan(before), np.isnan(after))
        assert np.nanmax(np.abs(before - after)) <= (1e-5 if compact else 0)
        assert np.array_equal(after[8:10], [0, 1])
    assert isinstance(store.loads(TRUST, store.dumps(given)), Trust)


@pytest.mark.parametrize("result", [agreement(), trust()], ids=["agreement", "trust"])
@pytest.mark.parametrize("meta", [{}, {"summary": {}, "ks": [25, 50], "overlaps": [[1, 2]]}])
def test_what_does_not_fit_together_is_damaged(
    tmp_path: Path, result: Agreement | Trust, meta: dict[str, object]
) -> None:
    store = Store(None, tmp_path)
    store.save(result.spec, result, compact=True)
    path = kept(store, result.spec)
    with np.load(path.with_suffix(".npz")) as archive:
        arrays = dict(archive)
    if "recall" in arrays:
        arrays["recall"] = arrays["recall"][:-1]
    np.savez(path.with_suffix(".npz"), **arrays)
    data = path.with_suffix(".npz").read_bytes()
    path.write_bytes(stores.description_of(result.spec, meta, data))
    assert "not fit together" in store.problem(path)
    assert store.load(result.spec) is None and not store.has(result.spec)


def test_the_same_result_makes_the_same_bytes(tmp_path: Path, table: EmbeddingTable) -> None:
    files = []
    for folder in ("a", "b"):
        store = Store(None, tmp_path / folder)
        store.save(SPEC, table, compact=True)
        path = kept(store, SPEC)
        files.append((path.read_bytes(), path.with_suffix(".npz").read_bytes()))
    assert files[0] == files[1]


def truncate(path: Path) -> None:
    npz = path.with_suffix(".npz")
    npz.write_bytes(npz.read_bytes()[:-10])


def flip_a_bit(path: Path) -> None:
    npz = path.with_suffix(".npz")
    data = bytearray(npz.read_bytes())
    data[len(data) // 2] ^= 1
    npz.write_bytes(bytes(data))


def lose_the_npz(path: Path) -> None:
    path.with_suffix(".npz").unlink()


def cut_the_json(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:30])


def change_json(name: str, value: object) -> object:
    def change(path: Path) -> None:
        path.write_text(json.dumps(json.loads(path.read_text()) | {name: value}))

    return change


DAMAGES = {
    "truncated": truncate,
    "checksum": flip_a_bit,
    "npz cannot be read": lose_the_npz,
    "not JSON": cut_the_json,
    "its format is 0": change_json("layout", 0),
    "another request": change_json("request", {"kind": "table"}),
    "wrong bytes": change_json("bytes", 1),
    "not fit together": change_json("meta", {}),
    "not a JSON object": lambda path: path.write_text("[]"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_file_is_reported_set_aside_and_can_be_made_again(
    tmp_path: Path, table: EmbeddingTable, damage: object, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(None, tmp_path)
    store.save(SPEC, table)
    path = kept(store, SPEC)
    damage(path)
    assert store.problem(path)
    assert store.load(SPEC) is None
    assert len(caplog.records) == 1 and "\n" not in caplog.text.strip()
    assert not store.has(SPEC) and path.with_name(path.name + ".damaged").exists()
    assert store.save(SPEC, table) and store.load(SPEC) is not None


def test_a_damaged_shipped_file_is_passed_over_and_left_as_it_is(
    tmp_path: Path, table: EmbeddingTable
) -> None:
    Store(None, tmp_path / "shipped").save(SPEC, table)
    store = Store(tmp_path / "shipped", tmp_path / "cache")
    path = kept(store, SPEC)
    truncate(path)
    assert store.load(SPEC) is None
    assert path.exists() and path.with_suffix(".npz").exists()
    store.save(SPEC, table)
    assert store.load(SPEC) is not None
    shipped, cached = store.entries()
    assert (shipped.shipped, cached.shipped) == (True, False)
    assert shipped.request == cached.request == SPEC
    assert store.problem(shipped.path) and not store.problem(cached.path)


def test_a_cache_that_cannot_be_written_costs_nothing_but_a_warning(
    tmp_path: Path, table: EmbeddingTable, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("not a folder")
    store = Store(None, tmp_path / "file")
    assert not store.save(SPEC, table)
    assert len(caplog.records) == 1
    assert store.load(SPEC) is None and not store.has(SPEC)
    with store.lock(SPEC):
        pass
    assert not Store().save(SPEC, table)


def test_a_full_disk_leaves_nothing_behind(
    tmp_path: Path,
    table: EmbeddingTable,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    store = Store(None, tmp_path)
    assert not store.save(SPEC, table)
    assert "No space left" in caplog.text
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("kind", "key"),
    [("tables", "0" * 20), ("table", "../../etc/passwd"), ("table", "0" * 19), ("", "A" * 20)],
)
def test_names_from_outside_are_never_used_as_paths(tmp_path: Path, kind: str, key: str) -> None:
    with pytest.raises(UserError):
        Store(None, tmp_path).path(kind, key)


def test_the_request_of_a_key_is_found(tmp_path: Path, table: EmbeddingTable) -> None:
    store = Store(None, tmp_path)
    store.save(SPEC, table)
    assert store.request("table", SPEC.key) == SPEC
    assert store.request("table", "0" * 20) is None


def test_bytes_of_another_request_are_refused(table: EmbeddingTable) -> None:
    store = Store()
    data = store.dumps(table)
    for request, broken in ((Spec("other"), data), (SPEC, data[:-1]), (SPEC, b"")):
        with pytest.raises(DamagedArtifact):
            store.loads(request, broken)


def test_waiting_for_the_lock_can_be_cancelled(tmp_path: Path) -> None:
    def cancel(fraction: float, message: str) -> None:
        raise Cancelled

    store = Store(None, tmp_path)
    with store.lock(SPEC), pytest.raises(Cancelled), store.lock(SPEC, cancel):
        pass


def test_the_cache_folder_can_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LSE_CACHE", str(tmp_path))
    stores.default.cache_clear()
    try:
        assert stores.default().cache == tmp_path
    finally:
        stores.default.cache_clear()


def test_what_is_intact_is_known_without_decoding_it(tmp_path: Path, table: EmbeddingTable) -> None:
    Store(None, tmp_path / "shipped").save(SPEC, table)
    store = Store(tmp_path / "shipped", tmp_path / "cache")
    assert store.is_intact(SPEC)
    truncate(kept(store, SPEC))
    assert not store.is_intact(SPEC)
    store.save(SPEC, table)
    assert store.is_intact(SPEC)
