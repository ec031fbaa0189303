"""The page of directions: strips and maps point at the same word, and the page scrolls."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def opened(word_map: Any, complaints: Any) -> Any:
    complaints.allow("404")  # Streamlit looks for itself below a deep link first
    word_map.page.goto("/directions?methods=glove|word2vec")
    word_map.until(
        "maps.views.length === 2 && maps.views.every((v) => v.root.dataset.drawn"
        " && v.root.dataset.drawn === v.map.source.id) && maps.state.lit.length > 20",
        90,
    )
    word_map.page.wait_for_function("() => document.querySelector('.lm-scales')?.dataset.drawn")
    return word_map


def strip_word(page: Any, word: str, at: int = 0) -> Any:
    """The mark of a word on one of the strips."""
    return page.locator(".lm-scale").nth(at).locator(f'.lm-mark-word[data-word="{word}"]')


def test_a_word_on_a_strip_is_found_on_every_strip_and_every_map(opened):
    page, nurse = opened.page, opened.words.index("nurse")
    strip_word(page, "nurse").locator("circle").hover()
    opened.until(f"maps.state.hover === {nurse}")
    assert page.locator(".lm-mark-word.lm-on").count() == 2
    assert page.locator(".lm-tip").inner_text().startswith("nurse: +2.8 sd, cosine +0.3")
    strip_word(page, "nurse").locator("circle").click()
    opened.until(f"maps.state.focus === {nurse}")
    assert page.locator(".lm-mark-word.lm-chosen").count() == 2
    # And the other way.
    captain = opened.words.index("captain")
    opened.ask(f"maps.state.set({{ hover: {captain} }})")
    assert page.locator(".lm-mark-word.lm-on text").all_text_contents() == ["captain", "captain"]


def test_words_beyond_the_edge_and_words_of_the_direction_look_otherwise(opened):
    page = opened.page
    page.goto("/directions?methods=one_hot&group=own&words=nurse king")
    page.wait_for_function("() => document.querySelector('.lm-scales')?.dataset.drawn")
    king = strip_word(page, "king")
    assert king.first.locator("polygon").count() == 1  # above the line; below it is of a pair
    assert "king −17.7" in king.locator("text").all_text_contents()
    assert strip_word(page, "nurse").locator("circle").count() == 1
    page.goto("/directions?methods=glove&group=own&words=nurse king")
    page.wait_for_function("() => document.querySelector('.lm-scales')?.dataset.drawn")
    assert strip_word(page, "king").locator("rect").count() == 2
    assert strip_word(page, "king").locator("text").all_text_contents() == ["king", "king"]
    assert strip_word(page, "nurse").locator("circle").count() == 1


def test_maps_wear_the_direction_and_follow_another_one(opened):
    page = opened.page
    assert opened.ask("maps.state.colourBy") == "measure"
    nurse, captain = (opened.words.index(word) for word in ("nurse", "captain"))
    assert opened.ask(f"[maps.view.colour[{nurse}], maps.view.colour[{captain}]]") == [6, 0]
    opened.ask("(window.before = maps.view, maps.view.zoomBy(2))")
    page.get_by_role("combobox", name="Direction").click()
    page.get_by_role("option", name="bad → good").click()
    opened.until("maps.spot.label === 'From bad to good'")
    assert opened.ask("maps.view === window.before && maps.view.camera.zoom === 2")
    good = opened.words.index("excellent")
    opened.until(f"maps.view.colour[{good}] === 6")
    assert "direction=good" in page.url and "colour=" not in page.url


def test_the_page_scrolls_until_a_map_is_used_which_then_zooms(opened):
    page = opened.page
    page.mouse.move(10, 400)
    page.mouse.wheel(0, 500)
    where = "document.querySelector('[data-testid=stMain]').scrollTop"
    page.wait_for_function(f"() => {where} > 300")
    page.locator(".lm-map").first.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    before = page.evaluate(where)
    page.locator(".lm-map").first.hover()
    page.mouse.wheel(0, -200)  # nobody has used the map yet: the page scrolls
    page.wait_for_function(f"() => {where} < {before}")
    assert opened.ask("maps.view.camera.zoom") == 1
    page.locator(".lm-map").first.click()
    before = page.evaluate(where)
    page.mouse.wheel(0, -300)
    opened.until("maps.view.camera.zoom > 1.2")
    assert page.evaluate(where) == before
