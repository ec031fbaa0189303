"""9,066 films that 671 people rated: MovieLens, the small set of 2016."""

from __future__ import annotations

from collections import Counter

import numpy as np

from embeddings.collections import Collection, Items
from embeddings.collections._movielens import MODULE, PACKAGE, SOURCE, SOURCE_URL, TERMS
from embeddings.collections._movielens import read as read_ratings
from embeddings.types import Column, Progress

FIRST_DECADE = 1930
"""The few films from before it stand together."""


def read(progress: Progress) -> Items:
    """Read the titles, and of each film its rarest genre, its decade, and how it was rated."""
    data = read_ratings()
    progress(0.5, "Reading the films")
    n = len(data.titles)
    ratings = np.bincount(data.film, minlength=n).astype(np.float64)
    mean = np.bincount(data.film, weights=data.stars, minlength=n) / ratings
    progress(1.0, "Done")
    return Items(
        data.titles,
        (
            _genre(data.genres),
            _decade(data.years.tolist()),
            Column("Ratings", ratings),
            Column("Mean rating", mean.round(2)),
        ),
    )


def _genre(genres: tuple[tuple[str, ...], ...]) -> Column:
    """Return of each film the genre that fewest films have: "Western" says more than "Drama"."""
    often = Counter(genre for listed in genres for genre in listed)
    names = [name for name, _ in often.most_common()]
    values = [
        names.index(min(listed, key=lambda g: (often[g], g))) if listed else -1 for listed in genres
    ]
    return Column("Genre", np.array(values, np.int32), tuple(names))


def _decade(years: list[int]) -> Column:
    decades = [max(year // 10 * 10, FIRST_DECADE - 10) if year else 0 for year in years]
    known = sorted({decade for decade in decades if decade})
    names = tuple(f"{d}s" if d >= FIRST_DECADE else f"before {FIRST_DECADE}" for d in known)
    values = [known.index(decade) if decade else -1 for decade in decades]
    return Column("Decade", np.array(values, np.int32), names)


COLLECTION = Collection(
    key="films",
    label="9,066 films",
    kind="films",
    noun="film",
    nouns="films",
    source=SOURCE,
    source_url=SOURCE_URL,
    terms=TERMS,
    read=read,
    first="films-als",
    needs=((MODULE, PACKAGE),),
)
