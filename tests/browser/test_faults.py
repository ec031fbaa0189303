"""What goes wrong costs the reader one clear line; the map goes on."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from embeddings import clusters, methods, neighbors, projection
from embeddings.store import SHIPPED


def notices(page) -> list[str]:
    """The lines over the map."""
    alerts = page.locator(".st-key-notices").get_by_test_id("stAlert")
    return [text.strip() for text in alerts.all_inner_texts()]


@pytest.mark.parametrize(
    ("address", "said", "shows"),
    [
        ("?method=glvoe", "There is no method called 'glvoe'. Did you mean glove?", "glove"),
        ("?vocabulary=comon-10k", "There is no vocabulary called 'comon-10k'.", "glove"),
        ("?dimensions=4", "There is no number of dimensions called '4'.", "glove"),
        ("?method=bert&settings=n_neighbors:9999", "n_neighbors is '9999'; it must be", "bert"),
        ("?settings=colour:red", "There is no setting called 'colour'.", "glove"),
        ("?method=bert&vocabulary=glove-400k", "are GloVe's alone.", "bert"),
        ("?method=<script>alert(1)</script>", "'<script>alert(1)</script>'", "glove"),
    ],
)
def test_a_wrong_address_costs_one_line(word_map, address, said, shows):
    word_map.page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    word_map.open("/" + address)
    lines = notices(word_map.page)
    assert len(lines) == 1 and said in lines[0] and "\n" not in lines[0]
    assert word_map.ask("maps.view.map.source.method") == shows
    assert word_map.ask("maps.view.map.known") == 10_000
    word_map.page.get_by_role("radio", name="2D").wait_for()


def test_an_unknown_word_costs_one_line(word_map):
    word_map.open("/#word=<b>zzzz</b>&view=nan,1&hide=x&selected=!&colour=none&tab=none")
    line = word_map.page.locator(".lm-message")
    assert line.inner_text() == "The word “<b>zzzz</b>” of this address is not in this vocabulary."
    assert word_map.focus is None
    assert word_map.ask("maps.state.colourBy") == "cluster"
    word_map.page.get_by_role("heading", name="Point at a word, then click it").wait_for()


def test_a_server_that_is_gone_is_said_so(word_map, complaints):
    complaints.allow("Failed to load resource|ERR_FAILED")
    word_map.open("/?vocabulary=topics")
    word_map.page.route("**/data/**", lambda route: route.abort())
    word_map.page.get_by_role("radio", name="BERT (MiniLM)", exact=True).click()
    word_map.page.get_by_text("The app does not answer. Is it still running?").wait_for()
    word_map.point_at("tiger")  # what is drawn can still be browsed
    word_map.until("maps.state.hover >= 0")


# ---------------------------------------------------------------------- an app of their own each


@pytest.fixture(scope="module")
def damaged(repo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which everything of one shipped map is damaged."""
    copy = tmp_path_factory.mktemp("project")
    shutil.copy(repo / "app.py", copy)
    for folder in ("embeddings", "pages", ".streamlit"):
        if (repo / folder).exists():
            shutil.copytree(repo / folder, copy / folder)
    shutil.copytree(repo / "assets", copy / "assets", copy_function=os.symlink)
    table = methods.get("glove").spec("topics")
    for request, damage in (
        (projection.spec(table), lambda data: data[: len(data) // 2]),
        (neighbors.spec(table), lambda data: data[:-40] + b"\0" * 40),
        (clusters.spec(table), lambda data: b""),
    ):
        path = copy / "assets/precomputed" / request.kind / f"{request.key}.npz"
        content = (SHIPPED / request.kind / path.name).read_bytes()
        path.unlink()
        path.write_bytes(damage(content))
    return copy


@pytest.fixture
def other_page(browser, complaints):
    """A page for another app than the shared one: ``other_page(server)``."""
    contexts = []

    def open_at(server):
        complaints.origin = urlsplit(server.url).netloc
        contexts.append(browser.new_context(base_url=server.url))
        page = contexts[-1].new_page()
        page.set_viewport_size({"width": 1280, "height": 720})
        complaints.watch(page)
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert not complaints.unexpected, "\n".join(complaints.unexpected)


@pytest.fixture(scope="module")
def nowhere_to_write(serve, tmp_path_factory) -> Iterator:
    """An app whose cache folder cannot be written, whoever runs it: it lies below a file."""
    file = tmp_path_factory.mktemp("cache") / "file"
    file.touch()
    with serve(LSE_CACHE=str(file / "cache"), LSE_WORKERS="1", LSE_WARM_UP="0") as server:
        yield server


def test_a_damaged_map_is_made_again(running, damaged, map_on, other_page, tmp_path):
    environment = {"LSE_WORKERS": "1", "LSE_WARM_UP": "0"}
    with running(damaged, tmp_path, environment) as server:
        shown = map_on(other_page(server)).open("/?vocabulary=topics", seconds=150)
        assert shown.ask("maps.view.map.known") > 500
        word = shown.point_at("tiger")
        shown.until(f"maps.vocabulary.words[maps.state.hover] === {word!r}")
        assert shown.ask("maps.view.map.neighborsOf(maps.state.hover, 10).length") == 10
        assert shown.page.get_by_test_id("stException").count() == 0
        assert server.log.count("is not used and will be made again") >= 3
        assert "Traceback" not in server.log
        shown.page.context.close()  # before its app ends


def test_a_cache_that_cannot_be_written_keeps_no_map_from_being_shown(
    nowhere_to_write, map_on, other_page
):
    shown = map_on(other_page(nowhere_to_write))
    shown.open("/?vocabulary=topics&algorithm=pca", seconds=120)
    assert "PCA" in shown.page.locator(".lm-caption").inner_text()
    assert shown.ask("maps.view.map.known") > 500
    assert "Traceback" not in nowhere_to_write.log


def test_a_map_whose_process_is_killed_is_made_by_another(nowhere_to_write, map_on, other_page):
    shown = map_on(other_page(nowhere_to_write)).open("/?vocabulary=topics")
    page = shown.page
    page.goto("/?vocabulary=topics&settings=n_neighbors:6")
    page.locator(".st-key-progress").get_by_text("%").wait_for(timeout=90_000)
    kill_workers(nowhere_to_write.process.pid)
    shown.drawn(seconds=150)
    assert "UMAP, 6 neighbours" in page.locator(".lm-caption").inner_text()
    assert nowhere_to_write.process.poll() is None
    assert page.get_by_test_id("stException").count() == 0


def kill_workers(app: int) -> None:
    """Kill the processes that compute, as a machine out of memory does."""
    import psutil

    end = time.monotonic() + 30
    while time.monotonic() < end:
        found = [p for p in psutil.Process(app).children(recursive=True) if computes(p)]
        if found:
            for process in found:
                process.kill()
            return
        time.sleep(0.1)
    pytest.fail("no process computes")


def computes(process) -> bool:
    """Whether this is a process without processes of its own that multiprocessing started."""
    command = " ".join(process.cmdline())
    return "spawn_main" in command and not any(
        "spawn_main" in " ".join(child.cmdline()) for child in process.children()
    )
