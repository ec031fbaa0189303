"""Every response carries its headers; what is too large, or comes from elsewhere, is refused."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from streamlit import file_util
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from embeddings.errors import UserError
from pages.shared import lifecycle, routes, security, uploads
from pages.shared.security import Security, Settings
from tests import loops

ORIGIN = "http://testserver"
HEADERS = (
    *("content-security-policy", "x-content-type-options", "referrer-policy", "permissions-policy"),
    *("cross-origin-opener-policy", "cross-origin-resource-policy"),
)


async def take(request):
    """Read the whole body and say how long it was."""
    return PlainTextResponse(str(len(await request.body())))


async def take_file(request):
    form = await request.form()
    assert all(isinstance(value, UploadFile) for value in form.values())
    return PlainTextResponse("taken")


async def stream(request):
    async def parts():
        for _ in range(3):
            yield b"part "

    return StreamingResponse(parts(), headers={"X-Content-Type-Options": "nosniff"})


def broken(request):
    raise RuntimeError("a secret path")


def own_policy(request):
    return PlainTextResponse("own", headers={"Content-Security-Policy": "sandbox"})


async def talk(websocket):
    await websocket.accept()
    await websocket.send_text(websocket.headers["host"])
    await websocket.close()


def made(settings: Settings | None = None, **options) -> TestClient:
    methods = ["GET", "POST", "PUT", "DELETE"]
    found = [
        WebSocketRoute("/_stcore/stream", talk),
        Route("/stream", stream),
        Route("/broken", broken),
        Route("/own", own_policy),
        Route("/file", take_file, methods=methods),
        Route("/{path:path}", take, methods=methods),
    ]
    middleware = [Middleware(Security, settings=settings, **options)]
    return TestClient(Starlette(routes=found, middleware=middleware), raise_server_exceptions=False)


@pytest.fixture
def client() -> TestClient:
    return made(Settings(max_request=2000))


# -------------------------------------------------------------------------------------- headers


@pytest.mark.parametrize(
    "path", ["/", "/stream", "/broken", "/data/x", "/_stcore/health", "/media/x", "/component/x"]
)
def test_every_response_carries_the_headers_once(client, path):
    headers = client.get(path).headers
    for name in (*HEADERS, "x-frame-options"):
        assert len(headers.get_list(name)) == 1, name
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_an_error_is_one_line_without_its_cause(client):
    answer = client.get("/broken")
    assert (answer.status_code, answer.json()) == (500, {"error": "Something went wrong."})


def test_a_policy_that_a_response_has_stays(client):
    assert client.get("/own").headers.get_list("content-security-policy") == ["sandbox"]


def test_a_page_loads_from_here_alone(client):
    policy = client.get("/").headers["content-security-policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'self'"
    assert rules["object-src"] == rules["frame-src"] == rules["worker-src"] == "'none'"
    assert rules["connect-src"] == "'self' ws://testserver wss://testserver"
    assert "unsafe" not in rules["script-src"].replace("'wasm-unsafe-eval'", "")
    assert "http" not in policy and "*" not in policy
    assert client.get("/data/x").headers["content-security-policy"].startswith("default-src 'none'")


def test_the_scripts_in_streamlits_page_are_named_by_their_digest(client):
    page = (Path(file_util.get_static_dir()) / "index.html").read_text()
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in client.get("/").headers["content-security-policy"]


def test_a_host_that_is_none_adds_nothing_to_the_policy(client):
    for host in ("x; script-src *", "a b", "x'y", "é"):
        policy = client.get("/", headers={"Host": host.encode()}).headers["content-security-policy"]
        assert "connect-src 'self';" in policy and "*" not in policy
    proxied = client.get("/", headers={"X-Forwarded-Host": "Lab.example.org:443, inner"})
    assert "wss://lab.example.org " in proxied.headers["content-security-policy"]
    six = client.get("/", headers={"Host": "[::1]:8501"}).headers["content-security-policy"]
    assert "ws://[::1]:8501 " in six


def test_a_teacher_may_name_the_pages_that_show_the_app():
    settings = Settings.from_environment(
        {"LSE_FRAME_ANCESTORS": "https://course.example.org/, http://localhost:8000 'self'"}
    )
    headers = made(settings).get("/").headers
    assert headers["content-security-policy"].endswith(
        "frame-ancestors https://course.example.org http://localhost:8000 'self'"
    )
    assert "x-frame-options" not in headers
    own = made(Settings.from_environment({"LSE_FRAME_ANCESTORS": "self"})).get("/").headers
    assert own["x-frame-options"] == "SAMEORIGIN"
    for nobody in ("", "none", "'none'", "  "):
        assert Settings.from_environment({"LSE_FRAME_ANCESTORS": nobody}) == Settings()


@pytest.mark.parametrize(
    "given",
    [
        {"LSE_FRAME_ANCESTORS": "*"},
        {"LSE_FRAME_ANCESTORS": "https:"},
        {"LSE_FRAME_ANCESTORS": "https://a.b; script-src *"},
        {"LSE_FRAME_ANCESTORS": "https://a.b/path"},
        {"LSE_FRAME_ANCESTORS": "javascript:alert(1)"},
        {"LSE_MAX_REQUEST": "1"},
        {"LSE_MAX_REQUEST": "1MiB"},
        {"LSE_MAX_REQUEST": "9" * 30},
    ],
)
def test_a_wrong_setting_is_named_and_the_strict_default_holds(given, monkeypatch, caplog):
    (name,) = given
    with pytest.raises(UserError, match=f"^{name} "):
        Settings.from_environment(given)
    monkeypatch.setenv(name, given[name])
    assert security.settings() == Settings()
    assert name in caplog.text


# --------------------------------------------------------------------------------------- limits


def chunks(size: int):
    for _ in range(0, size, 500):
        yield b"x" * 500


def test_a_body_is_counted_whatever_was_announced(client):
    assert client.post("/x", content=b"x" * 2000).text == "2000"
    assert client.post("/x", content=chunks(2000)).text == "2000"
    for content in (b"x" * 2001, chunks(2500), chunks(1_000_000)):
        answer = client.post("/x", content=content)
        assert answer.status_code == 413
        assert answer.json() == {"error": "The request is larger than 2,000 bytes."}
        assert answer.headers["x-frame-options"] == "DENY"
    assert client.get("/x", headers={"Content-Length": "9999999"}).status_code == 413
    assert client.get("/x", headers={"Content-Length": "1" * 5000}).status_code == 413
    for wrong in ("-1", "many", "1e3"):
        assert client.get("/x", headers={"Content-Length": wrong}).status_code == 400


def test_a_form_is_cut_off_while_it_is_read(client):
    assert client.post("/file", files={"file": b"x" * 1000}).text == "taken"
    assert client.post("/file", files={"file": b"x" * 3000}).status_code == 413


def test_nothing_is_taken_in_beyond_the_limit():
    """A body without end is refused after the first bytes that are too many."""
    given, sent = [], []

    async def app(scope, receive, send):
        while (await receive())["more_body"]:
            pass

    async def receive():
        given.append(500)
        return {"type": "http.request", "body": b"x" * 500, "more_body": True}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
    refusing = Security(app, settings=Settings(max_request=2000))
    loops.run(refusing(scope, receive, send))
    assert sum(given) == 2500
    assert sent[0]["status"] == 413


def test_uploads_have_a_limit_of_their_own(client, monkeypatch):
    monkeypatch.setitem(security.BODY_LIMITS, "/data/upload", lambda: 5000)
    assert client.post("/data/upload", content=b"x" * 5000).text == "5000"
    assert client.post("/data/upload/a/b", content=chunks(5000)).text == "5000"
    assert client.post("/data/upload/a/b", content=chunks(5500)).status_code == 413
    for other in ("/data/uploads", "/data", "/x/data/upload"):
        assert client.post(other, content=b"x" * 5000).status_code == 413
    monkeypatch.setitem(security.BODY_LIMITS, "/data/upload/small", lambda: 10)
    assert client.post("/data/upload/small", content=b"x" * 11).status_code == 413
    based = made(Settings(max_request=2000), base="/lse")
    assert based.post("/lse/data/upload", content=b"x" * 5000).text == "5000"


def test_long_addresses_and_headers_are_refused(client):
    text = "%D0%BA" * 4000  # two texts of 2,000 Cyrillic letters
    assert client.get(f"/attention?text={text}").status_code == 200
    assert client.get("/x?a=" + "b" * 41_000).status_code == 414
    assert client.get("/" + "b" * 41_000).status_code == 414
    assert client.get("/x", headers={"Cookie": "c" * 17_000}).status_code == 431


# --------------------------------------------------------------------------------------- senders


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://testserver:8000"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "testserver"},
        {"Origin": "http://testserver.evil.example"},
        {"Origin": "http://evil@testserver"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "BREW"])
def test_another_page_can_change_nothing(client, method, headers):
    answer = client.request(method, "/x", headers=headers)
    assert answer.status_code == 403
    assert "only the app's own pages may" in answer.json()["error"]
    assert client.get("/x", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "none"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"},
        {"Origin": "HTTP://TestServer"},
        {"Origin": "https://lab.example.org", "X-Forwarded-Host": "lab.example.org, inner"},
        {"Origin": "https://lab.example.org", "X-Forwarded-Host": "lab.example.org:443"},
        {"Origin": "https://trusted.example.org", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_the_apps_own_pages_can(headers):
    client = made(trusted=["https://trusted.example.org/"])
    assert client.post("/x", headers=headers).status_code == 200


def test_a_websocket_opens_for_the_apps_own_pages_alone(client):
    def heard(**headers):
        with client.websocket_connect("/_stcore/stream", headers=headers) as websocket:
            return websocket.receive_text()

    assert heard() == heard(Origin=ORIGIN) == "testserver"
    for origin in ("http://evil.example", "null", "http://localhost:9999", "http://127.0.0.1"):
        with pytest.raises(WebSocketDisconnect) as refused:
            heard(Origin=origin)
        assert refused.value.code == 1008
    proxied = {"Origin": "https://lab.example.org", "X-Forwarded-Host": "lab.example.org"}
    assert heard(**proxied) == "lab.example.org", "Streamlit compares the origin with Host"


# ------------------------------------------------------------------------------------- the routes


def test_data_are_read_and_not_written():
    app = Starlette(routes=list(routes.routes()), middleware=lifecycle.middleware())
    client = TestClient(app)
    for method in ("POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"):
        answer = client.request(method, "/data/vocabulary/topics")
        assert answer.status_code == 405
        assert answer.headers["x-frame-options"] == "DENY"
    answer = client.get("/data/nothing")
    assert answer.status_code == 404
    assert answer.headers.get_list("x-content-type-options") == ["nosniff"]


def test_uploads_can_be_switched_off(monkeypatch, client):
    path = "/_stcore/upload_file/session/file"
    assert client.put(path, content=b"x").status_code == 200
    monkeypatch.setenv("LSE_UPLOADS", "0")
    answer = client.put(path, content=b"x")
    assert (answer.status_code, answer.json()["error"]) == (403, uploads.SWITCHED_OFF)
    assert made(base="/lse").put("/lse" + path, content=b"x").status_code == 403
    assert client.put("/x", content=b"x").status_code == 200
    for text, is_on in {"": True, "1": True, " 1 ": True, "0": False, "false": False}.items():
        monkeypatch.setenv("LSE_UPLOADS", text)
        assert uploads.allowed() is is_on


def test_a_session_holds_so_many_files(monkeypatch, client):
    manager = MemoryUploadedFileManager("/_stcore/upload_file")
    monkeypatch.setattr(uploads.runtime, "exists", lambda: True)
    instance = SimpleNamespace(uploaded_file_mgr=manager)
    monkeypatch.setattr(uploads.runtime, "get_instance", lambda: instance)
    for number in range(uploads.MOST_HELD):
        assert client.put("/_stcore/upload_file/ann/next", content=b"x").status_code == 200
        manager.add_file("ann", UploadedFileRec(str(number), "a.txt", "text/plain", b"x"))
    answer = client.put("/_stcore/upload_file/ann/next", content=b"x")
    assert (answer.status_code, answer.json()["error"]) == (413, uploads.TOO_MANY)
    assert client.put("/_stcore/upload_file/bob/next", content=b"x").status_code == 200
    assert client.delete("/_stcore/upload_file/ann/0").status_code == 200
