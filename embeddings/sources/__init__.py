"""What people bring: words, texts, vectors, models, images; read with care, and kept apart.

A source has one name everywhere, made of the digest of its content and title: as the name of a
vocabulary it stands for its words, as that of a corpus for its text, as a method for its vectors,
or for what its model makes of words.
Images are a vocabulary with pictures.
Whoever knows the name can have it read: who may is settled where people ask (`pages.shared.own`).
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from uuid import uuid4

from embeddings.caching import OWN, kept_place, own_folder
from embeddings.errors import UserError
from embeddings.sources import content as contents
from embeddings.sources.content import Content

LONGEST_TITLE = 40
_NO_PART_OF_A_TITLE = re.compile(r"[^\w \-.()+']|_")

UPLOAD = "upload"
"""Name of the file in the folder of an upload, whatever the person calls it."""

GONE = "Those data are not here any more: bring them once more."


@dataclass(frozen=True)
class Source:
    """Something that somebody brought, and where it lies."""

    name: str
    title: str
    folder: Path
    content: Content

    @property
    def kind(self) -> str:
        """Whether it is "words", "text", "vectors", "model" or "images"."""
        return self.content.kind

    @property
    def dim(self) -> int:
        """How many numbers each vector has; 0 where there are none."""
        vectors = self.content.vectors
        return 0 if vectors is None else int(vectors.shape[1])


def is_name(name: str) -> bool:
    """Whether this has the form of a source's name."""
    return OWN.fullmatch(name) is not None


def is_here(name: str) -> bool:
    """Whether there is a source of this name, whoever it belongs to."""
    folder = own_folder(name)
    return folder is not None and (folder / "title.json").is_file()


def as_title(text: str) -> str:
    """Return a title that is plain wherever it appears: letters, digits, spaces and ``-.()+'``.

    Raises
    ------
    UserError
        If nothing is left of it.
    """
    title = " ".join(_NO_PART_OF_A_TITLE.sub(" ", text).split())[:LONGEST_TITLE].strip()
    if not title or is_name(title):
        raise UserError("Give it a name of letters or digits.")
    return title


def put(content: Content, title: str, place: Path | None = None) -> str:
    """Keep what somebody brought, and return its name.

    Parameters
    ----------
    content : what was read
    title : what it is called, see `as_title`
    place : folder of many sources; by default that of those which stay

    Raises
    ------
    UserError
        If it cannot be written.
    """
    place = kept_place() if place is None else place
    part = place / f"part-{uuid4().hex}"
    try:
        contents.save(content, part)
        return take_in(part, title, place)
    except OSError as error:
        reason = error.strerror or error
        raise UserError(f"The data could not be kept in {place}: {reason}.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def take_in(folder: Path, title: str, place: Path) -> str:
    """Make a source of a folder that `content.save` has written, which is moved; return its name.

    The same content under the same title has the same name, and what is there already stays.
    """
    title = as_title(title)
    name = f"own-{contents.digest(contents.load(folder), title)}"
    there = place / name
    if (there / "title.json").is_file():
        return name
    shutil.rmtree(there, ignore_errors=True)
    there.mkdir(parents=True)
    folder.rename(there / "source")
    # Last: the source is there when this is.
    (there / "title.json").write_text(json.dumps({"title": title}), encoding="utf-8")
    return name


def get(name: str) -> Source:
    """Return a source: its labels in memory, its vectors where they lie.

    Raises
    ------
    UserError
        If it is not here, or not any more.
    """
    folder = own_folder(name)
    if folder is None:
        raise UserError(GONE)
    return _get(name, folder)


@lru_cache(maxsize=6)
def _get(name: str, folder: Path) -> Source:
    try:
        content = contents.load(folder / "source", with_text=False)
        return Source(name, _title(folder), folder, content)
    except (OSError, ValueError, KeyError) as error:
        raise UserError(GONE) from error


def title(name: str) -> str:
    """Return what a source is called; its name where it is not here any more."""
    folder = own_folder(name)
    try:
        return name if folder is None else _title(folder)
    except (OSError, ValueError, KeyError):
        return name


def called(name: str) -> str:
    """Return the title of a source, or the name as it is where it is none of a source."""
    return title(name) if is_name(name) else name


def _title(folder: Path) -> str:
    return as_title(str(json.loads((folder / "title.json").read_text("utf-8"))["title"]))


def documents(name: str) -> Iterator[str]:
    """Yield the documents of a text, one at a time."""
    return contents.read_documents(get(name).folder / "source")


def forget(name: str) -> None:
    """Let go of what this process holds of a source in memory."""
    _get.cache_clear()


def remove(name: str, place: Path) -> None:
    """Remove a source from a place, and all that was made from it."""
    forget(name)
    if is_name(name):
        shutil.rmtree(place / name, ignore_errors=True)


def kept() -> tuple[str, ...]:
    """Return the names of the sources that stay on this computer, in the order of their titles."""
    try:
        found = [path.name for path in kept_place().iterdir() if is_here(path.name)]
    except OSError:
        return ()
    return tuple(sorted(found, key=lambda name: (title(name).lower(), name)))


def named(text: str) -> str:
    """Return the name of a kept source by its name or title.

    Raises
    ------
    UserError
        If there is none.
    """
    for name in kept():
        if text in (name, title(name)):
            return name
    known = ", ".join(title(name) for name in kept())
    advice = f"There are: {known}." if known else "Bring some with: python -m embeddings import"
    raise UserError(f"There are no data called {text[:60]!r}. {advice}")
