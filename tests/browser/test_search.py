"""The page of search in a real browser: two ways side by side, the map, the reverse dictionary."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest

from embeddings import collections, recipes
from embeddings.applications import search
from embeddings.store import SHIPPED, Store
from pages.shared import address
from pages.shared.address import Choice

ANSWERS = ".lse-answers"
SLOW = 120_000
"""Milliseconds for the first question: a worker may still be loading its model."""


@pytest.fixture(scope="module")
def asked(shared_page, server):
    """A function that opens the page with a query and waits for the answers of both ways."""
    shelf = Store(SHIPPED, server.cache)
    for over in search.SOURCES:
        recipes.fetch(search.index_spec(over), shelf)
    page, complaints = shared_page
    complaints.allow("404")

    def ask(query: str):
        page.goto(f"/search?{query}")
        page.locator(f"{ANSWERS}[data-way=meaning]").wait_for(timeout=SLOW)
        return page

    return ask


def labels(page, way):
    """The labels of what one way found, in their order."""
    return page.locator(f"{ANSWERS}[data-way={way}] li b").all_inner_texts()


def test_a_question_is_answered_by_both_ways_and_on_the_map(asked):
    page = asked("q=Who+was+the+first+man+on+the+moon%3F")
    words, meaning = labels(page, "words"), labels(page, "meaning")
    assert len(words) == len(meaning) == 10
    assert meaning[0].startswith("Apollo 11")
    alone = page.locator(f"{ANSWERS}[data-way=meaning] li[data-alone] b").all_inner_texts()
    assert alone == [label for label in meaning if label not in words]
    marks = page.locator(f"{ANSWERS}[data-way=words] mark").all_text_contents()
    assert {"moon", "first", "man", "who"} >= {mark.lower() for mark in marks} > set()
    page.locator("[data-linked-maps] canvas").first.wait_for()


def test_a_long_text_is_opened_and_read_whole(asked):
    page = asked("q=Who+was+the+first+man+on+the+moon%3F")
    long = page.locator(f"{ANSWERS}[data-way=meaning] details").first
    long.locator("summary").click()
    assert long.locator("p").is_visible()
    assert len(long.locator("p").inner_text()) > 230


def test_a_dot_of_a_paragraph_is_read_on_the_map(asked, shared_page, map_on):
    page, _ = shared_page
    asked("q=moon")
    shown = map_on(page).open("/?" + urlencode(address.write(Choice("texts-bert", "paragraphs"))))
    number = next(i for i, word in enumerate(shown.words) if word.startswith("Apollo 11 ¶"))
    shown.ask(f"maps.state.set({{focus: {number}}})")
    text = page.locator(".lm-whole-text")
    text.wait_for()
    assert text.inner_text() == collections.read("paragraphs").texts[number]


def test_an_example_is_one_click_and_goes_into_the_address(asked):
    page = asked("q=moon")
    page.locator(".lse-tries a", has_text="without government").click()
    page.wait_for_url(re.compile("without"))
    page.locator(f"{ANSWERS}[data-way=meaning] b", has_text="Anarchism").first.wait_for()
    assert page.get_by_label("Question", exact=True).input_value().endswith("without government")


def test_the_reverse_dictionary_finds_the_cooper_and_says_how_good_it_is(asked):
    page = asked("in=definitions")
    assert labels(page, "meaning")[0] == "cooper"
    assert "28,000 of 171,926 definitions" in page.locator(".st-key-search-score").inner_text()
    figures = search.summarise(Store(SHIPPED).load(search.score_spec(search.SHIPPED)))
    row = page.locator(".lse-quality tbody tr", has_text="By meaning").inner_text()
    assert f"{figures['meaning'].rates[10].share:.0%}" in row
    assert f"{figures['meaning'].median:.0f}" in row


def test_encoding_the_others_can_be_cancelled_and_goes_on(asked):
    page = asked("in=definitions")
    page.get_by_role("button", name="Search the other").click()
    line = page.locator(".st-key-progress")
    line.get_by_text("definitions read").wait_for(timeout=SLOW)
    assert labels(page, "meaning")[0] == "cooper"  # the answers stay
    line.get_by_role("button", name="Cancel").click()
    page.locator(".lse-failure").wait_for(timeout=30_000)
    assert "kept" in page.locator(".lse-failure").inner_text()
    page.get_by_role("button", name="Try again").click()
    line.get_by_text("definitions read").wait_for(timeout=SLOW)
    line.get_by_role("button", name="Cancel").click()
    page.locator(".lse-failure").wait_for(timeout=30_000)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("q=", "There is no question"),
        ("q=zzyzzxq", "None of the paragraphs has any of these words"),
        ("q=moon&in=films", "There is no source to search called 'films'"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_line(shared_page, asked, query, said):
    page, _ = shared_page
    page.goto(f"/search?{query}")
    page.get_by_test_id("stAlert").get_by_text(said).wait_for(timeout=SLOW)


def test_what_is_typed_is_never_html(asked):
    page = asked("q=%3Cimg+src%3Dx+onerror%3Dalert(1)%3E+moon")
    assert page.locator(f"{ANSWERS} img").count() == 0
