"""One word's neighbours by the exact pass, by a kept HNSW graph and by the vector database."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings import neighbors
from embeddings.applications.scale import database, indexes
from embeddings.applications.scale.database import Database
from embeddings.applications.scale.measuring import one_thread, unit
from embeddings.errors import UnknownName, UserError
from embeddings.types import EmbeddingTable, Nearby, NearbySpec, OneWay, Progress, no_progress

EFFORT = 64
"""Places of the graph that are looked through."""

REPEATS = 5
HELD = 2

Hits = tuple[NDArray[Any], NDArray[Any]]
_graphs: OrderedDict[str, Any] = OrderedDict()


def find(
    table: EmbeddingTable, request: NearbySpec, folder: Path, progress: Progress = no_progress
) -> Nearby:
    """Search by each way; what is not built yet is built first, and kept in a folder.

    A database that does not answer is said, and the embedded one stands in for it.

    Raises
    ------
    UserError
        If the table has no vector for the word.
    """
    row = table.index.get(request.word)
    if row is None:
        raise UnknownName("word", request.word, table.words[:20_000])
    progress(0.0, "Reading the vectors")
    vectors = unit(table.vectors)
    graph = kept_graph(vectors, request, folder, _part(progress, 0.05, 0.6))
    asked = Search(table.words, vectors, row, request.k)
    found = [
        asked.timed("exact", lambda: neighbors.of_row(table, row, request.k)),
        asked.timed("hnsw", lambda: _of_graph(graph, vectors[row], request.k)),
    ]
    name = f"{request.table.vocabulary}-{request.table.key}"
    own = database.embedded(folder / "vectors")
    part, place = _part(progress, 0.6, 1), own.place
    try:
        chosen = database.chosen(folder=folder / "vectors")
        place = chosen.place
        found.append(asked.by_database("database", chosen, name, part))
    except UserError as problem:
        found.append(OneWay("database", (), (), 0.0, str(problem)))
        found.append(asked.by_database("embedded", own, name, part))
    progress(1.0, "Found")
    return Nearby(tuple(found), len(vectors), place, request)


class Search:
    """A search for one row's neighbours, which is told how each way goes about it."""

    def __init__(
        self, words: tuple[str, ...], vectors: NDArray[np.float32], row: int, k: int
    ) -> None:
        self.words, self.vectors, self.row, self.k = words, vectors, row, k

    def timed(self, way: str, search: Callable[[], Hits]) -> OneWay:
        """Search several times, on one thread where it is ours, and say what came out."""
        times = []
        with one_thread():
            for _ in range(REPEATS):
                start = time.perf_counter()
                rows, similarities = search()
                times.append(time.perf_counter() - start)
        kept = [(i, s) for i, s in zip(rows.tolist(), similarities.tolist(), strict=True)]
        kept = [(i, s) for i, s in kept if i >= 0 and i != self.row][: self.k]
        names = tuple(self.words[i] for i, _ in kept)
        return OneWay(way, names, tuple(float(s) for _, s in kept), 1e3 * median(times))

    def by_database(self, way: str, at: Database, name: str, progress: Progress) -> OneWay:
        """Search in a database, which gets the vectors first where it has not all of them."""
        if at.count(name) != len(self.vectors):
            at.put(name, np.arange(len(self.vectors)), self.vectors, progress)
        return self.timed(way, lambda: at.nearest(name, self.vectors[self.row], self.k + 1))


def kept_graph(
    vectors: NDArray[np.float32], request: NearbySpec, folder: Path, progress: Progress
) -> Any:
    """Return the HNSW graph of all vectors: held in memory, read from its file, or built."""
    import faiss

    key = request.table.key
    if key in _graphs:
        _graphs.move_to_end(key)
        return _graphs[key]
    path = folder / "indexes" / f"{key}.hnsw"
    graph = None
    if path.is_file():
        progress(0.0, "Reading the graph")
        try:
            graph = faiss.read_index(str(path))
        except RuntimeError:  # half a file: it is built once more
            graph = None
        if graph is not None and (graph.ntotal, graph.d) != vectors.shape:
            graph = None
    if graph is None:
        with one_thread():
            graph = indexes.build("hnsw", vectors, progress=progress)
        keep_graph(graph, key, folder)
    _graphs[key] = graph
    while len(_graphs) > HELD:
        _graphs.popitem(last=False)
    return graph


def keep_graph(graph: Any, key: str, folder: Path) -> None:
    """Write a graph whole or not at all; a disk that is full is no reason to fail."""
    import contextlib
    import os

    import faiss

    path = folder / "indexes" / f"{key}.hnsw"
    new = path.with_suffix(f".{os.getpid()}.tmp")
    with contextlib.suppress(OSError, RuntimeError):
        path.parent.mkdir(parents=True, exist_ok=True)
        faiss.write_index(graph, str(new))
        new.replace(path)
    new.unlink(missing_ok=True)


def _of_graph(graph: Any, vector: NDArray[np.float32], k: int) -> Hits:
    graph.hnsw.efSearch = EFFORT
    similarities, rows = graph.search(vector[None], k + 1)
    return rows[0], similarities[0]


def _part(progress: Progress, low: float, high: float) -> Progress:
    return lambda fraction, message: progress(low + (high - low) * fraction, message)
