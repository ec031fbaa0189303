"""The page of training: the shipped runs at once, nothing computed unasked, bad input survived."""

import pytest
from streamlit.testing.v1 import AppTest

from embeddings import jobs
from pages.shared.training import asking as addresses


@pytest.fixture
def page(repo, quiet_jobs):
    page = AppTest.from_file(repo / "pages" / "navigation.py", default_timeout=60)
    page.switch_page("training.py")
    return page


def shown(page: AppTest) -> str:
    bodies = (str(each.proto.body) for each in page.get("html"))
    texts = [each.value for each in (*page.markdown, *page.caption)]
    return "\n".join([*(body for body in bodies if not body.startswith("<style")), *texts])


def test_the_shipped_training_is_there_at_once_and_nothing_is_computed(page, quiet_jobs):
    page.run()
    assert not page.exception and not page.warning and not page.info and not quiet_jobs.asked
    assert "34,934 words" in shown(page) and "also=epochs%3A5%2Ctext%3Adictionary" in shown(page)
    assert "queen (" in shown(page) and "never stand" in shown(page)


def test_two_runs_stand_beside_each_other(page, quiet_jobs):
    page.run()
    page.selectbox(key="training.beside").set_value(addresses.shipped()[1]).run()
    assert not page.exception and not quiet_jobs.asked
    assert "cbow" in page.query_params["beside"]
    titles = [each.label for each in page.expander]
    assert any("CBOW" in title for title in titles)


def test_a_new_training_is_asked_of_the_workers_and_the_shipped_one_stays(page, quiet_jobs):
    page.query_params["run"] = "text:wikipedia,epochs:1"
    page.run()
    assert not page.exception and [request.kind for request in quiet_jobs.asked] == ["training"]
    assert quiet_jobs.asked[0].table.corpus == "wikipedia"
    assert "a shipped one is shown" in page.info[0].value


def test_a_training_that_fails_is_said_and_the_page_goes_on(page, quiet_jobs):
    quiet_jobs.standing = jobs.Status("failed", message="Of the text's <b>3</b> words")
    page.query_params["run"] = "text:wikipedia,epochs:1"
    page.run()
    assert not page.exception
    assert "&lt;b&gt;3" in shown(page) and "queen (" in shown(page)


def test_the_words_company_is_asked_for(page, quiet_jobs):
    page.run()
    page.text_input(key="training.count").set_value("  Violin ").run()
    assert not page.exception and page.query_params["count"] == "violin"
    assert [(r.kind, r.word) for r in quiet_jobs.asked] == [("company", "violin")]
    page.text_input(key="training.count").set_value("").run()
    assert not page.exception and page.query_params["count"] == "violin"


@pytest.mark.parametrize("word", ["<b>x</b>", "[a](http://b)", "日本", "=1+1", "`code`"])
def test_odd_words_are_only_words(page, word):
    page.query_params["count"] = word
    page.run()
    assert not page.exception
    shown_as_code = [text for text in shown(page).split("\n") if word in text]
    assert all(f" {word} `" in text for text in shown_as_code)


def test_what_is_wrong_in_the_address_is_said(page, quiet_jobs):
    page.query_params["run"] = "text:own-" + "0" * 20
    page.query_params["least"] = "x"
    page.run()
    assert not page.exception and len(page.warning) == 2
