"""The page of training in a real browser: the player needs no server, and the page survives."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

DRAWN = "[data-training][data-drawn]"
PLAYER = "document.querySelector('[data-training]').training.player"


@pytest.fixture(scope="module")
def training(shared_page):
    """The page, opened once for all tests."""
    page, complaints = shared_page
    complaints.allow("404")
    page.goto("/training#word=king&at=5")
    page.locator(DRAWN).wait_for(timeout=60_000)
    return page


def ladder(page) -> list[str]:
    return page.locator(".lt-lists li").all_inner_texts()


def slide(page, place: str):
    slider = page.get_by_role("slider")
    slider.focus()
    slider.press(place)
    page.wait_for_function(f"() => !{PLAYER}.playing")


def test_the_shipped_run_plays_without_the_server(training):
    requests = []
    training.on("request", lambda request: requests.append(request.url))
    training.evaluate(
        "() => { window.sent = 0; const send = WebSocket.prototype.send; WebSocket.prototype.send ="
        " function (...given) { window.sent++; return send.apply(this, given) } }"
    )
    assert "queen" in ladder(training)
    slide(training, "Home")
    assert "queen" not in ladder(training)
    assert training.locator(".lt-told").inner_text() == "at the random start"
    for _ in range(3):
        slide(training, "ArrowRight")
    assert training.get_by_role("slider").get_attribute("aria-valuetext").startswith("after")
    slide(training, "End")
    assert "37 %" in training.locator(".lt-curve").nth(1).inner_text()
    assert not requests and training.evaluate("window.sent") == 0
    assert "at=5" in training.url


def test_words_move_and_the_curves_follow(training):
    places = f"() => [...{PLAYER}.views[0].places].slice(0, 200)"
    cursor = ".lt-curve .lt-cursor"
    end, at_end = training.evaluate(places), training.locator(cursor).first.get_attribute("x1")
    slide(training, "Home")
    start, at_start = training.evaluate(places), training.locator(cursor).first.get_attribute("x1")
    assert start != end and float(at_start) < float(at_end)
    training.get_by_role("button", name="Play").click()
    training.get_by_role("button", name="Pause").wait_for()
    training.wait_for_function(f"() => {PLAYER}.place > 0.2")
    training.get_by_role("button", name="Pause").click()
    assert 0 < training.evaluate(f"() => {PLAYER}.place") < 15


def test_another_word_is_watched(training):
    slide(training, "End")
    field = training.get_by_label("Watched word")
    field.fill("green")
    field.press("Enter")
    training.wait_for_function(
        "() => document.querySelector('.lt-lists b').textContent === 'green'"
    )
    assert {"brown", "bluish"} & set(ladder(training)) and "word=green" in training.url
    field.fill("<img src=x>")
    field.press("Enter")
    assert field.get_attribute("aria-invalid") == "true"
    assert training.locator("img[src=x]").count() == 0
    assert training.locator(".lt-lists b").inner_text() == "green"


def test_two_runs_share_slider_and_word(training):
    training.goto("/training?beside=text:dictionary,algorithm:cbow,epochs:5#word=king&at=1")
    training.locator('.lt-maps[data-maps="2"]').wait_for(timeout=60_000)
    captions = training.locator(".lt-caption").all_inner_texts()
    assert [caption.split(" · ")[:2] for caption in captions] == [
        ["skip-gram", "after 1 pass"],
        ["CBOW", "after 1 pass"],
    ]
    assert training.locator(".lt-lists ol").count() == 2
    slide(training, "End")
    assert all(
        "after 5 passes" in text for text in training.locator(".lt-caption").all_inner_texts()
    )


def test_an_own_text_of_three_words_is_refused_and_the_page_goes_on(training):
    training.goto("/training")
    training.locator(DRAWN).wait_for(timeout=60_000)
    training.get_by_text("Train another").click()
    own = training.get_by_role("radio", name="My own text")
    own.wait_for(state="attached")
    training.get_by_text("My own text", exact=True).first.click()
    expect(own).to_be_checked()
    training.get_by_role("textbox", name="My own text").fill("three short words")
    training.get_by_role("button", name="Train", exact=True).click()
    alert = training.get_by_role("alert").filter(has_text="a training takes 20")
    alert.wait_for(timeout=120_000)
    assert re.search("run=text%3Aown-[0-9a-f]{20}", training.url)
    assert "queen" in ladder(training) or "king" in training.locator(".lt-lists").inner_text()


def test_a_training_is_cancelled_and_another_one_done(training):
    training.goto("/training?run=text:wikipedia,epochs:50")
    running = training.locator(".st-key-progress").filter(has_text="words a second")
    running.wait_for(timeout=120_000)
    training.get_by_role("button", name="Cancel").click()
    training.get_by_text("Cancelled.").wait_for()
    training.goto("/training?run=text:wikipedia,epochs:1,dimensions:20")
    training.get_by_role("link", name="npz").wait_for(timeout=180_000)
    with training.expect_download() as waiting:
        training.get_by_role("link", name="npz").click()
    assert waiting.value.suggested_filename.startswith("word2vec-wikipedia")


def test_it_reads_well_in_the_dark(dark_page, complaints):
    complaints.allow("404")
    dark_page.goto("/training")
    dark_page.locator(DRAWN).wait_for(timeout=60_000)
    assert dark_page.evaluate(f"() => {PLAYER}.theme.dark")
