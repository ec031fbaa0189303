"""Google's analogies, and one analogy: ours beside gensim's, on the same vectors of GloVe.

Both search the most frequent words. Ours runs first, the shorter list before the longer, each time
with a new table, and its peak of memory is read before gensim makes its own copy of the vectors.
The accuracies, and the correlations with what people said of pairs, must be gensim's to the last
digit, or the command stops.
"""

from __future__ import annotations

import argparse
import resource
import tracemalloc
from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from benchmarks.common import machine, median, note, ratio, show, spread, table, timed
from embeddings import methods
from embeddings.corpus import package_folder
from embeddings.methods import glove
from embeddings.probes import analogy, formula, scorecard, tests_of_meaning
from embeddings.types import EmbeddingTable

LISTS = (30_000, 400_000)
ASKED = "walking : swimming :: swam : ?"


@dataclass(frozen=True)
class Ours:
    """What was measured of ours; times in seconds, memory in MiB."""

    words: int
    first: float
    times: list[float]
    accuracy: float | None
    own: float
    resident: float


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.analogies", description=__doc__)
    parser.add_argument(
        "--words", type=int, nargs="+", default=LISTS, help="searched (default 30000 400000)"
    )
    parser.add_argument("--repeats", type=int, default=5, help="of ours (default 5)")
    return parser.parse_args()


def peak() -> float:
    """Return the most memory that this process has had so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def keyed(words: EmbeddingTable):
    """Return gensim's form of the same vectors."""
    from gensim.models import KeyedVectors

    vectors = KeyedVectors(words.dim)
    vectors.add_vectors(list(words.words), np.ascontiguousarray(words.vectors))
    vectors.fill_norms()
    return vectors


def first_words(words: EmbeddingTable, limit: int) -> EmbeddingTable:
    """Return a new table: its unit vectors are still to be made."""
    return EmbeddingTable(words.words[:limit], words.vectors[:limit], words.spec)


def ours(words: EmbeddingTable, limit: int, repeats: int) -> Ours:
    """Answer all questions: once more than asked, the first time apart."""
    questions = tests_of_meaning.google_analogies()
    found: dict[str, float | None] = {}
    times = []
    for _ in range(repeats + 1):
        searched = first_words(words, limit)

        def answer(searched: EmbeddingTable = searched) -> None:
            found["accuracy"] = scorecard.answer_all(searched, questions)[1].accuracy

        times.append(timed(answer))
    resident, searched = peak(), first_words(words, limit)
    tracemalloc.start()
    scorecard.answer_all(searched, questions)
    own = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    return Ours(limit, times[0], times[1:], found["accuracy"], own, resident)


def beside(mine: Ours, words: EmbeddingTable, vectors, repeats: int) -> list[list[str]]:
    """Answer the same with gensim, and correlate the pairs with both."""
    folder = package_folder("gensim", "gensim", "This") / "test" / "test_data"
    path, theirs = str(folder / tests_of_meaning.ANALOGIES), []

    def gensim() -> None:
        theirs.append(vectors.evaluate_word_analogies(path, restrict_vocab=mine.words)[0])

    base = [timed(gensim) for _ in range(repeats)]
    assert {*theirs} == {mine.accuracy}, (theirs, mine)
    searched = first_words(words, mine.words)
    for name, file in tests_of_meaning.FILES.items():
        pearson, spearman, _ = vectors.evaluate_word_pairs(
            str(folder / file), restrict_vocab=mine.words
        )
        pair = scorecard.correlate(searched, tests_of_meaning.pairs(name))
        assert pair.spearman == spearman[0], (name, pair, spearman)
        assert pair.pearson is not None and abs(pair.pearson - pearson[0]) < 1e-7, (name, pair)
    size = f"{mine.words:,}"
    first, later = (f"{median(base) / s:.0f}" for s in (mine.first, median(mine.times)))
    accuracy = f"{mine.accuracy:.6f}"
    memory = f"{mine.own:.0f}", f"{mine.resident:.0f}"
    return [
        [size, "gensim evaluate_word_analogies", spread(base), "1", accuracy, "-", "-"],
        [size, "scorecard.answer_all", spread(mine.times, 3), later, accuracy, *memory],
        [size, "the first time in a process", f"{mine.first:.3f}", first, accuracy, "", ""],
    ]


def one_question(words: EmbeddingTable, vectors, repeats: int) -> list[list[str]]:
    """Answer one question over every word, in turns with gensim and with one pass."""
    question = formula.parse(ASKED)
    a, b, c = question.asked or ("", "", "")
    row = words.unit_vectors[0]
    ways = {
        "one pass: vectors @ vector, in memory": lambda: vectors.vectors @ row,
        "gensim most_similar": lambda: vectors.most_similar([b, c], [a]),
        "analogy.answer, mapped from disk": lambda: analogy.answer(words, question),
    }
    times: dict[str, list[float]] = defaultdict(list)
    for turn in range(4 * repeats + 1):
        for name, way in ways.items():
            seconds = timed(way)
            if turn:  # the first reads the file
                times[name].append(1000 * seconds)
    base = median(times["gensim most_similar"])
    return [[name, spread(times[name], 1), ratio(median(times[name]), base)] for name in ways]


def main() -> None:
    """Measure and print."""
    options = arguments()
    line = machine("gensim", "numpy")
    spec = methods.get("glove").spec("glove-400k")
    words = EmbeddingTable(glove.glove_words(), glove.matrix(), spec)
    mine = []
    for limit in sorted(options.words):
        mine.append(ours(words, limit, options.repeats))
        note(f"ours, {limit:,} words: {median(mine[-1].times):.3f} s")
    vectors = keyed(words)
    rows = []
    for each in mine:
        note(f"gensim, {each.words:,} words")
        few = min(3, options.repeats) if each.words <= LISTS[0] else 1
        rows += beside(each, words, vectors, few)
    columns = ["words", "", "seconds: median (least-greatest)", "times as fast as gensim"]
    columns += ["accuracy", "own peak MiB", "peak resident MiB"]
    show("Google's analogies among the first words of GloVe", line, "", table(columns, rows))
    rows = one_question(words, vectors, options.repeats)
    columns = ["", "milliseconds: median (least-greatest)", "x gensim"]
    show(f"One analogy among {len(words):,} words", line, "", table(columns, rows))


if __name__ == "__main__":
    main()
