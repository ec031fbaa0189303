"""A new person is folded in as all others were learned, and told what they share."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from embeddings import methods
from embeddings.applications import people
from embeddings.errors import UserError
from embeddings.methods import _ratings as ratings
from embeddings.types import EmbeddingTable, Likes, Ratings, RatingsSpec, no_progress

N_PEOPLE, N_FILMS = 40, 25
NAMES = {f"person {row}": row for row in range(N_PEOPLE)}
TITLES = {f"film {row}": row for row in range(N_FILMS)}


@pytest.fixture(scope="module")
def given() -> Ratings:
    rng = np.random.default_rng(9)
    person, film = np.nonzero(rng.random((N_PEOPLE, N_FILMS)) < 0.5)
    stars = rng.integers(1, 11, len(person)).astype(np.float32) / 2
    return Ratings(person, film, stars, N_PEOPLE, N_FILMS, RatingsSpec())


def made(key: str, likes: Likes) -> tuple[people.People, ratings.Trained]:
    spec = methods.get(key).spec("people", parameters={"dimensions": 8, "min_likes": 1})
    learner = methods.get(key).compute
    trained = learner.train(likes, spec, no_progress)
    table = EmbeddingTable(tuple(NAMES), trained.person_vectors, spec)
    of_films = None
    if key in people.FILMS_OF:
        words = tuple(f"film {row}" for row in trained.films)
        films_spec = methods.get(people.FILMS_OF[key]).spec("films")
        of_films = EmbeddingTable(words, trained.film_vectors, films_spec)
    return people.people_of(table, NAMES, likes, of_films, TITLES), trained


def test_als_folds_in_as_implicit_recalculates(given: Ratings) -> None:
    from implicit.cpu.als import AlternatingLeastSquares

    likes = given.likes
    of, trained = made("people-als", likes)
    model = AlternatingLeastSquares(factors=8, regularization=1.0, alpha=10.0, num_threads=1)
    model.item_factors = trained.film_vectors
    liked = [2, 5, 11]
    row = sp.csr_matrix((np.ones(3, np.float32), ([0, 0, 0], liked)), shape=(1, N_FILMS))
    expected = model.recalculate_user(0, row)
    np.testing.assert_allclose(people.fold_in(of, liked), expected, rtol=1e-3, atol=1e-5)


def test_ppmi_and_svd_fold_everybody_in_where_they_are(given: Ratings) -> None:
    of, trained = made("people-cooccurrence", given.likes)
    for person in np.unique(given.likes.person).tolist():
        vector = people.fold_in(of, given.likes.of(person).tolist())
        np.testing.assert_allclose(vector, trained.person_vectors[person], rtol=1e-3, atol=1e-3)
    share, asked = people.found_again(of, given.likes, given=1)
    assert 0 < share <= 1 and asked <= N_PEOPLE


def test_what_is_shared_is_told(given: Ratings) -> None:
    of, _ = made("people-als", given.likes)
    theirs = {int(f): float(s) for f, s in zip(given.film, given.stars, strict=True) if f < 9}
    rated = {int(f): float(s) for f, s in theirs.items()}
    found = people.alike(of, given, rated, k=N_PEOPLE)
    assert len(found) == N_PEOPLE
    stars = given.stars_by_person.toarray()
    for each in found:
        row = stars[each.person]
        assert each.both_rated == sum(row[film] > 0 for film in rated)
        assert set(each.both_like) == {f for f in rated if rated[f] >= 4 and row[f] >= 4}
        assert all(abs(row[film] - rated[film]) >= 2 for film in each.differ)
        assert all(film not in rated and row[film] >= 4 for film in each.unseen)


def test_who_likes_nothing_or_everything_is_told_so() -> None:
    assert "Nothing is rated" in str(people.check_rated({}))
    assert "Nothing is liked" in str(people.check_rated({1: 3.5, 2: 0.5}))
    assert "Everything is liked" in str(people.check_rated(dict.fromkeys(range(12), 5.0)))
    assert people.check_rated({1: 5.0, 2: 1.0}) is None


def test_who_likes_nothing_that_is_known_is_like_nobody(given: Ratings) -> None:
    of, _ = made("people-als", given.likes)
    assert people.alike(of, given, {3: 1.0}) == ()


@pytest.mark.parametrize("text", ["6", "0", "4.2", "five", "nan", "1e9"])
def test_what_is_no_number_of_stars_is_said(text: str) -> None:
    with pytest.raises(UserError, match=r"0\.5 to 5"):
        people.stars(text)
