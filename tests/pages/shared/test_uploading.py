"""Files on their way in: whose they are, how much may come, and what is refused leaves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.testclient import TestClient

from pages.shared import routes, uploading, visitors
from pages.shared.own import desk

VISITOR = {"cookie": f"{visitors.COOKIE}={'c' * 32}"}
OURS = {uploading.ASKED_BY: "1"}


@contextmanager
def visiting(cookie: str) -> Iterator[None]:
    scope = {"type": "http", "headers": [(b"cookie", cookie.encode())]}
    with visitors.of_request(HTTPConnection(scope)):
        yield


@pytest.fixture(autouse=True)
def _fresh(monkeypatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("LSE_CACHE", str(tmp_path))
    yield
    desk.close()


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=list(routes.routes(""))))


def there() -> list[Path]:
    return list(desk.place.rglob("upload"))


def test_a_file_is_taken_in_whole_under_a_name_of_ours(client: TestClient) -> None:
    answer = client.put(
        "/data/upload?name=../../etc/passwd", content=b"king\n", headers=VISITOR | OURS
    )
    assert answer.status_code == 200 and answer.json()["name"] == "../../etc/passwd"
    (path,) = there()
    assert path.read_bytes() == b"king\n" and path.parent.name == answer.json()["upload"]


@pytest.mark.parametrize(
    ("headers", "content", "said"),
    [
        (VISITOR, b"x", "page Data"),
        (OURS, b"x", "no cookies"),
        (OURS | {"cookie": f"{visitors.COOKIE}=me"}, b"x", "no cookies"),
        (VISITOR | OURS, b"", "empty"),
        (VISITOR | OURS, b"x" * (2**20 + 1), "too large"),
    ],
)
def test_what_is_refused_leaves_nothing(
    client: TestClient, monkeypatch, headers: dict[str, str], content: bytes, said: str
) -> None:
    monkeypatch.setenv("LSE_UPLOAD_MB", "1")
    answer = client.put("/data/upload?name=a", content=content, headers=headers)
    assert answer.status_code == 400 and said in answer.json()["error"]
    assert not there()


def test_where_nothing_may_be_brought_nothing_is(client: TestClient, monkeypatch) -> None:
    monkeypatch.setenv("LSE_UPLOADS", "0")
    answer = client.put("/data/upload?name=a", content=b"x", headers=VISITOR | OURS)
    assert answer.status_code == 400 and not there()


def test_who_has_brought_much_brings_no_more(client: TestClient, monkeypatch) -> None:
    monkeypatch.setenv("LSE_VISITOR_MB", "1")
    big = b"x" * (2**20 - 100)
    assert client.put("/data/upload?name=a", content=big, headers=VISITOR | OURS).status_code == 200
    refused = client.put("/data/upload?name=b", content=b"x" * 200, headers=VISITOR | OURS)
    assert refused.status_code == 400 and "remove some" in refused.json()["error"]


def test_files_that_come_at_the_same_time_have_no_more_room(
    client: TestClient, monkeypatch
) -> None:
    """The second is refused while the first is on its way, before a byte of either is there."""
    monkeypatch.setenv("LSE_VISITOR_MB", "1")
    with visiting(VISITOR["cookie"]):
        name, path = desk.new_upload("a", 600_000)
        again = client.put("/data/upload?name=b", content=b"x" * 600_000, headers=VISITOR | OURS)
        assert again.status_code == 400 and "remove some" in again.json()["error"]
        path.write_bytes(b"x" * 1_000)  # it was less than it said
        desk.arrived(name)
    again = client.put("/data/upload?name=b", content=b"x" * 600_000, headers=VISITOR | OURS)
    assert again.status_code == 200


def test_what_does_not_say_its_size_is_taken_as_the_largest(
    client: TestClient, monkeypatch
) -> None:
    monkeypatch.setenv("LSE_UPLOAD_MB", "2")
    monkeypatch.setenv("LSE_VISITOR_MB", "1")
    refused = client.put("/data/upload?name=a", content=iter([b"x"]), headers=VISITOR | OURS)
    assert refused.status_code == 400 and not there()


def test_what_was_set_aside_is_free_again_where_the_file_is_refused(
    client: TestClient, monkeypatch
) -> None:
    monkeypatch.setenv("LSE_VISITOR_MB", "1")
    with visiting(VISITOR["cookie"]):
        name, _ = desk.new_upload("a", 1_000_000)
        desk.remove(name)
    taken = client.put("/data/upload?name=b", content=b"x" * 600_000, headers=VISITOR | OURS)
    assert taken.status_code == 200
