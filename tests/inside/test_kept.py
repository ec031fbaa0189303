"""What is read of a word is kept as it is, small where it is shipped; its maps follow on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings import projection
from embeddings.errors import UserError
from embeddings.store import Store
from embeddings.types import (
    ContextMap,
    ContextMapSpec,
    Contexts,
    ContextsSpec,
    Request,
    Sentences,
    SentencesSpec,
    Tokens,
    TokensSpec,
    request_from_json,
)

READ = ContextsSpec("bank", (("money", "The bank 🏦."), ("", "هذا bank <b>")), most=10)
words = st.text(max_size=8).filter(lambda text: text.isprintable())
reads = st.builds(
    ContextsSpec, words, st.lists(st.tuples(words, words), max_size=3).map(tuple), st.integers(0)
)


@given(
    st.one_of(
        reads,
        st.builds(ContextMapSpec, reads, words, st.integers(0, 9)),
        st.builds(SentencesSpec, st.lists(st.integers(0), max_size=4).map(tuple)),
        st.builds(TokensSpec, st.integers(1)),
    )
)
def test_a_request_can_be_read_from_its_json(request: Request) -> None:
    back = request_from_json(request.canonical)
    assert back == request and back.key == request.key and hash(back) == hash(request)


def found(n: int = 30) -> Contexts:
    random = np.random.default_rng(0)
    return Contexts(
        np.array([*range(n - 2), -1, -2]),
        np.tile([4, 8], (n, 1)),
        np.arange(n) % 2,
        (("money", "loan"), ("river",)),
        ((0, 2), (1,)),
        {"alike": (0.5, None), "random": (0.1, 0.2)},
        {"n": n, "silhouette": 0.25},
        READ,
        random.normal(size=(2, n, 5)).astype(np.float16),
    )


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize("n", [4, 30])
def test_contexts_come_back(tmp_path: Path, compact: bool, n: int) -> None:
    store, given_ = Store(None, tmp_path), found(n)
    store.save(READ, given_, compact)
    for back in (store.load(READ), store.loads(READ, store.dumps(given_))):
        assert isinstance(back, Contexts)
        for name in ("words", "typical", "statistics", "notes", "spec", "labels"):
            assert getattr(back, name) == getattr(given_, name), name
        for name in ("numbers", "spans", "groups"):
            assert np.array_equal(getattr(back, name), getattr(given_, name)), name
    assert back.labels[-2:] == ("money", "")
    kept = store.load(READ)
    if compact and n > 8:
        assert kept.vectors is None
    else:
        assert np.array_equal(kept.vectors, given_.vectors)


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize("n", [0, 1, 50])
def test_maps_come_back(tmp_path: Path, compact: bool, n: int) -> None:
    places = np.random.default_rng(0).normal(size=(7, n, 2)).astype(np.float32)
    request, store = ContextMapSpec(READ), Store(None, tmp_path)
    store.save(request, ContextMap(places, request, {"note": 1}), compact)
    back = store.load(request)
    assert isinstance(back, ContextMap) and back.coordinates.shape == (7, n, 2)
    assert np.allclose(back.coordinates, places, atol=2e-4 if compact else 0)


def test_sentences_and_tokens_come_back(tmp_path: Path) -> None:
    store = Store(None, tmp_path)
    sentences = Sentences(("a bank", "ein <b>Bänkchen</b> 🏦"), SentencesSpec((5, 7)))
    mean = np.ones((2, 4), np.float32) / 4
    tokens = Tokens(mean, (0.1, 0.2), (0.0, -0.1), TokensSpec())
    for result in (sentences, tokens):
        store.save(result.spec, result, compact=True)
    assert store.load(sentences.spec) == sentences
    back = store.load(tokens.spec)
    assert isinstance(back, Tokens) and np.array_equal(back.mean, mean)
    assert (back.alike, back.alike_centred) == (tokens.alike, tokens.alike_centred)


@pytest.mark.parametrize(
    "change",
    [
        {"groups": np.full(30, 2)},
        {"groups": np.zeros(29)},
        {"spans": np.zeros((30, 3))},
        {"numbers": np.full(30, -3)},
        {"vectors": np.zeros((2, 29, 5), np.float16)},
        {"vectors": np.full((2, 30, 5), np.nan, np.float16)},
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"shape|groups|outside|finite"):
        replace(found(), **change)


def test_results_that_do_not_fit_their_request_are_refused() -> None:
    with pytest.raises(ValueError, match="one sentence per number"):
        Sentences(("one",), SentencesSpec((1, 2)))
    with pytest.raises(ValueError, match="per layer"):
        Tokens(np.ones((3, 2)), (0.1,), (0.1,), TokensSpec())
    with pytest.raises(ValueError, match="finite"):
        ContextMap(np.full((1, 1, 2), np.inf), ContextMapSpec(READ))


# -------------------------------------------------------------------------- maps layer by layer


def two_clouds_that_part(n: int = 60) -> np.ndarray:
    """Three layers of two clouds: one on the other, half apart, apart."""
    random = np.random.default_rng(1)
    cloud = random.normal(size=(n, 20))
    step = np.where(np.arange(n) % 2, 6, -6)[:, None] * np.eye(20)[0]
    return np.stack([cloud, cloud + step / 2, cloud + step]).astype(np.float32)


@pytest.mark.parametrize("algorithm", ["pca", "umap"])
def test_maps_follow_each_other_and_the_clouds_part(algorithm: str) -> None:
    vectors = two_clouds_that_part()
    places = projection.layers(vectors, algorithm, 42)
    assert places.shape == (3, 60, 2) and np.isfinite(places).all()
    assert np.allclose(places.mean(axis=1), 0, atol=1e-4)
    assert np.allclose(np.mean(np.sum(places**2, axis=2), axis=1), 1, atol=1e-4)
    side = np.arange(60) % 2
    gaps = [np.linalg.norm(p[side == 0].mean(axis=0) - p[side == 1].mean(axis=0)) for p in places]
    assert gaps[2] > gaps[0]
    # Laid onto each other: no turn brings a map nearer to the next one.
    for layer in (0, 1):
        turned = projection.align(places[layer], places[layer + 1])(places[layer])
        before = np.linalg.norm(places[layer] - places[layer + 1])
        assert before <= np.linalg.norm(turned - places[layer + 1]) * 1.01
    assert np.array_equal(places, projection.layers(vectors, algorithm, 42))


@pytest.mark.parametrize("n", [0, 1, 2, 5, 11])
@pytest.mark.parametrize("algorithm", ["pca", "umap"])
def test_the_fewest_have_maps_too(algorithm: str, n: int) -> None:
    vectors = np.random.default_rng(0).normal(size=(7, n, 8))
    places = projection.layers(vectors, algorithm)
    assert places.shape == (7, n, 2) and np.isfinite(places).all()
    same = projection.layers(np.ones((7, n, 8)), algorithm)
    assert np.isfinite(same).all()


def test_there_is_no_other_way_to_draw() -> None:
    with pytest.raises(UserError, match="way to draw a map"):
        projection.layers(np.zeros((1, 3, 2)), "tsne")
