"""The page of attention: what an address asks is read, and nothing that is asked stops it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from embeddings import jobs, recipes
from embeddings.inside import attention


@pytest.fixture
def page(repo, quiet_jobs):
    page = AppTest.from_file(repo / "pages" / "navigation.py", default_timeout=60)
    page.switch_page("attention.py")
    return page


def shown(page: AppTest) -> str:
    bodies = (str(each.proto.body) for each in page.get("html"))
    return "\n".join(body for body in bodies if not body.startswith("<style"))


def test_the_text_is_asked_of_the_workers_and_the_caveat_stands_there(page, quiet_jobs):
    page.query_params["text"] = "a text that nobody has read"
    page.run()
    assert not page.exception and not page.warning
    assert [request.kind for request in quiet_jobs.asked] == ["attention"]
    assert "Attention is not explanation" in shown(page) and "lse-heads-wait" in shown(page)


def test_what_is_read_is_shown_and_not_asked_again(page, quiet_jobs):
    recipes.fetch(attention.spec("one small text"))
    page.query_params["text"] = "one small text"
    page.run()
    assert not page.exception and not quiet_jobs.asked
    assert "5 tokens" in shown(page) and "lse-heads-wait" not in shown(page)


def test_a_text_that_is_written_goes_into_the_address(page):
    page.run()
    page.text_input(key="attention.text.text").set_value("She slept.")
    page.button[0].click().run()
    assert not page.exception
    assert page.query_params["text"] == "She slept."


def test_a_very_long_text_is_kept_in_the_field_and_cut_in_the_address(page):
    page.run()
    text = "word " * 10_000
    page.text_input(key="attention.text.text").set_value(text)
    page.button[0].click().run()
    assert not page.exception
    assert len(page.query_params["text"]) <= attention.LONGEST
    assert page.text_input(key="attention.text.text").value == text
    assert "only the first 2,000 are read" in page.warning[0].value


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"text": ""}, "There is no text"),
        ({"text": "x", "model": "/etc"}, "one person"),
        ({"text": "x", "model": "<b>x</b>"}, "not the name of a model"),
        ({"view": "sides", "text": "a", "other": ""}, "two sentences"),
        ({"view": "maps"}, "no view called"),
        ({"text": "x", "layer": "0"}, "whole number"),
    ],
)
def test_what_is_wrong_is_said_and_the_page_stays_usable(page, query, said):
    page.query_params.update(query)
    page.run()
    assert not page.exception
    assert any(said in each.value for each in page.warning)
    assert "lse-att-examples" in shown(page) and page.button


def test_without_a_model_that_can_the_blank_says_so(page, quiet_jobs):
    page.query_params["view"] = "blank"
    page.run()
    assert not page.exception and not quiet_jobs.asked
    assert "no masked-language-model head" in page.info[0].value


def test_a_model_that_failed_to_load_leaves_the_page_usable(page, quiet_jobs):
    quiet_jobs.standing = jobs.Status("failed", 0, "The hub has no public model 'a/b'.")
    page.query_params.update({"text": "not read", "model": "a/b"})
    page.run()
    assert not page.exception and "no public model" in shown(page)
    assert "lse-att-examples" in shown(page)


def test_each_view_returns_to_what_was_written_there(page):
    page.query_params["text"] = "first of all"
    page.run()
    page.segmented_control(key="attention.view").set_value("sides").run()
    assert page.query_params["view"] == "sides"
    page.segmented_control(key="attention.view").set_value("text").run()
    assert not page.exception and page.query_params["text"] == "first of all"


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(
        st.sampled_from(["view", "text", "pair", "other", "model", "layer", "shown", "word"]),
        st.text(st.characters(codec="utf-8"), max_size=30)
        | st.sampled_from(["blank", "sides", "=1+1", "<img src=x>", "💥", "a ___ b", "x" * 5000]),
        max_size=5,
    )
)
def test_no_address_stops_the_page(page, query):
    page.query_params.clear()
    page.query_params.update(query)
    page.run()
    assert not page.exception
