"""What search keeps, as named arrays with a few words of JSON, and back."""

from __future__ import annotations

import json
from dataclasses import asdict, astuple
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.types import (
    Encoded,
    EncodingSpec,
    Found,
    Hit,
    SearchScore,
    SearchScoreSpec,
    SearchSpec,
    TextIndex,
    TextIndexSpec,
    TextVectors,
    TextVectorsSpec,
)

SEARCHING = (TextIndex, TextVectors, Encoded, Found, SearchScore)
SEARCHED = (TextIndexSpec, TextVectorsSpec, EncodingSpec, SearchSpec, SearchScoreSpec)

COARSE = 8
"""Compact vectors are kept in steps of eight of their 255 levels: in 5 bits instead of 8."""

_ARRAYS = ("label", "block", "starts", "scores", "rows", "columns")


def encode(result: Any, compact: bool) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Return a result as arrays and JSON; see `store.encoding.encode`."""
    if isinstance(result, TextIndex):
        arrays = {name: getattr(result, name) for name in _ARRAYS}
        arrays |= {"labels": _packed(result.labels), "words": _packed(result.words)}
        return arrays, {"first": result.first}
    if isinstance(result, TextVectors):
        if not compact:
            return {"levels": result.levels}, {"step": result.step}
        levels = np.rint(result.levels.astype(np.float32) / COARSE).astype(np.int8)
        # Number by number over all texts: they are more alike so, and take less room.
        return {"levels": levels.T}, {"step": result.step * COARSE, "turned": True}
    if isinstance(result, Encoded):
        return {}, {"n": result.n}
    if isinstance(result, Found):
        content = asdict(result)
        del content["spec"]
        content["by_words"] = [astuple(hit) for hit in result.by_words]
        content["by_meaning"] = [astuple(hit) for hit in result.by_meaning]
        return {}, content
    assert isinstance(result, SearchScore)
    arrays = {"by_words": result.by_words, "by_meaning": result.by_meaning}
    meta = {"words": list(result.words), "descriptions": list(result.descriptions)}
    return arrays, meta | {"texts": result.texts, "labels": result.labels}


def decode(request: Any, arrays: dict[str, NDArray[Any]], meta: dict[str, Any]) -> Any:
    """Rebuild the result of a request; see `store.encoding.decode`."""
    if isinstance(request, TextIndexSpec):
        parts: dict[str, Any] = {name: arrays[name] for name in _ARRAYS}
        labels, words = _unpacked(arrays["labels"]), _unpacked(arrays["words"])
        return TextIndex(labels=labels, words=words, first=meta["first"], spec=request, **parts)
    if isinstance(request, TextVectorsSpec):
        levels = arrays["levels"].T if meta.get("turned") else arrays["levels"]
        return TextVectors(levels, float(meta["step"]), request)
    if isinstance(request, EncodingSpec):
        return Encoded(int(meta["n"]), request)
    if isinstance(request, SearchSpec):
        return Found(
            tuple(map(_hit, meta["by_words"])),
            tuple(map(_hit, meta["by_meaning"])),
            tuple(meta["known"]),
            tuple(meta["unknown"]),
            int(meta["read"]),
            int(meta["pieces"]),
            int(meta["searched"]),
            int(meta["total"]),
            request,
        )
    return SearchScore(
        tuple(meta["words"]),
        tuple(meta["descriptions"]),
        arrays["by_words"],
        arrays["by_meaning"],
        int(meta["texts"]),
        int(meta["labels"]),
        request,
    )


def _hit(stored: list[Any]) -> Hit:
    label, text, score, words, other, row = stored
    return Hit(label, text, float(score), tuple(words), int(other), int(row))


def _packed(strings: tuple[str, ...]) -> NDArray[np.uint8]:
    text = json.dumps(strings, ensure_ascii=False, separators=(",", ":"))
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)


def _unpacked(stored: NDArray[Any]) -> tuple[str, ...]:
    return tuple(json.loads(stored.tobytes().decode("utf-8", "surrogatepass")))
