"""A running app and a real Chromium, for the tests that look at the page itself."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
import pytest

from tests.serving import free_port

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from playwright.sync_api import Browser, Page

FOLDER = Path(__file__).parent
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
HOW_TO_GET_ONE = (
    "no Chromium found for the browser tests: apt-get install chromium (Debian), "
    "brew install --cask chromium (macOS), playwright install chromium (anywhere), "
    "or set CHROMIUM=/path/to/it"
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    # Nothing but this machine can be reached, whatever a page asks for.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if FOLDER in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass
class Server:
    """A running app: its address, its process, its cache folder and what it has said so far."""

    url: str
    process: subprocess.Popen[bytes]
    cache: Path
    log_file: Path

    @property
    def log(self) -> str:
        """What it has written to its output and error streams."""
        return self.log_file.read_text(errors="replace")


def wait_until_healthy(server: Server, seconds: float = 90) -> None:
    """Return when the app answers; fail with its log where it does not."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(server.url + "/_stcore/health"):
            return
        time.sleep(0.1)
    pytest.fail(f"the app did not start; it said:\n{server.log}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the app and every process that it has started."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=15)


@contextlib.contextmanager
def running_app(repo: Path, folder: Path, environment: dict[str, str]) -> Iterator[Server]:
    """Run the app as a person does, in a process group of its own."""
    port, cache, log_file = free_port(), folder / "cache", folder / "log.txt"
    cache.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [*command, "--server.headless", "true", "--browser.serverAddress", "localhost"],
            cwd=repo,
            env={**os.environ, "LSE_CACHE": str(cache), **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Server(f"http://localhost:{port}", process, cache, log_file)
    try:
        wait_until_healthy(server)
        yield server
    finally:
        stop(process)


@pytest.fixture(scope="session")
def serve(
    repo: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., contextlib.AbstractContextManager[Server]]:
    """Start another app: ``with serve(LSE_WORKERS="1") as server``; LSE_CACHE moves its cache."""

    def start(**environment: str) -> contextlib.AbstractContextManager[Server]:
        return running_app(repo, tmp_path_factory.mktemp("app"), environment)

    return start


@pytest.fixture(scope="session")
def running() -> Callable[..., contextlib.AbstractContextManager[Server]]:
    """Start the app of a copy of the project: ``with running(copy, folder, {}) as server``."""
    return running_app


@pytest.fixture(scope="session")
def server(serve: Callable[..., contextlib.AbstractContextManager[Server]]) -> Iterator[Server]:
    """The app that the browser tests share, with an empty cache folder of its own."""
    with serve(LSE_WORKERS="1") as running:
        yield running


def find_chromium(bundled: str) -> str | None:
    """Return $CHROMIUM, a Chromium on the path, or the one that playwright has installed."""
    if given := os.environ.get("CHROMIUM"):
        return given
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or (bundled if Path(bundled).exists() else None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium; where there is none, tests are skipped, but fail in CI."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        executable = find_chromium(playwright.chromium.executable_path)
        if executable is None:
            report = pytest.fail if os.environ.get("CI") else pytest.skip
            report(HOW_TO_GET_ONE)
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Complaints:
    """What went wrong in a page besides what its test looks at; ``allow`` what is meant to."""

    origin: str
    seen: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def allow(self, pattern: str) -> None:
        """Expect complaints that this regular expression finds something in."""
        self.allowed.append(pattern)

    def watch(self, page: Page) -> None:
        """Note errors of the page, and requests to anything but the app."""
        page.on("console", lambda m: self.seen.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.seen.append(f"page error: {error}"))
        page.on("request", lambda request: self.check_address(request.url))
        page.on("websocket", lambda websocket: self.check_address(websocket.url))

    def check_address(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != self.origin:
            self.seen.append(f"request to the outside: {url}")

    @property
    def unexpected(self) -> list[str]:
        """The complaints that nobody allowed."""
        return [s for s in self.seen if not any(re.search(p, s) for p in self.allowed)]


@pytest.fixture
def complaints(server: Server) -> Complaints:
    """What the test's page complains of; an unexpected complaint fails the test."""
    return Complaints(urlsplit(server.url).netloc)


@contextlib.contextmanager
def fresh_page(browser: Browser, server: Server, complaints: Complaints, theme: str):
    context = browser.new_context(
        base_url=server.url,
        viewport={"width": 1280, "height": 720},
        color_scheme=theme,
        accept_downloads=True,
    )
    page = context.new_page()
    complaints.watch(page)
    yield page
    context.close()
    assert not complaints.unexpected, "\n".join(complaints.unexpected)


@pytest.fixture
def page(browser: Browser, server: Server, complaints: Complaints) -> Iterator[Page]:
    """An empty page, 1280 x 720, in the light theme; ``page.goto("/")`` opens the app."""
    with fresh_page(browser, server, complaints, "light") as page:
        yield page


@pytest.fixture
def dark_page(browser: Browser, server: Server, complaints: Complaints) -> Iterator[Page]:
    """An empty page, 1280 x 720, in the dark theme."""
    with fresh_page(browser, server, complaints, "dark") as page:
        yield page


@dataclass
class WordMap:
    """The map on a page: what the component says of itself, and what a reader does to it."""

    page: Page

    def open(self, address: str = "/", seconds: float = 60) -> WordMap:
        """Go to an address and return when its map is drawn."""
        self.page.goto(address)
        return self.drawn(seconds=seconds)

    def drawn(self, then: str = "true", seconds: float = 60) -> WordMap:
        """Return when a map is drawn of which this JavaScript about ``maps`` is true."""
        return self.until(
            "maps.view.map && maps.view.root.dataset.drawn === maps.view.map.source.id"
            f" && ({then})",
            seconds,
        )

    def until(self, script: str, seconds: float = 15) -> WordMap:
        """Return when this JavaScript about ``maps`` is true."""
        self.page.wait_for_function(
            "() => { const maps = document.querySelector('.lm-root')?.linkedMaps;"
            f" return maps?.view && ({script}); }}",
            timeout=seconds * 1000,
        )
        return self

    def ask(self, script: str) -> Any:
        """Return what this JavaScript about ``maps`` says."""
        return self.page.evaluate(
            "() => { const maps = document.querySelector('.lm-root').linkedMaps;"
            f" return {script}; }}"
        )

    def reset(self) -> None:
        """Back to the whole map, with nothing chosen."""
        self.page.keyboard.press("Escape")
        self.ask(
            "maps.state.set({hover: -1, focus: -1, selection: new Set(), hidden: new Set(),"
            " emphasis: -1, tool: 'move', tab: 'word', colourBy: 'cluster'})"
        )
        self.ask("maps.view.stopFlight?.()")
        self.ask("Object.assign(maps.view.camera, new maps.view.camera.constructor().view)")
        self.redrawn()

    def redrawn(self) -> None:
        """Return when the map was drawn once more, names included."""
        frames = self.ask("(maps.view.redraw({settle: true}), maps.view.timings.frames)")
        self.until(f"maps.view.timings.frames > {frames}")

    @property
    def words(self) -> list[str]:
        """The words of the vocabulary."""
        return self.ask("maps.vocabulary.words")

    @property
    def focus(self) -> str | None:
        """The word that the panel shows."""
        return self.ask("maps.vocabulary.words[maps.state.focus] ?? null")

    @property
    def places(self) -> NDArray[np.float64]:
        """Where each word lies in the window; array of shape (n_words, 2), NaN if it does not."""
        listed = self.ask(
            "(({view}) => { const box = view.root.getBoundingClientRect(); return"
            " [[...view.sx].map(x => x + box.left), [...view.sy].map(y => y + box.top)]"
            " .map(axis => axis.map(at => Number.isFinite(at) ? at : null)); })(maps)"
        )
        return np.array(listed, dtype=float).T

    def point_at(self, word: str) -> str:
        """Put the mouse on a word's dot; return the word whose dot is nearest to the mouse."""
        places, words = self.places, self.words
        x, y = places[words.index(word)]
        self.page.mouse.move(x, y)
        return words[int(np.nanargmin(np.hypot(*(places - (x, y)).T)))]

    def find(self, word: str) -> None:
        """Search a word by the keyboard."""
        self.page.keyboard.press("/")
        self.page.keyboard.type(word)
        self.page.keyboard.press("Enter")


@pytest.fixture
def word_map(page: Page) -> WordMap:
    """The map of a fresh page; ``word_map.open()`` shows the default one."""
    return WordMap(page)


@pytest.fixture(scope="session")
def map_on() -> type[WordMap]:
    """The map of any page: ``map_on(page).open("/")``."""
    return WordMap


@pytest.fixture(scope="module")
def shared_page(browser: Browser, server: Server) -> Iterator[tuple[Page, Complaints]]:
    """A page that the tests of a file share, and its complaints so far."""
    complaints = Complaints(urlsplit(server.url).netloc)
    with fresh_page(browser, server, complaints, "light") as page:
        yield page, complaints


@pytest.fixture(scope="module")
def shown_map(shared_page: tuple[Page, Complaints]) -> WordMap:
    """The default map, opened once for the tests of a file."""
    return WordMap(shared_page[0]).open()


@pytest.fixture
def default_map(shown_map: WordMap, shared_page: tuple[Page, Complaints]) -> WordMap:
    """The default map as a newcomer finds it; what a test did to it is undone before the next."""
    _, complaints = shared_page
    assert not complaints.unexpected, "\n".join(complaints.unexpected)
    shown_map.reset()
    return shown_map
