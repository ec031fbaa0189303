"""A Streamlit app in a process of its own, a Chromium, and marks set inside its pages."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from benchmarks.common import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
SIZE = {"width": 1280, "height": 720}
PATIENCE = 600_000
"""Milliseconds that a page gets; UMAP in a plain script takes minutes on a busy machine."""

# Our map says when it is drawn, by an attribute; two frames later it is on the screen. Plotly says
# nothing: its plot is there when its axes and its canvas are.
MARKS = """
(() => {
  const bench = (window.bench = { clicks: [], drawn: [], first: null, message: null, frames: 0 });
  const painted = (mark) =>
    requestAnimationFrame(() => requestAnimationFrame(() => (mark.painted = performance.now())));
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", () => (bench.message ??= performance.now()));
    }
  };
  addEventListener("pointerdown", () => bench.clicks.push(performance.now()), true);
  const note = (value) => {
    const mark = { value, at: performance.now(), painted: null };
    bench.drawn.push(mark);
    if (value) painted(mark);
  };
  new MutationObserver((changes) => {
    for (const { target } of changes) note(target.dataset.drawn);
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-drawn"] });
  const places = new MutationObserver(() => {
    if (document.querySelector("[data-linked-maps]")) bench.first ??= performance.now();
    const plot = document.querySelector(".js-plotly-plot");
    if (plot?.querySelector(".xtick") && plot.querySelector(".gl-canvas")) note("plotly");
    if (bench.first || bench.drawn.length) places.disconnect();
  });
  places.observe(document, { subtree: true, childList: true });
})();
"""
IS_DRAWN = "() => bench.drawn.length && bench.drawn.at(-1).painted !== null"


@dataclass
class App:
    """A running app: its address, its process and when its command was given (Unix time)."""

    url: str
    process: subprocess.Popen[bytes]
    began: float
    answered: float

    @property
    def tree(self) -> list[psutil.Process]:
        """Its process, first, and those that it has started."""
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]


@contextlib.contextmanager
def running(script: Path, folder: Path, **environment: str) -> Iterator[App]:
    """Run ``streamlit run script`` from a folder, with an empty cache, until it answers."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    options = ["--server.headless", "true", "--browser.serverAddress", "localhost"]
    options += ["--browser.gatherUsageStats", "false"]
    with tempfile.TemporaryDirectory() as cache, tempfile.TemporaryFile() as log:
        began = time.time()
        process = subprocess.Popen(
            [*command, *options],
            cwd=folder,
            env={**os.environ, "LSE_CACHE": cache, **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            url = f"http://localhost:{port}"
            if not answers(url + "/_stcore/health", process):
                log.seek(0)
                sys.exit(f"The app did not start; it said:\n{log.read().decode(errors='replace')}")
            yield App(url, process, began, time.time())
        finally:
            _stop(process)


def ours(**environment: str) -> contextlib.AbstractContextManager[App]:
    """Run this project's app as a person does."""
    return running(Path("app.py"), ROOT, **environment)


def plain(name: str, data: Path) -> contextlib.AbstractContextManager[App]:
    """Run a plain script; from another folder, so that it has Streamlit's own settings."""
    return running(ROOT / "benchmarks" / f"{name}.py", data.parent, BENCHMARK_DATA=str(data))


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str, process: subprocess.Popen[bytes], seconds: float = 120) -> bool:
    """Wait until an app answers; whether it does in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return True
        time.sleep(0.02)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        everybody = psutil.Process(process.pid).children(recursive=True)
        process.terminate()
        _, left = psutil.wait_procs(everybody, timeout=15)
        for each in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=10)
    if process.poll() is None:
        process.kill()
        process.wait()


def settle(app: App, quiet: float = 10.0, seconds: float = 180) -> None:
    """Wait until the app's processes have warmed up and do nothing any more."""
    end, calm_since = time.monotonic() + seconds, time.monotonic()
    before = _busy(app)
    while time.monotonic() < min(end, calm_since + quiet):
        time.sleep(1)
        now = _busy(app)
        if now - before > 0.1:
            calm_since = time.monotonic()
        before = now


def _busy(app: App) -> float:
    """Return the processor seconds that the app's processes have used."""
    total = 0.0
    for process in app.tree:
        with contextlib.suppress(psutil.NoSuchProcess):
            total += sum(process.cpu_times()[:2])
    return total


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Start a headless Chromium without a GPU; ``CHROMIUM`` names another."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@contextlib.contextmanager
def fresh_context(browser: Browser) -> Iterator[BrowserContext]:
    """Open a browser context with an empty cache, in whose pages marks are set."""
    context = browser.new_context(viewport=SIZE, color_scheme="light")
    context.set_default_timeout(PATIENCE)
    context.add_init_script(MARKS)
    yield context
    context.close()


@contextlib.contextmanager
def page_of(context: BrowserContext, url: str) -> Iterator[Page]:
    """Open an address and wait until its map is on the screen."""
    page = context.new_page()
    page.goto(url, wait_until="commit")
    page.wait_for_function(IS_DRAWN)
    yield page
    page.close()


def first_drawn(page: Page) -> tuple[float, float]:
    """Return when the first map was painted: Unix time, and seconds since the page was asked."""
    origin, painted = page.evaluate(
        "() => [performance.timeOrigin, bench.drawn.find((mark) => mark.painted).painted]"
    )
    return (origin + painted) / 1000, painted / 1000


TIMELINE = """() => {
  const last = (part) => Math.max(0, ...performance.getEntriesByType("resource")
    .filter((entry) => new URL(entry.name).pathname.includes(part))
    .map((entry) => entry.responseEnd));
  return {
    "HTML received": performance.getEntriesByType("navigation")[0].responseEnd,
    "map's data received": last("/data/"),
    "component's modules received": last("/linked_maps/"),
    "first message from the server": bench.message,
    "component on the page": bench.first,
    "map drawn": bench.drawn.find((mark) => mark.painted).painted,
  };
}"""


def timeline(page: Page) -> dict[str, float]:
    """Return milestones of a visit to our map, in seconds since the page was asked for."""
    return {name: (at or 0) / 1000 for name, at in page.evaluate(TIMELINE).items()}


def choose_method(page: Page, label: str) -> tuple[float, float]:
    """Click on a method; return the seconds until its map begins to flow in, and until it lies."""
    page.evaluate("() => { bench.clicks = []; bench.drawn = []; }")
    page.get_by_role("radio", name=label, exact=True).click()
    page.wait_for_function(IS_DRAWN)
    clicked, marks = page.evaluate("() => [bench.clicks[0], bench.drawn]")
    return (marks[0]["at"] - clicked) / 1000, (marks[-1]["painted"] - clicked) / 1000


def call(page: Page, script: str, *arguments: Any) -> Any:
    """Evaluate a script with the component at hand: ``(maps, ...arguments) => ...``."""
    return page.evaluate(
        f"(given) => ({script})(document.querySelector('.lm-root').linkedMaps, ...given)",
        list(arguments),
    )
