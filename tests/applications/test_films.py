"""Films are recommended for closeness and popularity; what is held out is looked for by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from embeddings.applications import films
from embeddings.errors import Cancelled, UserError
from embeddings.methods._ratings import Trained
from embeddings.store import Store
from embeddings.types import (
    SHARES,
    HeldOut,
    Likes,
    Ratings,
    RatingsSpec,
    request_from_json,
)

N = 12


@pytest.fixture(scope="module")
def likes() -> Likes:
    """Forty people who like films of twelve, in a random order of time."""
    rng = np.random.default_rng(5)
    person, film = np.nonzero(rng.random((40, N)) < 0.4)
    order = rng.permutation(len(person))
    return Likes(person[order].astype(np.int32), film[order].astype(np.int32), 40, N)


@pytest.fixture(scope="module")
def trained() -> Trained:
    vectors = np.random.default_rng(6).normal(size=(N, 4)).astype(np.float32)
    return Trained(np.arange(N), vectors)


@pytest.fixture(scope="module")
def measured(likes: Likes, trained: Trained) -> HeldOut:
    return films.measure(films.spec("films-als", 3), likes, trained)


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def by_hand(likes: Likes, vectors: np.ndarray, share: float, profile: int):
    """Yield for each person the held-out film and all others in the order of recommending."""
    rest: dict[int, list[int]] = {}
    for person, film in zip(likes.person.tolist(), likes.film.tolist(), strict=True):
        rest.setdefault(person, []).append(film)
    held = {person: liked.pop() for person, liked in rest.items() if len(liked) > 1}
    counts = [sum(film in liked for liked in rest.values()) for film in range(N)]
    candidates = [film for film in range(N) if counts[film] >= films.FEWEST]
    logs = np.log([counts[film] for film in candidates])
    for person in sorted(held):
        given = [film for film in rest[person] if film in candidates][-profile:]
        near = np.array(
            [
                np.mean([cosine(vectors[c], vectors[g]) for g in given]) if given else 0.0
                for c in candidates
            ]
        )
        scores = share * (logs - logs.mean()) / logs.std()
        if near.std():
            scores = scores + (1 - share) * (near - near.mean()) / near.std()
        ranked = [c for _, c in sorted(zip(-scores.round(6), candidates, strict=True))]
        yield person, held[person], [film for film in ranked if film not in rest[person]]


@pytest.mark.parametrize("share", SHARES)
def test_hit_rate_and_ndcg_are_those_of_a_plain_loop(
    likes: Likes, trained: Trained, measured: HeldOut, share: float
) -> None:
    at, hits, gains = SHARES.index(share), [], []
    for row, (person, held, ranked) in enumerate(by_hand(likes, trained.film_vectors, share, 3)):
        assert (measured.people[row], measured.held[row]) == (person, held)
        place = ranked.index(held) if held in ranked else -1
        assert measured.ranks[at, row] == place
        shown = ranked[:10]
        assert measured.shown[at, row, : len(shown)].tolist() == shown
        hits.append(0 <= place < 10)
        gains.append(1 / math.log2(place + 2) if 0 <= place < 10 else 0)
    score = films.judge(measured, share)
    assert score.hit_rate[0] == pytest.approx(np.mean(hits))
    assert score.ndcg[0] == pytest.approx(np.mean(gains))
    assert score.hit_rate[1].low <= score.hit_rate[0] <= score.hit_rate[1].high


def test_popularity_does_not_beat_itself(measured: HeldOut) -> None:
    alone = films.judge(measured, 1.0)
    assert alone.verdict == "unclear"
    assert alone.beside[0] == alone.beside[1].low == alone.beside[1].high == 0


@pytest.mark.parametrize(("low", "high", "said"), [(0.1, 0.2, "better"), (-0.2, -0.1, "worse")])
def test_a_verdict_is_read_off_the_interval_of_the_difference(low, high, said) -> None:
    ends = (0.0, films.Interval(low, high))
    assert films.Score(ends, ends, 0.0, 0.0, ends, ends).verdict == said


def test_the_last_film_in_time_is_held_out_and_one_film_is_kept() -> None:
    person = np.array([0, 1, 0, 2, 0, 1], np.int32)
    film = np.array([3, 1, 4, 1, 5, 9], np.int32)
    rest, people, held = films.hold_out(Likes(person, film, 3, 10))
    assert (people.tolist(), held.tolist()) == ([0, 1], [5, 9])
    assert rest.of(0).tolist() == [3, 4] and rest.of(2).tolist() == [1]


def test_a_measurement_can_be_stopped(likes: Likes, trained: Trained) -> None:
    def stop(fraction: float, message: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        films.measure(films.spec("films-als"), likes, trained, stop)


def test_nobody_with_two_films_is_said() -> None:
    one = Likes(np.arange(3, dtype=np.int32), np.arange(3, dtype=np.int32), 3, 3)
    with pytest.raises(UserError, match="nothing to hold out"):
        films.measure(films.spec("films-als"), one)


# ------------------------------------------------------------------------------ recommending


@pytest.fixture(scope="module")
def among(likes: Likes, trained: Trained) -> films.Space:
    return films.space(trained.films, trained.film_vectors, likes)


def test_why_adds_up_to_the_closeness(among: films.Space) -> None:
    liked = among.films[:3].tolist()
    found = films.recommend(among, liked)
    assert not {each.film for each in found} & set(liked)
    for each in found:
        assert np.mean([c for _, c in each.why]) == pytest.approx(each.closeness, abs=1e-6)
        total = sum(share for _, share in each.shares())
        assert total == pytest.approx(1) or all(c <= 0 for _, c in each.why)
    closeness = [each.closeness for each in found]
    assert closeness == sorted(closeness, reverse=True)


def test_with_popularity_alone_everybody_gets_the_same(among: films.Space) -> None:
    liked = int(among.films[0])
    counts = [each.likes for each in films.recommend(among, [liked], 1.0)]
    assert counts == sorted(counts, reverse=True)


def test_films_that_a_method_does_not_know_are_passed_over(likes: Likes, trained: Trained) -> None:
    some = films.space(trained.films[:6], trained.film_vectors[:6], likes)
    known, unknown = int(some.films[0]), 11
    assert films.recommend(some, [unknown]) == ()
    assert films.recommend(some, [known, unknown]) == films.recommend(some, [known])


def test_nothing_everything_and_far_too_much_is_said() -> None:
    assert "Nothing is liked" in str(films.check_liked([], 100))
    assert "Every film is liked" in str(films.check_liked(range(100), 100))
    assert "likes everything" in str(films.check_liked(range(60), 100))
    assert films.check_liked([1, 2], 100) is None


TITLES = ("Alien (1979)", "The Matrix (1999)", "Heat (1995)", "The Godfather (1972)", "Heat (1986)")


@pytest.mark.parametrize(
    ("asked", "row"), [("alien", 0), (" The  MATRIX ", 1), ("Heat", 2), ("Heat (1986)", 4)]
)
def test_a_film_is_found_by_its_title(asked: str, row: int) -> None:
    assert films.find(asked, TITLES) == row


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("The Matrx", "Did you mean The Matrix"),
        ("qqqqqq zzz", "Check the spelling"),
        ("  ", "Give the title"),
        ("x" * 10_000, "no film called"),
    ],
)
def test_a_film_that_nobody_knows_is_said_with_the_nearest_titles(asked: str, said: str) -> None:
    with pytest.raises(UserError, match=said) as caught:
        films.find(asked, TITLES)
    assert len(str(caught.value)) < 300 and "\n" not in str(caught.value)


# ------------------------------------------------------------------------------------ keeping


def test_ratings_and_measurements_are_kept_as_they_are(tmp_path, measured: HeldOut) -> None:
    store = Store(cache=tmp_path)
    stars = np.array([0.5, 4.0, 5.0], np.float32)
    rows = np.array([0, 1, 2], np.int32)
    for result in (Ratings(rows, rows, stars, 3, 3, RatingsSpec()), measured):
        assert request_from_json(result.spec.canonical) == result.spec
        assert store.save(result.spec, result)
        again = store.load(result.spec)
        for name, value in vars(result).items():
            if isinstance(value, np.ndarray):
                np.testing.assert_array_equal(getattr(again, name), value)
    assert again.n_candidates == measured.n_candidates
