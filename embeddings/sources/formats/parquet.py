"""Parquet: columns of words, numbers, lists or text, read some thousand rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from embeddings.errors import UserError
from embeddings.sources.context import Reading
from embeddings.sources.formats import Format, named
from embeddings.sources.problems import refuse
from embeddings.sources.tables import Batch, read_table

BATCH = 4_096


def recognise(head: bytes, name: str) -> float:
    """Return how sure it is: by the first four bytes."""
    return 1.0 if head.startswith(b"PAR1") else 0.5 if named(name, (".parquet",)) else 0.0


def read(reading: Reading) -> None:
    """Read the columns of plain values and of lists; pandas' own notes are not looked at."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    reading.ledger.unit = "row"
    try:
        file = pq.ParquetFile(reading.path, pre_buffer=False, memory_map=False)
        with file:
            schema = file.schema_arrow
            usable = [field.name for field in schema if _usable(field.type)]
            if not usable:
                refuse("No column holds words, numbers or lists.", "Bring a flat table.")
            if len(usable) > reading.limits.dim + reading.limits.columns + 1:
                refuse(f"There are {len(usable):,} columns.", "Bring fewer.")
            rows = file.metadata.num_rows
            if rows > reading.limits.rows:
                refuse(
                    f"The file announces {rows:,} rows; at most {reading.limits.rows:,} are read.",
                    "Bring a part of the file, or raise LSE_SOURCE_ROWS.",
                )
            read_table(reading, usable, _batches(file, usable, max(1, rows), reading))
    except pa.ArrowMemoryError:
        raise MemoryError from None
    except UserError:
        raise
    except (pa.ArrowException, OSError, EOFError, ValueError, OverflowError, KeyError):
        refuse(
            "The parquet file is damaged, cut off, or of a kind that cannot be read.",
            "Write it again, for example with DataFrame.to_parquet.",
        )


def _usable(kind: Any) -> bool:
    import pyarrow.types as t

    if t.is_dictionary(kind):
        return _usable(kind.value_type)
    if t.is_list(kind) or t.is_large_list(kind) or t.is_fixed_size_list(kind):
        return bool(t.is_floating(kind.value_type) or t.is_integer(kind.value_type))
    return bool(
        t.is_string(kind)
        or t.is_large_string(kind)
        or t.is_floating(kind)
        or t.is_integer(kind)
        or t.is_boolean(kind)
        or t.is_decimal(kind)
        or t.is_date(kind)
        or t.is_timestamp(kind)
    )


def _batches(file: Any, names: list[str], rows: int, reading: Reading) -> Iterator[Batch]:
    n = 0
    for batch in file.iter_batches(BATCH, columns=names, use_threads=False):
        place = {field.name: i for i, field in enumerate(batch.schema)}
        columns = [_values(batch.column(place[name]), n, reading) for name in names]
        yield Batch(columns, range(n + 1, n + 1 + batch.num_rows))
        n += batch.num_rows
        reading.moved(min(1.0, n / rows))


def _values(column: Any, before: int, reading: Reading) -> Any:
    """Return a column as an array of numbers, as arrays for lists, or as a list of values."""
    import pyarrow.types as t

    if t.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if t.is_string(kind) or t.is_large_string(kind):
        return _texts(column, before, reading)
    column.validate(full=True)
    if (t.is_floating(kind) or t.is_integer(kind)) and not column.null_count:
        return column.to_numpy(zero_copy_only=False)
    is_list = t.is_list(kind) or t.is_large_list(kind)
    if is_list and not column.null_count and not column.values.null_count:
        flat = column.values.to_numpy(zero_copy_only=False)
        ends = column.offsets.to_numpy()
        return [flat[a:b] for a, b in pairwise(ends)]
    if t.is_fixed_size_list(kind) and not column.null_count and not column.values.null_count:
        return list(column.flatten().to_numpy(zero_copy_only=False).reshape(len(column), -1))
    return column.to_pylist()


def _texts(column: Any, before: int, reading: Reading) -> list[str | None]:
    """Return strings; nothing has seen to it yet that they are UTF-8."""
    import pyarrow as pa

    column = column.cast(pa.large_binary())
    column.validate(full=True)
    texts: list[str | None] = []
    for row, value in enumerate(column.to_pylist(), before + 1):
        try:
            texts.append(None if value is None else value.decode())
        except UnicodeDecodeError:
            texts.append(value.decode(errors="replace"))
            saying = "A cell with bytes that are not UTF-8"
            reading.ledger.note("bytes", saying, row, texts[-1] or "")
    return texts


FORMAT = Format(
    key="parquet",
    label="Parquet",
    kinds=("vectors", "words", "text"),
    endings=(".parquet",),
    recognise=recognise,
    read=read,
)
