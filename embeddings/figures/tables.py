"""Maps as tables: one word a row, in a form that spreadsheets open without running anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from embeddings.figures.packs import vocabulary_ids
from embeddings.types import Clusters, Projection, Vocabulary

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
    """Write a map as CSV: word, x, y[, z], topic, cluster, part_of_speech, count.

    One row for each word of the table, in its order; what is not known of a word is left empty.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    axes = ("x", "y", "z")[: projection.spec.dimensions]
    writer.writerow(("word", *axes, "topic", "cluster", "part_of_speech", "count"))
    topics = (*map(neutral, vocabulary.topics), "")
    parts = (*map(neutral, vocabulary.parts_of_speech), "")
    groups = (*map(neutral, clusters.names), "") if clusters else ("",)
    labels = clusters.labels.tolist() if clusters else [-1] * len(table_words)
    ids = vocabulary_ids(table_words, vocabulary)
    # The index -1 (nothing known) falls on the empty name at the end of each list.
    for word, place, label, topic, part, count in zip(
        table_words,
        projection.coordinates.tolist(),
        labels,
        vocabulary.topic[ids].tolist(),
        vocabulary.part_of_speech[ids].tolist(),
        vocabulary.count[ids].tolist(),
        strict=True,
    ):
        numbers = (f"{value:.6g}" for value in place)
        writer.writerow((neutral(word), *numbers, topics[topic], groups[label], parts[part], count))
    return text.getvalue()
