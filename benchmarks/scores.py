"""What every method scores, as it is shipped; and GloVe scored anew beside gensim.

The accuracies must be gensim's to the last digit, or the command stops. Ours runs first, the
shorter list before the longer, and its peak of memory is read before gensim makes its own copy of
the vectors.
"""

from __future__ import annotations

import argparse
from typing import cast

from benchmarks.analogies import keyed, peak
from benchmarks.common import machine, note, show, table, timed
from embeddings import methods, recipes, store
from embeddings.corpus import package_folder
from embeddings.methods import glove
from embeddings.probes import scorecard, tests_of_meaning
from embeddings.probes.scorecard import Scorecard
from embeddings.types import Answers, EmbeddingTable

LISTS = (30_000, 400_000)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scores", description=__doc__)
    parser.add_argument(
        "--no-gensim", action="store_true", help="leave gensim out, which takes minutes"
    )
    return parser.parse_args()


def shipped(key: str, words: str) -> Scorecard | None:
    """Return what is shipped of a method, if it is."""
    request = scorecard.spec(methods.get(key).spec(words))
    found = store.Store(store.SHIPPED).load(request)
    return scorecard.read(cast(Answers, found), with_questions=False) if found else None


def every_method() -> list[list[str]]:
    """Return one row for each method and vocabulary."""
    rows = []
    for words in (*reversed(recipes.SCORED), "own"):
        for key, method in methods.available().items():
            card = shipped(key, method.own_words if words == "own" else words)
            if card is not None:
                rows.append([method.label, words, *_cells(card)])
    return rows


def _cells(card: Scorecard) -> list[str]:
    whole = card.overall
    cells = [f"{card.searched:,}", f"{whole.attempted:,}"]
    if whole.accuracy is None or whole.interval is None or whole.nearest_accuracy is None:
        return [*cells, *["-"] * 5]
    low, high = 100 * whole.interval.low, 100 * whole.interval.high
    return [
        *cells,
        f"{100 * whole.accuracy:.1f} ({low:.1f}-{high:.1f})",
        f"{100 * whole.accuracy_on_all:.1f}",
        f"{100 * whole.nearest_accuracy:.1f}",
        *("-" if pair.spearman is None else f"{pair.spearman:.3f}" for pair in card.pairs),
    ]


def beside_gensim(with_gensim: bool) -> list[list[str]]:
    """Score GloVe's first words with all tests, and with gensim the analogies."""
    spec = methods.get("glove").spec("glove-400k")
    words = EmbeddingTable(glove.glove_words(), glove.matrix(), spec)
    found: dict[int, Scorecard] = {}
    rows = []
    for limit in LISTS:

        def ours(limit: int = limit) -> None:
            found[limit] = scorecard.read(
                scorecard.measure(words, scorecard.spec(spec, limit)), with_questions=False
            )

        rows.append([f"{limit:,}", f"{timed(ours):.1f}", f"{peak():.0f}"])
    path = package_folder("gensim", "gensim", "This") / "test" / "test_data"
    vectors = keyed(words) if with_gensim else None
    for row, (limit, card) in zip(rows, found.items(), strict=True):
        accuracy = card.overall.accuracy
        row += [f"{card.overall.attempted:,}", f"{accuracy:.6f}"]
        if vectors is None:
            row += ["-", "-"]
            continue
        note(f"gensim, {limit:,} words")
        theirs: list[float] = []

        def gensim(limit: int = limit, theirs: list[float] = theirs) -> None:
            questions = str(path / tests_of_meaning.ANALOGIES)
            theirs.append(vectors.evaluate_word_analogies(questions, restrict_vocab=limit)[0])

        seconds = timed(gensim)
        assert theirs == [accuracy], (theirs, accuracy)
        row += [f"{theirs[0]:.6f}", f"{seconds:.0f}"]
    return rows


def main() -> None:
    """Measure and print."""
    options = arguments()
    line = machine("gensim", "numpy")
    columns = ["method", "vocabulary", "words", "attempted", "right % (95 % interval)"]
    columns += ["of all 19,544 %", "nearest to c %", "WordSim-353", "SimLex-999"]
    show("Every method, as shipped", "", table(columns, every_method()))
    columns = ["words", "seconds", "peak MiB", "attempted", "accuracy"]
    columns += ["gensim's accuracy", "gensim's seconds"]
    title = "GloVe scored: analogies, WordSim-353, SimLex-999"
    show(title, line, "", table(columns, beside_gensim(not options.no_gensim)))


if __name__ == "__main__":
    main()
