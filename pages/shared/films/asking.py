"""The addresses of both pages: ``?liked=Alien (1979)|Heat (1995)&popularity=25&on=films-als``.

Titles stand there as people read them; what is no film costs one line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from embeddings import methods
from embeddings.applications import films, people
from embeddings.errors import UserError
from embeddings.types import SHARES
from pages.shared import offers

PAGE, PEOPLE = "films", "people"
POPULARITY = tuple(round(100 * share) for share in SHARES)
NONE = "-"
"""In an address: nothing is liked. Without it, what is shown first."""

BETWEEN = "|"
LONGEST = 4_000
"""Characters of an address that are read."""

LIKED = ("Alien (1979)", "Blade Runner (1982)", "The Matrix (1999)")
RATED = (
    *(("Alien (1979)", 5.0), ("Blade Runner (1982)", 5.0), ("The Matrix (1999)", 4.0)),
    *(("The Terminator (1984)", 4.0), ("Brazil (1985)", 5.0), ("Fargo (1996)", 4.0)),
    *(("Forrest Gump (1994)", 2.0), ("Titanic (1997)", 1.0), ("The Godfather (1972)", 4.0)),
    *(
        ("Toy Story (1995)", 3.0),
        ("Independence Day (a.k.a. ID4) (1996)", 2.0),
    ),
    *(("Monty Python and the Holy Grail (1975)", 5.0),),
)


@dataclass(frozen=True)
class Asking:
    """What somebody wants to know.

    Attributes
    ----------
    liked : rows of the films that are liked
    popularity : how many percent it counts
    on : the method whose map is shown
    film : row of the film that is looked at; None for all that are recommended
    """

    liked: tuple[int, ...] = ()
    popularity: int = 25
    on: str = "films-als"
    film: int | None = None

    @property
    def share(self) -> float:
        """How much popularity counts, from 0 to 1."""
        return self.popularity / 100


def read(query: Mapping[str, str], titles: tuple[str, ...]) -> tuple[Asking, tuple[str, ...]]:
    """Return what a query asks for, and one line for each thing wrong in it."""
    problems: list[str] = []
    given = query.get("liked", BETWEEN.join(LIKED))[:LONGEST]
    liked = _rows([] if given == NONE else given.split(BETWEEN), titles, problems)
    default = Asking()
    popularity, on = default.popularity, query.get("on", default.on)
    if (text := query.get("popularity", str(popularity))) in map(str, POPULARITY):
        popularity = int(text)
    else:
        valid = tuple(map(str, POPULARITY))
        problems.append(f"{offers.unknown('share of popularity', text, valid)} Showing 25.")
    if on not in (known := methods.available("films")):
        problems.append(f"{offers.unknown('method', on, tuple(known))} Showing {default.on}.")
        on = default.on
    film = _rows([query["film"]], titles, problems) if query.get("film") else ()
    return Asking(liked, popularity, on, film[0] if film else None), tuple(problems)


def _rows(given: list[str], titles: tuple[str, ...], problems: list[str]) -> tuple[int, ...]:
    found: dict[int, None] = {}
    for title in filter(str.strip, given):
        try:
            found[films.find(title, titles)] = None
        except UserError as problem:
            problems.append(str(problem))
    return tuple(found)


def write(asking: Asking, titles: tuple[str, ...]) -> dict[str, str]:
    """Return the query that stands for it; what is as usual is left out."""
    default, query = Asking(), {}
    liked = BETWEEN.join(titles[row] for row in asking.liked)
    if liked != BETWEEN.join(LIKED):
        query["liked"] = liked or NONE
    for name in ("popularity", "on"):
        if (value := getattr(asking, name)) != getattr(default, name):
            query[name] = str(value)
    if asking.film is not None:
        query["film"] = titles[asking.film]
    return query


def look_at(asking: Asking, on: str, film: int) -> Asking:
    """Return what asks why a method recommends a film."""
    return replace(asking, on=on, film=film)


@dataclass(frozen=True)
class Rating:
    """A made-up person: stars by the row of a film, 0 where none are given yet."""

    stars: Mapping[int, float]
    on: str = "people-als"

    @property
    def rated(self) -> dict[int, float]:
        """The stars that are given."""
        return {film: stars for film, stars in self.stars.items() if stars}


def read_rating(
    query: Mapping[str, str], titles: tuple[str, ...]
) -> tuple[Rating, tuple[str, ...]]:
    """Return the person that a query describes, and one line for each thing wrong in it."""
    problems: list[str] = []
    given = query.get("rated", _rated(RATED))[:LONGEST]
    stars: dict[int, float] = {}
    for part in [] if given == NONE else filter(str.strip, given.split(BETWEEN)):
        title, colon, value = part.rpartition(":")
        try:
            row = films.find(title if colon else part, titles)
            stars[row] = people.stars(value) if colon and value != "0" else 0.0
        except UserError as problem:
            problems.append(str(problem))
    on = query.get("on", Rating.on)
    if on not in (known := methods.available("people")):
        problems.append(f"{offers.unknown('method', on, tuple(known))} Showing {Rating.on}.")
        on = Rating.on
    return Rating(stars, on), tuple(problems)


def write_rating(rating: Rating, titles: tuple[str, ...]) -> dict[str, str]:
    """Return the query that describes a person."""
    query = {}
    rated = _rated([(titles[row], stars) for row, stars in rating.stars.items()])
    if rated != _rated(RATED):
        query["rated"] = rated or NONE
    if rating.on != Rating.on:
        query["on"] = rating.on
    return query


def _rated(pairs: object) -> str:
    return BETWEEN.join(f"{title}:{stars:g}" for title, stars in pairs)  # type: ignore[attr-defined]
