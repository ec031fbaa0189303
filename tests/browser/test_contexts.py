"""The cloud of a word's occurrences in a real browser: it moves, is read, and keeps its address."""

from __future__ import annotations

import pytest

CLOUD = "document.querySelector('[data-contexts]').cloud"


@pytest.fixture
def contexts(page, complaints):
    complaints.allow("404")
    page.goto("/contexts?word=bank")
    ready(page)
    return page


def ready(page):
    page.wait_for_selector("[data-contexts][data-drawn]", timeout=60_000)
    # The corpus is read by a worker, which has just been started.
    page.wait_for_function(
        f"() => {CLOUD}.data.sentences[0][0] !== 'The text is being read: '", timeout=120_000
    )


def mixing(page):
    """How many of the labelled sentences lie nearest to one with the other label."""
    return page.evaluate(
        f"""() => {{
          const {{ dots, data }} = {CLOUD};
          const own = data.labels.flatMap((label, i) => (label ? [i] : []));
          return own.filter((i) => {{
            const far = (j) => Math.hypot(dots[i][0] - dots[j][0], dots[i][1] - dots[j][1]);
            const near = own.filter((j) => j !== i).sort((a, b) => far(a) - far(b))[0];
            return data.labels[near] !== data.labels[i];
          }}).length;
        }}"""
    )


def at_layer(page, layer):
    page.evaluate(f"layer => {CLOUD}.go(layer)", layer)
    page.wait_for_function(
        "layer => document.querySelector('[data-contexts]').dataset.drawn === String(layer)",
        arg=layer,
    )


@pytest.mark.parametrize("word", ["right", "spring", "bank"])
def test_senses_lie_apart_in_the_last_layer_and_not_at_the_input(page, complaints, word):
    complaints.allow("404")
    page.goto(f"/contexts?word={word}")
    ready(page)
    assert mixing(page) <= 1
    at_layer(page, 0)
    assert mixing(page) >= 2


def test_the_slider_moves_the_dots_without_the_server_and_is_kept(contexts):
    before = contexts.evaluate(f"{CLOUD}.dots[0]")
    contexts.wait_for_timeout(1000)
    asked = []
    contexts.on("request", lambda request: asked.append(request.url))
    slider = contexts.get_by_role("slider", name="Layer")
    slider.focus()
    slider.press("ArrowLeft")
    contexts.wait_for_function(
        "() => document.querySelector('[data-contexts]').dataset.drawn === '5'"
    )
    assert contexts.evaluate(f"{CLOUD}.dots[0]") != before and not asked
    assert "#layer=5" in contexts.url
    assert contexts.locator(".lse-layer").inner_text().startswith("Layer 5. ")
    contexts.reload()
    ready(contexts)
    assert contexts.evaluate(f"{CLOUD}.at") == 5
    at_layer(contexts, -1)
    dots = contexts.evaluate(f"{CLOUD}.dots")
    assert len({(x, y) for x, y in dots}) == 1


def test_a_dot_is_read_selected_and_compared(contexts):
    for row in (300, 305):
        x, y = contexts.evaluate(f"row => {CLOUD}.dots[row]", row)
        box = contexts.locator(".lse-stage canvas").bounding_box()
        contexts.mouse.move(box["x"] + x, box["y"] + y)
        tip = contexts.locator(".lse-tip")
        tip.wait_for()
        assert tip.locator("mark").inner_text().lower() == "bank"
        contexts.evaluate(f"row => {CLOUD}.flip(row)", row)
    assert contexts.locator(".lse-selected li").count() == 2
    contexts.get_by_role("button", name="Compare these two layer by layer").click()
    contexts.wait_for_url(lambda url: "first=" in url and "second=" in url)
    field = contexts.get_by_label("A sentence with bank")
    assert field.input_value() == "She put her savings into the bank and lived on the interest."


def test_dots_are_caught_with_a_line_and_reached_with_keys(contexts):
    box = contexts.locator(".lse-stage canvas").bounding_box()
    left, top = box["x"] + 2, box["y"] + 2
    right, bottom = left + box["width"] / 2, top + box["height"] - 4
    contexts.mouse.move(left, top)
    contexts.mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom), (left, top + 4)):
        contexts.mouse.move(x, y, steps=6)
    contexts.mouse.up()
    caught = contexts.evaluate(f"{CLOUD}.selected.size")
    assert 20 < caught < 310
    canvas = contexts.locator(".lse-stage canvas")
    canvas.press("Escape")
    assert contexts.evaluate(f"{CLOUD}.selected.size") == 0
    canvas.press("ArrowRight")
    contexts.locator(".lse-tip mark").wait_for()
    canvas.press("Enter")
    assert contexts.locator(".lse-selected li").count() == 1


def test_what_is_typed_is_shown_and_never_run(contexts):
    typed = "<b>evil</b>: the bank <img src=x onerror=alert(1)>\nmoney: the bank lends"
    contexts.get_by_label("Sentences", exact=True).fill(typed)
    contexts.get_by_role("button", name="Read these").click()
    contexts.wait_for_url(lambda url: "own=mine" in url)
    contexts.wait_for_function(
        "() => document.querySelector('[data-contexts]')?.cloud"
        "?.data.labels.includes('<b>evil</b>')",
        timeout=120_000,
    )
    assert contexts.locator("img[src=x]").count() == 0
    at = contexts.evaluate(f"{CLOUD}.data.labels.indexOf('<b>evil</b>')")
    contexts.evaluate(f"row => {CLOUD}.select([row])", at)
    assert "<img src=x" in contexts.locator(".lse-selected li").inner_text()


def test_it_reads_well_in_the_dark(dark_page, complaints):
    complaints.allow("404")
    dark_page.goto("/contexts")
    ready(dark_page)
    assert dark_page.evaluate(f"{CLOUD}.isDark()")
    colours = dark_page.locator(".lse-layer").evaluate(
        "node => [getComputedStyle(node).color, getComputedStyle(document.querySelector("
        "'.lse-stage')).backgroundColor].map(c => c.match(/[\\d.]+/g).slice(0, 3).map(Number))"
    )
    ink, paper = (sum(colour) for colour in colours)
    assert ink > 500 > paper
