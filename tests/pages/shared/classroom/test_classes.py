"""Classes in their database: who may do what, and what is kept of whom."""

from __future__ import annotations

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event

from embeddings.errors import UserError
from pages.shared.classroom import classes
from pages.shared.classroom.classes import Classes

TEACHER, ANN, BOB = "a" * 32, "b" * 32, "c" * 32
PLACE = "5-arithmetic.1"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "classes.sqlite"


@pytest.fixture
def register(path):
    return Classes(f"sqlite:///{path}")


@pytest.fixture
def code(register):
    code, _ = register.open(TEACHER)
    register.steer(code, TEACHER, place=PLACE)
    return code


def test_a_code_is_short_and_says_no_words(register):
    codes = {register.open(TEACHER)[0] for _ in range(50)}
    assert len(codes) == 50
    assert all(classes.is_code(code) and not set(code) & set("AEIOUY01") for code in codes)
    assert classes.as_code(" bc df-gh ") == "BCDFGH"
    assert (
        not classes.is_code("BCDFG") and not classes.is_code("../../") and not classes.is_code("")
    )


def test_only_who_opened_a_class_steers_it(register, code):
    assert register.is_teacher(code, TEACHER) and not register.is_teacher(code, ANN)
    for refused in (
        lambda: register.steer(code, ANN, seen=True),
        lambda: register.reset(code, ANN),
        lambda: register.answers(code, ANN),
        lambda: register.end(code, ANN),
    ):
        with pytest.raises(UserError, match="Only who opened"):
            refused()
    assert not register.state(code).seen


def test_the_secret_link_lets_another_browser_steer_and_no_other_text_does(register):
    code, secret = register.open(TEACHER)
    other, _ = register.open(ANN)
    for wrong in ("", code, secret[:-1], secret + "x"):
        with pytest.raises(UserError):
            register.teach(code, wrong, BOB)
    with pytest.raises(UserError):
        register.teach(other, secret, BOB)
    register.teach(code, secret, BOB)
    register.teach(code, secret, BOB)
    assert register.steer(code, BOB, locked=True).locked


def test_neither_secret_nor_visits_can_be_read_from_the_file(register, path):
    code, secret = register.open(TEACHER)
    register.hear(code, ANN)
    register.steer(code, TEACHER, place=PLACE)
    register.answer(code, ANN, PLACE, "two")
    register.engine.dispose()
    kept = b"".join(each.read_bytes() for each in path.parent.iterdir())
    assert b"two" in kept
    assert secret.encode() not in kept and ANN.encode() not in kept and TEACHER.encode() not in kept


def test_an_answer_counts_once_and_can_be_changed_until_it_is_locked_or_shown(register, code):
    register.answer(code, ANN, PLACE, "two")
    register.answer(code, BOB, PLACE, "  all   four ")
    register.answer(code, ANN, PLACE, "all four")
    assert register.counts(code, PLACE) == {"all four": 2}
    register.steer(code, TEACHER, locked=True)
    with pytest.raises(UserError, match="No more answers"):
        register.answer(code, ANN, PLACE, "one")
    register.steer(code, TEACHER, locked=False, seen=True)
    with pytest.raises(UserError, match="No more answers"):
        register.answer(code, ANN, PLACE, "one")
    register.steer(code, TEACHER, place="5-arithmetic.2", seen=False)
    with pytest.raises(UserError, match="gone on"):
        register.answer(code, ANN, PLACE, "one")
    assert register.counts(code, PLACE) == {"all four": 2}


@pytest.mark.parametrize("text", ["", "   ", "x" * 81])
def test_what_is_no_answer_is_refused(register, code, text):
    with pytest.raises(UserError, match="1 to 80"):
        register.answer(code, ANN, PLACE, text)


def test_reset_asks_again(register, code):
    register.answer(code, ANN, PLACE, "two")
    register.steer(code, TEACHER, seen=True)
    state = register.reset(code, TEACHER)
    assert not state.seen and register.counts(code, PLACE) == {}
    register.answer(code, ANN, PLACE, "one")


def test_people_are_numbers_and_who_steers_is_none_of_them(register, code):
    for who in (TEACHER, ANN, BOB):
        register.hear(code, who)
    register.hear(code, BOB, away=True)
    register.answer(code, ANN, PLACE, "two")
    numbers = register.numbers(code)
    assert (numbers.here, numbers.away, numbers.answered) == (1, 1, 1)
    register.leave(code, BOB)
    assert register.numbers(code).away == 0
    register.still_here(code, [BOB])
    assert register.numbers(code).away == 1


