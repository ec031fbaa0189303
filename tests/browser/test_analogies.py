"""The page of analogies in a real browser: asking, completing, links, the picture, the map."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

QUESTION = "[data-question]"


@pytest.fixture(scope="module")
def analogies(shared_page):
    """The page, opened once for all tests."""
    page, complaints = shared_page
    complaints.allow("404")
    page.goto("/analogies")
    page.locator(".lse-gallery").wait_for(timeout=60_000)
    return page


def answer_of(page, method: str) -> str:
    return page.locator(f'.lse-race [data-method="{method}"] .lse-answer').inner_text()


def settled(page) -> None:
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


def test_the_famous_question_is_answered_by_every_method(analogies):
    assert answer_of(analogies, "glove").startswith("queen")
    assert "expected" in answer_of(analogies, "word2vec")
    lot = analogies.locator('.lse-race [data-method="one_hot"]').inner_text()
    assert "drawn by lot" in lot


def test_words_are_completed_without_a_run_of_the_page(analogies):
    runs = []
    analogies.on("websocket", lambda socket: runs.append(socket))
    first = analogies.get_by_role("combobox", name="A", exact=True)
    first.fill("")
    with analogies.expect_response(re.compile("/data/complete/.*=fran(&|$)")) as waiting:
        first.press_sequentially("fran")
    assert waiting.value.status == 200
    expect(analogies.locator("#lse-words-a li").first).to_have_text("france")
    assert analogies.locator('[data-test-script-state="running"]').count() == 0
    first.press("ArrowDown")
    first.press("Enter")
    assert first.input_value() == "france"
    for name, word in (("B", "paris"), ("C", "germany"), ("Expected answer", "berlin")):
        field = analogies.get_by_role("combobox", name=name, exact=True)
        field.fill(word)
    field.press("Enter")
    analogies.wait_for_url(re.compile("a=france&b=paris&c=germany&expect=berlin"))
    analogies.locator('.lse-race [data-method="glove"] .lse-answer', has_text="berlin").wait_for()
    assert not runs


def test_a_question_of_the_gallery_is_asked_within_the_visit(analogies):
    analogies.evaluate("window.sameVisit = true")
    analogies.get_by_role("link", name="monday : tuesday :: friday : saturday").click()
    analogies.wait_for_url(re.compile("a=monday"))
    card = analogies.locator('.lse-race [data-method="glove"]')
    card.get_by_text("all but coincide").wait_for()
    assert analogies.evaluate("window.sameVisit")
    first = analogies.get_by_role("combobox", name="A", exact=True)
    assert first.input_value() == "monday"


def test_the_same_words_are_lit_on_the_map(analogies):
    analogies.goto("/analogies?a=man&b=king&c=woman&expect=queen")
    analogies.locator(".lse-embedded .lm-root").wait_for(timeout=30_000)
    analogies.wait_for_function(
        "() => document.querySelector('.lse-embedded .lm-root')?.linkedMaps?.state"
        "?.selection.size >= 5"
    )
    lit = analogies.evaluate(
        "(({state, vocabulary}) => [...state.selection].map(i => vocabulary.words[i]))"
        "(document.querySelector('.lse-embedded .lm-root').linkedMaps)"
    )
    assert {"man", "king", "woman", "queen"} <= set(lit)
    link = analogies.get_by_role("link", name="Open this map with these words lit")
    assert re.match(
        r"\./\?method=glove.*#tab=selection&lit=1&selected=", link.get_attribute("href")
    )


def test_a_mistake_in_a_formula_is_marked_where_it_is(analogies):
    analogies.goto("/analogies?formula=king%20-%20man%20)%20woman")
    mark = analogies.locator(".lse-spot mark")
    mark.wait_for(timeout=30_000)
    assert mark.inner_text() == ")"
    field = analogies.get_by_role("combobox", name="Formula")
    assert field.get_attribute("aria-invalid") == "true"
    field.fill("king - man + woman")
    field.press("Enter")
    analogies.locator('.lse-race [data-method="glove"] .lse-answer', has_text="queen").wait_for()
    assert analogies.locator(".lse-spot mark").count() == 0 or not mark.is_visible()


def test_words_of_an_address_are_shown_and_never_run(analogies):
    analogies.goto("/analogies?a=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&b=king&c=woman")
    analogies.locator(".lse-race").wait_for(timeout=30_000)
    settled(analogies)
    assert analogies.locator("img[src=x]").count() == 0
    assert analogies.get_by_text("No method knows").count() >= 1


def test_it_reads_well_in_the_dark(dark_page, complaints):
    complaints.allow("404")
    dark_page.goto("/analogies")
    card = dark_page.locator('.lse-race [data-method="glove"]')
    card.wait_for(timeout=60_000)
    colours = card.evaluate(
        "node => { const style = getComputedStyle(node); return [style.color, "
        "style.backgroundColor].map(c => c.match(/[\\d.]+/g).slice(0, 3).map(Number)) }"
    )
    ink, paper = (sum(colour) for colour in colours)
    assert ink > 500 > paper
