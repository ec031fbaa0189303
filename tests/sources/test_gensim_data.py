"""Vectors of gensim-data by name: fetched from a small one on this machine, and nothing is run."""

from __future__ import annotations

import gzip
import hashlib
import json
import pickle
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from embeddings import methods, recipes, sources
from embeddings.caching import own_folder, visits_place
from embeddings.errors import Cancelled, UserError
from embeddings.sources import gensim_data
from embeddings.sources.limits import Limits
from embeddings.store import Store
from embeddings.types import ModelSpec

UPLOAD = "own-" + "b" * 20
WORDS = tuple(f"word{i}" for i in range(20))
VECTORS = np.random.default_rng(1).normal(size=(20, 5)).round(3).astype(np.float32)
HEAD = b"20 5\n"
TEXT = gzip.compress(
    HEAD
    + b"".join(
        f"{word} {' '.join(map(str, row.tolist()))}\n".encode()
        for word, row in zip(WORDS, VECTORS.astype(float).round(3), strict=True)
    )
)
BINARY = gzip.compress(
    HEAD
    + b"".join(
        word.encode() + b" " + row.tobytes() for word, row in zip(WORDS, VECTORS, strict=True)
    )
)


class Server:
    """What stands where gensim-data is, and what it was asked for."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.models: dict[str, dict[str, object]] = {}
        self.asked: list[str] = []
        self.sent_on = ""

    def put(self, name: str, content: bytes, **about: object) -> None:
        self.files[f"/files/{name}/{name}.gz"] = content
        self.files[f"/files/{name}/__init__.py"] = b"raise SystemExit"
        sum_ = hashlib.md5(content, usedforsecurity=False).hexdigest()
        known = {"checksum": sum_, "parts": 1, "file_size": len(content), "file_name": f"{name}.gz"}
        self.models[name] = known | about

    def answer(self, path: str) -> bytes | None:
        self.asked.append(path)
        if path == "/list.json":
            found = {"models": self.models, "corpora": {"text8": {"checksum": "0"}}}
            return json.dumps(found).encode()
        return self.files.get(path)


@pytest.fixture
def server(monkeypatch) -> Iterator[Server]:
    there = Server()

    class Answers(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            content = there.answer(self.path)
            if there.sent_on and self.path.startswith("/files"):
                self.send_response(302)
                self.send_header("Location", there.sent_on)
                self.end_headers()
                return
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

    running = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{running.server_address[1]}"
    monkeypatch.setattr(gensim_data, "LIST", f"{address}/list.json")
    monkeypatch.setattr(gensim_data, "FILES", f"{address}/files")
    yield there
    running.shutdown()
    running.server_close()


@pytest.fixture
def store(monkeypatch, tmp_path) -> Store:
    monkeypatch.setenv("LSE_CACHE", str(tmp_path / "cache"))
    upload = visits_place() / "here" / UPLOAD
    upload.mkdir(parents=True)
    (upload / "upload.json").write_text("{}")
    return Store(None, tmp_path / "cache")


def named(name: str, store: Store) -> str:
    request = ModelSpec(UPLOAD, f"gensim:{name}")
    return str(recipes.fetch(request, store).content["name"])


def refused(name: str, store: Store, match: str) -> None:
    with pytest.raises(UserError, match=match) as failure:
        named(name, store)
    assert "\n" not in str(failure.value)
    assert [path.name for path in (visits_place() / "here").iterdir()] == [UPLOAD]
    assert {path.name for path in own_folder(UPLOAD).iterdir()} <= {"upload.json", "locks"}


@pytest.mark.parametrize("content", [TEXT, BINARY], ids=["text", "binary"])
def test_its_vectors_become_a_source_and_its_code_is_not_even_fetched(server, store, content):
    server.put("small-3", content)
    name = named("small-3", store)
    source = sources.get(name)
    assert (source.kind, source.title) == ("vectors", "small-3")
    table = methods.embed(methods.get(name).spec(name), source.content.labels)
    assert table.words == WORDS
    np.testing.assert_array_equal(table.vectors, VECTORS)
    assert server.asked == ["/list.json", "/files/small-3/small-3.gz"]


def test_what_comes_in_parts_is_put_together(server, store):
    sums = {}
    for i, part in enumerate((TEXT[:20], TEXT[20:])):
        server.files[f"/files/big/big.gz_{i:02d}"] = part
        sums[f"checksum-{i}"] = hashlib.md5(part, usedforsecurity=False).hexdigest()
    server.models["big"] = {"parts": 2, "file_size": len(TEXT), **sums}
    assert len(sources.get(named("big", store)).content) == 20


def test_names_that_it_does_not_have(server, store):
    server.put("glove-wiki-gigaword-50", TEXT)
    refused("glove-wiki-gigaword-5", store, "Did you mean glove-wiki-gigaword-50")
    refused("text8", store, "is a text")
    assert not any(path.startswith("/files") for path in server.asked)


@pytest.mark.parametrize("name", ["", "../etc", "a/b", "a b", "a..b", "<b>x</b>", "x" * 200, "é"])
def test_names_that_are_none_are_asked_of_nobody(server, store, name):
    refused(name, store, "not the name of vectors")
    assert not server.asked


def test_what_arrives_damaged_or_is_not_there(server, store):
    server.put("broken", TEXT, checksum="0" * 32)
    refused("broken", store, "checksum")
    server.put("gone", TEXT)
    del server.files["/files/gone/gone.gz"]
    refused("gone", store, "answers 404")
    server.put("many", TEXT, parts=10**9)
    refused("many", store, "how to check")


def test_a_pickle_in_its_place_is_not_opened(server, store, tmp_path):
    opened = tmp_path / "opened"

    class Trap:
        def __reduce__(self):
            return open, (str(opened), "w")

    server.put("trap", gzip.compress(pickle.dumps(Trap())))
    refused("trap", store, ".")
    assert not opened.exists()


def test_what_is_too_large_is_not_fetched(server, store, monkeypatch):
    monkeypatch.setenv("LSE_UPLOAD_MB", "1")
    server.put("large", TEXT, file_size=2 * 10**6)
    refused("large", store, "at most")
    assert server.asked == ["/list.json"]
    # And where the list tells less than comes.
    server.put("larger", b"x" * 2 * 10**6, file_size=10)
    refused("larger", store, "at most")


def test_it_is_not_sent_on_by_another_protocol(server, store):
    server.put("small", TEXT)
    server.sent_on = "ftp://127.0.0.1/small.gz"
    refused("small", store, "needs a network")


def test_without_network_it_says_so_and_what_was_tried(store, monkeypatch):
    monkeypatch.setattr(gensim_data, "LIST", "http://127.0.0.1:9/list.json")
    refused("small", store, "gensim:small could not be fetched from 127.0.0.1:9: it needs a net")


def test_a_list_that_is_none(server, store, monkeypatch):
    monkeypatch.setattr(server, "answer", lambda path: b"[[1, 2")
    refused("small", store, "cannot be read")


def test_fetching_stops_when_told_to(server, tmp_path):
    server.put("small", TEXT)

    def stop(fraction: float, message: str) -> None:
        if message.startswith("Fetching"):
            raise Cancelled

    with pytest.raises(Cancelled):
        gensim_data.fetch("small", Path(tmp_path / "file"), Limits(), stop)
