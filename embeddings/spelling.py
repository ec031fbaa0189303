"""Which of many words are spelt nearly like one that is not among them, without trying all."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable
from itertools import islice

MOST = 20_000
"""Words that are compared: the first ones, which in most lists are the most frequent."""

LONGEST = 30
"""Characters of a word that can have been misspelt; what is longer is no word."""

ALIKE = 0.75
"""Least similarity, twice the matching characters over all characters of both."""

APART = 2
"""Characters by which the lengths may differ."""


class Spellings:
    """Words, in order of how likely they are meant, by their first letter and length."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_start: dict[tuple[str, int], list[str]] = defaultdict(list)
        self._folded: dict[str, str] = {}
        for word in islice(words, MOST):
            if 0 < len(word) <= LONGEST:
                folded = word.casefold()
                if self._folded.setdefault(folded, word) is word:
                    self._by_start[folded[0], len(folded)].append(folded)

    def near(self, word: str, n: int = 2) -> tuple[str, ...]:
        """Return up to ``n`` words that may have been meant: that one in other capitals, or alike.

        A first letter that is missing or exchanged with the second is looked for; another one
        that is wrong is not.
        """
        folded = word.casefold()
        if not 0 < len(folded) <= LONGEST:
            return ()
        if folded in self._folded:
            return (self._folded[folded],) if self._folded[folded] != word else ()
        lengths = range(max(1, len(folded) - APART), len(folded) + APART + 1)
        able = [
            other
            for first in dict.fromkeys(folded[:2])
            for length in lengths
            for other in self._by_start.get((first, length), ())
            # A phrase is no word, however few letters set it apart.
            if other.count(" ") == folded.count(" ")
        ]
        found = difflib.get_close_matches(folded, able, n, ALIKE)
        return tuple(self._folded[other] for other in found)
