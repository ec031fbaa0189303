"""Vectors of gensim-data by their names there, as `gensim.downloader` fetches them, but no code.

gensim's own downloader fetches a Python file with each set and runs it. Here nothing is fetched but
the list of what there is and the compressed vectors, which must have the checksum of the list.
"""

from __future__ import annotations

import hashlib
import json
import re
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

from embeddings.errors import UnknownName, UserError
from embeddings.sources.limits import MEGABYTE, Limits
from embeddings.types import Progress, no_progress

PREFIX = "gensim:"
LIST = "https://raw.githubusercontent.com/RaRe-Technologies/gensim-data/master/list.json"
FILES = "https://github.com/RaRe-Technologies/gensim-data/releases/download"
"""Where `gensim.downloader` looks too."""

MENDED = ("repeated", "empty")
"""Repairs that are made without a question: nobody can change these files."""

SECONDS = 15
"""How long an answer is waited for."""

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_LONGEST_LIST = 4 * MEGABYTE
_MOST_PARTS = 10
_BLOCK = 2**18


def named(text: str) -> str:
    """Return the name after "gensim:"; "" where the text names something else.

    Raises
    ------
    UserError
        If it can be no name.
    """
    if not text.lower().startswith(PREFIX):
        return ""
    name = text[len(PREFIX) :].strip()
    if not _NAME.fullmatch(name) or ".." in name:
        raise UserError(
            f"{text[:60]!r} is not the name of vectors of gensim: write one such as "
            "gensim:glove-wiki-gigaword-50."
        )
    return name


def fetch(name: str, into: Path, limits: Limits, progress: Progress = no_progress) -> None:
    """Fetch the compressed vectors of a name into a file.

    Raises
    ------
    UserError
        If there are none of that name, they are too large, damaged, or cannot be fetched.
    Cancelled
        If ``progress`` says so.
    """
    progress(0.0, "Asking for the list of gensim-data")
    about = _about(name)
    try:
        sums = _checksums(about)
        size = int(about.get("file_size", 0))
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(f"The list of gensim-data does not say how to check {name!r}.") from error
    if size > limits.upload:
        raise _too_large(name, size, limits)
    done = 0
    with into.open("wb") as file:
        for i, expected in enumerate(sums):
            part = f"_{i:02d}" if len(sums) > 1 else ""
            found = hashlib.md5(usedforsecurity=False)
            with _Asked(f"{FILES}/{name}/{name}.gz{part}", name) as answer:
                while block := answer.read(_BLOCK):
                    done += len(block)
                    if done > limits.upload:
                        raise _too_large(name, done, limits)
                    found.update(block)
                    file.write(block)
                    said = f"Fetching {name}, {size / 1e6:,.0f} MB"
                    progress(min(1.0, done / size) if size else 0.0, said)
            if found.hexdigest() != expected:
                raise UserError(
                    f"{name!r} arrived damaged: its checksum is another one. Try again."
                )


def _about(name: str) -> Mapping[str, Any]:
    with _Asked(LIST, name) as answer:
        text = answer.read(_LONGEST_LIST)
    try:
        found = json.loads(text)
        known, texts = dict(found["models"]), dict(found["corpora"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UserError(f"The list of gensim-data at {LIST} cannot be read.") from error
    if name in texts:
        raise UserError(f"{name!r} is a text of gensim-data, and not vectors.")
    if name not in known or not isinstance(known[name], dict):
        raise UnknownName("set of vectors in gensim-data", name, known)
    return known[name]


def _checksums(about: Mapping[str, Any]) -> list[str]:
    parts = int(about.get("parts", 1))
    if not 1 <= parts <= _MOST_PARTS:
        raise ValueError(parts)
    names = [f"checksum-{i}" for i in range(parts)] if parts > 1 else ["checksum"]
    return [str(about[each]) for each in names]


def _too_large(name: str, size: int, limits: Limits) -> UserError:
    return UserError(
        f"{name!r} has {size / 1e6:,.0f} MB; at most {limits.upload / 1e6:,.0f} can be brought "
        "(LSE_UPLOAD_MB)."
    )


class _NoOtherWay(urllib.request.HTTPRedirectHandler):
    """Goes on to where an answer sends it, but by the same protocol."""

    def redirect_request(
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, to: str
    ) -> Any:
        if urlsplit(to).scheme != urlsplit(req.full_url).scheme:
            raise OSError("it was sent on by another protocol")
        return super().redirect_request(req, fp, code, msg, headers, to)


class _Asked:
    """An answer that is read; whatever fails about the network is one line for the person."""

    def __init__(self, address: str, name: str) -> None:
        self.address, self.name = address, name
        self.answer: IO[bytes] | None = None

    def __enter__(self) -> _Asked:
        try:
            opener = urllib.request.build_opener(_NoOtherWay)
            self.answer = opener.open(self.address, timeout=SECONDS)
        except (OSError, HTTPException, ValueError) as error:
            raise self._failed(error) from error
        return self

    def read(self, n: int) -> bytes:
        """Return at most so many bytes, b"" at the end."""
        assert self.answer is not None
        try:
            return self.answer.read(n)
        except (OSError, HTTPException) as error:
            raise self._failed(error) from error

    def __exit__(self, *_: object) -> None:
        if self.answer is not None:
            self.answer.close()

    def _failed(self, error: Exception) -> UserError:
        if isinstance(error, HTTPError):
            return UserError(
                f"gensim:{self.name} could not be fetched: {self.address} answers {error.code}."
            )
        return UserError(
            f"gensim:{self.name} could not be fetched from {urlsplit(self.address).netloc}: it "
            "needs a network, and there is none, or nobody answers."
        )
