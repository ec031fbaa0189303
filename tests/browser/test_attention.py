"""The page of attention in a real browser: heads, lines and matrix, hidden marks, files, blanks."""

from __future__ import annotations

import csv
import re

import numpy as np
import pytest

from embeddings import recipes
from embeddings.inside import attention, fill_in
from embeddings.store import Store
from tests import small_bert

TEXT = "Mary asked John for help because she was tired"
DRAWN = "[data-attention][data-drawn]"


@pytest.fixture(scope="module")
def made(server):
    """Return a function that makes what a page will ask for and puts it where the server looks."""
    shelf = Store(cache=server.cache)
    return lambda request: recipes.fetch(request, shelf)


@pytest.fixture(scope="module")
def result(made):
    """The attention of the text that the page begins with."""
    return made(attention.spec(TEXT))


@pytest.fixture(scope="module")
def heads(shared_page, result):
    """The page, opened once for all tests."""
    page, complaints = shared_page
    complaints.allow("404")
    page.goto("/attention")
    page.locator(DRAWN).wait_for(timeout=60_000)
    return page


@pytest.fixture
def at_start(heads):
    """The page as it begins: layer 2, head 4."""
    heads.evaluate("history.replaceState(history.state, '', location.pathname + location.search)")
    heads.evaluate("dispatchEvent(new HashChangeEvent('hashchange'))")
    heads.get_by_role("heading", name="Layer 2, head 4").wait_for()
    return heads


def token(page, name: str):
    return page.locator(".lse-tokens [role=option]", has_text=re.compile(f"^{name}$"))


def listed(page) -> dict[str, str]:
    """What stands beside the tokens on the right."""
    rows = page.locator(".lse-tokens-right > span").all()
    return {row.locator("b").inner_text(): row.locator("i").inner_text() for row in rows}


def test_all_heads_are_there_with_what_they_favour(at_start):
    assert at_start.locator(".lse-grid button").count() == 72
    cell = at_start.get_by_role("gridcell", name="Layer 1, head 3, favours the previous token")
    assert cell.inner_text() == "←"
    assert "Attention is not explanation" in at_start.locator(".lse-caveat").inner_text()


def test_pointing_at_a_token_lights_its_row_and_its_numbers(at_start, result):
    token(at_start, "she").hover()
    found = listed(at_start)
    assert found["mary"] == "0.54" and found["john"] == "0.09"
    assert at_start.locator(".lse-readout").inner_text().startswith("“she” looks at “mary” 0.54")
    at_start.locator("h3").first.hover()
    assert set(listed(at_start).values()) == {""}


def test_a_head_is_chosen_by_click_and_keys_without_the_server_and_the_address_keeps_it(at_start):
    sent = []
    at_start.on("request", lambda request: sent.append(request.url))
    at_start.locator(".lse-grid button[data-layer='1'][data-head='2']").click()
    at_start.keyboard.press("ArrowRight")
    at_start.get_by_role("heading", name="Layer 1, head 3").wait_for()
    said = at_start.locator(".lse-favour").inner_text()
    assert "favours the previous token" in said and "100%" in said and "9%" in said
    at_start.get_by_role("radio", name="Rollout").click()
    at_start.get_by_role("heading", name="Rollout up to layer 1").wait_for()
    assert not sent
    address = at_start.url
    assert "layer=1" in address and "head=3" in address and "shown=rollout" in address
    at_start.goto("about:blank")
    at_start.goto(address)
    at_start.get_by_role("heading", name="Rollout up to layer 1").wait_for(timeout=30_000)


def test_hidden_marks_are_said_and_nothing_is_scaled_up(at_start):
    at_start.get_by_label("Hide [CLS] and [SEP]").check()
    assert at_start.locator(".lse-tokens [role=option]").count() == 9
    said = at_start.locator(".lse-sums").inner_text()
    assert "2 marks are hidden" in said and "Nothing is scaled up" in said
    token(at_start, "she").hover()
    assert listed(at_start)["mary"] == "0.54"
    at_start.get_by_label("Hide [CLS] and [SEP]").uncheck()
    assert at_start.locator(".lse-sums").inner_text() == "Each row sums to 1."


