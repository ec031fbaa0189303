"""Maps as tables: one word a row, in a form that spreadsheets open without running anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embeddings.figures.packs import vocabulary_ids
from embeddings.types import Clusters, Column, Projection, Vocabulary

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutral(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula (OWASP, CSV injection)."""
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def map_csv(
    projection: Projection,
    table_words: Sequence[str],
    vocabulary: Vocabulary,
    clusters: Clusters | None = None,
) -> str:
    """Write a map as CSV: word, x, y[, z], topic, cluster, part_of_speech, count, own columns.

    One row for each word of the table, in its order; what is not known of a word is left empty.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    axes = ("x", "y", "z")[: projection.spec.dimensions]
    own = [neutral(column.name) for column in vocabulary.columns]
    writer.writerow(("word", *axes, "topic", "cluster", "part_of_speech", "count", *own))
    topics = (*map(neutral, vocabulary.topics), "")
    parts = (*map(neutral, vocabulary.parts_of_speech), "")
    groups = (*map(neutral, clusters.names), "") if clusters else ("",)
    labels = clusters.labels.tolist() if clusters else [-1] * len(table_words)
    ids = vocabulary_ids(table_words, vocabulary)
    said = zip(*(_cells(column, ids) for column in vocabulary.columns), strict=True)
    # The index -1 (nothing known) falls on the empty name at the end of each list.
    for word, place, label, topic, part, count, cells in zip(
        table_words,
        projection.coordinates.tolist(),
        labels,
        vocabulary.topic[ids].tolist(),
        vocabulary.part_of_speech[ids].tolist(),
        vocabulary.count[ids].tolist(),
        said if vocabulary.columns else [()] * len(table_words),
        strict=True,
    ):
        numbers = (f"{value:.6g}" for value in place)
        known = (topics[topic], groups[label], parts[part], count)
        writer.writerow((neutral(word), *numbers, *known, *cells))
    return text.getvalue()


def map_parquet(
    projection: Projection,
    table_words: Sequence[str],
    vocabulary: Vocabulary,
    clusters: Clusters | None = None,
) -> bytes:
    """Write the same as parquet: numbers as numbers, and nothing where nothing is known."""
    import pyarrow as pa
    from pyarrow import parquet

    ids = vocabulary_ids(table_words, vocabulary)
    named: dict[str, pa.Array] = {"word": pa.array(table_words, pa.string())}
    for axis, places in zip("xyz", projection.coordinates.T, strict=False):
        named[axis] = pa.array(places, pa.float32())
    known = [Column("topic", vocabulary.topic[ids], vocabulary.topics or ("",))]
    if clusters:
        known.append(Column("cluster", clusters.labels, tuple(clusters.names) or ("",)))
    parts = vocabulary.parts_of_speech or ("",)
    known.append(Column("part_of_speech", vocabulary.part_of_speech[ids], parts))
    own = [Column(c.name, c.values[ids], c.categories) for c in vocabulary.columns]
    for column in (*known, Column("count", vocabulary.count[ids]), *own):
        name = column.name
        while name in named:
            name += " (2)"
        if column.is_number:
            named[name] = pa.array(column.values, pa.float64(), from_pandas=True)
        else:
            names = (*column.categories, None)
            named[name] = pa.array([names[code] for code in column.values.tolist()], pa.string())
    buffer = io.BytesIO()
    parquet.write_table(pa.table(named), buffer)
    return buffer.getvalue()


def _cells(column: Column, ids: NDArray[np.uint32]) -> list[str]:
    """Return what a column says of some words: nothing, a category, or a number as it was given."""
    values = column.values[ids].tolist()
    if column.is_number:
        return ["" if value != value else repr(value).removesuffix(".0") for value in values]
    names = (*map(neutral, column.categories), "")
    return [names[value] for value in values]
