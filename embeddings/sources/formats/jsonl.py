"""JSON Lines: one JSON object a line, its keys the columns."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any

from embeddings.sources.context import Reading
from embeddings.sources.formats import Format, named
from embeddings.sources.heads import lines_of
from embeddings.sources.problems import refuse
from embeddings.sources.tables import Batch, read_table

BATCH, BYTES = 2_000, 2**22
DEPTH = 20


def parse(line: str) -> dict[str, Any] | None:
    """Return the object of a line, None if it is none or goes too deep."""
    if line.count("[") + line.count("{") > DEPTH and _depth(line) > DEPTH:
        return None
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _depth(line: str) -> int:
    """Return how deep brackets go; those within strings count too, which only makes it stricter."""
    deepest = depth = 0
    for sign in line:
        if sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth -= 1
    return deepest


def recognise(head: bytes, name: str) -> float:
    """Return how sure it is: the first line is an object."""
    lines = lines_of(head)
    first = next((line for line in lines if line.strip()), "")
    if parse(first) is not None:
        return 0.96
    return 0.8 if named(name, (".jsonl", ".ndjson", ".json")) else 0.0


def read(reading: Reading) -> None:
    """Read the objects; the keys of the first ones are the columns."""
    batches = _batches(reading)
    first = next(batches, None)
    if first is None:
        refuse(
            "No line holds a JSON object.",
            'Write one object a line, such as {"word": "cat", "vector": [0.1, 0.2]}.',
            1,
        )
    names = list(dict.fromkeys(name for row, _ in first for name in row))
    if len(names) > reading.limits.dim + reading.limits.columns + 1:
        refuse(f"There are {len(names):,} keys.", "Put the numbers into one list.", 1)

    def whole() -> Iterator[Batch]:
        for rows in chain([first], batches):
            columns = [[row.get(name) for row, _ in rows] for name in names]
            yield Batch(list(columns), [line for _, line in rows])

    read_table(reading, names, whole())


Rows = list[tuple[dict[str, Any], int]]


def _batches(reading: Reading) -> Iterator[Rows]:
    rows: Rows = []
    size = 0
    for block in reading.lines():
        for number, line in enumerate(block.lines, block.first):
            if not line.strip():
                continue
            found = parse(line.decode())
            if found is None:
                saying = "A line that is no JSON object"
                reading.ledger.note("json", saying, number, line[:80].decode(errors="replace"))
                continue
            rows.append((found, number))
            size += len(line)
            if len(rows) >= BATCH or size >= BYTES:
                yield rows
                rows, size = [], 0
    if rows:
        yield rows


FORMAT = Format(
    key="jsonl",
    label="JSON Lines",
    kinds=("vectors", "words", "text"),
    endings=(".jsonl", ".ndjson"),
    recognise=recognise,
    read=read,
)
