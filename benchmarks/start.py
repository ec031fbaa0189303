"""From the command to the map on the screen, and from one map to the next.

The browser is running before the command is given, and asks for the page as soon as the server
answers; a map counts as drawn two frames after it says so. All programs run in turns in one run.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks import browsing
from benchmarks.common import (
    is_shipped,
    machine,
    median,
    note,
    plain_data,
    ratio,
    shipped_methods,
    show,
    spread,
    table,
)
from embeddings import methods

Times = dict[str, list[float]]

BIG = "?method=glove&vocabulary=glove-400k"
DEFAULT = "glove"
PLAIN = {
    "plain_umap": "plain script: UMAP, then st.plotly_chart",
    "plain_coordinates": "plain script: coordinates given, st.plotly_chart",
}
PARTS = {
    "command": "from the command to the map",
    "server": "of which until the server answers",
    "first": "of which the page, browser cache empty",
    "empty": "page alone, server warm, browser cache empty",
    "warm": "page alone, server warm, browser cache warm",
}


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.start", description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="of our app (default 5)")
    parser.add_argument(
        "--plain-repeats", type=int, default=2, help="of the plain scripts (default 2; 0: none)"
    )
    parser.add_argument("--no-big", action="store_true", help="leave out the 400,000 words")
    return parser.parse_args()


def visit(browser: Any, app: browsing.App, address: str, times: Times, lines: Times) -> None:
    """Take the times of a first visit, of one with an empty cache and of one with a warm one."""
    with browsing.fresh_context(browser) as context, browsing.page_of(context, address) as page:
        drawn, alone = browsing.first_drawn(page)
        times["command"].append(drawn - app.began)
        times["first"].append(alone)
        times["server"].append(app.answered - app.began)
    browsing.settle(app)
    with browsing.fresh_context(browser) as context:
        for name in ("empty", "warm"):
            with browsing.page_of(context, address) as page:
                times[name].append(browsing.first_drawn(page)[1])
                for mark, at in browsing.timeline(page).items():
                    lines[f"{name} {mark}"].append(at)


def switch(browser: Any, app: browsing.App, shipped: list[str], times: Times) -> None:
    """Click through the methods twice: the first time the server has not read them yet."""
    labels = {key: methods.get(key).label for key in shipped if key != DEFAULT}
    with browsing.fresh_context(browser) as context, browsing.page_of(context, app.url) as page:
        for turn in ("first", "again"):
            for key, label in labels.items():
                begins, lies = browsing.choose_method(page, label)
                times[f"{key} {turn} begins"].append(begins)
                times[f"{key} {turn}"].append(lies)
            browsing.choose_method(page, methods.get(DEFAULT).label)


def measure_ours(browser: Any, options: argparse.Namespace) -> dict[str, Times]:
    """Start the app several times; switch between methods in the last one."""
    found = {name: defaultdict(list) for name in ("map", "line", "switch", "big", "big line")}
    shipped = shipped_methods()
    big = not options.no_big and is_shipped("glove", "glove-400k")
    for turn in range(options.repeats):
        note(f"our app, {turn + 1} of {options.repeats}")
        with browsing.ours() as app:
            visit(browser, app, app.url, found["map"], found["line"])
            if turn < 2:
                switch(browser, app, shipped, found["switch"])
        if big:
            with browsing.ours() as app:
                visit(browser, app, f"{app.url}/{BIG}", found["big"], found["big line"])
    return found


def measure_plain(browser: Any, name: str, data: Path, repeats: int) -> Times:
    """Start a plain script several times."""
    times: Times = defaultdict(list)
    for turn in range(repeats):
        note(f"{name}, {turn + 1} of {repeats}")
        with browsing.plain(name, data) as app:
            visit(browser, app, app.url, times, defaultdict(list))
    return times


def starting_rows(found: dict[str, Times]) -> list[list[str]]:
    """Return a row for each program and part; ratios are to our app."""
    rows = []
    names = {"map": "our app, 10,000 words", "big": "our app, 400,000 words", **PLAIN}
    for name, label in names.items():
        for part, words in PARTS.items():
            times = found.get(name, {}).get(part, [])
            base = median(found["map"][part])
            if times:
                rows.append([f"{label}: {words}", spread(times), ratio(median(times), base)])
    return rows


def switching_rows(times: Times) -> list[list[str]]:
    """Return a row for each method."""
    return [
        [
            methods.get(key).label,
            *(spread(times[f"{key} {each}"]) for each in ("first begins", "first", "again")),
        ]
        for key in methods.available()
        if f"{key} first" in times
    ]


def main() -> None:
    """Measure and print."""
    options = arguments()
    if not is_shipped(DEFAULT, "common-10k"):
        raise SystemExit("The default map is not there. Build it: python -m embeddings build")
    with tempfile.TemporaryDirectory() as folder, browsing.chromium() as browser:
        line = machine("streamlit", "plotly", "umap-learn", "numpy", browser=browser.version)
        data = plain_data(Path(folder))
        found = measure_ours(browser, options)
        for name in PLAIN:
            found[name] = measure_plain(browser, name, data, options.plain_repeats)
    seconds = "seconds: median (least-greatest)"
    show("Start", line, "", table(["", seconds, "x ours"], starting_rows(found)))
    for name, words in (("line", "10,000"), ("big line", "400,000")):
        marks = [[mark, spread(times)] for mark, times in found[name].items()]
        if marks:
            title = f"Where a visit's time goes, {words} words, server warm"
            show(title, table(["browser cache, then until", seconds], marks))
    columns = ["click on", "new map begins to flow in", "it lies", "it lies, second time"]
    show("Another method", table(columns, switching_rows(found["switch"])))


if __name__ == "__main__":
    main()
