"""The page about the methods: the story is whole, and follows the reader's word."""

from __future__ import annotations

import re

import pytest

from embeddings import methods

LABELS = [f"{method.label} · {method.year}" for method in methods.available().values()]


@pytest.fixture(scope="module")
def story(shared_page):
    """The page, opened cold by its address and once for all tests."""
    page, complaints = shared_page
    # Streamlit first looks for its server below the page's own address.
    complaints.allow("404")
    page.goto("/methods")
    page.get_by_role("heading", name=LABELS[-1]).wait_for(timeout=60_000)
    finished(page)
    return page


def finished(page) -> None:
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


def test_every_method_is_told_with_a_picture_that_has_a_name(story):
    headings = story.locator("h2").all_inner_texts()
    assert [heading.strip() for heading in headings] == LABELS
    pictures = story.locator(".stPlotlyChart, [data-testid=stPlotlyChart]")
    told = story.locator("[class*=st-key-section-] [data-testid=stAlert]").count()
    # The script is done before the browser has drawn all that it was sent.
    pictures.nth(len(LABELS) - told - 1).wait_for(timeout=30_000)
    one_hot = story.get_by_role("figure", name=re.compile("king by One-hot: one 1 and 9,999 zeros"))
    assert one_hot.count() == 1
    assert story.get_by_test_id("stException").count() == 0


def test_the_numbers_of_a_picture_are_a_table_too(story):
    section = story.locator(".st-key-section-glove")
    section.get_by_text("The same as a table").click()
    section.get_by_test_id("stDataFrame").first.wait_for()
    assert section.get_by_test_id("stDataFrame").count() == 2


def test_the_story_follows_the_readers_word(story):
    box = story.get_by_role("textbox", name="Your word")
    box.fill("violin")
    box.press("Enter")
    section = story.locator(".st-key-section-glove")
    section.get_by_text("violin by GloVe: 50 numbers from").first.wait_for()
    assert "word=violin" in story.url
    box.fill("vilin")
    box.press("Enter")
    story.get_by_text("There is no word called 'vilin'. Did you mean").wait_for()
    section.get_by_text("king by GloVe").first.wait_for()


def test_a_section_opens_its_map_and_coming_back_finds_it(story, map_on):
    word_map = map_on(story)
    story.get_by_role("link", name="Open the map of Word2Vec").click()
    word_map.drawn("maps.view.map.source.method === 'word2vec'")
    assert "method=word2vec" in story.url
    story.get_by_role("link", name="Methods").first.click()
    story.get_by_role("heading", name=LABELS[0]).wait_for()
    story.get_by_role("link", name="Map", exact=True).first.click()
    word_map.drawn("maps.view.map.source.method === 'word2vec'")
