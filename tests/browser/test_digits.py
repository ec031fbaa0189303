"""Visual search in a browser: a digit is drawn with the mouse, and its neighbours light up."""

from __future__ import annotations

import re

import numpy as np
import pytest

# The network is trained and four maps are drawn before the first test can begin.
pytestmark = pytest.mark.timeout(900)

# A person's digits on a square of so many pixels: places that the mouse goes through.
SQUARE = 280
THREE = ((90, 60), (140, 40), (180, 65), (175, 110), (130, 135), (180, 160), (190, 210), (140, 240),
         (85, 220))  # fmt: skip
ZERO = ((140, 40), (85, 80), (75, 150), (95, 220), (145, 245), (195, 215), (205, 140), (190, 70),
        (145, 40))  # fmt: skip
METHODS = ("digits-pixels", "digits-pca", "digits-network", "digits-hog")

READY = """() => {
  const maps = document.querySelector(".lm-root")?.linkedMaps?.views ?? [];
  return maps.length === 4 && maps.every((map) => map.root.dataset.drawn === map.map?.source.id);
}"""
LIT = """() => Object.fromEntries(document.querySelector(".lm-root").linkedMaps.maps
  .map((map) => [map.source.method, (map.lit ?? []).map((row) => map.vocabulary.words[row])]))"""


@pytest.fixture(scope="module")
def drawn_on(shared_page):
    page, complaints = shared_page
    # Streamlit asks these of a page's own folder before it asks the app.
    complaints.allow("404")
    page.goto("/digits")
    page.locator(".lse-pad").wait_for(timeout=400_000)
    page.wait_for_function(READY, timeout=450_000)
    return page


@pytest.fixture
def page(drawn_on):
    if drawn_on.get_by_role("button", name="Clear").is_enabled():
        drawn_on.get_by_role("button", name="Clear").click()
    drawn_on.wait_for_function("() => !document.querySelector('.lse-found-row')")
    return drawn_on


def draw(page, *strokes, size: float = 1.0) -> None:
    page.locator(".lse-pad").scroll_into_view_if_needed()
    box = page.locator(".lse-pad").bounding_box()
    for stroke in strokes:
        scale = size * box["width"] / SQUARE
        places = [(box["x"] + x * scale, box["y"] + y * scale) for x, y in stroke]
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place, steps=5)
        page.mouse.up()


def verdicts(page) -> list[str]:
    return page.locator(".lse-found-method span").all_inner_texts()


def wait_for(page, digit: str) -> None:
    page.wait_for_function(
        "(digit) => [...document.querySelectorAll('.lse-found-method span')]"
        ".filter((each) => each.textContent.endsWith(`are ${digit}`)).length >= 3",
        arg=digit,
        timeout=15_000,
    )
    # What was drawn last is answered too.
    page.locator("[data-drawing][aria-busy=false]").wait_for()


@pytest.mark.parametrize(("digit", "stroke"), [("3", THREE), ("0", ZERO)])
def test_a_drawn_digit_finds_its_like_and_lights_them_on_every_map(page, digit, stroke):
    draw(page, stroke)
    wait_for(page, digit)
    said = verdicts(page)
    assert len(said) == 4 and sum(line == f"10 of 10 are {digit}" for line in said) >= 2
    assert re.search(r"answered in \d+ ms", page.locator(".lse-drawn-line").inner_text())
    lit = page.evaluate(LIT)
    assert tuple(lit) == METHODS
    for row, method in enumerate(METHODS):
        shown = page.locator(".lse-found-row").nth(row).locator("button").all()
        names = [each.get_attribute("aria-label").split(",")[0] for each in shown]
        assert names == lit[method] and len(names) == 10
    assert lit["digits-pixels"] != lit["digits-network"]


