"""Google's analogies, and one analogy: ours beside gensim's, on the same vectors of GloVe.

Both search the most frequent words. Ours runs first and its peak of memory is read before gensim
makes its own copy of the vectors.
"""

from __future__ import annotations

import argparse
import resource
from collections import defaultdict

import numpy as np

from benchmarks.common import machine, median, note, ratio, show, spread, table, timed
from embeddings import methods
from embeddings.corpus import package_folder
from embeddings.methods import glove
from embeddings.probes import analogy, formula, scorecard, tests_of_meaning
from embeddings.types import EmbeddingTable

ASKED = "walking : swimming :: swam : ?"


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.analogies", description=__doc__)
    parser.add_argument("--words", type=int, default=30_000, help="searched (default 30000)")
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


def whole_set(words: EmbeddingTable, theirs, limit: int, repeats: int) -> list[list[str]]:
    """Answer all questions: ours as often as asked, gensim once."""
    searched = EmbeddingTable(words.words[:limit], words.vectors[:limit], words.spec)
    questions = tests_of_meaning.google_analogies()
    found: dict[str, float | None] = {}

    def ours() -> None:
        found["ours"] = scorecard.answer_all(searched, questions)[1].accuracy

    times = [timed(ours) for _ in range(repeats)]
    memory = peak()
    note(f"ours: {median(times):.2f} s; now gensim")
    path = package_folder("gensim", "gensim", "This") / "test" / "test_data" / "questions-words.txt"

    def gensim() -> None:
        found["gensim"] = theirs().evaluate_word_analogies(str(path), restrict_vocab=limit)[0]

    base = [timed(gensim)]
    assert found["ours"] == found["gensim"], found
    return [
        ["gensim evaluate_word_analogies", spread(base), "1", f"{found['gensim']:.6f}", "-"],
        [
            "scorecard.answer_all",
            spread(times),
            ratio(median(times), median(base)),
            f"{found['ours']:.6f}",
            f"{memory:.0f}",
        ],
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
    made = []

    def theirs():
        if not made:
            made.append(keyed(words))
        return made[0]

    rows = whole_set(words, theirs, options.words, options.repeats)
    columns = ["", "seconds: median (least-greatest)", "x gensim", "accuracy", "peak MiB"]
    title = f"Google's analogies among the first {options.words:,} words of GloVe"
    show(title, line, "", table(columns, rows))
    rows = one_question(words, theirs(), options.repeats)
    columns = ["", "milliseconds: median (least-greatest)", "x gensim"]
    show(f"One analogy among {len(words):,} words", line, "", table(columns, rows))


if __name__ == "__main__":
    main()
