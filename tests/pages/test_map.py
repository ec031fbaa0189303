"""The map page: what an address says is shown, and nothing that a person does stops it."""

import re
import shutil
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from embeddings import store
from embeddings.jobs import Status
from pages.shared import access, notices, progress

WEIGHT = """
import os, sys
from streamlit.testing.v1 import AppTest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from embeddings import methods
from pages.shared import access, routes
from pages.shared.address import BIG, Choice

def page(**query):
    page = AppTest.from_file(os.path.abspath("pages/navigation.py"), default_timeout=60)
    page.query_params.update(query)
    return page

def shown(page):
    page.run()
    assert not page.exception and not page.error, page

def ask(client, path):
    assert client.get(path).status_code == 200, path

shown(page(method="glove", vocabulary="topics", algorithm="pca"))
choices = [Choice("glove", "topics", 2, "pca"), Choice("glove", BIG)]
choices += [Choice(method) for method in methods.available()]
seen = []
with TestClient(Starlette(routes=list(routes.routes()))) as client:
    ask(client, "/data/definition/king")
    for choice in choices:
        requests = access.map_requests(choice)
        if not access.shelf().has(requests.projection):
            continue  # not shipped
        seen.append(choice.method)
        ask(client, f"/data/vocabulary/{choice.vocabulary}")
        ask(client, f"/data/projection/{requests.projection.key}")
        ask(client, f"/data/clusters/{requests.clusters.key}")
        if requests.neighbors:
            ask(client, f"/data/neighbors/{requests.neighbors.key}")
        ask(client, f"/data/vector/{requests.table.key}/v/500")
        ask(client, f"/data/nearest/{requests.table.key}/v/500")
    ask(client, f"/data/download/{access.map_requests(choices[0]).projection.key}.csv")
story = page()
story.switch_page("methods.py")
shown(story)
heavy = {"torch", "transformers", "gensim", "numba", "umap", "sklearn", "distributed", "faiss"}
heavy |= {"lancedb", "lance_namespace"}
print(len(seen), sorted(heavy & set(sys.modules)))
"""


@pytest.fixture
def page(repo, small_map, small_address):
    page = AppTest.from_file(repo / "pages" / "navigation.py", default_timeout=30)
    page.query_params.update(small_address)
    return page


def failure(page: AppTest) -> str:
    """What is said in place of the progress."""
    (line,) = [each.proto.body for each in page.get("html") if '"lse-failure"' in each.proto.body]
    assert 'role="alert"' in line
    return line


def try_again(page: AppTest) -> None:
    """Click that."""
    next(button for button in page.button if button.label == "Try again").click().run()


def is_one_span_of_code(text: str) -> bool:
    """Whether Markdown finds nothing but one span of code in it."""
    fence = re.match("`+", text).group()
    inner = text[len(fence) : -len(fence)]
    runs = re.findall("`+", inner)
    return text.endswith(fence) and "\n" not in text and fence not in runs


def maps(page: AppTest) -> list:
    """The components on a page."""
    return [
        each for each in page.get("bidi_component") if each.key not in ("save_page", "lesson.dock")
    ]


def test_a_built_map_is_shown_at_once(page, quiet_jobs):
    page.run()
    assert not page.exception
    assert not page.warning
    assert not quiet_jobs.asked
    assert len(maps(page)) == 1


def test_the_address_sets_the_pickers_and_a_pick_sets_the_address(page, quiet_jobs):
    page.run()
    method = page.segmented_control(key="method")
    assert method.value == "glove"
    assert page.selectbox(key="vocabulary").value == "topics"
    method.set_value("one_hot").run()
    assert page.query_params["method"] == "one_hot"
    assert page.query_params["vocabulary"] == "topics"
    assert not page.exception


def test_a_wrong_address_costs_a_line_and_shows_the_default(page, quiet_jobs):
    page.query_params["method"] = "glov"
    page.run()
    assert not page.exception
    assert "Did you mean glove" in page.warning[0].value
    assert page.segmented_control(key="method").value == "glove"


def test_a_new_map_is_asked_for_while_the_old_one_stays(page, quiet_jobs):
    page.run()
    page.query_params["settings"] = "seed:7"
    page.run()
    assert [request.seed for request in quiet_jobs.asked] == [7]
    assert len(maps(page)) == 1
    page.run()
    assert len(quiet_jobs.asked) == 1
    page.button(key="cancel").click().run()
    assert quiet_jobs.cancelled == [quiet_jobs.asked[0].key]


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_map_that_failed_says_why_in_one_line(page, quiet_jobs, state):
    page.query_params["settings"] = "seed:8"
    page.run()
    quiet_jobs.standing = Status(state, 0.0, "The computing process ended twice.")
    page.run()
    assert not page.exception
    assert "ended twice" in failure(page)
    quiet_jobs.standing = Status("running", 0.1, "Drawing")
    try_again(page)
    assert len(quiet_jobs.asked) == 2


