"""Tables as text: CSV, TSV, and what is separated by semicolons or bars."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from embeddings.sources.context import File, Reading
from embeddings.sources.formats import Format, named
from embeddings.sources.heads import is_number, lines_of
from embeddings.sources.problems import refuse
from embeddings.sources.roles import LISTS, TEXTS, WORDS
from embeddings.sources.stream import head
from embeddings.sources.tables import Batch, read_table

BATCH = 200_000
"""Cells that are read at once."""
_COMMA = re.compile(r"\s*[-+]?\d+,\d+(e[-+]?\d+)?\s*", re.ASCII | re.IGNORECASE)
_POINT = re.compile(r"\s*[-+]?\d+\.\d+\s*", re.ASCII)
SEPARATORS = ("\t", ",", ";", "|")


def separator(lines: Sequence[str], name: str) -> tuple[str, float, int]:
    """Return what separates the cells, the share of lines with as many cells as most, and how many.

    That is 1 where nothing separates them.
    """
    best = ("\t" if named(name, (".tsv",)) else ",", 0.0, 1)
    for sign in SEPARATORS:
        try:
            counts = Counter(len(row) for row in csv.reader(lines, delimiter=sign) if row)
        except csv.Error:
            continue
        width, n = max(counts.items(), key=lambda item: item[1], default=(1, 0))
        share = n / max(1, counts.total())
        if width > 1 and (share, width) > best[1:]:
            best = (sign, share, width)
    return best


def has_header(first: Sequence[str], second: Sequence[str], chosen: str) -> bool:
    """Whether the first row names the columns."""
    if chosen:
        return chosen == "yes"
    names = [cell.strip().lower() for cell in first]
    if any(name in (*WORDS, *TEXTS, *LISTS) for name in names):
        return True
    numbers = [cell for cell in names if is_number(cell)]
    if not numbers:
        # Names over numbers; and two columns of text at least, as in the Projector's metadata.
        return len(first) > 1 or any(is_number(cell) for cell in second)
    # pandas numbers the columns that have no names.
    n = len(numbers)
    return n > 1 and numbers in ([str(i) for i in range(n)], [str(i + 1) for i in range(n)])


def names_of(first: Sequence[str], is_header: bool) -> list[str]:
    """Return the names of the columns, numbered where they have none."""
    if not is_header:
        return [f"column {i}" for i in range(1, len(first) + 1)]
    return [cell.strip() or f"column {i}" for i, cell in enumerate(first, 1)]


def has_quotes(lines: Sequence[str]) -> bool:
    """Whether cells between tabs are quoted; else a quotation mark is a word like any other."""
    cells = (cell for line in lines for cell in line.split("\t"))
    return any(len(cell) > 1 and cell[0] == cell[-1] == '"' for cell in cells)


def has_decimal_comma(lines: Sequence[str], sign: str) -> bool:
    """Whether numbers are written 0,5, as spreadsheets do where semicolons separate cells."""
    if sign == ",":
        return False
    cells = [cell for line in lines for cell in line.split(sign)]
    return any(map(_COMMA.fullmatch, cells)) and not any(map(_POINT.fullmatch, cells))


def rows_of(
    reading: Reading, sign: str, quotes: bool = True, file: File | None = None
) -> Iterator[tuple[list[str], int]]:
    """Yield the cells of each row and its line, until a quotation mark is never closed."""
    csv.field_size_limit(reading.limits.line)
    pending = [0]
    last = [""]

    def feed() -> Iterator[str]:
        for block in reading.lines(file):
            for line in block.lines:
                pending[0] += len(line)
                if pending[0] > reading.limits.line:
                    raise csv.Error
                last[0] = line.decode()
                yield last[0] + "\n"

    are_quoted = sign != "\t" or quotes
    reader = csv.reader(
        feed(), delimiter=sign, quoting=csv.QUOTE_MINIMAL if are_quoted else csv.QUOTE_NONE
    )
    start, begun, row = 1, 1, [""]
    try:
        for row in reader:
            pending[0] = 0
            yield row, start
            begun, start = start, reader.line_num + 1
        if row and row[-1].endswith("\n") and not last[0].rstrip().endswith('"'):
            start = begun
            raise csv.Error
    except csv.Error:
        refuse(
            f"A quotation mark in line {start:,} is never closed, or a cell is too long.",
            f"Close it; a cell has at most {reading.limits.line:,} bytes.",
            start,
        )


def recognise(head: bytes, name: str) -> float:
    """Return how sure it is: by the ending, and by as many cells in every line."""
    lines = lines_of(head)
    if not lines or lines[0].lstrip()[:1] == "{":
        return 0.0
    sign, share, _ = separator(lines, name)
    if named(name, (".csv", ".tsv")):
        return 0.92 if share > 0.5 else 0.7
    return 0.8 * share if sign == "\t" and share > 0.9 and len(lines) > 1 else 0.0


def read(reading: Reading) -> None:
    """Read the rows."""
    lines = lines_of(head(reading.path))
    sign, share, width = separator(lines, reading.files[0].name)
    rows = rows_of(reading, sign, has_quotes(lines))
    first = next((row for row in rows if any(cell.strip() for cell in row[0])), None)
    while share > 0.5 and first is not None and len(first[0]) < width:
        # Remarks above the table.
        saying = f"A row with another number of cells than {width:,}"
        reading.ledger.note("length", saying, first[1], detail=f"which has {len(first[0]):,}")
        first = next(rows, None)
    if first is None:
        refuse("There are no rows.", "Bring a file with at least two.")
    if len(first[0]) > reading.limits.dim + reading.limits.columns + 1:
        refuse(
            f"There are {len(first[0]):,} columns.",
            f"At most {reading.limits.dim:,} numbers and {reading.limits.columns:,} more fit.",
            1,
        )
    second = next(rows, None)
    is_header = has_header(first[0], second[0] if second else [], reading.options.header)
    names = names_of(first[0], is_header)
    if not is_header:
        reading.notes.append("The first line is a row, and names no columns.")
    begin = [row for row in ([second] if is_header else [first, second]) if row]
    has_comma = has_decimal_comma(lines, sign)
    if has_comma:
        reading.notes.append("Numbers are written with a decimal comma.")
    whole = chain(begin, rows)
    read_table(reading, names, _batches(whole, len(names), has_comma, reading))


def _batches(
    rows: Iterable[tuple[list[str], int]], width: int, has_comma: bool, reading: Reading
) -> Iterator[Batch]:
    cells: list[list[str]] = []
    lines: list[int] = []
    for row, line in rows:
        if len(row) != width:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) < width or any(cell.strip() for cell in row[width:]):
                saying = f"A row with another number of cells than {width:,}"
                reading.ledger.note("length", saying, line, detail=f"which has {len(row):,}")
                continue
            row = row[:width]
        if has_comma:
            row = [cell.replace(",", ".") if _COMMA.fullmatch(cell) else cell for cell in row]
        cells.append(row)
        lines.append(line)
        if len(cells) * width >= BATCH:
            yield Batch(list(map(list, zip(*cells, strict=True))), lines)
            cells, lines = [], []
    if cells:
        yield Batch(list(map(list, zip(*cells, strict=True))), lines)


FORMAT = Format(
    key="delimited",
    label="Table (CSV or TSV)",
    kinds=("vectors", "words", "text"),
    endings=(".csv", ".tsv"),
    recognise=recognise,
    read=read,
)
