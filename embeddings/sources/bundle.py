"""A page of the app as one file, with the data that it speaks of: safetensors, never a pickle.

The header says which page it is, what was chosen there and from which requests it is made; the
tensors are the labels, vectors, columns, texts and images that somebody brought, if they are to go
along.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings import sources
from embeddings.errors import UserError
from embeddings.sources import content as contents
from embeddings.sources.content import Content
from embeddings.sources.limits import Limits
from embeddings.sources.pictures import SIDE
from embeddings.types import Column

ENDING = ".lse"
VERSION = 1
MOST = 12
"""Sources that one file holds."""

_BROKEN = "This is no page that was saved here, or it did not arrive whole: save it once more."


@dataclass(frozen=True)
class Page:
    """A page as it was.

    Attributes
    ----------
    page : its name in the address; "" for the map
    query : what was chosen there
    fragment : what its maps keep in the address besides: the selection, the view
    requests : canonical JSON of what it was made from: method, parameters, seeds, versions
    sources : name and title of everything own that it speaks of
    """

    page: str
    query: Mapping[str, str]
    fragment: str = ""
    requests: tuple[str, ...] = ()
    sources: tuple[tuple[str, str], ...] = ()


def write(page: Page, with_data: bool, path: Path) -> None:
    """Write a page into a file, with the data that it speaks of or without.

    Of a model there is its name alone: whoever opens the file names it himself.

    Raises
    ------
    UserError
        If something that it speaks of is not here any more.
    """
    from safetensors.numpy import save_file

    tensors: dict[str, NDArray[Any]] = {}
    described = []
    for i, (name, title) in enumerate(page.sources):
        about: dict[str, Any] = {"name": name, "title": title}
        if with_data and sources.get(name).kind != "model":
            about |= _add(tensors, str(i), sources.get(name))
        described.append(about)
    header = {
        "version": VERSION,
        "page": page.page,
        "query": dict(page.query),
        "fragment": page.fragment,
        "requests": list(page.requests),
        "sources": described,
    }
    # The format asks for a tensor at least, and takes texts only.
    tensors["version"] = np.array([VERSION], np.int32)
    save_file(tensors, path, {"page": json.dumps(header)})


def _add(tensors: dict[str, NDArray[Any]], key: str, source: sources.Source) -> dict[str, Any]:
    content = source.content
    tensors[f"{key}.labels"] = _bytes("\n".join(content.labels))
    for i, column in enumerate(content.columns):
        tensors[f"{key}.column.{i}"] = np.array(column.values)
    if content.vectors is not None:
        tensors[f"{key}.vectors"] = np.ascontiguousarray(content.vectors)
    if content.pictures is not None:
        tensors[f"{key}.pictures"] = np.ascontiguousarray(content.pictures)
    if content.kind == "text":
        tensors[f"{key}.text"] = _bytes(contents.BETWEEN.join(sources.documents(source.name)))
    return {
        "kind": content.kind,
        "columns": [[column.name, list(column.categories)] for column in content.columns],
        "origin": dict(content.origin),
    }


def read(path: Path) -> tuple[Page, list[tuple[str, Content]]]:
    """Read a page, and whatever data came with it as (title, content).

    Raises
    ------
    UserError
        If it is no such file, or its parts do not fit together.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(path), framework="numpy") as file:
            header = json.loads((file.metadata() or {})["page"])
            if header["version"] != VERSION:
                raise UserError("The file was saved by another version of the app.")
            page = _page(header)
            found = [
                (str(about["title"]), _content(file, str(i), about))
                for i, about in enumerate(header["sources"])
                if "kind" in about
            ]
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, UserError):
            raise
        raise UserError(_BROKEN) from error
    return page, found


def _page(header: Mapping[str, Any]) -> Page:
    if len(header["sources"]) > MOST:
        raise UserError(f"The file speaks of more than {MOST} sources.")
    query = {str(name): str(value) for name, value in header["query"].items()}
    named = tuple((str(each["name"]), str(each["title"])) for each in header["sources"])
    requests = tuple(str(each) for each in header["requests"])
    return Page(str(header["page"]), query, str(header["fragment"]), requests, named)


def _content(file: Any, key: str, about: Mapping[str, Any]) -> Content:
    if about["kind"] == "model":  # it would open a folder for whoever could not name it
        raise ValueError("a model is named, and not brought in a file")
    text = _text(file.get_tensor(f"{key}.labels"))
    labels = tuple(text.split("\n")) if text else ()
    columns = tuple(
        Column(str(name), file.get_tensor(f"{key}.column.{i}"), tuple(map(str, categories)))
        for i, (name, categories) in enumerate(about["columns"])
    )
    vectors = file.get_tensor(f"{key}.vectors") if about["kind"] == "vectors" else None
    if vectors is not None and (vectors.dtype != np.float32 or not np.isfinite(vectors).all()):
        raise ValueError("vectors must be finite float32")
    pictures = file.get_tensor(f"{key}.pictures") if about["kind"] == "images" else None
    if pictures is not None and (pictures.dtype != np.uint8 or pictures.shape[1:3] != (SIDE, SIDE)):
        raise ValueError("images must be small squares of bytes")
    documents: Sequence[str] = ()
    if about["kind"] == "text":
        documents = _text(file.get_tensor(f"{key}.text")).split(contents.BETWEEN)
    origin = {str(name): value for name, value in about["origin"].items()}
    content = Content(
        str(about["kind"]), labels, vectors, columns, tuple(documents), origin, pictures
    )
    _check(content, Limits.from_environment())
    return content


def _check(content: Content, limits: Limits) -> None:
    """Hold what a page brings to the limits of all that is brought."""
    dim = 0 if content.vectors is None else content.vectors.shape[1]
    many = max((len(column.categories) for column in content.columns), default=0)
    if (
        len(content) > (limits.rows if content.pictures is None else limits.images)
        or dim > limits.dim
        or len(content) * dim > limits.numbers
        or len(content.columns) > limits.columns
        or many > limits.categories
        or max(map(len, content.labels), default=0) > limits.label
    ):
        raise UserError("The data in the file are more than may be brought here.")


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode(), np.uint8)


def _text(array: NDArray[Any]) -> str:
    if array.dtype != np.uint8 or array.ndim != 1:
        raise ValueError("a text is one row of bytes")
    return array.tobytes().decode()
