"""What a browser may ask of a class, and what it is told: over real HTTP routes."""

from __future__ import annotations

import asyncio
import csv
import io

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pages.shared import visitors
from pages.shared.classroom import classes, routes, trying
from pages.shared.classroom.hub import Hub
from tests import loops

TEACHER, ANN, BOB = "a" * 32, "b" * 32, "c" * 32
PLACE = "5-arithmetic.1"


@pytest.fixture
def register(tmp_path, monkeypatch):
    monkeypatch.setenv("LSE_CLASSES", f"sqlite:///{tmp_path / 'classes.sqlite'}")
    classes.shared.cache_clear()
    trying.forget()
    yield classes.shared()
    classes.shared.cache_clear()
    trying.forget()


@pytest.fixture
def opened(register):
    return register.open(TEACHER)


@pytest.fixture
def code(opened):
    return opened[0]


def client(visitor: str | None, address: str = "testclient") -> TestClient:
    app = Starlette(routes=routes.routes())
    cookies = {visitors.COOKIE: visitor} if visitor else {}
    return TestClient(app, cookies=cookies, client=(address, 1), follow_redirects=False)


def test_who_steers_brings_the_class_on_and_others_answer(code):
    steered = client(TEACHER).post(f"/class/{code}/steer", json={"place": PLACE})
    assert steered.status_code == 200
    assert client(ANN).post(
        f"/class/{code.lower()}/answer", json={"place": PLACE, "answer": "two"}
    ).json() == {"answered": "two"}
    table = client(TEACHER).get(f"/class/{code}/answers.csv")
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert rows[1][:3] == [PLACE, "1", "two"]
    assert "no-store" in table.headers["cache-control"]


@pytest.mark.parametrize("what", ["steer", "reset", "end"])
@pytest.mark.parametrize("who", [ANN, None])
def test_nobody_else_steers(code, what, who, register):
    answer = client(who).post(f"/class/{code}/{what}", json={"seen": True})
    assert answer.status_code == 403
    assert client(who).get(f"/class/{code}/answers.csv").status_code == 403
    assert not register.state(code).seen


def test_nobody_writes_for_another(code, register):
    """Who answers is told by the cookie alone, whatever is sent."""
    client(TEACHER).post(f"/class/{code}/steer", json={"place": PLACE})
    client(ANN).post(f"/class/{code}/answer", json={"place": PLACE, "answer": "two"})
    sent = {"place": PLACE, "answer": "one", "visitor": ANN, "name": "Ann"}
    client(BOB).post(f"/class/{code}/answer", json=sent)
    assert register.counts(code, PLACE) == {"two": 1, "one": 1}


@pytest.mark.parametrize("body", [b"", b"[]", b"nonsense", b"[" * 5000, b'{"place": 3}', b"\xff"])
def test_what_is_no_answer_is_refused_in_a_line(code, body):
    answer = client(ANN).post(f"/class/{code}/answer", content=body)
    assert answer.status_code == 403 and "\n" not in answer.json()["error"]


@pytest.mark.parametrize(
    "change",
    [
        {"place": "nothing.1"},
        {"place": "../../etc"},
        {"address": "https://example.org"},
        {"address": "/" + "x" * 9999},
    ],
)
def test_a_class_is_led_to_no_place_that_is_none(code, change, register):
    assert client(TEACHER).post(f"/class/{code}/steer", json=change).status_code == 403
    state = register.state(code)
    assert (state.place, state.address) == ("", "")


def test_a_class_is_not_led_out_of_the_app(code, register):
    client(TEACHER).post(f"/class/{code}/steer", json={"address": "//example.org/x"})
    assert register.state(code).address == ""
    client(TEACHER).post(f"/class/{code}/steer", json={"address": "/compare?view=trust#word=king"})
    assert register.state(code).address == "/compare?view=trust#word=king"


