"""A text's attention as the browser gets it: every head, the layers' means, the rollout."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.figures import packs
from embeddings.inside import attention as inside
from embeddings.types import FAVOURS, Attention


def pack(result: Attention) -> bytes:
    """Write it as a pack; numbers from 0 to 1 travel as the 16 bits of a float16."""
    rollout = inside.rollout(result.weights)
    words = inside.words_of(result.spec, result.tokens)
    layers, heads = result.weights.shape[:2]
    meta = {
        "texts": [text for text in (result.spec.text, result.spec.pair) if text],
        "read": list(result.read),
        "total": result.total,
        "model": result.model,
        "tokens": [
            {"text": t.text, "start": t.start, "end": t.end, "part": t.part, "word": t.word}
            for t in result.tokens
        ],
        "words": list(words),
        "kinds": list(FAVOURS),
        "favours": [[_numbers(head) for head in layer] for layer in result.favours],
        "uniform": _numbers(result.uniform),
        "asked": list(result.asked),
        "favourites": [
            [inside.favourite(result.favours[layer, head], result.uniform) for head in range(heads)]
            for layer in range(layers)
        ],
    }
    arrays: dict[str, NDArray[np.floating[Any]]] = {
        "weights": result.weights,
        "mean": inside.mean_of_heads(result.weights),
        "rollout": rollout,
    }
    return packs.pack(meta, {name: _bits(array) for name, array in arrays.items()})


@cache
def version() -> str:
    """Return a short digest of how it is packed, for its address."""
    parts = (Path(each).read_bytes() for each in (__file__, packs.__file__, inside.__file__))
    return hashlib.sha256(b"".join(parts)).hexdigest()[:8]


def _bits(array: NDArray[Any]) -> NDArray[np.uint16]:
    return np.ascontiguousarray(array, dtype=np.float16).view(np.uint16)


def _numbers(values: NDArray[Any]) -> list[float | None]:
    return [None if np.isnan(value) else round(float(value), 4) for value in values]
