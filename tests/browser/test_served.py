"""A class on two processes behind nginx, while processes, the database and the network fail."""

from __future__ import annotations

import re
import subprocess
import threading
import time
import urllib.request
from collections import Counter

import pytest
from playwright.sync_api import expect

from tests.serving import Network, Postgres, several

PATIENCE = 60_000
LESSON = "Arithmetic with"
ON_STEP = re.compile(r"/analogies.*lesson=5-arithmetic\.1$")


@pytest.fixture(scope="module")
def database():
    running = Postgres()
    yield running
    running.close()


@pytest.fixture(scope="module")
def served(repo, tmp_path_factory, database):
    folder = tmp_path_factory.mktemp("served")
    with several(repo, folder, LSE_CLASSES=database.address) as running:
        yield running


@pytest.fixture
def person(browser):
    """Open a browser that knows nothing of the others: ``person(url)``."""
    contexts = []

    def come(url: str):
        context = browser.new_context(base_url=url, viewport={"width": 1280, "height": 720})
        contexts.append(context)
        return context.new_page()

    yield come
    for context in contexts:
        context.close()


def network(served, **how):
    way = Network(served.port, **how)
    return way, f"http://localhost:{way.port}"


def begin(teacher) -> str:
    """Open a class and start a lesson with it; return the code."""
    teacher.goto("/lessons")
    teacher.get_by_role("button", name="Open a class").click(timeout=PATIENCE)
    code = teacher.locator(".lse-dock-code")
    code.wait_for(timeout=PATIENCE)
    said = code.inner_text().split()[-1]
    card = teacher.locator('[data-testid="stVerticalBlock"]', has_text=LESSON).last
    card.get_by_role("button", name="Start").click()
    teacher.wait_for_url(ON_STEP, timeout=PATIENCE)
    return said


def join(student, code: str, patience: int = PATIENCE) -> None:
    student.goto(f"/?class={code}", timeout=patience)
    student.wait_for_url(ON_STEP, timeout=patience)
    student.get_by_role("radio", name="two").wait_for(timeout=patience)


def sent(student, patience: int = PATIENCE) -> None:
    expect(student.locator(".lse-dock-sent")).to_contain_text("Sent.", timeout=patience)


def answered(teacher, number: int, patience: int = PATIENCE) -> None:
    said = teacher.locator(".lse-dock-people")
    expect(said).to_contain_text(f"{number} answered", timeout=patience)


def instance(page) -> str:
    return page.request.get("/health/live").json()["instance"]


def ask(url: str, **headers: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=20) as it:
            return it.status, it.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        return error.code, ""


def test_a_browser_stays_with_its_process_and_a_class_spreads_over_all(served):
    mine = {"Cookie": f"lse_visitor={'a' * 32}"}
    assert len({ask(f"{served.url}/health/live", **mine)[1] for _ in range(20)}) == 1
    everybody = Counter(
        ask(f"{served.url}/health/live", Cookie=f"lse_visitor={number:032x}")[1]
        for number in range(200)
    )
    assert len(everybody) == 2 and min(everybody.values()) > 50


def test_the_figures_are_not_for_everybody(served):
    assert ask(f"{served.url}/metrics")[0] == 404
    status, text = ask(f"http://127.0.0.1:{served.hundred}01/metrics")
    assert status == 200 and "lse_open_pages" in text


def test_the_log_says_nothing_of_anybody(served, person):
    page = person(served.url)
    page.goto("/?method=glove#word=secretword")
    page.goto("/analogies?a=secretword")
    page.get_by_test_id("stTopNav").wait_for(timeout=PATIENCE)
    visitor = next(c["value"] for c in page.context.cookies() if c["name"] == "lse_visitor")
    lines = [line for line in served.log.splitlines() if '"route"' in line]
    assert lines
    for personal in ("secretword", visitor, "127.0.0.1:"):
        assert not [line for line in lines if personal in line]