def test_who_is_in_a_class_is_not_locked_out_by_who_tries_codes_from_his_address(code):
    ann, guesser = client(ANN), client(BOB)
    assert ann.post(f"/class/{code}/where", json={}).status_code == 200
    for _ in range(70):
        guesser.post("/class/BCDFGH/where", json={})
    assert guesser.post(f"/class/{code}/where", json={}).status_code == 429
    assert ann.post(f"/class/{code}/where", json={}).status_code == 200
    assert client(TEACHER).post(f"/class/{code}/steer", json={"seen": True}).status_code == 200


def test_a_database_that_is_away_may_be_asked_again(code, register, monkeypatch):
    def fails(*_):
        raise classes.Down

    monkeypatch.setattr(classes.Classes, "answer", fails)
    sent = client(ANN).post(f"/class/{code}/answer", json={"place": PLACE, "answer": "two"})
    assert (sent.status_code, sent.json()["error"]) == (503, classes.DOWN)


def test_a_database_that_goes_while_somebody_comes_ends_no_class(code, register, monkeypatch):
    def listen_where(problem: classes.UserError) -> tuple[int, str]:
        def fails(*_):
            raise problem

        monkeypatch.setattr(classes.Classes, "hear", fails)
        heard = client(ANN).get(f"/class/{code}/events")
        return heard.status_code, heard.text.replace(" ", "")

    assert listen_where(classes.Down()) == (200, "")  # so the browser asks again
    assert '"ended":true' in listen_where(classes.UserError(classes.GONE))[1]


def test_codes_are_not_found_by_trying(code):
    guesser = client(BOB, "10.0.0.9")
    statuses = [guesser.post("/class/BCDFGH/where", json={}).status_code for _ in range(61)]
    assert set(statuses[:60]) == {403} and statuses[60] == 429
    assert guesser.post(f"/class/{code}/where", json={}).status_code == 429
    # A class behind another address goes on.
    assert client(ANN, "10.0.0.8").post(f"/class/{code}/where", json={}).status_code == 200


def test_a_whole_class_behind_one_address_joins(code):
    for i in range(200):
        who = client(f"{i:032x}", "10.0.0.7")
        assert who.post(f"/class/{code}/where", json={}).status_code == 200


def test_the_secret_link_leads_to_the_class(opened, register):
    code, secret = opened
    assert "refresh" in client(None).get(f"/class/{code}/teach/{secret}").text
    led = client(BOB).get(f"/class/{code}/teach/{secret}")
    assert (led.status_code, led.headers["location"]) == (303, f"/lessons?class={code}")
    assert register.is_teacher(code, BOB)
    assert client(ANN).get(f"/class/{code}/teach/wrong").status_code == 403
    assert not register.is_teacher(code, ANN)


def test_the_qr_code_says_where_to_join(code, monkeypatch):
    import segno

    said = []
    make = segno.make
    monkeypatch.setattr(segno, "make", lambda text, **more: said.append(text) or make(text, **more))
    picture = client(TEACHER).get(f"/class/{code}/qr.svg", headers={"host": "school.example:8501"})
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert said == [f"http://school.example:8501/?class={code}"]


def test_formulas_in_answers_do_not_run_in_a_spreadsheet(code):
    client(TEACHER).post(f"/class/{code}/steer", json={"place": PLACE})
    client(ANN).post(f"/class/{code}/where", json={"name": "+cmd|x"})
    client(ANN).post(f"/class/{code}/answer", json={"place": PLACE, "answer": "=1+1"})
    table = client(TEACHER).get(f"/class/{code}/answers.csv").content.decode("utf-8-sig")
    _, row = csv.reader(io.StringIO(table))
    assert row[2] == "'=1+1"


# What is told ------------------------------------------------------------------------------------


async def first(hub: Hub, code: str, visitor: str):
    async for said in hub.listen(code, visitor):
        return said


def told(code: str, visitor: str) -> dict:
    return loops.run(first(Hub(), code, visitor))


