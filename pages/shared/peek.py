"""What one word's vector looks like, in numbers and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from embeddings import corpus, methods, neighbors
from embeddings.errors import UnknownName, UserError
from embeddings.types import EmbeddingTable, Spec
from pages.shared import access, own

LABELLED = 12
"""How many of a sparse vector's largest numbers are given the names of their columns."""


MOST_CONTEXTS = 20_000
"""How many of the corpus's most frequent words are ever columns."""


@dataclass(frozen=True)
class Peek:
    """A word's vector and neighbours by one method.

    Attributes
    ----------
    values : the numbers, of a sparse vector those that are not zero, the largest first
    indices : the places of a sparse vector's values; None for a dense one
    largest : (name of the column, value), where columns have names
    neighbors : (word, cosine), the nearest first
    """

    dim: int
    sentence: str
    values: list[float]
    indices: list[int] | None
    largest: list[tuple[str, float]]
    neighbors: list[tuple[str, float]]

    @property
    def numbers(self) -> list[tuple[int, float]]:
        """Place and value of each number."""
        places = range(len(self.values)) if self.indices is None else self.indices
        return list(zip(places, self.values, strict=True))

    @property
    def are_ties(self) -> bool:
        """Whether all neighbours are equally near."""
        return len({cosine for _, cosine in self.neighbors}) == 1


def of_word(spec: Spec, word: str, k: int) -> Peek:
    """Look at a word.

    Raises
    ------
    UserError
        If the word has no vector, or the vectors are not built yet.
    """
    words = access.word_list(spec.vocabulary)
    if word not in words.index:
        raise UnknownName("word", word, words.words)
    table = access.table(spec)
    if word not in table.index:
        raise UserError(
            f"It has no vector for {word}: the word is too rare in what it learns from."
        )
    row = table.index[word]
    told = describe_vector(table, row)
    return Peek(
        table.dim,
        told["sentence"],
        told["values"],
        told.get("indices"),
        list(zip(told.get("labels", ()), told["values"], strict=False))[:5],
        _neighbors(table, row, k),
    )


def _neighbors(table: EmbeddingTable, row: int, k: int) -> list[tuple[str, float]]:
    request = neighbors.spec(table.spec)
    if access.has(request):
        found = access.near(request)
        rows, cosines = found.indices[row, :k], found.similarities[row, :k]
    else:
        rows, cosines = neighbors.of_row(table, row, k)
    return [(table.words[i], float(cosine)) for i, cosine in zip(rows, cosines, strict=True)]


def describe_vector(table: EmbeddingTable, row: int, most: int | None = None) -> dict[str, Any]:
    """Return the numbers of one vector, and a sentence that says what they are like.

    Parameters
    ----------
    most : how many numbers of a sparse vector to return, the largest; by default all
    """
    values: Any = table.vectors[[row]]
    if not table.is_sparse:
        dense = np.asarray(values, dtype=np.float64).ravel()
        low, high = dense.min(), dense.max()
        sentence = f"{table.dim:,} numbers from {low:.2f} to {high:.2f}"
        return {"kind": "dense", "values": np.round(dense, 4).tolist(), "sentence": sentence}
    order = np.argsort(-values.data, kind="stable")
    zeros, nonzero = table.dim - len(order), len(order)
    if nonzero == 1 and values.data[0] == 1:
        sentence = f"one 1 and {zeros:,} zeros"
    else:
        sentence = f"{nonzero:,} of {table.dim:,} numbers are not zero"
    order = order[:most]
    indices = values.indices[order].tolist()
    told = {
        "kind": "sparse",
        "nonzero": nonzero,
        "indices": indices,
        "values": np.round(values.data[order].astype(np.float64), 4).tolist(),
        "sentence": sentence,
    }
    names = column_names(table)
    return told | {"labels": [names[i] for i in indices[:LABELLED]]} if names else told


def column_names(table: EmbeddingTable) -> Sequence[str] | None:
    """Return what the columns of a sparse table stand for, where that is cheap to know."""
    columns = methods.get(table.spec.method).columns
    if columns == "words":
        names: Sequence[str] = access.word_list(table.spec.vocabulary).words
        return names if len(names) == table.dim else None
    try:
        names = _names(columns, table.spec.corpus)
    except LookupError:
        return None
    # The contexts are the first types; titles are those of the columns only if all are.
    fits = len(names) == table.dim or (columns == "contexts" and len(names) > table.dim)
    return names if fits else None


@st.cache_resource(max_entries=6, show_spinner=False)
def _names(columns: str, name: str) -> Sequence[str]:
    if columns == "documents":
        titles = corpus.kept_titles(name)
        if titles is not None:
            return titles
    elif columns == "contexts":
        types = corpus.kept_types(name)
        if types is not None:
            return types[:MOST_CONTEXTS]
    raise LookupError("nothing on this machine names these columns")


own.desk.forget.append(lambda _: _names.clear())
