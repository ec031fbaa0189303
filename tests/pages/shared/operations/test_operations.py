"""Health, figures and logs: what they say, to whom, and that no person is in them."""

from __future__ import annotations

import io
import json
import logging

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from embeddings.errors import UserError
from pages.shared import routes
from pages.shared.classroom import classes
from pages.shared.operations import health, logs, metrics


def word(request):
    return PlainTextResponse("secretword")


def fails(request):
    raise ValueError("secretword")


@pytest.fixture
def client(tmp_path, monkeypatch):
    monkeypatch.setenv("LSE_CLASSES", f"sqlite:///{tmp_path / 'classes.sqlite'}")
    monkeypatch.setenv("LSE_CACHE", str(tmp_path))
    monkeypatch.delenv("LSE_METRICS", raising=False)
    classes.shared.cache_clear()
    there = [*routes.operations(""), Route("/word/{word}", word), Route("/fails", fails)]
    app = Starlette(routes=there, middleware=[Middleware(metrics.Observed)])
    yield TestClient(
        app,
        base_url="http://localhost",
        client=("127.0.0.1", 40000),
        raise_server_exceptions=False,
    )
    classes.shared.cache_clear()


def value(client, name, **labels):
    text = client.get("/metrics").text
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name == name and labels.items() <= sample.labels.items():
                return sample.value
    return 0.0


def test_a_server_says_that_it_lives_and_which_of_several_it_is(client, monkeypatch):
    monkeypatch.setenv("LSE_INSTANCE", "app-2")
    answer = client.get("/health/live")
    assert answer.json() == {"status": "ok", "instance": "app-2"}
    assert answer.headers["cache-control"] == "no-store"


def test_a_server_is_ready_when_every_part_answers(client):
    assert client.get("/health/ready").json()["parts"] == dict.fromkeys(
        ("classes", "disk", "jobs"), "ok"
    )
    assert client.get("/health/ready").json()["status"] == "ok"


def test_without_its_database_a_server_stays_in_service_and_says_so(client, monkeypatch):
    monkeypatch.setenv("LSE_CLASSES", "sqlite:////nowhere/at/all.sqlite")
    classes.shared.cache_clear()
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["parts"]["classes"] == "unreachable"
    assert answer.json()["parts"]["disk"] == "ok"


def test_a_full_disk_is_told(client, monkeypatch):
    monkeypatch.setattr(health, "ENOUGH", 2**62)
    assert client.get("/health/ready").json()["parts"]["disk"] == "full"


def test_a_part_that_hangs_does_not_hang_the_answer(client, monkeypatch):
    import time

    monkeypatch.setattr(health, "PATIENCE", 0.05)
    monkeypatch.setattr(health, "_classes", lambda: time.sleep(0.5) or "ok")
    assert client.get("/health/ready").json()["parts"]["classes"] == "unreachable"


def test_requests_are_counted_by_their_pattern_and_never_by_their_words(client):
    labels = {"route": "/word/{word}", "method": "GET", "status": "200"}
    before = value(client, "lse_http_requests_total", **labels)
    client.get("/word/secretword")
    client.get("/word/another?word=secretword")
    assert value(client, "lse_http_requests_total", **labels) == before + 2
    client.get("/secretword/of/nobody")
    client.request("SECRETWORD", "/word/x")
    assert "secretword" not in client.get("/metrics").text.lower()


def test_figures_of_memory_jobs_and_connections_are_there(client):
    assert value(client, "process_resident_memory_bytes") > 10**7
    text = client.get("/metrics").text
    for name in ('lse_jobs{state="queued"}', 'lse_jobs{state="running"}', "lse_class_connections"):
        assert name in text


def test_a_page_that_fails_is_measured_too(client):
    before = value(client, "lse_page_run_seconds_count", page="compare")
    with pytest.raises(ValueError, match="x"), metrics.page_run("compare"):
        raise ValueError("x")
    assert value(client, "lse_page_run_seconds_count", page="compare") == before + 1


@pytest.mark.parametrize(
    ("host", "headers"),
    [
        ("10.0.0.9", {}),
        ("127.0.0.1", {"X-Forwarded-For": "10.0.0.9"}),
        ("127.0.0.1", {"Host": "explorer.example.org"}),
    ],
)
def test_only_this_machine_sees_the_figures(client, monkeypatch, host, headers):
    other = TestClient(client.app, base_url="http://localhost", client=(host, 40000))
    assert other.get("/metrics", headers=headers).status_code == 404
    monkeypatch.setenv("LSE_METRICS", "1")
    assert other.get("/metrics", headers=headers).status_code == 200
    monkeypatch.setenv("LSE_METRICS", "0")
    assert client.get("/metrics").status_code == 404
    monkeypatch.setenv("LSE_METRICS", "yes")
    assert other.get("/metrics", headers=headers).status_code == 404


# Logs --------------------------------------------------------------------------------------------


@pytest.fixture
def lines(monkeypatch):
    """Have this process log JSON, and return what it wrote; loggers are put back afterwards."""
    root = logging.getLogger()
    every = [root, *map(logging.getLogger, list(logging.root.manager.loggerDict))]
    before = [(each, each.handlers, each.propagate, each.level) for each in every]
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    monkeypatch.setenv("LSE_LOG", "json")
    logs.configure()
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    for each, handlers, propagate, level in before:
        each.handlers, each.propagate = handlers, propagate
        each.setLevel(level)


def test_the_log_is_json_with_a_line_for_each_answer(client, lines):
    client.get("/word/secretword?word=secretword")
    (said,) = [line for line in lines() if line["logger"] == "latent_space_explorer.requests"]
    assert said["route"] == "/word/{word}"
    assert (said["method"], said["status"], said["level"]) == ("GET", 200, "INFO")
    assert said["ms"] >= 0
    assert "secretword" not in json.dumps(lines())


def test_health_and_figures_are_not_logged_at_each_asking(client, lines):
    client.get("/health/live")
    client.get("/metrics")
    assert not [line for line in lines() if line["logger"].endswith("requests")]


def test_of_an_error_the_log_says_where_and_what_kind_but_not_its_words(lines):
    try:
        raise ValueError("secretword")
    except ValueError:
        logging.getLogger("latent_space_explorer").exception("A page failed")
    (said,) = lines()
    assert said["message"] == "A page failed"
    assert "test_operations.py" in said["exc_info"]
    assert said["exc_info"].endswith("ValueError")
    assert "secretword" not in said["exc_info"].replace('raise ValueError("secretword")', "")


def test_the_addresses_of_connections_are_not_logged(lines):
    logging.getLogger("uvicorn.error").info('%s - "WebSocket %s" [accepted]', "10.0.0.9", "/x")
    assert lines() == []


def test_a_log_of_an_unknown_form_is_one_line(monkeypatch):
    monkeypatch.setenv("LSE_LOG", "xml")
    with pytest.raises(UserError, match="LSE_LOG is 'xml'; it must be text or json"):
        logs.is_json()
