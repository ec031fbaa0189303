"""671 people who rated films: MovieLens, the small set of 2016; numbers without names."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from embeddings.collections import Collection, Items
from embeddings.collections._movielens import (
    MODULE,
    PACKAGE,
    SOURCE,
    SOURCE_URL,
    TERMS,
    MovieLens,
)
from embeddings.collections._movielens import read as read_ratings
from embeddings.types import Column, Progress

PRIOR = 5.0
"""So many films liked as everybody likes them are added to each person's: few say little."""


def read(progress: Progress) -> Items:
    """Read how much and how high each person rated, and the genre that is most their own."""
    data = read_ratings()
    progress(0.5, "Reading the people")
    n = len(data.people)
    ratings = np.bincount(data.person, minlength=n).astype(np.float64)
    mean = np.bincount(data.person, weights=data.stars, minlength=n) / ratings
    names, values = favourites(data)
    progress(1.0, "Done")
    return Items(
        tuple(f"person {number}" for number in data.people.tolist()),
        (
            Column("Favourite genre", values, names),
            Column("Ratings", ratings),
            Column("Mean rating", mean.round(2)),
        ),
    )


def favourites(data: MovieLens) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Return the genres, and for each person the one liked most beyond what everybody likes."""
    names = tuple(sorted({genre for listed in data.genres for genre in listed}))
    has = np.zeros((len(data.titles), len(names)))
    for film, listed in enumerate(data.genres):
        has[film, [names.index(genre) for genre in listed]] = 1
    liked = np.zeros((len(data.people), len(names)))
    np.add.at(liked, data.person[data.liked], has[data.film[data.liked]])
    share = liked.sum(axis=0) / liked.sum()
    own = (liked + PRIOR * share) / (liked.sum(axis=1, keepdims=True) + PRIOR)
    return names, np.argmax(own / share, axis=1).astype(np.int32)


COLLECTION = Collection(
    key="people",
    label="671 people who rate films",
    kind="people",
    noun="person",
    nouns="people",
    source=SOURCE,
    source_url=SOURCE_URL,
    terms=TERMS,
    read=read,
    first="people-als",
    needs=((MODULE, PACKAGE),),
)