def test_who_cancels_sees_that_at_once_and_can_try_again(page, quiet_jobs):
    """The job itself may go on, for others who want it."""
    page.query_params["settings"] = "seed:17"
    page.run()
    page.button(key="cancel").click().run()
    assert "Cancelled." in failure(page)
    assert not [button for button in page.button if button.key == "cancel"]
    page.run()
    assert quiet_jobs.cancelled == [quiet_jobs.asked[0].key]
    try_again(page)
    assert len(quiet_jobs.asked) == 2
    assert page.button(key="cancel")


def test_a_lost_connection_asks_again_before_its_wish_is_withdrawn(page, quiet_jobs):
    page.query_params["settings"] = "seed:21"
    page.run()
    page.run()
    assert len(quiet_jobs.asked) == 1
    page.session_state[progress.NAME] = "of the lost connection"
    page.run()
    assert len(quiet_jobs.asked) == 2


def test_a_map_that_is_left_is_not_waited_for(page, quiet_jobs):
    page.run()
    page.query_params["settings"] = "seed:18"
    page.run()
    page.query_params["settings"] = "seed:19"
    page.run()
    first, second = quiet_jobs.asked
    assert quiet_jobs.cancelled == [first.key] and second.seed == 19


@pytest.mark.parametrize(
    ("query", "box"),
    [
        ({"method": "![](http://host/p.png)"}, "warning"),
        ({"vocabulary": "[a](http://host) :smile: `x` ``y"}, "warning"),
        ({"settings": "**n**:3"}, "warning"),
    ],
)
def test_what_an_address_says_is_never_read_as_markdown(page, quiet_jobs, query, box):
    page.query_params.update(query)
    page.run()
    (notice,) = page.get(box)
    assert is_one_span_of_code(notice.value)


@given(st.text())
def test_plain_text_is_one_span_of_code(text):
    assert is_one_span_of_code(notices.plain(text))
    assert notices.plain(text).strip("` ") == " ".join(text.split()).strip("` ")


def test_words_of_a_failure_are_no_html(page, quiet_jobs):
    page.query_params["settings"] = "seed:20"
    quiet_jobs.standing = Status("failed", 0.0, "<img src=x> ![](http://host/p.png)")
    page.run()
    assert "&lt;img src=x&gt; ![](http://host/p.png)" in failure(page)


def test_settings_are_a_form_of_what_the_method_declares(page, quiet_jobs):
    page.session_state["settings open"] = True
    page.run()
    labels = {field.label for field in page.number_input}
    assert {"Neighbours", "Least distance", "Epochs", "Seed of the map"} <= labels
    seed = next(field for field in page.number_input if field.label == "Seed of the map")
    seed.set_value(9)
    next(button for button in page.button if button.label == "Draw this map").click().run()
    assert page.query_params["settings"] == "seed:9"
    assert quiet_jobs.asked[-1].seed == 9


def test_an_error_on_a_page_is_logged_and_never_a_traceback(caplog):
    from pages.shared import lifecycle

    assert lifecycle.on_script_error(ValueError("boom")) is True
    assert "boom" in caplog.text


def test_the_web_process_imports_nothing_heavy(repo, small_map):
    done = subprocess.run(
        [sys.executable, "-c", WEIGHT], cwd=repo, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    count, _, loaded = done.stdout.strip().splitlines()[-1].partition(" ")
    assert int(count) >= 6
    assert loaded == "[]"


def test_a_damaged_map_is_made_again(page, quiet_jobs, small_map, tmp_path, monkeypatch):
    damaged = store.Store(tmp_path, None)
    for request in small_map.wanted:
        path = access.shelf().path(request.kind, request.key)
        folder = tmp_path / request.kind
        folder.mkdir(exist_ok=True)
        shutil.copy(path, folder)
        shutil.copy(path.with_suffix(".npz"), folder)
    npz = damaged.path("projection", small_map.projection.key).with_suffix(".npz")
    npz.write_bytes(npz.read_bytes()[:-20])
    access._small.clear()
    monkeypatch.setattr(access, "shelf", lambda: damaged)
    page.run()
    assert not page.exception
    assert quiet_jobs.asked == [small_map.projection]
