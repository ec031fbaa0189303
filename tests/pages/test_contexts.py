"""The page of contexts: a word's address is shown, and nothing that is typed stops the page."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from embeddings import corpus, recipes
from embeddings.inside import contexts
from embeddings.types import ContextMapSpec


@pytest.fixture
def page(repo, quiet_jobs):
    corpus.read()
    page = AppTest.from_file(repo / "pages" / "navigation.py", default_timeout=120)
    page.switch_page("contexts.py")
    return page


def shown(page: AppTest) -> str:
    bodies = (str(each.proto.body) for each in page.get("html"))
    said = [body for body in bodies if not body.startswith("<style")]
    said += [each.value for each in (*page.markdown, *page.caption, *page.warning, *page.info)]
    return "\n".join(said)


def test_a_suggested_word_is_there_at_once_and_nothing_is_computed(page, quiet_jobs):
    page.run()
    assert not page.exception and not page.warning and not quiet_jobs.asked
    text = shown(page)
    assert "300 of its 378 occurrences" in text and "groups of bank" in text
    assert "Word2Vec: one dot for bank" in text and "GloVe: one dot for bank" in text
    assert "the senses separate" in text and "<mark>bank</mark>" in text
    assert "no narrow cone" in text


def test_every_suggested_word_has_its_page_and_its_two_sentences(page, quiet_jobs):
    for word in contexts.words():
        page.query_params.clear()
        page.query_params["word"] = word
        page.run()
        assert not page.exception and not quiet_jobs.asked, word
        assert f"The two uses of <b>{word}</b>" in shown(page)


def test_what_is_chosen_goes_into_the_address(page):
    page.run()
    page.segmented_control(key="contexts.word").set_value("right").run()
    page.segmented_control(key="contexts.algorithm").set_value("pca").run()
    page.segmented_control(key="contexts.colour").set_value("labels").run()
    assert not page.exception
    query = page.query_params
    assert [query[name] for name in ("word", "algorithm", "colour")] == ["right", "pca", "labels"]
    assert "direction, law" in shown(page)


def test_another_word_is_asked_of_the_workers(page, quiet_jobs):
    page.run()
    page.text_input(key="contexts.typed").set_value("Violin").run()
    assert page.query_params["word"] == "Violin"
    assert [each.kind for each in quiet_jobs.asked] == ["contexts"]
    assert quiet_jobs.asked[0].word == "violin"
    assert "being read" in shown(page)


def test_a_word_that_occurs_nowhere_leaves_the_page_usable(page, quiet_jobs):
    request = contexts.spec("qqqq")
    recipes.fetch(request)
    recipes.fetch(ContextMapSpec(request))
    page.query_params["word"] = "qqqq"
    page.run()
    assert not page.exception and not quiet_jobs.asked
    assert "qqqq does not occur in the corpus" in shown(page) and "No dots" in shown(page)
    assert page.text_area(key="contexts.own_text").value == ""


def test_own_sentences_are_read_and_what_is_wrong_is_said_and_kept(page, quiet_jobs):
    page.run()
    typed = "money: My bank is shut.\nno such word\n🏦🏦🏦\nriver: bank of the Nile"
    page.text_area(key="contexts.own_text").set_value(typed)
    next(b for b in page.button if b.label == "Read these").click().run()
    assert not page.exception and page.query_params["own"] == "mine"
    assert quiet_jobs.asked[0].own == (
        ("money", "My bank is shut."),
        ("river", "bank of the Nile"),
    )
    assert "Line 2" in shown(page) and "Line 3" in shown(page)
    assert page.text_area(key="contexts.own_text").value == typed


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "There is no sentence"), ("x" * 100_001, "may have 100,000")],
)
def test_what_cannot_be_read_at_all_costs_one_line(page, quiet_jobs, typed, said):
    page.run()
    page.text_area(key="contexts.own_text").set_value(typed)
    next(b for b in page.button if b.label == "Read these").click().run()
    assert not page.exception and said in shown(page)
    assert "own" not in page.query_params and not quiet_jobs.asked
    assert "groups of bank" in shown(page)


def test_two_sentences_are_compared_and_bad_ones_named(page, quiet_jobs):
    page.run()
    page.text_input(key="contexts.first").set_value("The Nile has a bank.")
    page.text_input(key="contexts.second").set_value("Nothing of it here.")
    next(b for b in page.button if b.label == "Compare").click().run()
    assert "The second sentence cannot be compared" in shown(page) and not quiet_jobs.asked
    page.text_input(key="contexts.second").set_value("A bank lends.")
    next(b for b in page.button if b.label == "Compare").click().run()
    assert quiet_jobs.asked[-1].most == 0
    assert [sentence for _, sentence in quiet_jobs.asked[-1].own] == [
        "The Nile has a bank.",
        "A bank lends.",
    ]
    assert page.query_params["second"] == "A bank lends."


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"word": "river bank"}, "is 2 words"),
        ({"word": "🏦"}, "is no word"),
        ({"word": "<img src=x>"}, "3 words"),
        ({"algorithm": "tsne"}, "Showing umap"),
        ({"colour": "age"}, "Showing groups"),
        ({"own": "yours"}, "Showing examples"),
        ({"own": "mine"}, "no sentences of your own yet"),
    ],
)
def test_a_wrong_address_costs_one_line(page, query, said):
    for name, value in query.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception and said in shown(page)


@given(st.text(max_size=30), st.text(max_size=30))
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_address_stops_the_page(page, word, sentence):
    page.query_params["word"] = word
    page.query_params["first"] = sentence
    page.run()
    assert not page.exception
