"""What is learned from who likes what: known answers from implicit, from arithmetic, by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from embeddings import methods
from embeddings.errors import Cancelled, UserError
from embeddings.methods import _ratings as ratings
from embeddings.types import Likes, Spec, no_progress

SMALL = {
    "films-item2vec": {"epochs": 1, "dimensions": 8},
    "films-walks": {"walks": 1, "length": 6, "epochs": 1, "dimensions": 8},
    "people-walks": {"walks": 1, "length": 6, "epochs": 1, "dimensions": 8},
    "films-als": {"iterations": 2, "dimensions": 8},
    "people-als": {"iterations": 2, "dimensions": 8},
}
FILMS = ("Alien (1979)", "Toy Story (1995)", "Heat (1995)", "The Matrix (1999)")
PEOPLE = ("person 547", "person 12", "person 15")
KEYS = (*methods.available("films"), *methods.available("people"))


def spec_of(key: str) -> Spec:
    method = methods.get(key)
    return method.spec(method.own_words, parameters=SMALL.get(key))


def words_of(key: str) -> tuple[str, ...]:
    return FILMS if methods.get(key).kind == "films" else PEOPLE


def test_all_are_there() -> None:
    assert set(KEYS) == {
        *("films-cooccurrence", "films-als", "films-walks", "films-item2vec", "films-bert"),
        *("people-cooccurrence", "people-als", "people-walks"),
    }


@pytest.mark.parametrize("key", KEYS)
def test_what_methods_promise(key: str) -> None:
    """In the order asked, finite, the same again, by the seed or not; an unknown one is missing."""
    words = (*words_of(key)[:2], "no such thing", *words_of(key)[2:])
    table = methods.embed(spec_of(key), words)
    assert table.words == words_of(key) and table.missing == ("no such thing",)
    vectors = np.asarray(table.vectors)
    assert vectors.dtype == np.float32 and np.isfinite(vectors).all() and vectors.any(axis=1).all()
    assert np.array_equal(methods.embed(spec_of(key), words).vectors, vectors)
    other = methods.embed(replace(spec_of(key), seed=43), words).vectors
    assert np.array_equal(other, vectors) != methods.get(key).by_lot


@pytest.mark.parametrize("key", KEYS)
def test_work_stops_when_told_to_at_any_step(key: str) -> None:
    for after in (0, 1):
        told = iter([None] * after)

        def stop(fraction: float, message: str, told=told) -> None:
            if next(told, "stop"):
                raise Cancelled

        with pytest.raises(Cancelled):
            methods.embed(spec_of(key), words_of(key), stop)


def test_methods_for_films_embed_no_words() -> None:
    with pytest.raises(UserError, match="embeds films, and topics has words"):
        methods.embed(methods.get("films-als").spec("topics"), ("king",))


# ------------------------------------------------------------------------------ known answers


@pytest.fixture(scope="module")
def likes() -> Likes:
    """Thirty people and twenty films, drawn by lot; each film is liked by several."""
    rng = np.random.default_rng(3)
    person, film = np.nonzero(rng.random((30, 20)) < 0.35)
    order = rng.permutation(len(person))
    return Likes(person[order].astype(np.int32), film[order].astype(np.int32), 30, 20)


def test_als_is_implicits_own(likes: Likes) -> None:
    from implicit.cpu.als import AlternatingLeastSquares

    spec = methods.get("films-als").spec("films", parameters={"dimensions": 6, "min_likes": 1})
    trained = ratings.als(likes, spec, no_progress)
    model = AlternatingLeastSquares(
        factors=6, regularization=1.0, alpha=10.0, iterations=15, num_threads=1, random_state=42
    )
    matrix = sp.csr_matrix(likes.matrix)
    model.fit(matrix, show_progress=False)
    assert np.array_equal(trained.films, np.arange(20))
    np.testing.assert_array_equal(trained.film_vectors, model.item_factors)
    # What it recommends is the order of the products, liked films left out.
    for person in range(5):
        ids, scores = model.recommend(person, matrix[person], N=5)
        ours = trained.film_vectors @ trained.person_vectors[person]
        ours[likes.of(person)] = -np.inf
        assert np.argsort(-ours)[:5].tolist() == ids.tolist()
        np.testing.assert_allclose(ours[ids], scores, rtol=1e-5)


def test_ppmi_of_people_and_films_by_hand(likes: Likes) -> None:
    parameters = {"dimensions": 19, "min_likes": 1}
    spec = methods.get("people-cooccurrence").spec("people", parameters=parameters)
    trained = ratings.people_by_films(likes, spec, no_progress)
    n = len(likes.film)
    weights = likes.counts**0.75
    expected = np.zeros((30, 20))
    for person, film in zip(likes.person.tolist(), likes.film.tolist(), strict=True):
        p_person = len(likes.of(person)) / n
        p_film = weights[film] / weights.sum()
        expected[person, film] = max(0.0, math.log((1 / n) / (p_person * p_film)))
    u, s, v = np.linalg.svd(expected)
    best = (u[:, :19] * s[:19]) @ v[:19]  # the nearest table of that rank
    found = trained.person_vectors @ trained.film_vectors.T
    np.testing.assert_allclose(found, best, atol=1e-4)


def test_films_liked_together_are_counted_and_weighted_as_by_hand(likes: Likes) -> None:
    together = np.zeros((20, 20))
    for person in range(30):
        for one in likes.of(person):
            for other in likes.of(person):
                together[one, other] += one != other
    weights = together.sum(axis=0) ** 0.75
    expected = np.zeros((20, 20))
    for one, other in zip(*np.nonzero(together), strict=True):
        by_chance = together[one].sum() * weights[other] / weights.sum()
        expected[one, other] = max(0.0, math.log(together[one, other] / by_chance))
    parameters = {"dimensions": 5, "min_likes": 1}
    spec = methods.get("films-cooccurrence").spec("films", parameters=parameters)
    trained = ratings.cooccurrence(likes, spec, no_progress)
    u, s, _ = np.linalg.svd(expected)
    same = (u[:, :5] * s[:5]) @ u[:, :5].T  # what the signs of the columns leave as it is
    np.testing.assert_allclose(trained.film_vectors @ trained.film_vectors.T, same, atol=1e-4)


def test_a_walk_goes_along_lines_only(likes: Likes) -> None:
    graph = ratings._graph(likes, np.arange(20))
    paths = ratings.walk(graph, 3, 12, np.random.default_rng(0))
    assert paths.shape == (3 * 50, 12)
    for one, other in zip(paths[:, :-1].ravel(), paths[:, 1:].ravel(), strict=True):
        film, person = min(one, other), max(one, other) - 20
        assert film in likes.of(person)


def test_films_that_few_like_are_left_out(likes: Likes) -> None:
    least = int(np.median(likes.counts))
    assert (likes.counts[ratings.known_films(likes, least)] >= least).all()
    with pytest.raises(UserError, match="No two films are liked by 31 people"):
        ratings.known_films(likes, 31)
