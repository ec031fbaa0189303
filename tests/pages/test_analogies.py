"""The page of analogies: what an address asks is answered, and nothing that is asked stops it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest


@pytest.fixture
def page(repo, quiet_jobs):
    page = AppTest.from_file(repo / "pages" / "navigation.py", default_timeout=60)
    page.switch_page("analogies.py")
    return page


def shown(page: AppTest) -> str:
    bodies = (str(each.proto.body) for each in page.get("html"))
    return "\n".join(body for body in bodies if not body.startswith("<style"))


def test_the_famous_question_is_answered_at_once_and_nothing_is_computed(page, quiet_jobs):
    page.run()
    assert not page.exception and not page.warning and not quiet_jobs.asked
    assert shown(page).count('data-state="right"') >= 5
    assert "left out" in shown(page)


def test_what_is_chosen_goes_into_the_address(page):
    page.run()
    page.segmented_control(key="analogies.inputs").set_value("in").run()
    page.segmented_control(key="analogies.way").set_value("mul").run()
    page.segmented_control(key="analogies.drawn").set_value("bert").run()
    page.segmented_control(key="analogies.dimensions").set_value(3).run()
    page.selectbox(key="analogies.vocabulary").set_value("common-2k").run()
    assert not page.exception
    query = page.query_params
    chosen = [query[name] for name in ("inputs", "way", "drawn", "dimensions", "vocabulary")]
    assert chosen == ["in", "mul", "bert", "3", "common-2k"]
    assert query["a"] == "man" and "let in" in shown(page)


def test_each_methods_own_words_are_asked_of_the_workers(page, quiet_jobs):
    page.query_params["vocabulary"] = "own"
    page.run()
    assert not page.exception
    assert [request.kind for request in quiet_jobs.asked] == ["vocabulary"]
    assert "are being made" in shown(page)


def test_a_formula_with_a_mistake_leaves_the_page_usable(page):
    page.query_params["formula"] = "king - ) woman"
    page.run()
    assert not page.exception and "lse-gallery" in shown(page) and "lse-race" not in shown(page)


def test_a_list_is_answered_and_its_broken_lines_are_named(page, quiet_jobs):
    page.query_params["ask"] = "list"
    page.run()
    page.text_area(key="analogies.typed").set_value("man king woman queen\nfoo\n<b>x</b>")
    page.button[0].click().run()
    assert not page.exception and not quiet_jobs.asked
    assert "2 lines are no questions" in shown(page) and "<b>x" not in shown(page)
    (frame,) = page.dataframe
    assert frame.value["GloVe"].tolist() == ["queen ✓"]


def test_an_empty_list_asks_nothing(page):
    page.query_params["ask"] = "list"
    page.run()
    page.text_area(key="analogies.typed").set_value("")
    page.button[0].click().run()
    assert not page.exception and len(page.info) == 1


def test_a_long_list_is_asked_of_the_workers(page, quiet_jobs):
    page.query_params["ask"] = "list"
    page.run()
    page.text_area(key="analogies.typed").set_value(
        "\n".join(f"man king woman w{i}" for i in range(60))
    )
    page.button[0].click().run()
    assert not page.exception
    assert [request.kind for request in quiet_jobs.asked] == ["questions"]


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(
        st.sampled_from(["a", "b", "c", "expect", "formula", "way", "ask", "inputs", "drawn"]),
        st.text(st.characters(codec="utf-8"), max_size=30)
        | st.sampled_from(["king", "<img src=x>", "=1+1", "pair", "list", "💥", "a" * 3000]),
        max_size=5,
    )
)
def test_no_address_stops_the_page(page, query):
    page.query_params.clear()
    page.query_params.update(query)
    page.run()
    assert not page.exception
