"""The folder where results are kept that this machine computed, and those of what people bring.

What somebody brings lies in a folder of its own, with everything that is made from it: so all of
it goes at once. ``own/kept`` holds what stays, ``own/visits/<server>`` what goes with a visit, and
``own/visits/typed`` what was made from sentences that were typed into a page.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

OWN = re.compile("own-[0-9a-f]{20}")
"""The name of something that somebody brought; what has not this form is never used as a path."""

TYPED = "typed"

MARKS = ("title.json", "upload.json")
"""Written last into such a folder: of a source, and of files that were not read yet."""


def cache_folder() -> Path:
    """Return the cache folder, made or not: ``$LSE_CACHE``, or the platform's for this user."""
    chosen = os.environ.get("LSE_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    import platformdirs

    return platformdirs.user_cache_path("latent-space-explorer", appauthor=False)


def kept_place(cache: Path | None = None) -> Path:
    """Return the folder of what people brought to stay."""
    return _own(cache) / "kept"


def visits_place(cache: Path | None = None) -> Path:
    """Return the folder that has one for each running server, of what goes with its visitors."""
    return _own(cache) / "visits"


def typed_place(cache: Path | None = None) -> Path:
    """Return the folder of what was made from sentences that visitors typed."""
    return visits_place(cache) / TYPED


def own_folder(name: str, cache: Path | None = None) -> Path | None:
    """Return the folder of something that somebody brought, or None if it is not here (any more).

    Where it is here twice, to stay and for a visit, it is that of the visit.
    """
    if not OWN.fullmatch(name):
        return None
    try:
        visits: Iterable[Path] = sorted(visits_place(cache).iterdir())
    except OSError:
        visits = ()
    places = (*visits, kept_place(cache))
    there = (place / name for place in places)
    return next((f for f in there if any((f / mark).is_file() for mark in MARKS)), None)


def private_folder(names: Iterable[str], cache: Path | None = None) -> Path | None:
    """Return where to keep what was made from these; None if one of them is not here.

    It goes with the first of them that goes: with one of a visit rather than one that stays.
    """
    folders = [own_folder(name, cache) for name in sorted(names)]
    if not folders or None in folders:
        return None
    stays = kept_place(cache)
    there = [folder for folder in folders if folder is not None]
    return min(there, key=lambda folder: (folder.parent == stays, folder.name))


def _own(cache: Path | None) -> Path:
    return (cache_folder() if cache is None else cache) / "own"
