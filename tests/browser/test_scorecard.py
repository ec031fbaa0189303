"""The scorecard in a real browser: a cell is pressed or walked to, and its questions are read."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from embeddings import methods, store
from embeddings.probes import scorecard

CELL = ".lse-score-grid button"


@pytest.fixture
def grid(page: Any, complaints: Any) -> Any:
    # Streamlit first looks for its server below the page's own address.
    complaints.allow("404")
    page.goto("/scorecard")
    page.wait_for_selector(CELL)
    return page


def query(page: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def questions(page: Any, name: str) -> Any:
    return page.get_by_text(re.compile(rf"^{name} · "))


def test_one_press_on_a_cell_opens_its_questions(grid: Any) -> None:
    kept = store.Store(store.SHIPPED).load(scorecard.spec(methods.get("glove").spec()))
    section = next(each for each in scorecard.read(kept).sections if each.name == "family")
    cell = grid.get_by_role("button", name="Family by GloVe")
    assert cell.inner_text() == f"{100 * section.accuracy:.0f}"
    cell.hover()
    tip = grid.locator(".lse-score-tip")
    assert f"{section.correct} of {section.attempted} attempted" in tip.inner_text()
    cell.click()
    line = questions(grid, "Family by GloVe")
    line.wait_for()
    assert f"{section.correct} of {section.attempted} attempted are right" in line.inner_text()
    grid.locator(".st-key-scores-beside").get_by_test_id("stDataFrame").first.wait_for()
    assert cell.get_attribute("aria-pressed") == "true"
    assert query(grid) | {"vocabulary": []} == {
        "vocabulary": [],
        "section": ["family"],
        "method": ["glove"],
    }
    grid.reload()
    questions(grid, "Family by GloVe").wait_for()
    grid.get_by_role("button", name="Family by GloVe").click()
    questions(grid, "Family by GloVe").wait_for(state="detached")
    assert "section" not in query(grid)


def test_the_keyboard_walks_from_cell_to_cell_and_opens_one(grid: Any) -> None:
    grid.locator(f'{CELL}[tabindex="0"]').focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowLeft", "ArrowUp"):
        grid.keyboard.press(key)
    label = grid.evaluate("document.activeElement.getAttribute('aria-label')")
    assert label.startswith("Common capitals by Document counts")
    assert grid.locator(f'{CELL}[tabindex="0"]').count() == 1
    grid.keyboard.press("Enter")
    questions(grid, "Common capitals by Document counts").wait_for()
    grid.wait_for_function(
        "() => document.activeElement.getAttribute('aria-label')"
        "?.startsWith('Common capitals by Doc')"
    )
    grid.keyboard.press("ArrowDown")
    grid.keyboard.press("Enter")
    questions(grid, "World capitals by Document counts").wait_for()


def test_what_the_cells_show_is_kept_in_the_address(grid: Any) -> None:
    from playwright.sync_api import expect

    cell = grid.get_by_role("button", name="Plurals of nouns by BERT (MiniLM)")
    before = cell.inner_text()
    grid.get_by_role("radio", name="Right, of all").click()
    expect(cell).not_to_have_text(before)
    assert query(grid)["cells"] == ["all"]
