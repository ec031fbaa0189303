"""What a format reads with: the files, what was chosen, and where to put what is found."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from embeddings.sources.gather import Gather
from embeddings.sources.limits import Limits
from embeddings.sources.options import Options
from embeddings.sources.problems import Ledger, refuse
from embeddings.sources.stream import Block, Lines
from embeddings.types import Progress


@dataclass(frozen=True)
class File:
    """A file that somebody brought.

    Attributes
    ----------
    path : where it lies
    name : as the person calls it: its ending is looked at, and it is shown; never a path
    """

    path: Path
    name: str


@dataclass(frozen=True)
class Found:
    """A column, array or tensor that was found.

    Attributes
    ----------
    role : "word", "number", "category", "list", "text", "vector" or "ignored": what it is used as
    distinct : how many values, among the first rows
    """

    name: str
    role: str
    distinct: int = 0
    examples: tuple[str, ...] = ()


@dataclass
class Reading:
    """One pass over what somebody brought.

    Attributes
    ----------
    files : the file of vectors, and where there is one the list of words that belongs to it
    found, ambiguous, notes : what a format says of the columns, of what it had to guess, and of
        what will be done
    either : the kinds between which only whoever brought a table can decide; () where it is clear
    """

    files: tuple[File, ...]
    options: Options
    limits: Limits
    progress: Progress
    dry: bool
    ledger: Ledger = field(init=False)
    gather: Gather = field(init=False)
    kind: str = ""
    encoding: str = ""
    found: tuple[Found, ...] = ()
    sample_names: tuple[str, ...] = ()
    ambiguous: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    either: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.options.keep, strict=not self.dry)
        self.gather = Gather(self.options, self.limits, self.ledger, self.dry)
        self._until = time.monotonic() + self.limits.seconds

    @property
    def path(self) -> Path:
        """Where the first file lies."""
        return self.files[0].path

    def lines(self, file: File | None = None) -> Iterator[Block]:
        """Yield the lines of a text file, the first one unless another is given."""
        of = file or self.files[0]
        lines = Lines(of.path, self.limits, self.ledger, self.moved)
        self.encoding = lines.encoding
        return iter(lines)

    def moved(self, fraction: float) -> None:
        """Report how much was read, and stop where it takes too long.

        Raises
        ------
        Cancelled
            If somebody asked for it to stop.
        Refused
            If the time is over.
        """
        self.progress(fraction, "Reading the file")
        if time.monotonic() > self._until:
            refuse(
                f"Reading took longer than {self.limits.seconds:,} seconds.",
                "Bring a smaller file, or raise LSE_SOURCE_SECONDS.",
            )
