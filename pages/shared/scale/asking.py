"""The address of the page: ``?upto=100000&recall=0.9&against=memory&dim=256&word=piano``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from embeddings.applications import scale
from embeddings.types import ScaleSpec

UPTO = {str(size): f"to {size:,}" for size in scale.SIZES}
RECALLS = {f"{recall:g}": f"recall {recall:g}" for recall in scale.RECALLS}
AGAINST = {"time": "Time", "memory": "Memory"}
DIMS = {"50": "50 numbers", "128": "128", "256": "256", "768": "768"}
LONGEST = 200


@dataclass(frozen=True)
class Asking:
    """What somebody wants to see.

    Attributes
    ----------
    upto : the largest number of vectors that is measured
    recall : the share of true neighbours that is demanded
    against : what recall is drawn against
    dim : numbers of each of the two billion vectors
    word : whose neighbours are searched
    turn : which measurement of the same
    """

    upto: str = str(scale.SIZES[-1])
    recall: str = "0.95"
    against: str = "time"
    dim: str = "50"
    word: str = "piano"
    turn: int = 1

    @property
    def requests(self) -> list[ScaleSpec]:
        """The measurements, the smallest first."""
        return [scale.spec(n, self.turn) for n in scale.SIZES if n <= int(self.upto)]


CHOICES = {"upto": UPTO, "recall": RECALLS, "against": AGAINST, "dim": DIMS}


def read(query: Mapping[str, str]) -> tuple[Asking, tuple[str, ...]]:
    """Return what a query stands for, and one line for each thing wrong in it."""
    problems: list[str] = []
    usual = Asking()

    def pick(name: str) -> str:
        value, default = query.get(name, getattr(usual, name)), getattr(usual, name)
        if value in CHOICES[name]:
            return value
        allowed = ", ".join(CHOICES[name])
        problems.append(
            f"{name} is {value[:60]!r}; it must be one of {allowed}. Showing {default}."
        )
        return str(default)

    turn = query.get("turn", "1")
    if not (turn.isascii() and turn.isdecimal() and 1 <= int(turn[:5]) <= 1000):
        problems.append(f"turn is {turn[:60]!r}; it must be a whole number from 1 to 1000.")
        turn = "1"
    word = " ".join(query.get("word", usual.word).split())[:LONGEST]
    upto, recall, against, dim = (pick(name) for name in CHOICES)
    found = Asking(upto, recall, against, dim, word or usual.word, int(turn))
    return found, tuple(problems)


def write(asking: Asking) -> dict[str, str]:
    """Return the query that stands for it; what is as usual is left out."""
    usual = Asking()
    names = (*CHOICES, "word", "turn")
    return {
        name: str(getattr(asking, name))
        for name in names
        if getattr(asking, name) != getattr(usual, name)
    }
