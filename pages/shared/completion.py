"""Words for what somebody has begun to type, without a run of the page."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from pages.shared import access, own

SHOWN = 8
LAST = "\U0010ffff"
"""Sorts after every word that begins with what stands before it."""


@dataclass(frozen=True, eq=False)
class Completions:
    """The words of a vocabulary, in which beginnings can be looked up.

    Attributes
    ----------
    words : tuple of str, the most frequent first
    order : int32 array of shape (n_words,), their alphabetic order
    """

    words: tuple[str, ...]
    order: NDArray[np.int32]

    @classmethod
    def of(cls, words: tuple[str, ...]) -> Completions:
        """Sort the words."""
        return cls(words, np.array(sorted(range(len(words)), key=words.__getitem__), np.int32))

    def begin_with(self, typed: str, most: int = SHOWN) -> list[str]:
        """Return the most frequent words that begin so; the word itself comes first."""
        typed = typed.strip().lower()
        if not typed:
            return []
        low = bisect_left(self.order, typed, key=self._word)
        high = bisect_left(self.order, typed + LAST, lo=low, key=self._word)
        found = self.order[low:high]
        if len(found) > most:
            found = np.partition(found, most)[:most]
        frequent = np.sort(found).tolist()
        if low < high and self._word(self.order[low]) == typed:
            first = int(self.order[low])
            frequent = [first, *(word for word in frequent if word != first)]
        return [self.words[word] for word in frequent[:most]]

    def holding(self, typed: str, most: int = SHOWN) -> list[str]:
        """Return the first words that hold this anywhere; those that begin so come before them."""
        typed = " ".join(typed.split()).casefold()
        if not typed:
            return []
        found = [row for row, word in enumerate(self.folded) if typed in word]
        found.sort(key=lambda row: not self.folded[row].startswith(typed))
        return [self.words[row] for row in found[:most]]

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """The words as they are compared where capitals do not matter."""
        return tuple(word.casefold() for word in self.words)

    def _word(self, at: int) -> str:
        return self.words[at]


def of_vocabulary(name: str) -> Completions:
    """Return the completions of a vocabulary.

    Raises
    ------
    NotBuilt
        Where it is not built.
    UserError
        If it is that of what another visitor brought.
    """
    own.desk.check_name(name)
    return _of_vocabulary(name)


@lru_cache(maxsize=8)
def _of_vocabulary(name: str) -> Completions:
    return Completions.of(access.word_list(name).words)


own.desk.forget.append(lambda _: _of_vocabulary.cache_clear())
