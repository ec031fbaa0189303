"""Whom to follow: people who like what a made-up person likes, found by vectors.

A new person is not trained: their few likes are *folded in*, with all that was learned kept as it
is. How depends on the method, and is exact for what it learned by least squares or by an SVD.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings import methods
from embeddings.errors import UserError
from embeddings.types import LIKED, EmbeddingTable, Likes, Ratings, Spec

SHOWN = 10
"""How many people are shown."""

SHARED = 5
"""How many films are told of each."""

SMOOTHING = 0.75
"""Of the films' counts in PPMI, as `methods.cooccurrence.ppmi` has it."""

WANTED = 12
"""How many ratings describe somebody well enough."""

FILMS_OF = {"people-als": "films-als", "people-walks": "films-walks"}
"""For each method whose people and films lie in one space the method for the films."""


def needed(method: str) -> tuple[Spec, ...]:
    """Return the tables that a method for people needs to find people like a new one."""
    tables = [methods.get(method).spec("people")]
    if method in FILMS_OF:
        tables.append(methods.get(FILMS_OF[method]).spec("films"))
    return tuple(tables)


@dataclass(frozen=True, eq=False)
class People:
    """The people of one method, ready to be compared with a new one.

    Attributes
    ----------
    rows : int64 array of shape (n,), rows of the people's vocabulary
    vectors : float32 array of shape (n, dimensions)
    films : int64 array of shape (n_films_known,), rows of the films that the method knows
    film_vectors : float32 array of shape (n_films_known, dimensions), what a new person's likes
        are multiplied with
    shares : float64 array of shape (n_films_known,), of the films' counts in PPMI; else empty
    spec : of the people's table
    """

    rows: NDArray[np.int64]
    vectors: NDArray[np.float32]
    films: NDArray[np.int64]
    film_vectors: NDArray[np.float32]
    shares: NDArray[np.float64]
    spec: Spec

    @property
    def units(self) -> NDArray[np.float32]:
        """The people's vectors brought to length 1."""
        return _unit(self.vectors)


def people_of(
    table: EmbeddingTable,
    names: Mapping[str, int],
    likes: Likes,
    of_films: EmbeddingTable | None = None,
    titles: Mapping[str, int] | None = None,
) -> People:
    """Return the people of a method's table.

    Parameters
    ----------
    names, titles : the row of each person, and of each film
    of_films : the films' table of the same space, for methods that have one
    """
    rows = np.array([names[word] for word in table.words], np.int64)
    vectors = np.asarray(table.vectors, np.float32)
    if of_films is not None:
        assert titles is not None
        films = np.array([titles[word] for word in of_films.words], np.int64)
        found = np.asarray(of_films.vectors, np.float32)
        return People(rows, vectors, films, found, np.empty(0), table.spec)
    films = np.flatnonzero(likes.counts >= table.spec["min_likes"])
    weights = likes.counts[films].astype(np.float64) ** SMOOTHING
    shares = weights / weights.sum()
    liked = likes.matrix[rows][:, films].tocoo()
    row, column = liked.coords
    n_liked = np.bincount(row, minlength=len(rows))
    values = np.maximum(-np.log(n_liked[row] * shares[column]), 0)
    # The table is U S V' and the people U sqrt(S); so its columns are V sqrt(S) = M' P / S.
    columns = np.zeros((len(films), vectors.shape[1]))
    np.add.at(columns, column, values[:, None] * vectors[row])
    columns /= (vectors.astype(np.float64) ** 2).sum(axis=0)
    return People(rows, vectors, films, columns.astype(np.float32), shares, table.spec)


def fold_in(people: People, liked: Sequence[int]) -> NDArray[np.float64] | None:
    """Return the vector of somebody who likes these films; None if the method knows none of them.

    ALS: the least squares that gave all people their vectors, with the films fixed (Hu, Koren and
    Volinsky 2008, equation 4). PPMI and SVD: the person's row of the table, weighted and expressed
    in the patterns found. Walks: the mean of the liked films, which lie in the same space.
    """
    places = np.flatnonzero(np.isin(people.films, list(liked)))
    if not len(places):
        return None
    chosen = people.film_vectors[places].astype(np.float64)
    if people.spec.method == "people-als":
        alpha, every = people.spec["alpha"], people.film_vectors.astype(np.float64)
        held = people.spec["regularization"] * np.eye(every.shape[1])
        left = every.T @ every + (alpha - 1) * chosen.T @ chosen + held
        return np.asarray(np.linalg.solve(left, alpha * chosen.sum(axis=0)))
    if people.spec.method == "people-cooccurrence":
        weights = np.maximum(-np.log(len(places) * people.shares[places]), 0)
        strengths = (people.vectors.astype(np.float64) ** 2).sum(axis=0)
        return np.asarray(weights @ chosen / strengths)
    return np.asarray(_unit(chosen).mean(axis=0))


