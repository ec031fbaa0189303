"""A lesson in a real browser: guess, reveal, explain, wander off and come back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def lessons(shared_page):
    page, complaints = shared_page
    complaints.allow("404")
    return page


def start(page, title: str) -> None:
    page.goto("/lessons")
    card = page.locator('[data-testid="stVerticalBlock"]', has_text=title).last
    card.get_by_role("button", name="Start").click()
    page.locator(".lse-dock-ask").wait_for(timeout=60_000)


def test_a_step_asks_before_it_shows_and_leads_through_the_pages(lessons):
    start(lessons, "Arithmetic with words")
    lessons.wait_for_url(re.compile("/analogies.*lesson=5-arithmetic.1"))
    go = lessons.locator(".lse-dock-go")
    expect(go).to_be_disabled()
    assert lessons.locator(".lse-dock-says").count() == 0
    lessons.get_by_role("radio", name="two").click()
    expect(go).to_have_text("Reveal")
    go.click()
    expect(lessons.locator(".lse-dock-says")).to_contain_text("You said two. 4 of these")
    lessons.wait_for_url(re.compile("a=hand&b=finger&c=foot&expect=toe.*1.seen"))
    lessons.locator('.lse-race [data-method="glove"] .lse-answer', has_text="toe").wait_for()
    lessons.keyboard.press("PageDown")
    lessons.wait_for_url(re.compile("a=man&b=king.*lesson=5-arithmetic.2$"))
    lessons.get_by_role("radio", name="king").click()
    lessons.keyboard.press("PageDown")
    expect(lessons.locator(".lse-right")).to_have_text("king: right. ")
    lessons.wait_for_url(re.compile("inputs=in.*2.seen"))
    lessons.keyboard.press("PageUp")
    lessons.wait_for_url(re.compile("lesson=5-arithmetic.1$"))


def test_who_wanders_off_comes_back_with_one_button(lessons):
    start(lessons, "Reading a map")
    expect(lessons.get_by_role("button", name="Show this step")).to_have_count(0)
    lessons.get_by_test_id("stTopNav").get_by_role("link", name="Scorecard").click()
    lessons.get_by_role("button", name="Show this step").click()
    lessons.locator(".lm-root").wait_for(timeout=30_000)
    lessons.wait_for_url(re.compile(r"/\?method=glove.*lesson=7-reading-a-map.1"), timeout=30_000)


def test_what_a_page_writes_leaves_the_lesson_in_the_address(lessons):
    start(lessons, "One word, many meanings")
    lessons.get_by_role("radio", name="bank", exact=True).first.click()
    lessons.wait_for_url(re.compile("word=bank.*lesson=8-many-meanings.1|lesson=8.*word=bank"))
    lessons.reload()
    title = lessons.locator(".lse-dock h2")
    expect(title).to_have_text("Before any sentence is read", timeout=30_000)


def test_a_lesson_points_at_words_of_a_map_that_is_there_already(lessons):
    lessons.goto("/lessons?lesson=4-four-views.1")
    lessons.locator(".lm-root").wait_for(timeout=60_000)
    lessons.get_by_role("radio", name="GloVe").click()
    lessons.locator(".lse-dock-go").click()
    lessons.wait_for_url(re.compile("#.*word=rose"))
    expect(lessons.locator(".lm-panel h2, .lm-word").first).to_contain_text("rose")


def test_a_lesson_is_left(lessons):
    lessons.goto("/lessons?lesson=1-words-to-numbers.1")
    lessons.locator(".lse-dock-ask").wait_for(timeout=60_000)
    lessons.get_by_role("button", name="Leave the lesson").click()
    expect(lessons.locator(".lse-dock")).to_be_hidden()
    assert "lesson=" not in lessons.url


def test_a_lesson_that_is_none_costs_a_line(lessons):
    lessons.goto("/?lesson=<img src=x onerror=alert(1)>.1")
    lessons.get_by_text("There is no lesson called").wait_for(timeout=60_000)
    lessons.locator(".lm-root").wait_for(timeout=30_000)