def test_what_is_seen_is_as_large_as_a_picture_however_it_is_drawn(page):
    seen = []
    for size in (1, 0.4):
        draw(page, THREE, size=size)
        wait_for(page, "3")
        page.wait_for_timeout(300)
        seen.append(
            page.evaluate(
                "() => [...document.querySelector('.lse-seen').getContext('2d')"
                ".getImageData(0, 0, 8, 8).data].filter((_, i) => i % 4 === 3)"
            )
        )
        page.get_by_role("button", name="Clear").click()
    large, small = (np.array(each).reshape(8, 8) / 255 for each in seen)
    assert np.abs(large - small).mean() < 0.05
    # The height of the square, two thirds as wide, and as much ink as pictures have.
    assert large[0].any() and large[7].any()
    assert not large[:, 0].any() and not large[:, 7].any()
    assert 0.18 < large.mean() < 0.43


def test_undo_takes_the_last_stroke_and_clear_all(page):
    draw(page, ((100, 40), (100, 240)), ((180, 40), (180, 240)))
    page.locator(".lse-found-row").first.wait_for()
    two = page.evaluate(LIT)
    page.get_by_role("button", name="Undo").click()
    page.wait_for_function(f"() => JSON.stringify(({LIT})()) !== {str(two)!r}")
    wait_for(page, "1")
    page.get_by_role("button", name="Clear").click()
    page.get_by_text("Draw a digit from 0 to 9 here").wait_for()
    assert not any(page.evaluate(LIT).values())


def test_a_dot_and_a_blot_cost_a_line(page):
    box = page.locator(".lse-pad").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.get_by_text("That is a dot: draw a digit.").wait_for()
    page.get_by_role("button", name="Clear").click()
    lines = [((60, y), (220, y)) for y in range(40, 250, 12)]
    draw(page, *lines)
    page.get_by_text("That is a blot: draw a digit in lines.").wait_for()
    assert not page.locator(".lse-found-row").count()


def test_without_a_mouse_a_picture_of_the_collection_is_taken(page):
    chosen = page.get_by_label("A digit of the collection")
    chosen.focus()
    page.keyboard.press("5")
    page.get_by_text(re.compile(r"5 no\. 1 of the collection")).wait_for()
    for names in page.evaluate(LIT).values():
        assert "5 no. 1" not in names and len(names) == 10
    page.get_by_role("button", name="Take one").press("Enter")
    page.get_by_text(re.compile(r"5 no\. 2 of the collection")).wait_for()


def test_pointing_at_a_picture_points_on_the_maps(page):
    draw(page, THREE)
    wait_for(page, "3")
    first = page.locator(".lse-found-row button").first
    first.hover()
    label = first.get_attribute("aria-label").split(",")[0]
    page.wait_for_function(
        "(label) => { const maps = document.querySelector('.lm-root').linkedMaps;"
        " return maps.vocabulary.words[maps.state.hover] === label; }",
        arg=label,
    )
    page.mouse.move(5, 5)


def test_digits_are_pictures_on_their_map(word_map, complaints, drawn_on):
    complaints.allow("404")
    asked = []
    word_map.page.on("request", lambda request: asked.append(request.url))
    word_map.open("/?vocabulary=digits", seconds=120)
    word_map.until("maps.view.map.clusterNames.length", 60)
    assert word_map.ask("maps.state.colourBy") == "own-0"
    assert set(word_map.ask("maps.view.map.clusterNames")) <= set("0123456789")
    assert word_map.ask("maps.view.pictured")
    assert word_map.ask("maps.view.labels.placed.every((each) => each.word === undefined)")
    assert word_map.page.get_by_role("combobox", name="Find a digit").count() == 1
    assert word_map.page.get_by_role("tab", name="Digit").count() == 1
    word_map.find("7 no. 12")
    word_map.page.get_by_role("img", name="Picture of 7 no. 12").wait_for()
    assert word_map.page.locator(".lm-neighbours .lm-picture").count() == 10
    said = (
        word_map.page.locator(".lm-root").inner_text()
        + word_map.page.locator(".lm-panel").inner_text()
    )
    assert not re.search(r"\bwords?\b", said, re.IGNORECASE), said
    assert not [url for url in asked if "/data/definition" in url]