@dataclass(frozen=True)
class Alike:
    """Somebody like a new person.

    Attributes
    ----------
    person : row of the people's vocabulary
    cosine : of their vectors
    both_like : films that both like, those first that fewest others like
    differ : films that one likes and the other gave two stars less or fewer
    unseen : films that this person likes and the new one has not rated, their best first
    both_rated : how many films both have rated
    """

    person: int
    cosine: float
    both_like: tuple[int, ...]
    differ: tuple[int, ...]
    unseen: tuple[int, ...]
    both_rated: int


def alike(
    people: People, ratings: Ratings, rated: Mapping[int, float], k: int = SHOWN
) -> tuple[Alike, ...]:
    """Return the people whose vectors point most nearly the same way, the nearest first.

    Parameters
    ----------
    rated : stars of the new person, by the row of the film
    """
    liked = [film for film, stars in rated.items() if stars >= LIKED]
    vector = fold_in(people, liked)
    if vector is None or not np.linalg.norm(vector):
        return ()
    cosines = people.units @ (vector / np.linalg.norm(vector))
    order = np.argsort(-cosines, kind="stable")[:k]
    return tuple(
        explain(int(people.rows[row]), float(cosines[row]), ratings, rated) for row in order
    )


def explain(person: int, cosine: float, ratings: Ratings, rated: Mapping[int, float]) -> Alike:
    """Say what somebody has in common with a new person, and what not."""
    row = ratings.stars_by_person[[person]].tocoo()
    theirs = dict(zip(row.coords[1].tolist(), row.data.tolist(), strict=True))
    counts = ratings.likes.counts
    shared = sorted(set(theirs) & set(rated), key=lambda film: (counts[film], film))
    unseen = [film for film, stars in theirs.items() if film not in rated and stars >= LIKED]
    return Alike(
        person,
        cosine,
        tuple(film for film in shared if min(theirs[film], rated[film]) >= LIKED),
        tuple(
            film
            for film in shared
            if max(theirs[film], rated[film]) >= LIKED and abs(theirs[film] - rated[film]) >= 2
        ),
        tuple(sorted(unseen, key=lambda film: (-theirs[film], -counts[film]))[:SHARED]),
        len(shared),
    )


def found_again(people: People, likes: Likes, given: int = WANTED) -> tuple[float, int]:
    """Describe each person by the films they liked last, and see if they themselves are nearest.

    Returns
    -------
    share of the people who are the one nearest, and how many were asked: those who like more films
    """
    right = asked = 0
    units = people.units
    for row, person in enumerate(people.rows.tolist()):
        films = likes.of(person)
        if len(films) <= given:
            continue
        asked += 1
        vector = fold_in(people, films[-given:].tolist())
        right += vector is not None and int(np.argmax(units @ vector)) == row
    return (right / asked if asked else 0.0), asked


def check_rated(rated: Mapping[int, float]) -> str | None:
    """Say what is wrong with a made-up person's ratings, if anything is."""
    if not rated:
        return "Nothing is rated yet: rate a dozen films."
    if not any(stars >= LIKED for stars in rated.values()):
        return (
            "Nothing is liked: people are found by the films they like, those with four stars or "
            "more. Give one at least four."
        )
    if len(rated) >= WANTED // 2 and all(stars >= LIKED for stars in rated.values()):
        return "Everything is liked: then only the choice of films says who you are, not the stars."
    return None


def _unit(vectors: NDArray[np.floating]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def is_like(stars: float) -> bool:
    """Whether so many stars say that somebody likes a film."""
    return stars >= LIKED


def stars(text: str) -> float:
    """Read a number of stars, from half a star to five.

    Raises
    ------
    UserError
        If it is none.
    """
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not 0.5 <= value <= 5 or value * 2 != int(value * 2):
        raise UserError(f"{text[:20]!r} is no number of stars: give 0.5 to 5, in halves.")
    return value
