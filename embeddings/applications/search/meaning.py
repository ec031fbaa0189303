"""Vectors of texts in 8 bits, chunk by chunk, and how near a question is to each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embeddings import methods
from embeddings.applications.search.texts import CHUNK
from embeddings.methods import _minilm
from embeddings.types import (
    Progress,
    Spec,
    TextIndex,
    TextVectors,
    TextVectorsSpec,
    no_progress,
)

LEVELS = 127
"""Steps on each side of 0 in 8 bits."""


def table_spec() -> Spec:
    """Return the request for the vectors of the paragraphs."""
    return methods.get("texts-bert").spec("paragraphs")


def chunk(number: int) -> TextVectorsSpec:
    """Return the request for one chunk of definitions; the last one is shorter than it says."""
    return TextVectorsSpec("definitions", number * CHUNK, (number + 1) * CHUNK)


def chunks(n: int) -> list[TextVectorsSpec]:
    """Return the requests for the vectors of the first ``n`` definitions."""
    return [chunk(i) for i in range(-(-n // CHUNK))]


def encode(
    request: TextVectorsSpec, index: TextIndex, progress: Progress = no_progress
) -> TextVectors:
    """Have MiniLM read the texts of a chunk."""
    rows = range(request.start, min(request.stop, len(index)))
    model = _minilm.encoder()
    vectors = _minilm.read_texts(model, [index.text(row) for row in rows], progress)
    return in_8_bits(vectors, request)


def in_8_bits(vectors: NDArray[np.float32], request: TextVectorsSpec) -> TextVectors:
    """Round unit vectors to 255 levels; their cosines change by about a thousandth."""
    step = float(np.abs(vectors).max()) / LEVELS
    return TextVectors(np.rint(vectors / step).astype(np.int8), step, request)


def cosines(question: NDArray[np.float32], parts: Sequence[TextVectors]) -> NDArray[np.float32]:
    """Return the cosine of a question's unit vector and each text's, float32 of shape (n_texts,).

    Chunk by chunk, so that the numbers of one chunk alone stand in memory as float32.
    """
    found = [(each.levels.astype(np.float32) @ question) * each.inverse_lengths for each in parts]
    return np.concatenate(found) if found else np.zeros(0, np.float32)


def read_question(
    question: str, progress: Progress = no_progress
) -> tuple[NDArray[np.float32], int, int]:
    """Return a question's unit vector, how many of its pieces are read, and how many it has.

    None are read, and the vector is 0, where the model knows none of the question's characters.
    """
    progress(0.0, "Loading MiniLM")
    model = _minilm.encoder()
    ids = model.tokenizer(question, truncation=False, verbose=False)["input_ids"][1:-1]
    read = ids[: _minilm.LONGEST_TEXT - 2]
    if all(each == model.tokenizer.unk_token_id for each in read):
        return np.zeros(_minilm.DIMENSIONS, np.float32), 0, len(ids)
    return _minilm.read_texts(model, [question], no_progress)[0], len(read), len(ids)
