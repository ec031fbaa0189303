"""A page as one file: it lies beside what visitors brought, and only for as long as it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from embeddings.sources import bundle
from pages.shared import routes, saving
from pages.shared.own import desk
from tests import loops


@pytest.fixture(autouse=True)
def _fresh(monkeypatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("LSE_CACHE", str(tmp_path))
    yield
    desk.close()


def there() -> list[Path]:
    return list(desk.place.glob(f"*{bundle.ENDING}"))


def test_a_saved_page_leaves_nothing_behind(tmp_path: Path) -> None:
    client = TestClient(Starlette(routes=list(routes.routes(""))))
    answer = client.get("/data/page", params={"page": "compare", "query": "?vocabulary=common-2k"})
    assert answer.status_code == 200 and not there()
    (tmp_path / "saved.lse").write_bytes(answer.content)
    page, data = bundle.read(tmp_path / "saved.lse")
    assert page.page == "compare" and page.query["vocabulary"] == "common-2k" and not data


def test_nor_does_one_whose_reader_is_gone() -> None:
    seen: list[list[Path]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        seen.append(there())
        raise OSError("the connection is lost")

    scope = {"type": "http", "method": "GET", "headers": [], "query_string": b"page=training"}
    answer = saving.saved(saving.Request(scope))
    with pytest.raises(OSError, match="lost"):
        loops.run(answer(scope, receive, send))
    assert len(seen[0]) == 1 and not there()


def test_nor_does_one_that_cannot_be_written(monkeypatch) -> None:
    def write(page: bundle.Page, with_data: bool, path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError("the disk is full")

    monkeypatch.setattr(bundle, "write", write)
    scope = {"type": "http", "method": "GET", "headers": [], "query_string": b"page=training"}
    with pytest.raises(OSError, match="full"):
        saving.saved(saving.Request(scope))
    assert not there()
