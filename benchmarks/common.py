"""What the measurements share: the machine in one line, medians, tables, the words."""

from __future__ import annotations

import gc
import importlib.metadata
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from embeddings import methods, projection, recipes, store
from embeddings.types import EmbeddingTable, NeighborsSpec, Projection, Request, Spec

ROOT = Path(__file__).resolve().parent.parent


def machine(*packages: str, browser: str = "") -> str:
    """Return one line that says what was measured on."""
    versions = [f"{name} {importlib.metadata.version(name)}" for name in packages]
    versions += [f"Chromium {browser} (headless, no GPU)"] if browser else []
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cpus ({_cpu()}), {memory:.0f} GiB, load before {load:.1f}, "
        f"{platform.system()}, Python {platform.python_version()}, {', '.join(versions)}"
    )


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table; every column but the first is set to the right."""
    rule = ["---", *["---:"] * (len(columns) - 1)]
    lines = [columns, rule, *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def show(title: str, *parts: str) -> None:
    """Print one section, ready to be pasted."""
    print(f"\n### {title}\n", *parts, sep="\n", flush=True)


def note(text: str) -> None:
    """Say what is being measured, beside the results."""
    print(text, file=sys.stderr, flush=True)


def median(values: Sequence[float]) -> float:
    """Return the median, NaN of nothing."""
    return statistics.median(values) if values else float("nan")


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Return the median and, where there are more, the least and the greatest."""
    if not values:
        return "not measured"
    middle = f"{median(values):.{digits}f}"
    if len(values) == 1:
        return middle
    return f"{middle} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def ratio(value: float, base: float) -> str:
    """Return how many times the baseline something is."""
    return f"{value / base:.3g}" if value == value and base == base else "-"


def timed(function: Callable[[], object]) -> float:
    """Return the seconds that a call takes."""
    gc.collect()
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def is_shipped(method: str, vocabulary: str) -> bool:
    """Whether everything of a method's map can be shown without computing."""
    shelf = store.default()
    wanted = recipes.shipped(method, vocabulary)
    return all(shelf.has(each) for each in wanted if not isinstance(each, Spec))


def shipped_methods(vocabulary: str = "common-10k") -> list[str]:
    """Return the methods whose map is there; say which are left out."""
    found = [key for key in methods.available() if is_shipped(key, vocabulary)]
    for key in methods.available():
        if key not in found:
            note(f"left out: {key} has no shipped map of {vocabulary}")
    return found


def load(request: Request):
    """Return something that is shipped; end with one line where it is not."""
    found = store.default().load(request)
    if found is None:
        sys.exit(f"Not there: {request.canonical}. Build it: python -m embeddings build")
    return found


def vectors(method: str, vocabulary: str) -> EmbeddingTable:
    """Return a method's vectors with its default settings."""
    return recipes.fetch(methods.get(method).spec(vocabulary))


def plain_data(folder: Path, vocabulary: str = "common-10k") -> Path:
    """Write what the plain scripts show: GloVe's words and vectors, and where our map has them."""
    words = vectors("glove", vocabulary)
    drawn: Projection = load(projection.spec(words.spec))
    path = folder / "words.npz"
    np.savez(path, words=np.array(words.words), vectors=words.vectors, xy=drawn.coordinates)
    return path


def cosines(rows: EmbeddingTable, indices: np.ndarray) -> np.ndarray:
    """Return the cosine similarity of each row and the rows found for it."""
    unit = np.asarray(rows.unit_vectors, dtype=np.float64)
    return np.stack([unit[found] @ unit[row] for row, found in enumerate(indices)])


def recall(rows: EmbeddingTable, found: np.ndarray, true: np.ndarray) -> float:
    """Return the share of true neighbours found; whoever is as near as the last true one counts."""
    last = cosines(rows, true).min(axis=1, keepdims=True)
    return float(np.mean(cosines(rows, found) >= last - 1e-6))


def neighbors_of(spec: Spec, k: int, metric: str) -> NeighborsSpec:
    """Return the request for a table's neighbours."""
    from embeddings import neighbors

    return neighbors.spec(spec, k, metric)
