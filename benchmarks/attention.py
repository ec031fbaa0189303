"""A sentence's attention: transformers called directly, ours, through the workers, on the page.

Each text is new, so nothing is read from a store. The model is loaded first, and how long that took
is told apart. On the page the clock runs from the key that asks until all heads are drawn.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import browsing
from benchmarks.common import machine, median, note, ratio, show, spread, table, timed
from embeddings.inside import attention
from embeddings.methods import _models as models
from embeddings.store import Store

SENTENCE = (
    "the old teacher of music walked slowly along the river to a small house where her friends "
    "had been waiting since the early morning for news of the long journey"
)
TOKENS = 30


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.attention", description=__doc__)
    parser.add_argument("--repeats", type=int, default=15, help="of each (default 15)")
    return parser.parse_args()


def texts() -> Iterator[str]:
    """Yield texts of thirty tokens, marks included, none twice."""
    words = SENTENCE.split()[: TOKENS - 2]
    for turn in range(10_000):
        at = turn % len(words)
        number = str(turn // len(words) % 10)
        yield " ".join([*words[at + 1 :], *words[:at], number])


def in_process(repeats: int, fresh: Iterator[str]) -> dict[str, list[float]]:
    """Measure transformers and ours in turns, on the same loaded model."""
    import torch

    loaded = models.load(models.PACKAGED)

    def directly(text: str) -> None:
        encoded = loaded.tokenizer(text, return_tensors="pt")
        assert encoded["input_ids"].shape[1] == TOKENS, encoded["input_ids"].shape
        with torch.inference_mode():
            loaded.body(**encoded, output_attentions=True)

    ways: dict[str, Callable[[str], object]] = {
        "transformers called directly": directly,
        "attention.read: with what each head favours": lambda t: attention.read(attention.spec(t)),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(repeats + 2):
        for name, way in ways.items():
            text = next(fresh)
            seconds = timed(lambda way=way, text=text: way(text))
            if turn > 1:
                times[name].append(1000 * seconds)
    return times


def through_workers(repeats: int, fresh: Iterator[str]) -> tuple[float, list[float]]:
    """Ask the workers, as a page does; return the seconds of the first text and of the others."""
    from embeddings.jobs import Jobs
    from embeddings.jobs.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        os.environ["LSE_CACHE"] = folder  # the worker inherits it
        settings = Settings(workers=1, delay=0, warm_up=False)
        jobs = Jobs(store=Store(cache=Path(folder)), settings=settings)

        def ask() -> float:
            request = attention.spec(next(fresh))
            start = time.perf_counter()
            status = jobs.wait(jobs.submit(request), timeout=600)
            assert status.state == "done", status
            assert jobs.result(request) is not None
            return time.perf_counter() - start

        with jobs:
            first = ask()
            return first, [1000 * ask() for _ in range(repeats)]


def on_page(repeats: int, fresh: Iterator[str]) -> tuple[str, list[float]]:
    """Write texts into the field of the page, and wait until their heads are drawn."""
    with (
        browsing.ours(LSE_WORKERS="1") as app,
        browsing.chromium() as browser,
        browsing.fresh_context(browser) as context,
        browsing.page_of(context, f"{app.url}/attention") as page,
    ):
        page.wait_for_selector("[data-attention][data-drawn]", timeout=browsing.PATIENCE)
        browsing.settle(app)
        times = []
        for turn in range(repeats + 1):
            field = page.get_by_label("Text", exact=True)
            field.fill(next(fresh))
            drawn = page.evaluate("bench.drawn.length")
            start = page.evaluate("performance.now()")
            field.press("Enter")
            page.wait_for_function(
                "n => bench.drawn.length > n && bench.drawn.at(-1).painted !== null", arg=drawn
            )
            if turn:
                times.append(page.evaluate("bench.drawn.at(-1).painted") - start)
        return browser.version, times


def main() -> None:
    """Measure and print."""
    options = arguments()
    line = machine("transformers", "torch", "streamlit", "numpy")
    fresh = texts()
    note("the page")
    version, page = on_page(options.repeats, fresh)
    note("the workers")
    first, workers = through_workers(options.repeats, fresh)
    note("in this process")
    load = timed(lambda: models.load(models.PACKAGED))
    times = in_process(options.repeats, fresh)
    times["through a worker: from the request to the result"] = workers
    times["on the page: from the key to all 72 heads drawn"] = page
    base = median(times["transformers called directly"])
    rows = [[name, spread(each, 0), ratio(median(each), base)] for name, each in times.items()]
    columns = ["", "milliseconds: median (least-greatest)", "x transformers"]
    show(
        f"Attention of a sentence of {TOKENS} tokens, model loaded",
        f"{line}, Chromium {version} (headless, no GPU)",
        "",
        table(columns, rows),
        "",
        f"Before that: the first text through a new worker takes {first:.1f} s, of which most is "
        f"importing torch and transformers; here import and loading took {load:.1f} s.",
    )


if __name__ == "__main__":
    main()