def test_a_name_stands_in_the_table_only_where_it_was_given(register, code):
    register.hear(code, ANN, name="  Ann <b>  ")
    register.hear(code, BOB)
    register.answer(code, ANN, PLACE, "two")
    register.answer(code, BOB, PLACE, "one")
    rows = register.answers(code, TEACHER)
    assert [(place, who, said) for place, who, said, _ in rows] == [
        (PLACE, "1 Ann <b>", "two"),
        (PLACE, "2", "one"),
    ]


def test_a_class_that_nobody_steers_is_deleted_with_all_that_belongs_to_it(register, code, path):
    register.answer(code, ANN, PLACE, "two")
    register.hear(code, ANN)
    register.expire(time.time() + 3600 * classes.hours() - 60)
    assert register.state(code)
    register.expire(time.time() + 3600 * classes.hours() + 60)
    with pytest.raises(UserError, match="no class"):
        register.state(code)
    with sqlite3.connect(path) as file:
        for table in ("classes", "teachers", "members", "answers"):
            assert file.execute(f"select count(*) from {table}").fetchone() == (0,)


def test_opening_a_class_deletes_those_that_have_ended(register, code, path):
    with sqlite3.connect(path) as file:
        file.execute("update classes set steered = 0")
    register.open(ANN)
    with pytest.raises(UserError, match="no class"):
        register.state(code)


def test_an_ended_class_is_gone_for_all(register, code):
    register.end(code, TEACHER)
    for gone in (
        lambda: register.state(code),
        lambda: register.answer(code, ANN, PLACE, "two"),
        lambda: register.hear(code, ANN),
        lambda: register.steer(code, TEACHER, seen=True),
    ):
        with pytest.raises(UserError, match="no class"):
            gone()


def test_two_servers_share_a_class(register, code, path):
    other = Classes(f"sqlite:///{path}")
    other.answer(code, ANN, PLACE, "two")
    before = other.versions([code, "BCDFGH"])
    register.steer(code, TEACHER, seen=True)
    assert set(before) == {code}
    assert other.versions([code])[code] > before[code]
    assert other.state(code).seen and register.counts(code, PLACE) == {"two": 1}


def test_two_hundred_answer_at_once_and_none_is_lost(register, code):
    people = [f"{i:032x}" for i in range(200)]

    def take_part(i: int) -> None:
        register.hear(code, people[i])
        register.answer(code, people[i], PLACE, ("one", "two")[i % 2])

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(take_part, range(200)))
    assert register.counts(code, PLACE) == {"one": 100, "two": 100}
    assert register.numbers(code).here == 200


def test_a_database_that_cannot_be_reached_costs_one_line(monkeypatch, tmp_path, register, code):
    with sqlite3.connect(tmp_path / "classes.sqlite") as file:
        file.execute("drop table answers")
    with pytest.raises(UserError, match="cannot be reached"):
        register.answer(code, ANN, PLACE, "two")
    monkeypatch.setenv("LSE_CLASSES", f"sqlite:///{tmp_path}/no/such/folder/x.sqlite")
    classes.shared.cache_clear()
    try:
        with pytest.raises(UserError, match="cannot be reached"):
            classes.shared()
    finally:
        classes.shared.cache_clear()


def test_on_a_full_disk_nothing_is_lost_and_the_class_goes_on_once_there_is_room(register, code):
    """SQLite's own limit of pages gives the very error of a full disk."""
    room = {"pages": 0}

    @event.listens_for(register.engine, "checkout")
    def limit(connection, *_):
        connection.execute(f"PRAGMA max_page_count={room['pages'] or 2**30}")

    register.answer(code, ANN, PLACE, "two")
    room["pages"] = 1  # SQLite takes it for as many as there are
    crowd = [f"{number:032x}" for number in range(500)]

    said = set()

    def answer_all() -> int:
        for taken, who in enumerate(crowd):
            try:
                register.answer(code, who, PLACE, "three")
            except UserError as problem:
                said.add(str(problem))
                return taken
        return len(crowd)

    taken = answer_all()
    assert taken < len(crowd) and said == {classes.DOWN}
    kept = register.counts(code, PLACE)
    assert (kept["two"], kept.get("three", 0)) == (1, taken)
    assert register.state(code).place == PLACE
    room["pages"] = 0
    assert answer_all() == len(crowd)
    assert register.counts(code, PLACE) == {"three": len(crowd), "two": 1}
    assert register.steer(code, TEACHER, seen=True).seen
