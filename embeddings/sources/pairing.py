"""Vectors in one file and their words in another: row by row they belong together."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from embeddings.sources.context import File, Found, Reading
from embeddings.sources.formats import named
from embeddings.sources.heads import lines_of
from embeddings.sources.problems import refuse, short
from embeddings.sources.roles import WORDS
from embeddings.sources.stream import head


@dataclass
class WordList:
    """The words of another file, with what it says of each, and the line of each."""

    labels: list[str] = field(default_factory=list)
    columns: dict[str, list[str]] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)


def word_list(reading: Reading, rows: int | None = None) -> WordList:
    """Read the second file: words, or a table whose first line names its columns.

    One column is words without a header, as in the Embedding Projector, unless there is one line
    more than ``rows`` and the first is a name such as "word".

    Raises
    ------
    Refused
        If there is no second file.
    """
    if len(reading.files) < 2:
        refuse(
            "There are vectors, but no words.",
            "Bring a second file along with it: text, with one word a line, in the same order.",
        )
    file = reading.files[1]
    start = lines_of(head(file.path))
    if not start:
        refuse(f"“{short(file.name)}” is no list of words.", "Bring a text file, one word a line.")
    is_csv = named(file.name, (".csv",)) and "," in start[0]
    sign = "\t" if "\t" in start[0] else "," if is_csv else ""
    found = _table(reading, file, sign) if sign else _plain(reading, file)
    while found.labels and not found.labels[-1].strip():
        found.labels.pop()
        found.lines.pop()
        for values in found.columns.values():
            values.pop()
    is_named = bool(found.labels) and found.labels[0].strip().lower() in WORDS
    if rows is not None and not sign and len(found.labels) == rows + 1 and is_named:
        del found.labels[0], found.lines[0]
    return found


def _plain(reading: Reading, file: File) -> WordList:
    found = WordList()
    for block in reading.lines(file):
        found.labels += [line.decode() for line in block.lines]
        found.lines += range(block.first, block.first + len(block.lines))
        _check_rows(found, reading)
    return found


def _table(reading: Reading, file: File, sign: str) -> WordList:
    """Read a table: tabs separate as they stand, commas as in CSV."""
    found = WordList()
    names: list[str] = []
    word = 0
    for block in reading.lines(file):
        texts = [line.decode() for line in block.lines]
        for number, text in enumerate(texts, block.first):
            cells = next(csv.reader([text]), []) if sign == "," else text.split(sign)
            if not names:
                names = [cell.strip() or f"column {i}" for i, cell in enumerate(cells, 1)]
                names = _distinct(names)
                word = _place_of_words(names, reading.options.word)
                kept = reading.options.columns
                found.columns = {
                    name: []
                    for i, name in enumerate(names)
                    if i != word and (kept is None or name in kept)
                }
                continue
            if len(cells) > len(names) or (len(cells) < len(names) and text.strip()):
                saying = f"A row with another number of cells than {len(names):,}"
                reading.ledger.note("length", saying, number, detail=f"which has {len(cells):,}")
            # The row stays in its place: the vectors are counted by it.
            cells = (cells + [""] * len(names))[: len(names)]
            found.labels.append(cells[word])
            found.lines.append(number)
            for name, values in found.columns.items():
                values.append(cells[names.index(name)])
        _check_rows(found, reading)
    return found


def _distinct(names: list[str]) -> list[str]:
    return [f"{name} {i}" if name in names[:i] else name for i, name in enumerate(names)]


def _place_of_words(names: list[str], chosen: str) -> int:
    if chosen:
        if chosen not in names:
            refuse(
                f"There is no column “{short(chosen)}”.", f"There are {short(', '.join(names))}."
            )
        return names.index(chosen)
    return next((i for i, name in enumerate(names) if name.lower() in WORDS), 0)


def _check_rows(found: WordList, reading: Reading) -> None:
    if len(found.labels) > reading.limits.rows + 1:
        refuse(
            f"There are more than {reading.limits.rows:,} words.",
            "Bring a part of them, or raise LSE_SOURCE_ROWS.",
        )


def add_paired(
    reading: Reading, words: WordList, vectors: Iterable[NDArray[Any]], rows: int | None = None
) -> None:
    """Put words and vectors together, row by row.

    Raises
    ------
    Refused
        If there are more of the ones than of the others.
    """
    if rows is not None and rows != len(words.labels):
        _unequal(len(words.labels), f"{rows:,}")
    reading.kind = "vectors"
    n = 0
    for piece in vectors:
        end = n + len(piece)
        if end > len(words.labels):
            _unequal(len(words.labels), f"at least {end:,}")
        cells = {name: values[n:end] for name, values in words.columns.items()}
        reading.gather.add(words.labels[n:end], words.lines[n:end], piece, cells)
        n = end
    if n != len(words.labels):
        _unequal(len(words.labels), f"{n:,}")
    reading.found = tuple(
        Found(builder.name, builder.role, len(builder.index), builder.shown)
        for builder in reading.gather.columns.values()
    )


def _unequal(words: int, vectors: str) -> None:
    refuse(
        f"There are {words:,} words and {vectors} vectors.",
        "Bring files with one word for each vector; a list of words alone has no header line.",
    )


def watched(reading: Reading, vectors: Iterable[NDArray[Any]], rows: int) -> Iterator[NDArray[Any]]:
    """Yield the same pieces, and report how far it is."""
    n = 0
    for piece in vectors:
        yield piece
        n += len(piece)
        reading.moved(min(1.0, n / max(1, rows)))
