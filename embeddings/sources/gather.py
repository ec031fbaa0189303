"""What is read piece by piece, made whole: labels cleaned, bad rows counted, limits held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.sources.columns import ColumnBuilder
from embeddings.sources.labels import clean, clean_all, clean_document
from embeddings.sources.limits import Limits
from embeddings.sources.options import Options
from embeddings.sources.problems import Ledger, refuse, short
from embeddings.types import Column

SAMPLE, SHOWN = 8, 6


class Growing:
    """Rows of an array that grows as they arrive: nothing is reserved for what was announced."""

    def __init__(self, dim: int, room: int = 0) -> None:
        self.buffer: NDArray[np.float32] = np.empty((room, dim), np.float32)
        self.n = 0

    def add(self, rows: NDArray[np.float32]) -> None:
        """Append rows."""
        need = self.n + len(rows)
        if need > len(self.buffer):
            # Where memory can be grown in place, as on Linux, nothing is copied.
            room = max(need, len(self.buffer) + len(self.buffer) // 8)
            self.buffer.resize((room, self.buffer.shape[1]), refcheck=False)
        self.buffer[self.n : need] = rows
        self.n = need

    def finish(self) -> NDArray[np.float32]:
        """Return all rows; nothing can be added afterwards."""
        self.buffer.resize((self.n, self.buffer.shape[1]), refcheck=False)
        return self.buffer


class Gather:
    """Takes labels, vectors, columns and documents in pieces.

    With ``dry`` everything is checked and counted, and only the sample is kept of the vectors.
    """

    def __init__(self, options: Options, limits: Limits, ledger: Ledger, dry: bool) -> None:
        self.options, self.limits, self.ledger, self.dry = options, limits, ledger, dry
        self.labels: list[str] = []
        self.seen: set[str] = set()
        self.dim = 0
        self.vectors: Growing | None = None
        self.columns: dict[str, ColumnBuilder] = {}
        self.left_out: list[str] = []
        self.documents: list[str] = []
        self.n_documents = 0
        self.sample: list[tuple[str, ...]] = []
        self.room = 0

    def expect(self, announced: int, size: int, row: int) -> None:
        """Make room for the rows announced, but for no more than a file of that size can hold.

        ``row`` is how many bytes a row takes at least.
        """
        most = min(self.limits.rows, size // max(1, row))
        self.room = max(0, min(announced, most))

    def add(
        self,
        labels: Sequence[str],
        lines: Sequence[int],
        vectors: NDArray[Any] | None = None,
        cells: Mapping[str, Sequence[Any]] | None = None,
    ) -> None:
        """Take rows: their labels, the line of each, and what else is known of them.

        Raises
        ------
        Refused
            If a limit is passed, or something would have to be mended and that is not accepted.
        """
        if not labels:
            return
        if vectors is not None:
            vectors = self._as_float32(vectors)
        clean = clean_all(labels, self.options.lower)
        good = self._good(clean, lines, vectors)
        if good is not None:
            clean = [clean[i] for i in good]
            vectors = None if vectors is None else vectors[good]
            cells = {name: [values[i] for i in good] for name, values in (cells or {}).items()}
        if len(self.labels) + len(clean) > self.limits.rows:
            refuse(
                f"There are more than {self.limits.rows:,} rows.",
                "Bring a part of the file, or raise LSE_SOURCE_ROWS.",
                lines[-1],
            )
        self._sample(clean, vectors, cells or {})
        self.labels += clean
        self._keep_vectors(vectors)
        self._keep_columns(cells or {})

    def _as_float32(self, vectors: NDArray[Any]) -> NDArray[np.float32]:
        dim = vectors.shape[1]
        if self.dim == 0:
            check_dim(dim, self.limits)
            self.dim = dim
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(vectors, np.float32)

    def _good(
        self, labels: list[str], lines: Sequence[int], vectors: NDArray[np.float32] | None
    ) -> list[int] | None:
        """Return which rows can be kept, None for all; count why others cannot."""
        fresh = set(labels)
        whole = len(fresh) == len(labels) and "" not in fresh and self.seen.isdisjoint(fresh)
        fits = max(map(len, labels)) <= self.limits.label
        finite: NDArray[np.bool] | None = None
        if vectors is not None and not np.isfinite(vectors).all():
            finite = np.asarray(np.isfinite(vectors).all(axis=1))
        if whole and fits and finite is None:
            self.seen |= fresh
            return None
        good = []
        for i, label in enumerate(labels):
            if label == "":
                self.ledger.note("empty", "A row without a word", lines[i])
            elif len(label) > self.limits.label:
                saying = f"A word of more than {self.limits.label:,} characters"
                self.ledger.note("long", saying, lines[i], label)
            elif finite is not None and not finite[i]:
                saying = "A row with NaN, infinity or a number beyond 3.4e38"
                self.ledger.note("finite", saying, lines[i], label)
            elif label in self.seen:
                saying = "A word that stands further up already"
                saying += " (in small letters)" if self.options.lower else ""
                self.ledger.note("repeated", saying, lines[i], label)
            else:
                self.seen.add(label)
                good.append(i)
        return good

    def _keep_vectors(self, vectors: NDArray[np.float32] | None) -> None:
        if vectors is None:
            return
        if len(self.labels) * self.dim > self.limits.numbers:
            refuse(
                f"There are more than {self.limits.numbers:,} numbers ({self.dim:,} a row).",
                "Bring fewer rows, or raise LSE_SOURCE_NUMBERS.",
            )
        if self.vectors is None:
            room = min(self.room, self.limits.numbers // self.dim)
            self.vectors = Growing(self.dim, 0 if self.dry else room)
        if not self.dry:
            self.vectors.add(vectors)

    def _keep_columns(self, cells: Mapping[str, Sequence[Any]]) -> None:
        for name, values in cells.items():
            if name not in self.columns:
                if len(self.columns) >= self.limits.columns:
                    if name not in self.left_out:
                        self.left_out.append(name)
                    continue
                as_category = name in self.options.categories
                self.columns[name] = ColumnBuilder(
                    clean(name)[:200] or "column",
                    self.limits.categories,
                    self.limits.label,
                    as_category,
                )
            self.columns[name].add(values)

    def _sample(
        self,
        labels: Sequence[str],
        vectors: NDArray[np.float32] | None,
        cells: Mapping[str, Sequence[Any]],
    ) -> None:
        for i in range(min(SAMPLE - len(self.sample), len(labels))):
            numbers = () if vectors is None else vectors[i, :SHOWN]
            said = (values[i] for values in list(cells.values())[:SHOWN])
            row = (
                labels[i],
                *(f"{x:.4g}" for x in numbers),
                *("" if x is None else x for x in said),
            )
            self.sample.append(tuple(short(cell) for cell in row))

    def add_documents(self, texts: Sequence[str], lines: Sequence[int]) -> None:
        """Take documents.

        Raises
        ------
        Refused
            As `add` does.
        """
        for text, line in zip(texts, lines, strict=True):
            document = clean_document(text)
            if not document:
                self.ledger.note("empty", "A row without text", line)
                continue
            self.n_documents += 1
            if self.n_documents > self.limits.rows:
                refuse(
                    f"There are more than {self.limits.rows:,} documents.",
                    "Bring a part of the file, or raise LSE_SOURCE_ROWS.",
                    line,
                )
            if len(self.sample) < SAMPLE:
                self.sample.append((short(document, 200),))
            if not self.dry:
                self.documents.append(document)

    def finished_columns(self) -> tuple[Column, ...]:
        """Return the columns that say something."""
        found = (builder.column() for builder in self.columns.values())
        return tuple(column for column in found if column is not None)


def check_dim(dim: int, limits: Limits) -> None:
    """Check how many numbers a vector has.

    Raises
    ------
    Refused
        If there are none, or too many.
    """
    if dim < 1:
        refuse(
            "The rows have no numbers.", "Bring a file with at least one number after each word."
        )
    if dim > limits.dim:
        refuse(
            f"The rows have {dim:,} numbers each; at most {limits.dim:,} can be read.",
            "Reduce them first, or raise LSE_SOURCE_DIM.",
        )
