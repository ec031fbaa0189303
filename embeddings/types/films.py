"""Who rated which film, and how well methods find again what was held out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from embeddings.types.requests import HeldOutSpec, RatingsSpec
from embeddings.types.tables import read_only

LIKED = 4.0
"""Somebody liked a film who gave it so many of five stars, or more."""

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""How much popularity counts, beside closeness, where methods are measured."""


@dataclass(frozen=True, eq=False)
class Likes:
    """Who liked which film, in the order of time.

    Attributes
    ----------
    person, film : int32 arrays of shape (n_likes,)
    n_people, n_films : how many there are of both
    """

    person: NDArray[np.int32]
    film: NDArray[np.int32]
    n_people: int
    n_films: int

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """How many people like each film."""
        return np.bincount(self.film, minlength=self.n_films)

    @cached_property
    def matrix(self) -> sp.csr_array:
        """1 where a person likes a film: float32 of shape (n_people, n_films)."""
        ones = np.ones(len(self.film), np.float32)
        shape = (self.n_people, self.n_films)
        return sp.csr_array(sp.coo_array((ones, (self.person, self.film)), shape=shape))

    def of(self, person: int) -> NDArray[np.int32]:
        """Return the films that a person likes, the one rated first first."""
        return self.film[self.person == person]


@dataclass(frozen=True, eq=False)
class Ratings:
    """Every rating, in the order of time; people and films are rows of their vocabularies.

    Attributes
    ----------
    person, film : int32 arrays of shape (n_ratings,)
    stars : float32 array of shape (n_ratings,), from 0.5 to 5
    """

    person: NDArray[np.int32]
    film: NDArray[np.int32]
    stars: NDArray[np.float32]
    n_people: int
    n_films: int
    spec: RatingsSpec

    def __post_init__(self) -> None:
        for name, dtype, below in (
            ("person", np.int32, self.n_people),
            ("film", np.int32, self.n_films),
            ("stars", np.float32, 6),
        ):
            array = np.asarray(getattr(self, name), dtype)
            if array.shape != self.person.shape or not len(array):
                raise ValueError(f"{name} has shape {array.shape}, expected {self.person.shape}")
            if not 0 <= array.min() <= array.max() < below:
                raise ValueError(f"{name} lies outside what there is")
            object.__setattr__(self, name, read_only(array))

    @cached_property
    def likes(self) -> Likes:
        """The ratings that say that somebody liked a film."""
        liked = self.stars >= LIKED
        return Likes(self.person[liked], self.film[liked], self.n_people, self.n_films)

    @cached_property
    def stars_by_person(self) -> sp.csr_array:
        """The stars that a person gave a film: float32 of shape (n_people, n_films)."""
        shape = (self.n_people, self.n_films)
        return sp.csr_array(sp.coo_array((self.stars, (self.person, self.film)), shape=shape))


@dataclass(frozen=True, eq=False)
class HeldOut:
    """What a method recommends to people whose last liked film it has not seen.

    Attributes
    ----------
    people : int32 array of shape (n,), those with at least two liked films
    held : int32 array of shape (n,), the film that each liked last
    ranks : int32 array of shape (len(SHARES), n)
        How many films are recommended before it, for each share of popularity; -1 where it cannot
        be recommended, as too few others like it.
    shown : int32 array of shape (len(SHARES), n, k), the films that are recommended, the best first
    counts : int32 array of shape (n_films,), how many people like each, without what is held out
    n_candidates : how many films can be recommended
    seconds : how long learning took
    """

    people: NDArray[np.int32]
    held: NDArray[np.int32]
    ranks: NDArray[np.int32]
    shown: NDArray[np.int32]
    counts: NDArray[np.int32]
    n_candidates: int
    seconds: float
    spec: HeldOutSpec

    def __post_init__(self) -> None:
        n, k = len(self.people), self.spec.k
        shapes = {"held": (n,), "ranks": (len(SHARES), n), "shown": (len(SHARES), n, k)}
        for name in ("people", "held", "ranks", "shown", "counts"):
            array = np.asarray(getattr(self, name), np.int32)
            if array.shape != shapes.get(name, array.shape):
                raise ValueError(f"{name} has shape {array.shape}, expected {shapes[name]}")
            object.__setattr__(self, name, read_only(array))
        if self.shown.size and not 0 <= self.shown.min() <= self.shown.max() < len(self.counts):
            raise ValueError("a film lies outside the list")
