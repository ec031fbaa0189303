"""How it scales in a real browser: measured here, computed beyond, cancelled, and bad words."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

MEASURED = "Measured on this machine"
SMALL = "/scale?upto=10000"


@pytest.fixture(scope="module")
def scale(shared_page):
    """The page with ten thousand vectors measured; what else it would make is cancelled."""
    page, complaints = shared_page
    complaints.allow("404")
    page.goto(SMALL)
    page.get_by_text(MEASURED).wait_for(timeout=280_000)
    page.get_by_role("button", name="Cancel").click(timeout=60_000)
    page.get_by_text("Cancelled.").wait_for(timeout=60_000)
    return page


def said(page) -> str:
    """Return the findings; numbers and units are held together by spaces that do not break."""
    return "\n".join(page.locator(".lse-findings").all_inner_texts()).replace("\u00a0", " ")


def test_it_is_measured_here_and_computed_beyond(scale):
    text = said(scale)
    assert "Of 10,000 vectors of 50 numbers the exact pass takes" in text
    assert "HNSW graph finds" in text and "times" in text
    assert "Exact pass: 200 bytes a vector, together 400 GB, or 6 machines of 64 GiB" in text
    expect(scale.get_by_text("Two billion: computed, not measured")).to_be_visible()
    expect(scale.locator(".js-plotly-plot")).to_have_count(2, timeout=60_000)


def test_a_cancelled_search_leaves_what_is_measured(scale):
    expect(scale.get_by_text(MEASURED)).to_be_visible()
    expect(scale.get_by_role("button", name="Try again")).to_be_visible()


def test_more_numbers_take_more_memory(scale):
    scale.get_by_role("radio", name="256").click()
    scale.get_by_text("1,024 bytes a vector").first.wait_for()
    assert "dim=256" in scale.url
    assert "2.05 TB" in said(scale)


def test_recall_is_drawn_against_memory(scale):
    scale.get_by_role("radio", name="Memory").click()
    scale.get_by_text("megabytes of the index").first.wait_for()
    assert "against=memory" in scale.url


def test_bad_addresses_and_words_are_said(scale):
    scale.goto(f"{SMALL}&recall=<b>2&dim=-1&turn=x&word={'x' * 150}")
    scale.get_by_text("it must be one of 0.9, 0.95, 0.99").wait_for()
    scale.get_by_text("turn is 'x'").wait_for()
    scale.get_by_text("A word has at most 60 letters; this has 150.").wait_for()
    expect(scale.get_by_text(MEASURED)).to_be_visible()


def test_it_reads_well_in_the_dark(dark_page, complaints, scale):
    complaints.allow("404")
    dark_page.goto(SMALL)
    dark_page.get_by_text(MEASURED).wait_for(timeout=60_000)
    expect(dark_page.locator(".js-plotly-plot")).to_have_count(2, timeout=60_000)
