"""The published tests of meaning that gensim carries: analogies, and pairs judged by people.

- Google analogies (Mikolov, Chen, Corrado and Dean 2013): 19,544 questions in 14 sections.
- WordSim-353 (Finkelstein et al. 2002): 353 pairs, how related they are.
- SimLex-999 (Hill, Reichart and Korhonen 2015): 999 pairs, how alike they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.corpus import package_folder
from embeddings.errors import UserError

FILES = {"wordsim353": "wordsim353.tsv", "simlex999": "simlex999.txt"}
"""The lists of pairs, by name."""

ANALOGIES = "questions-words.txt"

Words4 = tuple[str, str, str, str]


@dataclass(frozen=True)
class Analogies:
    """Questions "a is to b as c is to d" in sections.

    Attributes
    ----------
    names : tuple of str, of the sections
    questions : tuple of tuples of four words, in the order of the file
    section : tuple of int, index into ``names`` for each question
    """

    names: tuple[str, ...]
    questions: tuple[Words4, ...]
    section: tuple[int, ...]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The distinct words of all questions."""
        return tuple(dict.fromkeys(chain.from_iterable(self.questions)))

    @cached_property
    def places(self) -> NDArray[np.intp]:
        """Where the words of each question are among ``words``, of shape (n_questions, 4)."""
        place = {word: i for i, word in enumerate(self.words)}
        found = map(place.__getitem__, chain.from_iterable(self.questions))
        return np.fromiter(found, np.intp, 4 * len(self.questions)).reshape(-1, 4)


@dataclass(frozen=True)
class Pairs:
    """Pairs of words and what people said of each.

    Attributes
    ----------
    words : tuple of pairs of str
    judged : tuple of float, the mean of people's judgements
    """

    name: str
    words: tuple[tuple[str, str], ...]
    judged: tuple[float, ...]


@lru_cache(maxsize=1)
def google_analogies() -> Analogies:
    """Return the Google analogies.

    Raises
    ------
    MissingPackage
        If gensim is not installed.
    """
    return read_analogies(_folder() / ANALOGIES)


@lru_cache(maxsize=4)
def pairs(name: str) -> Pairs:
    """Return WordSim-353 ("wordsim353") or SimLex-999 ("simlex999").

    Raises
    ------
    MissingPackage
        If gensim is not installed.
    """
    return read_pairs(_folder() / FILES[name], name)


def read_analogies(path: Path) -> Analogies:
    """Read questions, four words a line, under headings that begin with a colon.

    Lines of another form are left out.

    Raises
    ------
    UserError
        If a question stands before the first heading.
    """
    names: list[str] = []
    questions: list[Words4] = []
    section: list[int] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith(": "):
            names.append(line.lstrip(": ").strip())
            continue
        if not names:
            raise UserError(
                f"{path.name}, line {number}: no section yet; a line such as ': family' opens one."
            )
        words = line.split()
        if len(words) == 4:
            questions.append((words[0], words[1], words[2], words[3]))
            section.append(len(names) - 1)
    return Analogies(tuple(names), tuple(questions), tuple(section))


def read_pairs(path: Path, name: str) -> Pairs:
    """Read pairs, two words and a number a line between tabs; # begins a remark.

    Lines of another form are left out.
    """
    words: list[tuple[str, str]] = []
    judged: list[float] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        parts = line.split("\t")
        if line.startswith("#") or len(parts) != 3:
            continue
        try:
            number = float(parts[2])
        except ValueError:
            continue
        words.append((parts[0], parts[1]))
        judged.append(number)
    return Pairs(name, tuple(words), tuple(judged))


def _folder() -> Path:
    return package_folder("gensim", "gensim", "The tests of meaning") / "test" / "test_data"
