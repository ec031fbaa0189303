"""Tables with named columns, batch by batch, whatever file they are from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.sources.columns import MISSING
from embeddings.sources.context import Reading
from embeddings.sources.labels import clean
from embeddings.sources.problems import refuse
from embeddings.sources.roles import Roles, decide

NAME = 1_000


@dataclass(frozen=True)
class Batch:
    """Some rows of a table: for each column its values, and the line of each row."""

    columns: list[Any]
    lines: Sequence[int]


def read_table(reading: Reading, names: Sequence[str], batches: Iterable[Batch]) -> None:
    """Put all rows into the reading; the first batch decides what each column is used as.

    Raises
    ------
    Refused
        If there are no rows, no column of words, or something would have to be mended.
    """
    names = [clean(name) or f"column {i}" for i, name in enumerate(names, 1)]
    if any(len(name) > NAME for name in names):
        refuse(
            f"A column has a name of more than {NAME:,} characters.",
            "Shorten it, or choose that the first line is no header.",
            1,
        )
    if len(set(names)) != len(names):
        twice = next(name for name in names if list(names).count(name) > 1)
        refuse(f"Two columns are called “{twice[:40]}”.", "Give each column its own name.", 1)
    roles = None
    place = {name: i for i, name in enumerate(names)}
    for batch in batches:
        if not len(batch.lines):
            continue
        if roles is None:
            roles = decide(names, [column[:1000] for column in batch.columns], reading)
            reading.kind = roles.kind
        _add(reading, roles, {name: batch.columns[i] for name, i in place.items()}, batch.lines)
    if roles is None:
        refuse("There are no rows.", "Bring a file with at least two.")


def _add(
    reading: Reading, roles: Roles, columns: dict[str, Sequence[Any]], lines: Sequence[int]
) -> None:
    if roles.kind == "text":
        reading.gather.add_documents([_text(v) for v in columns[roles.text]], lines)
        return
    labels = [_text(value) for value in columns[roles.word]]
    cells: dict[str, Sequence[Any]] = {name: columns[name] for name in roles.columns}
    vectors, good = None, None
    if roles.kind == "vectors" and roles.list_column:
        vectors, good = _lists(columns[roles.list_column], lines, reading)
    elif roles.kind == "vectors":
        vectors, good = _numbers([columns[name] for name in roles.vectors], lines, reading)
    if good is not None:
        labels, lines = [labels[i] for i in good], [lines[i] for i in good]
        cells = {name: [values[i] for i in good] for name, values in cells.items()}
    reading.gather.add(labels, lines, vectors, cells)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _numbers(
    columns: list[Sequence[Any]], lines: Sequence[int], reading: Reading
) -> tuple[NDArray[Any], list[int] | None]:
    """Return the vectors of shape (n, dim), and which rows they are of where not of all."""
    try:
        return np.column_stack([_as_floats(column) for column in columns]), None
    except (ValueError, TypeError, OverflowError):
        pass
    good, rows = [], []
    for i, row in enumerate(zip(*columns, strict=True)):
        try:
            rows.append(_as_floats(row))
            good.append(i)
        except (ValueError, TypeError, OverflowError):
            strange = next(cell for cell in row if not _is_float(cell))
            saying = "A row with something that is no number"
            reading.ledger.note("number", saying, lines[i], str(strange)[:100])
    found = np.stack(rows) if rows else np.empty((0, len(columns)))
    return found, good


def _is_float(cell: Any) -> bool:
    try:
        _as_floats([cell])
    except (ValueError, TypeError, OverflowError):
        return False
    return True


def _as_floats(values: Any) -> NDArray[np.float64]:
    """Return cells as numbers, NaN where nothing is said."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "fiub":
        return values.astype(np.float64)
    try:
        return np.array([float(value) for value in values], np.float64)
    except (TypeError, ValueError):
        return np.array([_as_float(value) for value in values], np.float64)


def _as_float(value: Any) -> float:
    if value is None or (isinstance(value, str) and value.strip().lower() in MISSING):
        return float("nan")
    return float(value)


def _lists(
    values: Sequence[Any], lines: Sequence[int], reading: Reading
) -> tuple[NDArray[Any], list[int] | None]:
    """Return the vectors of a list column, and which rows they are of where not of all."""
    parsed = [parse_list(value) for value in values]
    lengths = Counter(len(row) for row in parsed if row is not None and len(row))
    # What most rows have is right, also where the first one is the flaw.
    dim = reading.gather.dim or max(lengths, key=lambda n: lengths[n], default=0)
    good = []
    for i, (value, row) in enumerate(zip(values, parsed, strict=True)):
        if row is not None and dim and len(row) == dim:
            good.append(i)
        else:
            _note_list(value, row, dim, lines[i], reading)
    if not dim:
        refuse("The lists are empty.", "Bring lists of at least one number.", lines[0])
    found = np.array([parsed[i] for i in good]).reshape(len(good), dim)
    return found, None if len(good) == len(values) else good


def _note_list(value: Any, row: NDArray[Any] | None, dim: int, line: int, reading: Reading) -> None:
    """Count a list that cannot be used."""
    if isinstance(value, str) and "..." in value:
        refuse(
            f"A list has “...” in it (line {line:,}): NumPy left numbers out.",
            "Write the lists with .tolist() and save again.",
            line,
        )
    if row is None:
        saying = "A row with something that is no list of numbers"
        reading.ledger.note("number", saying, line, str(value)[:100])
    elif dim:
        saying = f"A row with another number of numbers than {dim:,}"
        reading.ledger.note("length", saying, line, detail=f"which has {len(row):,}")


def parse_list(value: Any) -> NDArray[Any] | None:
    """Return a list of numbers as an array, from a list or from text such as "[0.1, 0.2]"."""
    if isinstance(value, str):
        inside = value.strip()
        inside = inside[1:-1] if inside[:1] in "[(" and inside[-1:] in "])" else inside
        try:
            plain = inside.replace(",", " ").replace(";", " ").encode("ascii")
            return np.fromstring(plain, np.float32, sep=" ")
        except ValueError:
            return None
    if not isinstance(value, list | tuple | np.ndarray):
        return None
    try:
        row = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError, OverflowError, RecursionError):
        return None
    return row if row.ndim == 1 else None