def test_the_matrix_is_read_by_keys(at_start):
    matrix = at_start.locator(".lse-matrix canvas")
    matrix.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight"):
        at_start.keyboard.press(key)
    said = at_start.locator(".lse-readout").inner_text()
    assert re.fullmatch(r"“asked” → “mary”: 0\.\d{3}; uniform 0\.091", said), said


def test_the_matrix_is_taken_along(at_start, result, tmp_path):
    for name in ("CSV", "SVG", "PNG"):
        with at_start.expect_download() as waiting:
            at_start.get_by_role("button", name=name, exact=True).click()
        waiting.value.save_as(tmp_path / waiting.value.suggested_filename)
    head, *rows = csv.reader((tmp_path / "attention-layer-2-head-4.csv").read_text().splitlines())
    assert head[2] == "mary" and rows[8][0] == "was"
    saved = np.array([[float(cell) for cell in row[1:]] for row in rows])
    np.testing.assert_allclose(saved, result.weights[1, 3], atol=1e-3)
    picture = (tmp_path / "attention-layer-2-head-4.svg").read_text()
    assert "she → mary: 0.5" in picture and "Layer 2, head 4" in picture
    assert (tmp_path / "attention-layer-2-head-4.png").read_bytes().startswith(b"\x89PNG")


def test_an_example_is_followed_within_the_visit(at_start, made):
    made(attention.spec("The train to London waits for the train from Leeds"))
    at_start.evaluate("window.sameVisit = true")
    at_start.get_by_role("link", name="The train to London").click()
    at_start.get_by_role("heading", name="Layer 3, head 10").wait_for(timeout=30_000)
    assert "favours the same word" in at_start.locator(".lse-favour").inner_text()
    assert at_start.evaluate("window.sameVisit")


def test_a_word_in_two_sentences(dark_page, complaints, made):
    complaints.allow("404")
    for text in ("The bat flew out of the cave at night", "He hit the ball with a bat"):
        made(attention.spec(text))
    dark_page.goto("/attention?view=sides")
    dark_page.locator(DRAWN).wait_for(timeout=60_000)
    said = dark_page.locator(".lse-sides-said")
    assert said.inner_text().startswith("bat looks most at “cave” (0.32)")
    dark_page.get_by_role("radio", name="the", exact=True).click()
    assert said.inner_text().startswith("the looks most at")
    ink = dark_page.locator(".lse-heads").evaluate("node => getComputedStyle(node).color")
    assert min(int(part) for part in re.findall(r"\d+", ink)[:3]) > 180


def test_a_new_text_is_read_by_the_workers_and_its_words_are_never_markup(page, complaints):
    complaints.allow("404")
    text = "<img src=x onerror=alert(1)> **bold** =1+1 שלום"
    page.goto("/attention?text=" + text.replace("=", "%3D").replace("+", "%2B"))
    page.locator(DRAWN).wait_for(timeout=240_000)
    assert page.locator(".lse-heads img").count() == 0
    assert token(page, "<").count() == 1


def test_a_blank_needs_both_sides(page, complaints, made, tmp_path):
    complaints.allow("404")
    folder = small_bert.make(tmp_path / "small-bert")
    made(fill_in.spec("the hot ___ day", str(folder)))
    page.goto(f"/attention?view=blank&text=the+hot+___+day&model={folder}")
    both = page.locator(".lse-blanks [data-side=both] li").first
    both.wait_for(timeout=60_000)
    assert both.inner_text().startswith("sun")
    left = page.locator(".lse-blanks [data-side=left] li").all()[:2]
    assert {each.locator("span").first.inner_text() for each in left} == {"sun", "fire"}