def test_what_others_answer_is_told_to_who_steers_and_to_all_once_it_is_shown(code, register):
    register.steer(code, TEACHER, place=PLACE)
    register.answer(code, ANN, PLACE, "two")
    assert told(code, TEACHER)["counts"] == {"two": 1}
    hidden = told(code, BOB)
    assert "counts" not in hidden and "numbers" not in hidden and hidden["answered"] is None
    assert told(code, ANN)["answered"] == "two"
    register.steer(code, TEACHER, seen=True)
    assert told(code, BOB)["counts"] == {"two": 1}


def test_a_step_comes_with_what_the_dock_shows_but_its_answer_only_when_all_may_see_it(
    code, register
):
    register.steer(code, TEACHER, place=PLACE)
    step = told(code, ANN)["step"]
    assert (step["step"], step["kind"], step["path"]) == (PLACE, "choice", "analogies")
    assert step["choices"] and step["query"]
    hidden = [step[name] for name in ("answers", "says", "explain", "alone")]
    assert not any(hidden)
    register.steer(code, TEACHER, seen=True)
    step = told(code, ANN)["step"]
    assert step["seen"] and step["answers"] == ["all four"] and "say toe" in step["says"]
    register.steer(code, TEACHER, place="")
    assert told(code, ANN)["step"] is None


def test_a_lesson_that_has_gone_leaves_a_class_without_a_step(code, register):
    register.steer(code, TEACHER, place="no-such-lesson.1")
    assert told(code, ANN)["step"] is None


def test_a_change_reaches_who_listens_whichever_server_made_it(code, register, tmp_path):
    other = classes.Classes(f"sqlite:///{tmp_path / 'classes.sqlite'}")

    async def run():
        hub = Hub()
        listening = hub.listen(code, ANN)
        before = await anext(listening)
        await asyncio.to_thread(other.steer, code, TEACHER, place=PLACE)
        after = await asyncio.wait_for(anext(listening), 10)
        await asyncio.to_thread(other.end, code, TEACHER)
        end = await asyncio.wait_for(anext(listening), 10)
        await listening.aclose()
        return before, after, end, hub.open_connections

    before, after, end, left = loops.run(run())
    assert (before["place"], after["place"]) == ("", PLACE)
    assert end["ended"] and left == 0


def test_a_reset_reaches_who_has_answered_since_he_was_told(code, register):
    register.steer(code, TEACHER, place=PLACE)

    async def run():
        listening = Hub().listen(code, ANN)
        await anext(listening)
        await asyncio.to_thread(register.answer, code, ANN, PLACE, "two")
        await asyncio.to_thread(register.reset, code, TEACHER)
        after = await asyncio.wait_for(anext(listening), 10)
        await listening.aclose()
        return after

    assert loops.run(run())["answered"] is None


def test_a_database_that_fails_for_a_while_loses_nobody(code, register, monkeypatch):
    from pages.shared.classroom import hub as hubs

    monkeypatch.setattr(hubs, "AFTER_A_FAULT", 0.1)

    async def run():
        hub = Hub()
        listening = hub.listen(code, ANN)
        await anext(listening)
        real = classes.Classes.versions

        def fails(self, codes):
            raise classes.Down

        monkeypatch.setattr(classes.Classes, "versions", fails)
        await asyncio.sleep(0.5)
        monkeypatch.setattr(classes.Classes, "versions", real)
        await asyncio.to_thread(register.steer, code, TEACHER, place=PLACE)
        after = await asyncio.wait_for(anext(listening), 10)
        await listening.aclose()
        return after

    assert loops.run(run())["place"] == PLACE


def test_who_listens_is_there_and_who_stops_is_not(code, register):
    async def run():
        hub = Hub()
        listening = hub.listen(code, ANN)
        await anext(listening)
        during = register.numbers(code).here
        await listening.aclose()
        return during, register.numbers(code).here

    assert loops.run(run()) == (1, 0)
