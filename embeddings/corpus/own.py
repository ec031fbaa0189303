"""A text that somebody brings: kept in the cache folder under a name made of its digest."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from embeddings.caching import cache_folder
from embeddings.corpus.text import split_sentences
from embeddings.errors import UserError

LARGEST = 20_000_000
"""Bytes that a text may have; the packaged one has about as many."""

LONGEST = 1_000
"""Words after which a sentence ends, whether or not there is a full stop."""

_NAME = re.compile("text-[0-9a-f]{20}")


def keep(text: str | bytes) -> str:
    """Keep a text on this machine, and return the name by which the corpus of it can be read.

    The same text has the same name. Whoever knows the name can have it read: it is a secret as far
    as the text is one.

    Raises
    ------
    UserError
        If it is empty, no UTF-8, too large, or cannot be written.
    """
    content = _decoded(text).encode()
    name = f"text-{hashlib.sha256(content).hexdigest()[:20]}"
    path = _path(name)
    if path.is_file():
        return name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{name}.{uuid4().hex}.part")
        try:
            part.write_bytes(content)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or error
        raise UserError(f"The text could not be kept in {path.parent}: {reason}.") from error
    return name


def _decoded(text: str | bytes) -> str:
    if len(text) > LARGEST:
        raise UserError(
            f"The text has {len(text):,} bytes, and may have {LARGEST:,}: give a part of it."
        )
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise UserError(
                f"The file is no text in UTF-8 (byte {error.start:,}): save it as UTF-8 text."
            ) from error
    text = text.encode("utf-8", "replace").decode()  # half of a pair of surrogates is no letter
    if not text.strip():
        raise UserError("The text is empty: paste one, or choose a file.")
    return text


def is_name(name: str) -> bool:
    """Whether this has the form of an own text's name."""
    return _NAME.fullmatch(name) is not None


def is_kept(name: str) -> bool:
    """Whether this is the name of an own text that is on this machine."""
    return is_name(name) and _path(name).is_file()


def documents(name: str) -> Iterator[tuple[str, Iterator[str]]]:
    """Yield each paragraph, which ends at an empty line, with its sentences."""
    text = _path(name).read_text(encoding="utf-8")
    for number, paragraph in enumerate(re.split(r"\n\s*\n", text), 1):
        yield f"paragraph {number}", _sentences(paragraph)


def _sentences(paragraph: str) -> Iterator[str]:
    for sentence in split_sentences(" ".join(paragraph.split())):
        words = sentence.split(" ")
        for start in range(0, len(words), LONGEST):
            yield " ".join(words[start : start + LONGEST])


def _path(name: str) -> Path:
    return cache_folder() / "texts" / f"{name}.txt"
