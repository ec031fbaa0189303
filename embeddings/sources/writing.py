"""Vectors and words to take along, in the formats that other programs read; none is a pickle."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import UserError
from embeddings.types import Column, EmbeddingTable, Vocabulary

AT_ONCE = 500
"""Words that are written at a time."""


@dataclass(frozen=True)
class Form:
    """A format to take vectors along in.

    Attributes
    ----------
    key, label : for addresses and for people
    ending : of the file's name
    media_type : for the browser
    write : function from (table, columns) to blocks of bytes
    sparse : whether sparse tables can be written so
    """

    key: str
    label: str
    ending: str
    media_type: str
    write: Callable[[EmbeddingTable, Sequence[Column]], Iterator[bytes]]
    sparse: bool = False


def columns_of(vocabulary: Vocabulary, table: EmbeddingTable) -> tuple[Column, ...]:
    """Return what is known of the words of a table, in its order."""
    rows = np.array([vocabulary.index[word] for word in table.words], dtype=np.int64)
    columns = [Column(c.name, c.values[rows], c.categories) for c in vocabulary.columns]
    if vocabulary.topics:
        columns.append(Column("topic", vocabulary.topic[rows], vocabulary.topics))
    if vocabulary.parts_of_speech:
        parts = vocabulary.part_of_speech[rows]
        columns.append(Column("part of speech", parts, vocabulary.parts_of_speech))
    if vocabulary.count.any():
        columns.append(Column("count", vocabulary.count[rows]))
    return tuple(columns)


def as_text(table: EmbeddingTable, columns: Sequence[Column] = ()) -> Iterator[bytes]:
    """Yield a dense table as word2vec writes one: a line of sizes, then a word a line.

    Nine digits: read again, every number is the same float32. A space within a word is written as
    an underscore, as Google's vectors of phrases have it: other programs end the word there.
    """
    yield f"{len(table)} {table.dim}\n".encode()
    form = " ".join(["%.9g"] * table.dim)
    for start in range(0, len(table), AT_ONCE):
        rows = np.asarray(table.vectors[start : start + AT_ONCE]).tolist()
        words = table.words[start : start + AT_ONCE]
        lines = (
            f"{word.replace(' ', '_')} {form % tuple(row)}\n"
            for word, row in zip(words, rows, strict=True)
        )
        yield "".join(lines).encode()


def as_binary(table: EmbeddingTable, columns: Sequence[Column] = ()) -> Iterator[bytes]:
    """Yield a dense table as word2vec writes one in binary: each number as four bytes."""
    yield f"{len(table)} {table.dim}\n".encode()
    for start in range(0, len(table), AT_ONCE):
        rows = np.asarray(table.vectors[start : start + AT_ONCE], "<f4")
        words = table.words[start : start + AT_ONCE]
        yield b"".join(
            word.replace(" ", "_").encode() + b" " + row.tobytes() + b"\n"
            for word, row in zip(words, rows, strict=True)
        )


def as_npz(table: EmbeddingTable, columns: Sequence[Column] = ()) -> Iterator[bytes]:
    """Yield a table as an npz: ``words`` (array of strings) and ``vectors`` (float32).

    A sparse one has the parts of a CSR matrix instead: ``data``, ``indices``, ``indptr`` and
    ``shape``.
    ``np.load(path, allow_pickle=False)`` reads it.
    """
    arrays: dict[str, NDArray[np.generic]] = {"words": np.array(table.words, dtype=np.str_)}
    if table.is_sparse:
        for name in ("data", "indices", "indptr"):
            arrays[name] = getattr(table.vectors, name)
        arrays["shape"] = np.array(table.vectors.shape)
    else:
        arrays["vectors"] = np.asarray(table.vectors)
    for column in columns:
        arrays[f"column {column.name}"] = np.array(list(_cells(column)), dtype=np.str_)
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    yield buffer.getvalue()


def as_parquet(table: EmbeddingTable, columns: Sequence[Column] = ()) -> Iterator[bytes]:
    """Yield a dense table as parquet: ``word``, ``vector`` (a list of float32), and the columns."""
    import pyarrow as pa
    from pyarrow import parquet

    numbers = pa.array(np.asarray(table.vectors).reshape(-1), pa.float32())
    names, arrays = ["word", "vector"], [pa.array(table.words, pa.string())]
    arrays.append(pa.FixedSizeListArray.from_arrays(numbers, table.dim))
    for column in columns:
        while (name := column.name) in names:
            column = Column(f"{name} (2)", column.values, column.categories)
        names.append(column.name)
        if column.is_number:
            arrays.append(pa.array(column.values, pa.float64(), from_pandas=True))
        else:
            arrays.append(pa.array([cell or None for cell in _cells(column)], pa.string()))
    buffer = io.BytesIO()
    parquet.write_table(pa.table(arrays, names=names), buffer)
    yield buffer.getvalue()


def as_tsv_vectors(table: EmbeddingTable, columns: Sequence[Column] = ()) -> Iterator[bytes]:
    """Yield the vectors as the Embedding Projector reads them: numbers between tabs."""
    form = "\t".join(["%.9g"] * table.dim)
    for start in range(0, len(table), AT_ONCE):
        rows = np.asarray(table.vectors[start : start + AT_ONCE]).tolist()
        yield "".join(f"{form % tuple(row)}\n" for row in rows).encode()


def as_tsv_metadata(table: EmbeddingTable, columns: Sequence[Column] = ()) -> Iterator[bytes]:
    """Yield the words, and what is known of them, as the Embedding Projector reads them.

    With one column it has no header, with several it has one: so the Projector will have it.
    """
    cells = [table.words, *(list(_cells(column)) for column in columns)]
    if columns:
        yield ("\t".join(["word", *(_in_a_line(c.name) for c in columns)]) + "\n").encode()
    for row in zip(*cells, strict=True):
        yield ("\t".join(map(_in_a_line, row)) + "\n").encode()


FORMS = {
    form.key: form
    for form in (
        Form("txt", "word2vec text", "txt", "text/plain; charset=utf-8", as_text),
        Form("bin", "word2vec binary", "bin", "application/octet-stream", as_binary),
        Form("npz", "npz (numpy)", "npz", "application/octet-stream", as_npz, sparse=True),
        Form("parquet", "Parquet", "parquet", "application/octet-stream", as_parquet),
        Form(
            "vectors.tsv",
            "Projector, vectors.tsv",
            "vectors.tsv",
            "text/tab-separated-values; charset=utf-8",
            as_tsv_vectors,
        ),
        Form(
            "metadata.tsv",
            "Projector, metadata.tsv",
            "metadata.tsv",
            "text/tab-separated-values; charset=utf-8",
            as_tsv_metadata,
            sparse=True,
        ),
    )
}
"""Every format, by its key."""


def write(table: EmbeddingTable, columns: Sequence[Column], key: str) -> Iterator[bytes]:
    """Yield a table in one of the formats.

    Raises
    ------
    UserError
        If there is no such format, or a sparse table cannot be written so.
    """
    form = FORMS.get(key)
    if form is None:
        raise UserError(f"There is no format {key[:20]!r}: {', '.join(FORMS)}.")
    if table.is_sparse and not form.sparse:
        raise UserError(
            f"These vectors are mostly 0, and have {table.dim:,} numbers each: take them as npz, "
            "which keeps what is not 0."
        )
    return form.write(table, columns)


def _cells(column: Column) -> Iterator[str]:
    if column.is_number:
        for value in column.values.tolist():
            yield "" if value != value else f"{value:.17g}"
        return
    for code in column.values.tolist():
        yield "" if code < 0 else column.categories[code]


def _in_a_line(text: str) -> str:
    return " ".join(text.split()) if {"\t", "\n", "\r"} & {*text} else text
