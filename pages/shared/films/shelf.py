"""What both pages recommend from, held ready in memory: a click asks no job and reads no file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from embeddings import methods
from embeddings.applications import films, people
from embeddings.applications.films import Space
from embeddings.applications.people import People
from embeddings.types import HeldOutSpec, Ratings, RatingsSpec, Request, Spec, VocabularySpec
from pages.shared import access, own

FIRST: tuple[Request, ...] = (VocabularySpec("films"), VocabularySpec("people"), RatingsSpec())
"""What there is no page without."""


def ready() -> bool:
    """Whether films, people and ratings are there."""
    return all(access.has(request) for request in FIRST)


def titles() -> tuple[str, ...]:
    """Return the titles of all films, those rated most often first."""
    return access.word_list("films").words


def names() -> tuple[str, ...]:
    """Return what the people are called."""
    return access.word_list("people").words


def ratings() -> Ratings:
    """Return every rating."""
    return access.ratings(RatingsSpec())


@dataclass(frozen=True, eq=False)
class Answer:
    """What one method recommends; ``films`` is None where its vectors are still to be made."""

    key: str
    label: str
    films: tuple[films.Recommended, ...] | None


POPULAR = Answer("popularity", "Popularity alone", ())
"""The baseline that methods must beat."""


def answers(liked: tuple[int, ...], share: float) -> list[Answer]:
    """Return what every method recommends, popularity first."""
    alone = films.recommend(_popular("ratings"), liked, 1.0)
    found = [Answer(POPULAR.key, POPULAR.label, alone)]
    for key, method in methods.available("films").items():
        among = space(key)
        films_of = None if among is None else films.recommend(among, liked, share)
        found.append(Answer(key, method.label, films_of))
    return found


def table(method: str) -> Spec:
    """Return the request for the vectors of a method with its usual settings."""
    return methods.get(method).spec("films")


def space(method: str) -> Space | None:
    """Return the films that a method can recommend, or None where they are still to be made."""
    spec = table(method)
    return _space(spec.key, spec) if access.has(spec) else None


def people_by(method: str) -> People | None:
    """Return the people of a method, or None where they are still to be made."""
    wanted = people.needed(method)
    return _people(wanted[0].key, wanted[0]) if all(map(access.has, wanted)) else None


def found_again(method: str) -> tuple[float, int]:
    """Return how often the method finds a person again by a dozen of their own films."""
    return _found_again(people.needed(method)[0].key, method)


def held_out() -> dict[str, HeldOutSpec]:
    """Return the measurement of each method."""
    return {key: films.spec(key) for key in methods.available("films")}


@own.cached(16)
def _space(key: str, _spec: Spec) -> Space:
    return films.space_of(access.fresh(_spec), access.word_list("films").index, ratings().likes)


@own.cached(2)
def _popular(key: str) -> Space:
    likes = ratings().likes
    rows = np.flatnonzero(likes.counts >= films.FEWEST)
    return films.space(rows, np.zeros((len(rows), 1), np.float32), likes)


@own.cached(8)
def _people(key: str, _spec: Spec) -> People:
    tables = [access.fresh(spec) for spec in people.needed(_spec.method)]
    return people.people_of(
        tables[0],
        access.word_list("people").index,
        ratings().likes,
        tables[1] if len(tables) > 1 else None,
        access.word_list("films").index,
    )


@own.cached(8)
def _found_again(key: str, _method: str) -> tuple[float, int]:
    of = people_by(_method)
    assert of is not None
    return people.found_again(of, ratings().likes)


def first() -> list[Request]:
    """Return what has to be made before there is a page."""
    return [request for request in FIRST if not access.has(request)]


def missing_for(method: str) -> list[Request]:
    """Return the vectors that a method for people still lacks."""
    return [spec for spec in people.needed(method) if not access.has(spec)]
