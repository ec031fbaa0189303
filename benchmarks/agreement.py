"""How far all methods agree, two by two: ours, and Python's sets for the overlap alone.

From vectors and stored neighbours in memory. The sets are of the stored neighbours that both
methods know; where fewer than k of them are left, ours are found anew and theirs are fewer.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable
from itertools import combinations

import numpy as np

from benchmarks.common import (
    load,
    machine,
    median,
    neighbors_of,
    note,
    ratio,
    shipped_methods,
    show,
    spread,
    table,
    timed,
    vectors,
)
from embeddings.probes import agreement
from embeddings.types import EmbeddingTable, Neighbors, VocabularySpec

Overlaps = list[list[float]]
"""For each pair, the mean overlap for each k."""

BASE = "Python sets: overlap, no intervals"


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.agreement", description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="of each (default 5)")
    parser.add_argument("--vocabulary", default="common-10k", help="(default common-10k)")
    return parser.parse_args()


def by_sets(tables: list[EmbeddingTable], nears: list[Neighbors]) -> Overlaps:
    """Compare the neighbours of every word as sets, as one would write it down."""
    found = []
    for (left, near_left), (right, near_right) in combinations(zip(tables, nears, strict=True), 2):
        shared = set(left.words) & set(right.words)
        overlaps = defaultdict(list)
        for word in shared:
            a = named(left, near_left, word, shared)
            b = named(right, near_right, word, shared)
            for k in agreement.KS:
                one, other = set(a[:k]), set(b[:k])
                overlaps[k].append(len(one & other) / len(one | other))
        found.append([sum(each) / len(each) for each in overlaps.values()])
    return found


def named(words: EmbeddingTable, near: Neighbors, word: str, shared: set[str]) -> list[str]:
    """Return the neighbours of a word that both methods know."""
    nearest = (words.words[row] for row in near.indices[words.index[word]])
    return [each for each in nearest if each in shared]


def main() -> None:
    """Measure and print."""
    options = arguments()
    line = machine("numpy", "scipy")
    tables = [vectors(key, options.vocabulary) for key in shipped_methods(options.vocabulary)]
    nears = [load(neighbors_of(each.spec, 50, "cosine")) for each in tables]
    words = load(VocabularySpec(options.vocabulary))

    def ours() -> Overlaps:
        found = agreement.many(tables, nears, words)
        return [[each.value for each in pair.overlaps] for pair in found]

    ways: dict[str, Callable[[], Overlaps]] = {
        BASE: lambda: by_sets(tables, nears),
        "agreement.many: overlap, CKA, RSA, with intervals": ours,
    }
    times: dict[str, list[float]] = defaultdict(list)
    found: dict[str, Overlaps] = {}
    for turn in range(options.repeats):
        note(f"turn {turn + 1} of {options.repeats}")
        for name, way in ways.items():
            times[name].append(timed(lambda: found.update({name: way()})))  # noqa: B023
    apart = {name: np.abs(np.array(each) - found[BASE]).max() for name, each in found.items()}
    base = median(times[BASE])
    rows = [
        [name, spread(times[name]), ratio(median(times[name]), base), f"{apart[name]:.5f}"]
        for name in ways
    ]
    columns = ["", "seconds: median (least-greatest)", "x base", "largest difference of a mean"]
    n_pairs = len(found[BASE])
    show(f"{n_pairs} pairs of methods, {len(words):,} words", line, "", table(columns, rows))


if __name__ == "__main__":
    main()
