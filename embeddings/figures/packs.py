"""Binary packs: what a browser needs to draw a map, in as few bytes as it can be said.

A pack is a little-endian uint32 (the length of the header), a UTF-8 JSON header padded with
spaces, and the raw arrays. Every array starts at a multiple of 8 bytes, so that a browser can
lay a typed array over it without copying::

    {"meta": {...}, "arrays": {"ids": {"dtype": "uint32", "shape": [9873], "offset": 0}}}

Offsets count from the start of the data part.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.figures import sheets
from embeddings.types import (
    Agreement,
    Clusters,
    Column,
    Neighbors,
    Projection,
    Training,
    Trust,
    Vocabulary,
)

DTYPES = ("float32", "float64", "uint8", "int16", "uint16", "uint32", "int32")
ALIGNMENT = 8
QUANTISED_ABOVE = 50_000
"""Maps of more words than this travel as 16-bit coordinates: finer than any screen's pixels."""
SIMILARITY_SCALE = 32767
FRAMED = (0.3, 99.7)
"""Percentiles of places along each axis between which the maps of a training are framed."""


def pack(meta: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Write numbers and what describes them as one block of bytes.

    Parameters
    ----------
    meta : JSON-serialisable mapping
    arrays : arrays of one of the types in ``DTYPES``

    Raises
    ------
    ValueError
        If an array is of another type, or ``meta`` holds NaN or infinity.
    """
    described: dict[str, dict[str, Any]] = {}
    parts: list[bytes] = []
    offset = 0
    for name, array in arrays.items():
        if array.dtype.name not in DTYPES:
            raise ValueError(f"{name} is {array.dtype.name}, expected one of {', '.join(DTYPES)}")
        content = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).tobytes()
        content += b"\0" * (-len(content) % ALIGNMENT)
        described[name] = {
            "dtype": array.dtype.name,
            "shape": list(array.shape),
            "offset": offset,
        }
        parts.append(content)
        offset += len(content)
    header = json.dumps(
        {"meta": dict(meta), "arrays": described},
        ensure_ascii=False,
        separators=(",", ":"),
        allow_nan=False,
    ).encode()
    header += b" " * (-(4 + len(header)) % ALIGNMENT)
    return len(header).to_bytes(4, "little") + header + b"".join(parts)


def unpack(content: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Read a pack again: its meta and its arrays (read-only views of ``content``)."""
    start = 4 + int.from_bytes(content[:4], "little")
    header = json.loads(content[4:start])
    arrays = {}
    for name, about in header["arrays"].items():
        shape = tuple(about["shape"])
        flat = np.frombuffer(
            content,
            np.dtype(about["dtype"]).newbyteorder("<"),
            count=int(np.prod(shape)),
            offset=start + about["offset"],
        )
        arrays[name] = flat.reshape(shape)
    return header["meta"], arrays


def vocabulary_pack(vocabulary: Vocabulary) -> bytes:
    """Pack the words and what is known of each.

    Meta: name, n, noun, nouns, topics, parts_of_speech; of own words with columns also columns,
    each with its name and its categories, or with low and high (None where no word has a number);
    where there are pictures also how they lie in their sheet (`sheets.layout`). Arrays: words
    (UTF-8, one word a line), topic and part_of_speech (int16, -1 for none), count (uint32),
    column_0 and so on: int32, index into the categories, -1 for none; or float64, NaN for none, so
    that a number is read as it was written.
    """
    if any("\n" in word for word in vocabulary.words):
        raise ValueError("a word contains a line break")
    meta: dict[str, Any] = {
        "name": vocabulary.name,
        "n": len(vocabulary),
        "noun": vocabulary.noun,
        "nouns": vocabulary.nouns,
        "topics": list(vocabulary.topics),
        "parts_of_speech": list(vocabulary.parts_of_speech),
    }
    arrays: dict[str, NDArray[Any]] = {
        "words": np.frombuffer("\n".join(vocabulary.words).encode(), np.uint8),
        "topic": vocabulary.topic.astype(np.int16),
        "part_of_speech": vocabulary.part_of_speech.astype(np.int16),
        "count": vocabulary.count.astype(np.uint32),
    }
    if vocabulary.pictures is not None:
        meta["pictures"] = sheets.layout(vocabulary.pictures)
    if vocabulary.columns:
        meta["columns"] = [_column(column) for column in vocabulary.columns]
        arrays |= {f"column_{i}": column.values for i, column in enumerate(vocabulary.columns)}
    return pack(meta, arrays)


def _column(column: Column) -> dict[str, Any]:
    """Say what a column is called, and what its values are taken from."""
    if not column.is_number:
        return {"name": column.name, "categories": list(column.categories)}
    known = column.values[~np.isnan(column.values)]
    low, high = (float(known.min()), float(known.max())) if known.size else (None, None)
    return {"name": column.name, "low": low, "high": high}


def projection_pack(
    projection: Projection, table_words: Sequence[str], vocabulary: Vocabulary
) -> bytes:
    """Pack where each word lies.

    Meta: dimensions, n, low and high (per axis), missing (words of the vocabulary without a
    place). Arrays: coordinates (n, dimensions) as float32, or above ``QUANTISED_ABOVE`` words as
    uint16, 0 at ``low`` and 65535 at ``high``; ids (uint32, the vocabulary's index of each row)
    unless the rows are the vocabulary's own.
    """
    ids = vocabulary_ids(table_words, vocabulary)
    coordinates = projection.coordinates
    low, high = coordinates.min(axis=0), coordinates.max(axis=0)
    placed = np.zeros(len(vocabulary), bool)
    placed[ids] = True
    meta = {
        "dimensions": projection.spec.dimensions,
        "n": len(coordinates),
        "low": low.tolist(),
        "high": high.tolist(),
        "missing": [vocabulary.words[i] for i in np.flatnonzero(~placed)],
    }
    values: NDArray[Any] = coordinates
    if len(coordinates) > QUANTISED_ABOVE:
        values = quantise(coordinates, low, high)
    return pack(meta, {**_ids(ids, vocabulary), "coordinates": values})


def neighbors_pack(
    neighbors: Neighbors, table_words: Sequence[str], vocabulary: Vocabulary, k: int = 15
) -> bytes:
    """Pack the first ``k`` neighbours of every word.

    Meta: n, k, n_words (of the vocabulary). Arrays: indices (n, k) into the vocabulary, uint16
    or uint32; similarities (n, k), cosines times 32767 as int16; ids as in `projection_pack`.

    Raises
    ------
    ValueError
        If the similarities are not cosines.
    """
    if neighbors.spec.metric != "cosine":
        raise ValueError(f"similarities are {neighbors.spec.metric}, expected cosine")
    ids = vocabulary_ids(table_words, vocabulary)
    small = len(vocabulary) <= np.iinfo(np.uint16).max
    cosines = np.clip(neighbors.similarities[:, :k], -1, 1)
    arrays: dict[str, NDArray[Any]] = {
        **_ids(ids, vocabulary),
        "indices": ids[neighbors.indices[:, :k]].astype(np.uint16 if small else np.uint32),
        "similarities": np.rint(cosines * SIMILARITY_SCALE).astype(np.int16),
    }
    n, kept = arrays["indices"].shape
    return pack({"n": n, "k": kept, "n_words": len(vocabulary)}, arrays)


def clusters_pack(clusters: Clusters, table_words: Sequence[str], vocabulary: Vocabulary) -> bytes:
    """Pack which group each word belongs to.

    Meta: names. Arrays: labels (int16, -1 for none); ids as in `projection_pack`.
    """
    ids = vocabulary_ids(table_words, vocabulary)
    return pack(
        {"names": list(clusters.names)}, {**_ids(ids, vocabulary), "labels": clusters.labels}
    )


def trust_pack(trust: Trust, table_words: Sequence[str], vocabulary: Vocabulary) -> bytes:
    """Pack how far each dot can be trusted; words that were not asked are left out.

    Meta: k, summary. Arrays: trustworthiness and continuity, 0 to 1 as uint16, 0 to 65535; ids as
    in `projection_pack`, of the words that were asked.
    """
    asked = trust.asked
    ids = vocabulary_ids(table_words, vocabulary)[asked]
    shares = {"trustworthiness": trust.trustworthiness, "continuity": trust.continuity}
    arrays: dict[str, NDArray[Any]] = {
        name: np.rint(values[asked] * np.iinfo(np.uint16).max).astype(np.uint16)
        for name, values in shares.items()
    }
    meta = {"k": trust.summary["k"], "summary": dict(trust.summary)}
    return pack(meta, {**_ids(ids, vocabulary), **arrays})


def agreement_pack(agreement: Agreement) -> bytes:
    """Pack how many neighbours of each word are the same by two methods.

    Meta: ks; overlaps and chance, the mean Jaccard overlap and that of chance for each k. Arrays:
    ids (uint32, the vocabulary's index of each word that both know), common (uint8, one row a
    word and one column for each k).
    """
    meta = {
        "ks": list(agreement.ks),
        "overlaps": [each.value for each in agreement.overlaps],
        "chance": [each.chance for each in agreement.overlaps],
    }
    return pack(meta, {"ids": agreement.ids, "common": agreement.common})


def training_pack(training: Training, topics: Mapping[str, Sequence[str]]) -> bytes:
    """Pack what was seen of a training.

    Meta: key; spans; topics; searched (words), questions and judged; epochs, loss, kept, random,
    analogies and wordsim, one number a moment, None where it is not known. Arrays: words (UTF-8,
    one a line); shown (uint16, rows of words) and their topic (int16, -1 for none); coordinates
    (moments, n, 2) as uint16, 0 to 65535 along each axis, whose lengths are ``spans``; neighbors
    (moments, n, k), rows of words; closeness (moments, n), cosines times 32767 as int16.

    Parameters
    ----------
    topics : the words of each topic by its name
    """
    number = {word: i for i, words in enumerate(topics.values()) for word in words}
    shown = [training.words[row] for row in training.shown]
    places = training.coordinates.astype(np.float32)
    # A few words far out would leave no room for the others: they stand at the edge.
    low, high = np.percentile(places, FRAMED, axis=(0, 1)).astype(np.float32)
    places = np.clip(places, low, high)
    curves = ("epochs", "loss", "kept", "random", "analogies", "wordsim")
    meta = {
        "key": training.spec.key,
        "topics": list(topics),
        "searched": len(training.words),
        "questions": training.questions,
        "judged": training.judged,
        "spans": (high - low).tolist(),
        **{name: _numbers(getattr(training, name)) for name in curves},
    }
    arrays: dict[str, NDArray[Any]] = {
        "words": np.frombuffer("\n".join(training.words).encode(), np.uint8),
        "shown": training.shown.astype(np.uint16),
        "topic": np.array([number.get(word, -1) for word in shown], np.int16),
        "coordinates": quantise(places, low, high),
        "neighbors": training.neighbors,
        "closeness": np.rint(training.closeness.astype(np.float32) * SIMILARITY_SCALE).astype(
            np.int16
        ),
    }
    return pack(meta, arrays)


def _numbers(values: NDArray[Any]) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]


def vocabulary_ids(table_words: Sequence[str], vocabulary: Vocabulary) -> NDArray[np.uint32]:
    """Return the vocabulary's index of each word of a table: uint32 array of shape (n_words,)."""
    if tuple(table_words) == vocabulary.words:
        return np.arange(len(vocabulary), dtype=np.uint32)
    return np.array([vocabulary.index[word] for word in table_words], np.uint32)


def quantise(
    coordinates: NDArray[np.float32], low: NDArray[np.float32], high: NDArray[np.float32]
) -> NDArray[np.uint16]:
    """Round coordinates to the nearest of 65,536 steps between ``low`` and ``high`` per axis."""
    span = np.where(high > low, high - low, 1).astype(np.float64)
    return np.rint((coordinates - low) / span * np.iinfo(np.uint16).max).astype(np.uint16)


def _ids(ids: NDArray[np.uint32], vocabulary: Vocabulary) -> dict[str, NDArray[Any]]:
    own = len(ids) == len(vocabulary) and np.array_equal(ids, np.arange(len(ids)))
    return {} if own else {"ids": ids}
