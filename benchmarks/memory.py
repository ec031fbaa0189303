"""Memory of the web process while one reader uses everything, and with many readers at once.

RSS counts shared pages whole; PSS, where the system tells it, shares them out among processes.
"""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path
from typing import Any

import psutil

from benchmarks import browsing
from benchmarks.common import is_shipped, machine, note, shipped_methods, show, table
from embeddings import methods

WORD = "king"


READ = (
    ("compare", "four linked maps"),
    ("compare?view=differences&methods=all", "how far all methods differ"),
    ("analogies", "analogies"),
    ("directions", "directions"),
    ("directions?view=removal", "a direction taken out"),
    ("scorecard", "the scorecard"),
    ("analogies?vocabulary=glove-400k", "an analogy among 400,000 words"),
)
"""Pages that are read, by their address."""

IS_IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    parser.add_argument("--visitors", type=int, default=20, help="at once (default 20)")
    return parser.parse_args()


def rss(process: psutil.Process) -> float:
    """Return the resident memory of a process in MB."""
    return process.memory_info().rss / 1e6


def pss(process: psutil.Process) -> float:
    """Return the proportional memory of a process in MB, NaN where the system does not tell."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024 / 1e6
    return float("nan")


def row(app: browsing.App, stage: str) -> list[str]:
    """Return what the web process takes now, and its workers beside it."""
    note(stage)
    web, *others = app.tree
    beside = 0.0
    for other in others:
        with contextlib.suppress(psutil.NoSuchProcess):
            beside += pss(other)
    return [stage, f"{rss(web):.0f}", f"{pss(web):.0f}", f"{beside:.0f}"]


def look_up(page: Any) -> None:
    """Find a word and open its panel: definitions, neighbours and its vector."""
    page.keyboard.press("/")
    page.keyboard.type(WORD)
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")


def use(browser: Any, app: browsing.App, shipped: list[str]) -> list[list[str]]:
    """Use everything that is there by default; return a row after each step."""
    rows = []
    with browsing.fresh_context(browser) as context:
        with browsing.page_of(context, app.url) as page:
            rows.append(row(app, "after the default map"))
            look_up(page)
            for key in shipped:
                if key != "glove":
                    browsing.choose_method(page, methods.get(key).label)
                    page.wait_for_load_state("networkidle")  # the panel fetches the word's vector
        rows.append(row(app, f"after {WORD} on the maps of {len(shipped)} methods"))
        page = context.new_page()
        page.goto(f"{app.url}/methods")
        page.locator(".js-plotly-plot").nth(len(shipped) - 1).wait_for(state="attached")
        page.wait_for_load_state("networkidle")
        page.close()
        rows.append(row(app, "after the methods page"))
        for address, name in READ:
            page = context.new_page()
            page.goto(f"{app.url}/{address}")
            page.wait_for_selector(IS_IDLE)
            page.wait_for_load_state("networkidle")
            page.close()
            rows.append(row(app, f"after {name}"))
        if is_shipped("glove", "glove-400k"):
            big = f"{app.url}/?method=glove&vocabulary=glove-400k"
            with browsing.page_of(context, big) as page:
                rows.append(row(app, "after the map of 400,000 words"))
                look_up(page)
            rows.append(row(app, f"after {WORD} on it"))
        else:
            note("left out: the map of 400,000 words")
    return rows


def crowd(browser: Any, app: browsing.App, n: int) -> list[str]:
    """Open the default map n times at once."""
    with contextlib.ExitStack() as stack:
        contexts = [stack.enter_context(browsing.fresh_context(browser)) for _ in range(n)]
        pages = [context.new_page() for context in contexts]
        for page in pages:
            page.goto(app.url, wait_until="commit")
        for page in pages:
            page.wait_for_function(browsing.IS_DRAWN)
        return row(app, f"with {n} readers at once")


def main() -> None:
    """Measure and print."""
    options = arguments()
    shipped = shipped_methods()
    with browsing.chromium() as browser, browsing.ours() as app:
        line = machine("streamlit", "plotly", "numpy", browser=browser.version)
        rows = [row(app, "after the start")]
        rows += use(browser, app, shipped)
        rows.append(crowd(browser, app, options.visitors))
        browsing.settle(app)
        rows.append(row(app, "after they have left, workers warm"))
    columns = ["MB", "web process, RSS", "web process, PSS", "its workers, PSS"]
    show("Memory", line, "", table(columns, rows))


if __name__ == "__main__":
    main()
