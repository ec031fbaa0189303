"""Streamlit's own scripts are compressed once; an error on a page is one plain line."""

import asyncio
import gc
import threading
import time
import weakref

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from embeddings import jobs
from pages.shared import lifecycle
from pages.shared.lifecycle import CompressedStatic, Preload, _accepts_gzip, _static_name, lifespan
from tests import loops


@pytest.fixture
def client(tmp_path):
    (tmp_path / "static" / "js").mkdir(parents=True)
    (tmp_path / "static" / "js" / "app.js").write_text("let a = 1;\n" * 500)

    def plain(request):
        return PlainTextResponse("let a = 1;\n" * 500)

    app = Starlette(routes=[Route("/{path:path}", plain)])
    return TestClient(CompressedStatic(app, tmp_path))


def test_a_script_is_compressed_after_its_first_visit(client):
    url = "/static/js/app.js"
    assert "content-encoding" not in client.get(url).headers
    for _ in range(100):
        answer = client.get(url)
        if "content-encoding" in answer.headers:
            break
        time.sleep(0.02)
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.text == "let a = 1;\n" * 500
    assert "content-encoding" not in client.get(url, headers={"Accept-Encoding": "br"}).headers
    assert client.get("/space" + url).headers["content-encoding"] == "gzip"


def test_other_paths_pass_through(client):
    for path in ("/", "/static/js/other.js", "/data/x", "/static/../app.py"):
        assert "content-encoding" not in client.get(path).headers


def test_what_counts_as_static():
    scope = {"type": "http", "method": "GET", "path": "/base/static/js/a.js"}
    assert _static_name(scope) == "static/js/a.js"
    assert _static_name({**scope, "method": "POST"}) == ""
    assert _static_name({"type": "websocket"}) == ""
    assert _accepts_gzip({"headers": [(b"accept-encoding", b"gzip, br")]})


def test_the_start_page_names_what_its_map_needs(small_map, small_address):
    def page(request):
        return PlainTextResponse("page")

    client = TestClient(Preload(Starlette(routes=[Route("/{path:path}", page)])))
    links = client.get("/", params=small_address).headers["link"].split(", ")
    assert f"/data/projection/{small_map.projection.key}" in " ".join(links)
    assert sum("as=fetch" in link for link in links) == 4
    assert any("main.js>; rel=modulepreload" in link for link in links)
    assert "link" not in client.get("/methods", params=small_address).headers
    assert "link" not in client.get("/", params=small_address | {"settings": "seed:99"}).headers


class Knot:
    """Something that nobody holds but itself."""

    def __init__(self):
        self.me = self


def test_garbage_is_collected_now_and_then_and_what_stays_is_set_aside():
    ends = threading.Event()
    tidying = threading.Thread(target=lifecycle.keep_tidy, args=(ends, 0.0, 0.05))
    gc.disable()
    try:
        tidying.start()
        while not gc.get_freeze_count():
            time.sleep(0.01)
        knot = weakref.ref(Knot())
        for _ in range(200):
            if knot() is None:
                break
            time.sleep(0.05)
        assert knot() is None
    finally:
        gc.enable()
        ends.set()
        tidying.join(10)
        gc.unfreeze()
    assert not tidying.is_alive()


def test_a_wrong_setting_of_the_workers_is_one_line_and_the_app_starts(monkeypatch, caplog):
    monkeypatch.setattr(jobs, "_shared", [])
    monkeypatch.setenv("LSE_WORKERS", "abc")

    async def live():
        async with lifespan(None):
            while not caplog.records:
                await asyncio.sleep(0.01)

    loops.run(live(), 30)
    (line,) = caplog.records
    assert line.getMessage().startswith("No new maps can be made: LSE_WORKERS is 'abc'; it must be")
    assert line.levelname == "WARNING" and not line.exc_info
