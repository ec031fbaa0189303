"""A browser gets one id, keeps it, and nobody gets another's."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from pages.shared import routes, visitors
from pages.shared.visitors import COOKIE, Visitors

ANN, BOB = "a" * 32, "b" * 32


def page(request: Request) -> Response:
    if request.headers.get("if-none-match"):
        return Response(status_code=304, headers={"Cache-Control": "no-cache"})
    return HTMLResponse("page", headers={"Cache-Control": "no-cache"})


def file(request: Request) -> Response:
    return HTMLResponse("file", headers={"Content-Disposition": 'attachment; filename="a.html"'})


def who(request: Request) -> Response:
    return JSONResponse({"who": visitors.current()})


def made(**options) -> Visitors:
    found = [
        Route("/file", file),
        Route("/who", routes._safely(who)),
        Route("/page", page, methods=["GET", "POST"]),
    ]
    return Visitors(Starlette(routes=found), **options)


def new(address: str = "http://lse.example", **options) -> TestClient:
    return TestClient(made(**options), base_url=address)


def test_the_first_page_brings_an_id_and_the_next_ones_keep_it():
    client = new()
    cookie = client.get("/page").headers["set-cookie"]
    assert re.fullmatch(rf"{COOKIE}=[0-9a-f]{{32}}; Path=/; HttpOnly; SameSite=Lax", cookie)
    assert "set-cookie" not in client.get("/page").headers
    told = client.get("/who").json()["who"]
    assert cookie.startswith(f"{COOKIE}={told};")
    assert client.get("/who").json()["who"] == told
    assert new().get("/page").headers["set-cookie"] != cookie


def test_no_one_between_keeps_a_page_with_an_id_in_it():
    client = new()
    assert client.get("/page").headers.get_list("cache-control") == ["private, no-cache"]
    assert client.get("/page").headers.get_list("cache-control") == ["no-cache"]


def test_a_browser_that_has_the_page_but_no_id_gets_one():
    headers = {"If-None-Match": '"x"', "Accept": "text/html,*/*"}
    answer = new().get("/page", headers=headers)
    assert (answer.status_code, COOKIE in answer.headers["set-cookie"]) == (304, True)
    assert "set-cookie" not in new().get("/page", headers={"If-None-Match": '"x"'}).headers


def test_only_a_page_brings_an_id():
    assert "set-cookie" not in new().get("/file").headers
    assert "set-cookie" not in new().get("/who").headers
    assert "set-cookie" not in new().get("/nothing").headers
    assert "set-cookie" not in new().post("/page").headers


@pytest.mark.parametrize(
    "bad", ["", "a", "A" * 32, "a" * 31, "a" * 33, "g" * 32, "a" * 31 + "/", "../" * 20, "é" * 32]
)
def test_a_malformed_id_is_replaced_and_owns_nothing(bad):
    cookie = f"{COOKIE}={bad}".encode()
    assert COOKIE in new().get("/page", headers={"Cookie": cookie}).headers["set-cookie"]
    told = [new().get("/who", headers={"Cookie": cookie}).json()["who"] for _ in range(2)]
    assert all(map(visitors.is_valid, told)) and told[0] != told[1] and bad not in told


def test_the_cookie_is_for_secure_connections_where_there_is_one():
    secure = "HttpOnly; SameSite=Lax; Secure"
    assert new("https://lse.example").get("/page").headers["set-cookie"].endswith(secure)
    proxied = new().get("/page", headers={"X-Forwarded-Proto": "https, http"})
    assert proxied.headers["set-cookie"].endswith(secure)
    embedded = new("https://lse.example", is_embedded=True).get("/page").headers["set-cookie"]
    assert embedded.endswith("HttpOnly; SameSite=None; Secure; Partitioned")
    assert new(is_embedded=True).get("/page").headers["set-cookie"].endswith("SameSite=Lax")


def test_requests_at_the_same_time_do_not_mix():
    client = new()

    def ask(visitor: str) -> bool:
        headers = {"Cookie": f"other=1; {COOKIE}={visitor}"}
        return client.get("/who", headers=headers).json()["who"] == visitor

    with ThreadPoolExecutor(8) as people:
        assert all(people.map(ask, [ANN, BOB] * 40))


def test_the_visitor_of_a_request_ends_with_it():
    scope = {"type": "http", "headers": [(b"cookie", f"{COOKIE}={ANN}".encode())]}
    with visitors.of_request(Request(scope)) as told:
        assert told == visitors.current() == ANN
        with visitors.of_request(Request({"type": "http", "headers": []})) as other:
            assert other == visitors.current() != ANN
        assert visitors.current() == ANN
    assert visitors.current() != visitors.current(), "nobody asks"


def script() -> None:
    import streamlit as st

    from pages.shared import progress, visitors

    st.button("again")
    st.text(visitors.current())
    # Not what is kept for a session: all of these tests have the same.
    st.text(progress.reader.__wrapped__())


def test_a_session_without_a_cookie_has_an_id_of_its_own():
    first, other = AppTest.from_function(script).run(), AppTest.from_function(script).run()
    told = first.text[0].value
    assert visitors.is_valid(told)
    assert first.button[0].click().run().text[0].value == told != other.text[0].value


def test_a_page_whose_connection_is_gone_is_still_its_visitors(monkeypatch):
    shown = AppTest.from_function(script)
    for cookies, told in (({COOKIE: ANN}, ANN), ({}, ANN), ({COOKIE: "<b>"}, ANN)):
        context = SimpleNamespace(cookies=cookies)
        monkeypatch.setattr(visitors.st, "context", context)
        assert shown.run().text[0].value == told
    monkeypatch.setattr(visitors.st, "context", SimpleNamespace(cookies={COOKIE: BOB}))
    assert shown.run().text[0].value == BOB


def test_what_a_page_asks_is_asked_for_its_visitor():
    shown = AppTest.from_function(script).run()
    visitor, reader = (each.value for each in shown.text)
    assert re.fullmatch(rf"{visitor}\.[0-9a-f]{{32}}", reader)
