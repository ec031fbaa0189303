"""What the tests of models' insides share: a small BERT, and a small hub."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.small_bert import config, make, save_tokenizer


@pytest.fixture(scope="session")
def small_bert(tmp_path_factory) -> Path:
    """A folder with a small BERT that has a head for masked words."""
    return make(tmp_path_factory.mktemp("models") / "small-bert")


@pytest.fixture
def made_bert(tmp_path):
    """Return a function that makes a BERT without a head, with a config as it is told."""
    import torch
    from transformers import BertModel

    def bare(name: str = "made", **changes) -> Path:
        folder = tmp_path / name
        save_tokenizer(folder)
        torch.manual_seed(2)
        BertModel(config(**changes)).save_pretrained(folder)
        return folder

    return bare


@dataclass
class Hub:
    """A Hugging Face hub on this machine, with the models that a test puts there."""

    models: dict[str, Path] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    url: str = ""


class _Answers(BaseHTTPRequestHandler):
    hub: Hub
    SHA = "0123456789abcdef0123456789abcdef01234567"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_HEAD(self) -> None:
        self.answer(with_body=False)

    def do_GET(self) -> None:
        self.answer(with_body=True)

    def answer(self, with_body: bool) -> None:
        self.hub.asked.append(self.path)
        path = self.path.partition("?")[0]
        model = next((name for name in self.hub.models if f"/{name}/" in f"{path}/"), None)
        if model is None:
            return self.send(404, b"{}", {"X-Error-Code": "RepoNotFound"}, with_body)
        folder = self.hub.models[model]
        if "/resolve/" in path:
            file = folder / path.rpartition("/")[2]
            if not file.is_file():
                return self.send(404, b"", {"X-Error-Code": "EntryNotFound"}, with_body)
            content = file.read_bytes()
            etag = hashlib.sha256(content).hexdigest()
            headers = {"ETag": f'"{etag}"', "X-Repo-Commit": self.SHA}
            return self.send(200, content, headers, with_body)
        files = sorted(folder.iterdir())
        if "/tree/" in path:
            listed = [
                {"type": "file", "path": f.name, "size": f.stat().st_size, "oid": f.name}
                for f in files
            ]
            return self.send(200, json.dumps(listed).encode(), {}, with_body)
        siblings = [{"rfilename": f.name, "size": f.stat().st_size} for f in files]
        about = {"id": model, "sha": self.SHA, "siblings": siblings, "private": False, "tags": []}
        return self.send(200, json.dumps(about).encode(), {}, with_body)

    def send(self, status: int, content: bytes, headers: dict[str, str], with_body: bool) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(content)


@pytest.fixture
def hub(tmp_path, monkeypatch) -> Iterator[Hub]:
    """A hub on this machine, asked instead of the real one, with an empty folder for its files."""
    from embeddings.methods import _models as models

    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Answers", (_Answers,), {"hub": hub}))
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(models, "ENDPOINT", hub.url)
    monkeypatch.setattr(models, "HUB_CACHE", str(tmp_path / "hub"))
    yield hub
    server.shutdown()
    server.server_close()
