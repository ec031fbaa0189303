"""What a word and what a sentence is, and many strings kept small."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
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
