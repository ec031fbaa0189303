"""Formats of what people bring, one file each: how it is recognised, and how it is read.

A file here that defines ``FORMAT = Format(...)`` is a format: it is found by itself.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from embeddings.errors import UnknownName
from embeddings.sources.context import Reading


@dataclass(frozen=True)
class Format:
    """What a format says of itself.

    Attributes
    ----------
    key : name in options and commands
    label : name for people
    kinds : what it can hold, of "words", "text" and "vectors"; the likeliest first
    endings : of file names, with the dot, for people and where the content leaves a doubt
    recognise : function from (first bytes, expanded where gzip; the file's name) to how sure it
        is, from 0 to 1
    read : function that puts what it finds into the reading
    pair : whether a second file holds the words: "never", "always" or "may"
    """

    key: str
    label: str
    kinds: tuple[str, ...]
    endings: tuple[str, ...]
    recognise: Callable[[bytes, str], float]
    read: Callable[[Reading], None]
    pair: str = "never"


def named(name: str, endings: tuple[str, ...]) -> bool:
    """Whether a file's name ends so, compressed or not."""
    return name.lower().removesuffix(".gz").endswith(endings)


@cache
def available() -> Mapping[str, Format]:
    """Return every format found in this folder, by key."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
    found = [importlib.import_module(f"{__name__}.{name}").FORMAT for name in names]
    return {format.key: format for format in found}


def get(key: str) -> Format:
    """Return one format.

    Raises
    ------
    UnknownName
        With the nearest valid names.
    """
    try:
        return available()[key]
    except KeyError:
        raise UnknownName("format", key, available()) from None
