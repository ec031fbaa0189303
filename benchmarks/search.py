"""A question over all paragraphs and over all definitions, and how fast definitions are encoded.

The clock runs as it does for a page: from the request to the result as the workers send it, with
the model and what is searched loaded. Each question is new. Over definitions those are searched
that are encoded (``python -m embeddings search --in definitions --encode`` encodes all).
"""

from __future__ import annotations

import argparse
import time

from benchmarks.common import machine, note, show, spread, table, timed
from embeddings import recipes, store
from embeddings.applications import search
from embeddings.applications.search import meaning
from embeddings.methods import _minilm
from embeddings.types import Found, no_progress

SAMPLE = 2_000
"""Definitions that are encoded for the rate."""


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    parser.add_argument("--repeats", type=int, default=15, help="of each (default 15)")
    parser.add_argument("--no-rate", action="store_true", help="do not measure the encoding")
    return parser.parse_args()


def of_source(over: str, repeats: int) -> tuple[str, list[float], float]:
    """Return what was searched, milliseconds in turn, and the seconds of the first question."""
    kept = store.default()
    n_chunks = recipes.encoded_chunks(kept) if over == "definitions" else 0
    questions = [text for _, text in search.descriptions()][: repeats + 1]
    searched, times = 0, []
    for question in questions:
        start = time.perf_counter()
        found = recipes.fetch(search.spec(question, over, n_chunks), kept)
        kept.dumps(found)
        times.append(time.perf_counter() - start)
        assert isinstance(found, Found)
        searched = found.searched
    nouns = search.SOURCES[over].nouns
    return f"{searched:,} {nouns}", [1000 * each for each in times[1:]], times[0]


def main() -> None:
    """Measure and print."""
    chosen = arguments()
    note("questions")
    rows = []
    for over in search.SOURCES:
        name, times, first = of_source(over, chosen.repeats)
        rows.append((name, spread(times, 0), f"{first:.1f}"))
    parts = [table(("over", "a question, ms", "the first, with all to be read, s"), rows)]
    if not chosen.no_rate:
        note("encoding")
        index = recipes.fetch(search.index_spec("definitions"))
        texts = [index.text(i) for i in range(0, len(index), len(index) // SAMPLE)][:SAMPLE]
        model = _minilm.encoder()
        seconds = timed(lambda: _minilm.read_texts(model, texts, no_progress))
        one = timed(lambda: meaning.read_question("a person who makes barrels"))
        parts.append(
            f"{len(texts) / seconds:.0f} definitions encoded in a second; a question alone takes "
            f"{1000 * one:.0f} ms."
        )
    show("Search by words and by meaning", machine("torch", "bm25s", "numpy"), "", *parts)


if __name__ == "__main__":
    main()
