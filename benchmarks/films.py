"""Films: learning by every method, recommending by all at once, and the same from a click.

Each method learns from nothing, as the first visit does; then recommendations for three films are
asked of all methods. On the page the clock runs from the browser's own time of a click, on another
share of popularity or on one film more, until the new cards are painted.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import browsing
from benchmarks.common import machine, median, note, show, spread, table, timed
from embeddings import methods, recipes
from embeddings.applications import films
from embeddings.store import Store
from embeddings.types import RatingsSpec, VocabularySpec

LIKED = ("Alien (1979)", "Blade Runner (1982)", "The Matrix (1999)")
MORE = ("Heat (1995)", "Toy Story (1995)", "Fargo (1996)", "Babe (1995)", "Casino (1995)")
"""Films that are added one after the other."""

WATCH = """() => {
  window.painted = [];
  addEventListener("click", (event) => { window.clicked = event.timeStamp; }, true);
  let before = document.querySelector('.lse-picks').innerText;
  new MutationObserver(() => {
    const now = document.querySelector('.lse-picks')?.innerText;
    if (!now || now === before) return;
    before = now;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port2.onmessage = () => window.painted.push(performance.now());
      port1.postMessage(null);  // comes after the frame is drawn
    });
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


SHARE = "on the page: from a click on another share of popularity to the painted cards"
FILM = "on the page: from a click on one film more to the painted cards"


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.films", description=__doc__)
    parser.add_argument("--repeats", type=int, default=15, help="of each click (default 15)")
    parser.add_argument("--no-page", action="store_true", help="leave the browser out")
    return parser.parse_args()


def learn(store: Store) -> list[list[object]]:
    """Return the seconds, and those of the processor, that each method's vectors take."""
    rows: list[list[object]] = []
    for method in methods.available("films").values():
        note(method.label)
        spec, before = method.spec("films"), time.process_time()
        wall = timed(lambda spec=spec: recipes.fetch(spec, store))
        rows.append([method.label, f"{wall:.1f}", f"{time.process_time() - before:.1f}"])
    sums = [f"{sum(float(str(row[i])) for row in rows):.1f}" for i in (1, 2)]
    return [*rows, ["all of them", *sums]]


def recommend(store: Store, repeats: int) -> list[float]:
    """Return the milliseconds that recommending by all methods takes."""
    words = recipes.fetch(VocabularySpec("films"), store)
    likes = recipes.fetch(RatingsSpec(), store).likes
    liked = [films.find(title, words.words) for title in LIKED]
    tables = [
        recipes.fetch(methods.get(key).spec("films"), store) for key in methods.available("films")
    ]
    spaces = [films.space_of(each, words.index, likes) for each in tables]
    times = []
    for turn in range(repeats + 1):
        share = (turn % 4) / 4
        seconds = timed(lambda share=share: [films.recommend(s, liked, share) for s in spaces])
        if turn:
            times.append(1000 * seconds)
    return times


def on_page(cache: Path, repeats: int) -> tuple[str, dict[str, list[float]]]:
    """Choose how much popularity counts, to and fro, and then one film more after another."""
    with (
        browsing.ours(LSE_CACHE=str(cache)) as app,
        browsing.chromium() as browser,
        browsing.fresh_context(browser) as context,
        browsing.page_of(context, f"{app.url}/films") as page,
    ):
        for key in methods.available("films"):
            page.wait_for_selector(f'[data-method="{key}"] li', timeout=browsing.PATIENCE)
        # What is drawn and measured meanwhile would share the processor.
        page.wait_for_function("() => !document.querySelector('.st-key-progress')", timeout=600_000)
        browsing.settle(app)
        page.evaluate(WATCH)

        def until_painted(click: Callable[[], None]) -> float:
            drawn = page.evaluate("painted.length")
            click()
            page.wait_for_function("n => painted.length > n", arg=drawn)
            took = page.evaluate("painted[painted.length - 1] - clicked")
            page.wait_for_timeout(500)
            return float(took)

        switch = page.get_by_role("radiogroup", name="How much popularity counts")
        found: dict[str, list[float]] = {SHARE: [], FILM: []}
        for turn in range(repeats + 1):
            share = switch.get_by_role("radio", name="0 %" if turn % 2 else "25 %", exact=True)
            if turn:
                found[SHARE].append(until_painted(share.click))
        for title in MORE:
            page.get_by_role("combobox", name="Films you like").fill(title)
            option = page.get_by_role("option", name=title).first
            option.wait_for()
            found[FILM].append(until_painted(option.click))
        return browser.version, found


def main() -> None:
    """Measure and print."""
    options = arguments()
    line = machine("implicit", "gensim", "torch", "numpy", "streamlit")
    with tempfile.TemporaryDirectory() as folder:
        store = Store(cache=Path(folder))
        note("reading MovieLens")
        reading = timed(lambda: recipes.fetch(VocabularySpec("films"), store))
        recipes.fetch(RatingsSpec(), store)
        learned = learn(store)
        clicks = {"all methods, in this process": recommend(store, options.repeats)}
        version = ""
        if not options.no_page:
            note("the page")
            version, page = on_page(Path(folder), options.repeats)
            clicks |= page
    show(
        "Films: vectors by every method",
        line,
        "",
        table(["", "seconds", "seconds of the processor"], learned),
        "",
        f"Before that, reading the ratings takes {reading:.1f} s.",
    )
    rows = [[name, spread(each, 1)] for name, each in clicks.items()]
    show(
        "Films: recommendations by all methods",
        f"{line}, Chromium {version} (headless, no GPU)" if version else line,
        "",
        table(["", "milliseconds: median (least-greatest)"], rows),
        "",
        f"Slowest median: {max(median(each) for each in clicks.values()):.0f} ms.",
    )


if __name__ == "__main__":
    main()
