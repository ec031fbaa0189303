"""Collections of things that are no words, one file each: what they are called, and what is known.

A file here that defines ``COLLECTION = Collection(...)`` is a collection. Its labels are a
vocabulary under the collection's key, its columns are colours and filters of every map, and the
methods that embed its things stand in the folder of `embeddings.methods` that is called as its
``kind``: so films, people and digits have maps, neighbours and comparisons as words have.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import MissingPackage, UnknownName
from embeddings.types import Column, Progress, no_progress


@dataclass(frozen=True, eq=False)
class Items:
    """The things of a collection, those first that a map should name first.

    Attributes
    ----------
    labels : tuple of str, length n_items
        Distinct, as people read them.
    columns : tuple of Column
        What is known of each: categories and numbers.
    pictures : uint8 array of shape (n_items, height, width), or None
        Each thing as a small picture, from 0 (paper) to 255 (ink).
    texts : tuple of str, length n_items, or None
        Each thing as it can be read.
    """

    labels: tuple[str, ...]
    columns: tuple[Column, ...] = ()
    pictures: NDArray[np.uint8] | None = None
    texts: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        n = len(self.labels)
        if len(set(self.labels)) != n:
            raise ValueError("the labels of a collection must be distinct")
        for column in self.columns:
            if column.values.shape != (n,):
                raise ValueError(f"{column.name} has shape {column.values.shape}, expected ({n},)")
        if self.pictures is not None and (self.pictures.ndim != 3 or len(self.pictures) != n):
            raise ValueError(f"pictures have shape {self.pictures.shape}, expected ({n}, h, w)")
        if self.texts is not None and len(self.texts) != n:
            raise ValueError(f"there are {len(self.texts)} texts, expected {n}")


@dataclass(frozen=True)
class Collection:
    """What a collection says of itself.

    Attributes
    ----------
    key : name in specs, URLs and commands
    label : name for people, with how many there are
    kind : which methods embed its things: the name of a folder of `embeddings.methods`
    noun, nouns : what one thing is called, and several
    source, source_url : who made the data, and where they are described
    terms : what may be done with them, in a sentence
    read : function of a progress that reads the things, from packages only
    first : key of the method whose map is shown first
    needs : import names of the packages that hold the data, each with the name to install it by
    has_pictures : whether its things have pictures
    """

    key: str
    label: str
    kind: str
    noun: str
    nouns: str
    source: str
    source_url: str
    terms: str
    read: Callable[[Progress], Items]
    first: str
    needs: tuple[tuple[str, str], ...] = ()
    has_pictures: bool = False


@cache
def available() -> Mapping[str, Collection]:
    """Return every collection found in this folder, by key, in the order of their keys."""
    names = [m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_")]
    found = [importlib.import_module(f"{__name__}.{name}") for name in names]
    every = [module.COLLECTION for module in found if hasattr(module, "COLLECTION")]
    return {each.key: each for each in sorted(every, key=lambda each: each.key)}


def is_name(name: str) -> bool:
    """Whether this is the key of a collection."""
    return name in available()


def get(key: str) -> Collection:
    """Return one collection.

    Raises
    ------
    UnknownName
        With the nearest valid names.
    """
    try:
        return available()[key]
    except KeyError:
        raise UnknownName("collection", key, available()) from None


@cache
def _read(key: str) -> Items:
    return get(key).read(no_progress)


def read(key: str) -> Items:
    """Return the things of a collection; a process reads them once.

    Raises
    ------
    UnknownName
        If there is no such collection.
    MissingPackage
        If a package that holds the data is not installed.
    """
    collection = get(key)
    for package, name in collection.needs:
        if importlib.util.find_spec(package) is None:
            raise MissingPackage(name, collection.label)
    return _read(key)
