"""A text that somebody brings, read as the packaged ones are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from embeddings import sources
from embeddings.corpus.text import split_other_sentences, split_sentences
from embeddings.errors import UserError
from embeddings.sources.content import Content

LARGEST = 20_000_000
"""Bytes that a text may have; the packaged one has about as many."""

LONGEST = 1_000
"""Words after which a sentence ends, whether or not there is a full stop."""

TITLE = "Own text"

FORMAT = 1
"""Raised where own texts are read in another way: words in every script are words."""


def keep(text: str | bytes, title: str = TITLE, place: Path | None = None) -> str:
    """Keep a text on this machine, and return the name by which the corpus of it can be read.

    The same text under the same title has the same name. Whoever knows the name can have it read:
    it is a secret as far as the text is one.

    Parameters
    ----------
    text : whose paragraphs end at an empty line
    title : what people read for its name
    place : folder of many sources; by default that of those which stay

    Raises
    ------
    UserError
        If it is empty, no UTF-8, too large, or cannot be written.
    """
    paragraphs = (part.strip() for part in re.split(r"\n\s*\n", _decoded(text)))
    documents = tuple("\n".join(filter(None, part.split("\n"))) for part in paragraphs if part)
    return sources.put(Content("text", documents=documents), title, place)


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
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise UserError("The text is empty: paste one, or choose a file.")
    return text


def is_name(name: str) -> bool:
    """Whether this has the form of an own text's name."""
    return sources.is_name(name)


def is_kept(name: str) -> bool:
    """Whether this is the name of an own text that is on this machine."""
    return sources.is_here(name) and sources.get(name).kind == "text"


def documents(name: str) -> Iterator[tuple[str, Iterator[str]]]:
    """Yield each document (of a pasted text each paragraph) with its sentences."""
    for number, document in enumerate(sources.documents(name), 1):
        yield f"paragraph {number}", _sentences(document)


def _sentences(document: str) -> Iterator[str]:
    english = split_sentences(" ".join(document.split()))
    for sentence in (each for part in english for each in split_other_sentences(part)):
        words = sentence.split(" ")
        for start in range(0, len(words), LONGEST):
            yield " ".join(words[start : start + LONGEST])
