"""Own vectors from the file to the map: 50,000 x 100 as word2vec text, with other visitors.

The file is dropped in a real browser, looked at, read, and its map drawn by UMAP; meanwhile another
visitor opens the default map again and again, each time as a new browser.
"""

from __future__ import annotations

import tempfile
import threading
import time
import urllib.request
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks import browsing
from benchmarks.common import machine, note, show, spread, table
from embeddings import vocabulary

WORDS, DIM = 50_000, 100


def write(path: Path) -> None:
    """Write vectors with some structure: a thousand centres, and words around them."""
    random = np.random.default_rng(0)
    centres = random.normal(size=(1_000, DIM))
    vectors = centres[random.integers(0, 1_000, WORDS)] + random.normal(
        scale=0.4, size=(WORDS, DIM)
    )
    words = vocabulary.glove_words()[:WORDS]
    form = " ".join(["%.5f"] * DIM)
    with path.open("w", encoding="utf-8") as file:
        file.write(f"{WORDS} {DIM}\n")
        for word, row in zip(words, vectors.tolist(), strict=True):
            file.write(f"{word} {form % tuple(row)}\n")


class Visitor(threading.Thread):
    """Another visitor, who asks for the start page and the default map's data again and again."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url, self.times, self.done = url, list[float](), threading.Event()

    def run(self) -> None:
        """Ask until told to stop."""
        while not self.done.is_set():
            start = time.perf_counter()
            for path in ("/", "/data/vocabulary/common-10k"):
                with urllib.request.urlopen(self.url + path) as answer:
                    answer.read()
            self.times.append(time.perf_counter() - start)
            time.sleep(0.25)


def main() -> None:
    """Measure and print."""
    line = machine("streamlit", "umap-learn", "numpy")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "vectors.txt"
        write(file)
        size = file.stat().st_size / 1e6
        with (
            browsing.ours(LSE_WORKERS="2") as app,
            browsing.chromium() as browser,
            browsing.fresh_context(browser) as context,
            browsing.page_of(context, app.url) as page,
        ):
            page.goto(f"{app.url}/your-data")
            page.wait_for_selector("#lse-drop-input", state="attached")
            browsing.settle(app)
            note("bringing")
            alone = Visitor(app.url)
            alone.start()
            time.sleep(8)
            alone.done.set()
            alone.join()
            other = Visitor(app.url)
            other.start()
            marks = {"dropped": time.perf_counter()}
            page.set_input_files("#lse-drop-input", str(file))
            page.get_by_role("button", name="Read it").wait_for(timeout=browsing.PATIENCE)
            note("looked at")
            marks["looked at"] = time.perf_counter()
            page.get_by_role("button", name="Read it").click()
            page.wait_for_url("**source=own-*", timeout=browsing.PATIENCE)
            note("read")
            marks["read"] = time.perf_counter()
            link = page.locator('.lse-data-ways a:text-is("Map")')
            page.goto(f"{app.url}/{str(link.get_attribute('href'))[2:]}")
            page.wait_for_function(browsing.IS_DRAWN, timeout=browsing.PATIENCE)
            marks["drawn"] = time.perf_counter()
            other.done.set()
            other.join()
            version = browser.version
    names = list(marks)
    rows = [
        (f"{before} → {after}", f"{marks[after] - marks[before]:.1f}")
        for before, after in pairwise(names)
    ]
    rows.append(("dropped → drawn", f"{marks['drawn'] - marks['dropped']:.1f}"))
    show(
        f"Own vectors, {WORDS:,} x {DIM} as word2vec text ({size:.0f} MB): from file to map",
        line + f", Chromium {version} (headless, no GPU)\n",
        table(("step", "seconds"), rows) + "\n",
        table(
            ("another visitor's start page and the words of the default map", "milliseconds"),
            [
                ("before", spread([1000 * each for each in alone.times], 0)),
                ("meanwhile", spread([1000 * each for each in other.times], 0)),
            ],
        ),
    )


if __name__ == "__main__":
    main()
