"""What a word and what a sentence is, and many strings kept small."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from typing import overload

import numpy as np
from numpy.typing import NDArray

_LETTERS = str.maketrans(
    {"’": "'", "æ": "ae", "œ": "oe", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"}
)
# What GloVe's tokeniser splits off a word ("king's", "isn't", "we'll") is no alphabetic word.
_ENDING = re.compile(r"(?<=[a-z])(?:n't|'(?:s|d|ll|re|ve|m))(?![^\W_])")
_CONTRACTED = (("can't", "can"), ("won't", "will"), ("shan't", "shall"))
_RUN = re.compile(r"[^\W_]+")


def tokenize(text: str, every_script: bool = False) -> list[str]:
    """Return the words of a text: lower case, a to z only.

    Accents are folded ("Brontë" is "bronte", "Æsop" is "aesop"), as GloVe's plain spellings are
    the ones that vocabularies hold. Possessive and contracted endings fall away ("king's" is
    "king", "don't" is "do"), other apostrophes and hyphens separate. A run of letters and digits
    ("3rd", "b2b") is no word, nor is one in another script.

    Parameters
    ----------
    every_script : whether words in other scripts are words too, with the marks that belong to
        their letters; what no space or sign separates is one word
    """
    text = text.lower()
    is_foreign = False
    if not text.isascii():
        plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
        if every_script:
            text = _folded(plain)
            is_foreign = not text.isascii()
        else:
            text = "".join(c for c in plain if not unicodedata.combining(c)).lower()
    if "'" in text:
        for contracted, word in _CONTRACTED:
            text = text.replace(contracted, word)
        text = _ENDING.sub(" ", text)
    if is_foreign:
        return [run for run in _marked().findall(text) if _is_word(run)]
    return [run for run in _RUN.findall(text) if run.isascii() and run.isalpha()]


def _folded(plain: str) -> str:
    """Take the accents from Latin letters alone: in other scripts they make another letter."""
    kept, is_latin = [], False
    for c in plain:
        if not unicodedata.combining(c):
            is_latin = c.isascii()
            kept.append(c)
        elif not is_latin:
            kept.append(c)
    return unicodedata.normalize("NFC", "".join(kept)).lower()


@cache
def _marked() -> re.Pattern[str]:
    return re.compile(f"{letter_or_mark()}+")


@cache
def letter_or_mark() -> str:
    """Return the regular expression of a letter, a digit or a mark, as vowels are in India."""
    marks = "".join(c for c in map(chr, range(0x300, 0xFE30)) if _is_mark(c))
    return f"(?:[^\\W_]|[{re.escape(marks)}])"


def _is_mark(c: str) -> bool:
    return unicodedata.category(c).startswith("M")


def _is_word(run: str) -> bool:
    return run[0].isalpha() and all(c.isalpha() or _is_mark(c) for c in run)


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


_OTHER_END = re.compile(r"[.!?…][\"')\]»”]*\s+(?=[^\W\d_])|[。！？।؟۔]+[\"')\]»”]*\s*")


def split_other_sentences(text: str) -> list[str]:
    """Split a sentence further where one in another script begins, or a sign of it ends one.

    Scripts without capitals have no other mark than the full stop.
    """
    if text.isascii():
        return [text]
    pieces, start = [], 0
    for end in _OTHER_END.finditer(text):
        after = text[end.end() : end.end() + 1]
        # A small letter goes on ("т. е."), and English was split already.
        if after and (after.islower() or after.isascii()) and end[0][0] in ".!?…":
            continue
        pieces.append(text[start : end.end()].strip())
        start = end.end()
    return [piece for piece in (*pieces, text[start:].strip()) if piece]


def is_foreign(text: str) -> bool:
    """Whether a text has letters of another script than the Latin one."""
    return not text.isascii() and any(
        c.isalpha() and not c.isascii() and not unicodedata.name(c, "").startswith("LATIN")
        for c in text
    )


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
