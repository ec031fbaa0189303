"""What was read from somebody's files, as arrays in a folder: no pickle, and vectors left on disk.

``content.json`` says what it is, ``labels.npz`` holds the labels and what is said of each,
``vectors.npy`` the vectors, ``text.txt`` the documents of a text, ``pictures.npy`` small images.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.types import Column, Scalar

KINDS = ("words", "text", "vectors", "model", "images")
BETWEEN = "\n\n"
"""What stands between two documents in ``text.txt``; within one there is no empty line."""


@dataclass(frozen=True, eq=False)
class Content:
    """What somebody brought.

    Attributes
    ----------
    kind : "words", "text", "vectors", "model" or "images"
    labels : tuple of str, length n, distinct, none empty, none with a line break; () of a text or
        a model
    vectors : float32 array of shape (n, dim), finite; None unless the kind is "vectors"
    columns : what is said of each label
    documents : of a text, each without an empty line
    origin : the format, the file's name, what was left out or mended, as numbers and short texts;
        of a model all that there is: "model", "state", "label", "layers" and "dim"
    pictures : uint8 array of shape (n, height, width, 3), red, green and blue; None unless the kind
        is "images"
    """

    kind: str
    labels: tuple[str, ...] = ()
    vectors: NDArray[np.float32] | None = None
    columns: tuple[Column, ...] = ()
    documents: tuple[str, ...] = ()
    origin: Mapping[str, Scalar] = field(default_factory=dict)
    pictures: NDArray[np.uint8] | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind is {self.kind}, expected one of {', '.join(KINDS)}")
        if len(set(self.labels)) != len(self.labels) or "" in self.labels:
            raise ValueError("labels must be distinct, and none empty")
        if (self.kind == "vectors") != (self.vectors is not None):
            raise ValueError("vectors have vectors, and nothing else has")
        if self.vectors is not None:
            shape = self.vectors.shape
            if len(shape) != 2 or shape[0] != len(self.labels) or not shape[1]:
                raise ValueError(f"{len(self.labels)} labels, but vectors {shape}")
        if (self.kind == "images") != (self.pictures is not None):
            raise ValueError("images have pictures, and nothing else has")
        if self.pictures is not None:
            shape = self.pictures.shape
            if len(shape) != 4 or shape[0] != len(self.labels) or 0 in shape or shape[3] != 3:
                raise ValueError(f"{len(self.labels)} labels, but pictures {shape}")
        for column in self.columns:
            if len(column.values) != len(self.labels):
                raise ValueError(f"{column.name} has {len(column.values)} values")

    def __len__(self) -> int:
        return len(self.labels) or len(self.documents)


def digest(content: Content, title: str) -> str:
    """Return twenty hexadecimal digits of the SHA-256 of what was brought and what it is called.

    Where it came from does not count: the same labels and vectors from another format are the same.
    But a model is nothing else than its name, and what its files were when it was named.
    """
    found = hashlib.sha256()
    about: list[Any] = [title, content.kind, [[c.name, c.categories] for c in content.columns]]
    if content.kind == "model":
        about.append(sorted(content.origin.items()))
    found.update(json.dumps(about).encode())
    for texts in (content.labels, content.documents):
        found.update(json.dumps(texts).encode())
    for array in (
        *(column.values for column in content.columns),
        content.vectors,
        content.pictures,
    ):
        if array is not None:
            found.update(str(array.shape).encode())
            found.update(np.ascontiguousarray(array).data.cast("B") if array.size else b"")
    return found.hexdigest()[:20]


def save(content: Content, folder: Path) -> None:
    """Write it into a folder, which is made; what has the same names there is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, NDArray[Any]] = {
        "labels": np.frombuffer("\n".join(content.labels).encode(), np.uint8)
    }
    arrays |= {f"column_{i}": column.values for i, column in enumerate(content.columns)}
    with (folder / "labels.npz").open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
    if content.vectors is not None:
        np.save(folder / "vectors.npy", content.vectors, allow_pickle=False)
    if content.pictures is not None:
        np.save(folder / "pictures.npy", content.pictures, allow_pickle=False)
    if content.kind == "text":
        (folder / "text.txt").write_text(BETWEEN.join(content.documents), encoding="utf-8")
    about = {
        "kind": content.kind,
        "n": len(content.labels),
        "columns": [[column.name, list(column.categories)] for column in content.columns],
        "origin": dict(content.origin),
    }
    # Last: the content is there when this is.
    (folder / "content.json").write_text(json.dumps(about), encoding="utf-8")


def load(folder: Path, with_text: bool = True) -> Content:
    """Read what ``save`` wrote; the vectors stay in their file and are read as they are needed.

    Raises
    ------
    OSError, ValueError, KeyError
        If it is not there, or not whole.
    """
    about = json.loads((folder / "content.json").read_text(encoding="utf-8"))
    with np.load(folder / "labels.npz", allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    labels = tuple(arrays["labels"].tobytes().decode().split("\n")) if about["n"] else ()
    columns = tuple(
        Column(name, arrays[f"column_{i}"], tuple(categories))
        for i, (name, categories) in enumerate(about["columns"])
    )
    vectors = None
    if about["kind"] == "vectors":
        vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
    pictures = None
    if about["kind"] == "images":
        pictures = np.load(folder / "pictures.npy", mmap_mode="r", allow_pickle=False)
    documents = tuple(read_documents(folder)) if with_text and about["kind"] == "text" else ()
    origin = about["origin"]
    return Content(about["kind"], labels, vectors, columns, documents, origin, pictures)


def read_documents(folder: Path) -> Iterator[str]:
    """Yield the documents of a text, one at a time."""
    lines: list[str] = []
    with (folder / "text.txt").open(encoding="utf-8", newline="\n") as file:
        for line in file:
            if line == "\n" and lines:
                yield "".join(lines).rstrip("\n")
                lines = []
            elif line != "\n":
                lines.append(line)
    if lines:
        yield "".join(lines).rstrip("\n")
