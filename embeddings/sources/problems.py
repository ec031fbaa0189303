"""What is wrong with a file: found, counted, and offered to be mended where that is safe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from embeddings.errors import UserError

REPAIRS = {
    "repeated": "Keep the first of each word that is repeated",
    "empty": "Leave out what is empty",
    "finite": "Leave out rows with NaN, infinity or numbers that are too large",
    "length": "Leave out rows of another length",
    "number": "Leave out rows in which a number cannot be read",
    "long": "Leave out words that are too long",
    "json": "Leave out lines that are no JSON object",
    "bytes": "Write � for bytes that are no UTF-8",
    "latin-1": "Read the file as Latin-1",
    "header": "Believe the rows, not the header",
    "cut": "Leave out the row that is cut off at the end",
}
"""Every repair that can be accepted, in words."""

ALTERNATIVES = {"bytes": ("latin-1",)}
FEW = {"length", "number", "json"}
"""Repairs for a few rows: where many need them, the file is something else."""


@dataclass(frozen=True)
class Problem:
    """Something that is wrong with a file.

    Attributes
    ----------
    what : what was found, one sentence that says in which line
    line : number of the line, or of the row where there are no lines, that it was found in first
    count : how many times
    action : what to do, one sentence
    repair : key of `REPAIRS` that mends it, or ""
    fatal : whether nothing can be read before the file is changed
    alternatives : other repairs, any one of which will do instead
    """

    what: str
    line: int | None = None
    count: int = 1
    action: str = ""
    repair: str = ""
    fatal: bool = False
    alternatives: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.what} {self.action}".strip()


class Refused(UserError):
    """A file that cannot be read; the problem says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def refuse(what: str, action: str, line: int | None = None) -> NoReturn:
    """Stop reading.

    Raises
    ------
    Refused
        Always, with both sentences.
    """
    raise Refused(Problem(what, line, 1, action, fatal=True))


def short(text: object, limit: int = 40) -> str:
    """Return a text on one line, cut where it is long: to be shown, and nothing else."""
    line = "".join(c if c.isprintable() else " " for c in str(text)[: 4 * limit])
    return line if len(line) <= limit else line[: limit - 1] + "…"


@dataclass
class _Entry:
    """A problem as it is counted; line, example and detail are those of its first time."""

    repair: str
    saying: str
    line: int | None
    where: str
    count: int = 0

    def problem(self) -> Problem:
        """Return it as it is shown."""
        said, first = self.saying, ""
        if self.count > 1:
            said, first = f"{self.count:,} × {said[0].lower()}{said[1:]}", "first in "
        where = f" ({first if self.line else ''}{self.where})" if self.where else ""
        others = ALTERNATIVES.get(self.repair, ())
        offers = " or ".join(f"“{REPAIRS[key]}”" for key in (self.repair, *others))
        action = f"Correct the file, or choose {offers}."
        return Problem(
            f"{said}{where}.", self.line, self.count, action, self.repair, alternatives=others
        )


class Ledger:
    """Counts problems that can be mended; where mending was not accepted, it stops at the first."""

    def __init__(self, accepted: tuple[str, ...], strict: bool, unit: str = "line") -> None:
        self.accepted, self.strict, self.unit = set(accepted), strict, unit
        self.found: dict[tuple[str, str], _Entry] = {}

    def note(
        self, repair: str, saying: str, line: int | None, example: str = "", detail: str = ""
    ) -> None:
        """Count a problem: what it is, its line, a word of that line or what is in it.

        Raises
        ------
        Refused
            If it is not accepted that this be mended.
        """
        entry = self.found.get((repair, saying))
        if entry is None:
            places = [f"{self.unit} {line:,}"] if line else []
            places += [f"“{short(example)}”"] if example else []
            places += [detail] if detail else []
            entry = _Entry(repair, saying, line, ", ".join(places))
            self.found[repair, saying] = entry
        entry.count += 1
        if self.strict and self.accepted.isdisjoint((repair, *ALTERNATIVES.get(repair, ()))):
            raise Refused(entry.problem())

    def problems(self) -> tuple[Problem, ...]:
        """Return what was found, each with how many times."""
        return tuple(entry.problem() for entry in self.found.values())

    def check_share(self, kept: int) -> None:
        """Stop where so many rows are wrong that the file is something else.

        Raises
        ------
        Refused
            If more than two rows, and more than a fifth of all, had to be left out.
        """
        worst = [entry for (repair, _), entry in self.found.items() if repair in FEW]
        left_out = sum(entry.count for entry in worst)
        if left_out > 2 and left_out > 0.2 * (kept + left_out):
            first = worst[0].problem()
            refuse(
                f"{left_out:,} of {kept + left_out:,} rows cannot be read: {first.what}",
                "That is too many to leave out: choose another format, or correct the file.",
                first.line,
            )

    def counts(self) -> dict[str, int]:
        """Return how often each repair was made."""
        made: dict[str, int] = {}
        for (repair, _), entry in self.found.items():
            made[repair] = made.get(repair, 0) + entry.count
        return made