def test_processes_are_started_anew_and_no_request_is_lost(served):
    seen: Counter[object] = Counter()
    done = threading.Event()

    def visit(number: int) -> None:
        while not done.is_set():
            try:
                seen[ask(f"{served.url}/", Cookie=f"lse_visitor={number:032x}")[0]] += 1
            except OSError as error:
                seen[repr(error)] += 1
            time.sleep(0.1)

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    restarting = served.restart()
    said, _ = restarting.communicate(timeout=200)
    done.set()
    for thread in threads:
        thread.join()
    assert restarting.returncode == 0, said
    assert said.count("started") == 2, said
    assert set(seen) == {200} and seen[200] > 20


def test_a_class_outlives_a_killed_process(served, person):
    teacher, student = person(served.url), person(served.url)
    code = begin(teacher)
    join(student, code)
    for _ in range(20):  # somebody whose process is not the teacher's
        if instance(student) != instance(teacher):
            break
        student.context.clear_cookies()
        join(student, code)
    served.kill(instance(student))
    student.get_by_role("radio", name="two").click()
    sent(student)
    answered(teacher, 1)
    teacher.keyboard.press("PageDown")
    expect(student.locator(".lse-dock-says")).to_contain_text("You said two.", timeout=PATIENCE)

    served.kill(instance(teacher))
    expect(teacher.locator(".lse-bar-right")).to_have_count(1, timeout=PATIENCE)
    teacher.get_by_role("button", name="Next").click(timeout=PATIENCE)
    student.wait_for_url(re.compile(r"lesson=5-arithmetic\.2$"), timeout=PATIENCE)
    served.wait()


def test_a_class_outlives_its_killed_database(served, person, database):
    teacher, first, second = (person(served.url) for _ in range(3))
    code = begin(teacher)
    join(first, code)
    join(second, code)
    first.get_by_role("radio", name="two").click()
    sent(first)
    database.kill()
    try:
        second.get_by_role("radio", name="two").click()
        expect(second.locator(".lse-dock-sent")).to_contain_text("Not sent yet", timeout=PATIENCE)
        status, text = ask(f"{served.url}/health/ready")
        assert status == 200 and '"classes":"unreachable"' in text.replace(" ", "")
    finally:
        database.start()
    second.reload()  # an answer that waits to be sent outlives that too
    sent(second)
    answered(teacher, 2)
    teacher.keyboard.press("PageDown")
    for student in (first, second):
        expect(student.locator(".lse-dock-says")).to_contain_text("You said two.", timeout=PATIENCE)


def test_a_teacher_loses_the_connection_and_the_class_waits(served, person):
    way, address = network(served)
    teacher, student = person(address), person(served.url)
    join(student, begin(teacher))
    way.cut()
    expect(teacher.locator(".lse-dock-people")).to_contain_text("lost", timeout=PATIENCE)
    student.get_by_role("radio", name="two").click()
    sent(student)
    way.mend()
    answered(teacher, 1)
    teacher.get_by_role("button", name="Reveal").click(timeout=PATIENCE)
    expect(student.locator(".lse-dock-says")).to_contain_text("You said two.", timeout=PATIENCE)
    way.close()


def test_a_student_with_a_slow_network_takes_part(served, person):
    """Two seconds there and back, and five of a hundred packets lost."""
    patience = 240_000
    way, address = network(served, delay=1.0, losses=5.0, again=2.0)
    teacher, student = person(served.url), person(address)
    student.set_default_timeout(patience)
    code = begin(teacher)
    join(student, code, patience)
    student.get_by_role("radio", name="two").click()
    sent(student, patience)
    answered(teacher, 1)
    teacher.keyboard.press("PageDown")
    expect(student.locator(".lse-dock-says")).to_contain_text("You said two.", timeout=patience)
    assert way.lost and 1 <= 100 * way.lost / way.passed <= 12
    way.close()


def test_deploy_serve_says_what_is_wrong_in_a_line(repo):
    for number in ("0", "many", "-1", ""):
        said = subprocess.run(
            ["deploy/serve", number or " ", "8501"], cwd=repo, capture_output=True, text=True
        )
        assert said.returncode == 2
        assert said.stderr.strip() == "deploy/serve: the number of processes is 1 or more"
