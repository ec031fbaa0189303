"""One word in 300 sentences: read by all layers and mapped, and the layer slider in a browser.

Reading is measured beside sentence-transformers on the same model and sentences where that is
installed, and beside plain transformers. Each runs on one thread, in turns, in this process; then
the workers are asked as the page asks them, and a Chromium moves the slider.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections import defaultdict
from importlib.util import find_spec
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from benchmarks import browsing
from benchmarks.common import machine, median, note, ratio, show, spread, table, timed
from embeddings import corpus, methods, projection, recipes, store
from embeddings.inside import contexts
from embeddings.methods import _minilm
from embeddings.types import ContextMapSpec, Contexts, TokensSpec

WORDS = ("money", "water", "house", "music", "line")
"""Words that are not shipped, of which the corpus has 300 occurrences and more."""

BATCH = 32
"""Sentences in a batch of the others: the default of sentence-transformers."""


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.contexts", description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="of reading (default 5)")
    parser.add_argument("--no-browser", action="store_true", help="leave the slider out")
    return parser.parse_args()


def sentences_of(word: str) -> list[str]:
    """Return the sentences in which ours reads a word."""
    found = contexts._find(contexts.spec(word))
    return list(dict.fromkeys(found.texts))


def plain(texts: list[str]) -> None:
    """Read sentences with transformers alone, every layer, as its documentation does."""
    import torch

    model = _minilm.encoder()
    for first in range(0, len(texts), BATCH):
        some = texts[first : first + BATCH]
        said = model.tokenizer(some, padding=True, truncation=True, return_tensors="pt")
        with torch.inference_mode():
            model.model(**said, output_hidden_states=True)


def sentence_transformer():
    """Return the same model as sentence-transformers loads it, or None if that is not here."""
    if find_spec("sentence_transformers") is None:
        return None
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    inside = Transformer(str(_minilm.folder()))
    return SentenceTransformer(modules=[inside, Pooling(384)], device="cpu")


def reading(repeats: int) -> list[list[str]]:
    """Time the ways to read 300 occurrences, in turns."""
    kept = store.default()
    tokens = recipes.fetch(TokensSpec(), kept)
    words = recipes.fetch(methods.get("bert_in_context").spec("common-10k"), kept)
    theirs = sentence_transformer()
    times: dict[str, list[float]] = defaultdict(list)
    for turn in range(repeats + 1):
        word = WORDS[turn % len(WORDS)]
        texts, request = sentences_of(word), contexts.spec(word)
        found = contexts._find(request)
        ways = {
            "transformers, last and all layers, whole sentences": lambda texts=texts: plain(texts),
            "ours: all layers, the word's vectors": lambda found=found: contexts._states(
                found.texts, found.spans, lambda *_: None
            ),
            "ours with groups and statistics": lambda request=request: contexts.encode(
                request, tokens, words
            ),
        }
        if theirs is not None:
            ways["sentence-transformers, token vectors of the last layer"] = lambda texts=texts: (
                theirs.encode(texts, output_value="token_embeddings", batch_size=BATCH)
            )
        for name, way in sorted(ways.items(), reverse=bool(turn % 2)):
            seconds = timed(way)
            if turn:
                times[name].append(seconds)
        note(f"turn {turn} of {repeats}")
    first = next((n for n in times if n.startswith("sentence-")), next(iter(times)))
    base = median(times[first])
    return [[name, spread(times[name]), ratio(median(times[name]), base)] for name in times]


def mapping(repeats: int) -> list[list[str]]:
    """Time the maps of seven layers, in this process."""
    with tempfile.TemporaryDirectory() as folder:
        kept = store.Store(store.SHIPPED, Path(folder))
        found: Contexts = recipes.fetch(contexts.spec(WORDS[0]), kept)
        rows = []
        for algorithm in projection.algorithms():
            draw = lambda algorithm=algorithm: projection.layers(found.vectors, algorithm)  # noqa: E731
            draw()
            rows.append([algorithm.upper(), spread([timed(draw) for _ in range(repeats)])])
    return rows


def asked() -> list[list[str]]:
    """Ask two warm workers, as by default, as the page does: contexts, then maps."""
    from embeddings.jobs import Jobs
    from embeddings.jobs.settings import Settings

    steps: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LSE_CACHE"] = folder
        kept = store.Store(store.SHIPPED, Path(folder))
        settings = Settings(workers=2, delay=0, warm_up=True)
        with Jobs(store=kept, settings=settings) as jobs:
            # So many that each of the workers has loaded the model and compiled before it is timed.
            for turn, word in enumerate(("river", "gold", "stone", "horse", *WORDS), start=-3):
                read = contexts.spec(word)
                for name, request in (
                    ("read and grouped", read),
                    ("mapped by UMAP", ContextMapSpec(read)),
                ):
                    seconds = timed(lambda request=request: jobs.wait(jobs.submit(request), 300))
                    if turn > 0:
                        steps[name].append(seconds)
    return [[name, spread(values)] for name, values in steps.items()]


MOVE = """
async () => {
  const cloud = document.querySelector("[data-contexts]").cloud;
  const draw = cloud.draw.bind(cloud);
  const script = [];
  const first = [];
  cloud.draw = () => {
    const began = performance.now();
    draw();
    script.push(performance.now() - began);
  };
  for (const layer of [5, 4, 3, 2, 1, 0, 1, 2, 3, 4, 5, 6]) {
    const began = performance.now();
    const before = script.length;
    cloud.slider.value = String(layer);
    cloud.slider.dispatchEvent(new Event("input"));
    while (script.length < before + 2) await new Promise(requestAnimationFrame);
    first.push(performance.now() - began);
    await new Promise((done) => setTimeout(done, 600));
  }
  return { script, first };
}
"""


def slider() -> tuple[list[list[str]], str]:
    """Move the slider in a browser and time its answers; the server is not asked."""
    with (
        browsing.chromium() as chromium,
        browsing.ours(LSE_WARM_UP="0") as app,
        browsing.fresh_context(chromium) as context,
        browsing.page_of(context, f"{app.url}/contexts?word=bank") as page,
    ):
        page.wait_for_selector("[data-contexts][data-drawn]", timeout=120_000)
        browsing.settle(app)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        found = page.evaluate(MOVE)
        version = chromium.version
    return [
        ["slider moved to the dots' first step drawn", spread(found["first"], 1)],
        ["script of one frame of 310 dots", spread(found["script"], 1)],
        ["requests to the server meanwhile", str(len(asked))],
    ], version


def main() -> None:
    """Measure and print."""
    options = arguments()
    corpus.read()
    line = machine("torch", "transformers", "umap-learn")
    line += ", one thread"
    show(
        "Reading 300 occurrences",
        line,
        "",
        table(
            ["", "seconds: median (least-greatest)", "x the first of them"],
            reading(options.repeats),
        ),
    )
    show(
        "Mapping 300 occurrences in seven layers",
        line,
        "",
        table(["", "seconds: median (least-greatest)"], mapping(options.repeats)),
    )
    show(
        "Asked of warm workers, 300 occurrences",
        line,
        "",
        table(["from request to result", "seconds: median (least-greatest)"], asked()),
    )
    if not options.no_browser:
        rows, version = slider()
        show(
            "The layer slider",
            machine("streamlit", browser=version),
            "",
            table(["", "milliseconds: median (least-greatest)"], rows),
        )


if __name__ == "__main__":
    main()
