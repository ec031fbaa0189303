"""A class in real browsers: a teacher, a student who follows, and one who comes late."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

PATIENCE = 30_000


@pytest.fixture
def people(browser, server):
    """Three browsers that know nothing of each other."""
    contexts = [
        browser.new_context(
            base_url=server.url, viewport={"width": 1280, "height": 720}, color_scheme=theme
        )
        for theme in ("light", "dark", "dark")
    ]
    yield [context.new_page() for context in contexts]
    for context in contexts:
        context.close()


def opened(teacher) -> str:
    teacher.goto("/lessons")
    teacher.get_by_role("button", name="Open a class").click()
    code = teacher.locator(".lse-dock-code")
    code.wait_for(timeout=PATIENCE)
    return code.inner_text().split()[-1]


def start(teacher, title: str) -> None:
    card = teacher.locator('[data-testid="stVerticalBlock"]', has_text=title).last
    card.get_by_role("button", name="Start").click()


def test_a_class_goes_through_a_lesson_together(people):
    teacher, student, late = people
    code = opened(teacher)
    student.goto("/lessons")
    student.get_by_label("Code of your class").fill(code.lower())
    student.get_by_role("button", name="Join").click()
    expect(student.locator(".lse-dock-ask")).to_contain_text("You are in", timeout=PATIENCE)
    expect(teacher.locator(".lse-dock-people")).to_have_text("1 in the class", timeout=PATIENCE)

    start(teacher, "Arithmetic with")
    student.wait_for_url(re.compile("/analogies.*lesson=5-arithmetic.1$"), timeout=PATIENCE)
    student.get_by_role("radio", name="two").click()
    expect(student.locator(".lse-dock-sent")).to_contain_text("Sent.")
    expect(teacher.locator(".lse-bars li").nth(1)).to_contain_text("1", timeout=PATIENCE)
    # Before the reveal a student's page holds no answer, whoever looks into it.
    assert "4 of these methods" not in student.content()
    expect(student.get_by_role("button", name="Reveal")).to_have_count(0)

    late.goto(f"/?class={code}")
    late.wait_for_url(re.compile("/analogies.*lesson=5-arithmetic.1$"), timeout=PATIENCE)
    late.get_by_role("radio", name="all four").click(timeout=PATIENCE)
    expect(teacher.locator(".lse-dock-people")).to_contain_text("2 answered", timeout=PATIENCE)

    teacher.keyboard.press("PageDown")
    for page, said in ((student, "You said two."), (late, "all four: right.")):
        expect(page.locator(".lse-dock-says")).to_contain_text(said, timeout=PATIENCE)
        expect(page.locator(".lse-bar-right")).to_contain_text("1")

    student.get_by_test_id("stTopNav").get_by_role("link", name="Scorecard").click()
    expect(teacher.locator(".lse-dock-people")).to_contain_text("1 elsewhere", timeout=PATIENCE)
    teacher.keyboard.press("PageDown")
    late.wait_for_url(re.compile("a=man&b=king.*lesson=5-arithmetic.2$"), timeout=PATIENCE)
    assert "/scorecard" in student.url
    student.get_by_role("button", name="Back to the class").click()
    student.wait_for_url(re.compile("a=man&b=king"), timeout=PATIENCE)


def test_a_class_sees_the_page_that_the_teacher_shows(people):
    teacher, student, _ = people
    code = opened(teacher)
    student.goto(f"/?class={code}")
    expect(student.locator(".lse-dock-ask")).to_contain_text("You are in", timeout=PATIENCE)
    teacher.get_by_role("button", name="Show my page").click()
    teacher.get_by_test_id("stTopNav").get_by_role("link", name="Contexts").click()
    student.wait_for_url(re.compile("/contexts"), timeout=PATIENCE)
    teacher.get_by_role("radio", name="crane", exact=True).first.click(timeout=PATIENCE)
    student.wait_for_url(re.compile("word=crane"), timeout=PATIENCE)


def test_who_steers_comes_back_and_asks_again(people):
    """A reload, or the secret link in another browser, leaves the class where it is."""
    teacher, student, other = people
    code = opened(teacher)
    start(teacher, "Arithmetic with")
    teacher.wait_for_url(re.compile("/analogies.*lesson=5-arithmetic.1$"), timeout=PATIENCE)
    teacher.locator(".lse-dock-code").click()
    link = teacher.locator(".lse-large code").text_content()
    student.goto(f"/?class={code}")
    student.get_by_role("radio", name="two").click(timeout=PATIENCE)
    expect(student.locator(".lse-dock-sent")).to_contain_text("Sent.")

    other.goto(link)
    other.wait_for_url(re.compile("/analogies.*lesson=5-arithmetic.1$"), timeout=PATIENCE)
    expect(other.locator(".lse-bars li").nth(1)).to_contain_text("1", timeout=PATIENCE)
    teacher.reload()
    expect(teacher.locator(".lse-bars li").nth(1)).to_contain_text("1", timeout=PATIENCE)
    expect(student.get_by_role("radio", name="two")).to_have_attribute("aria-checked", "true")
    assert "lesson=5-arithmetic.1" in student.url

    other.get_by_role("button", name="Reset").click()
    expect(student.get_by_role("radio", name="two")).to_have_attribute(
        "aria-checked", "false", timeout=PATIENCE
    )


def test_the_code_is_shown_large_with_a_picture_to_join_by(people):
    teacher, *_ = people
    code = opened(teacher)
    teacher.locator(".lse-dock-code").click()
    large = teacher.locator(".lse-large")
    expect(large.locator(".lse-large-code")).to_have_text(code)
    teacher.wait_for_function("() => document.querySelector('.lse-large img').naturalWidth > 0")
    teacher.keyboard.press("Escape")
    expect(large).to_have_count(0)


def test_an_answer_may_be_given_before_the_class_has_said_a_word(people):
    teacher, student, _ = people
    code = opened(teacher)
    start(teacher, "Arithmetic with")
    teacher.wait_for_url(re.compile(r"lesson=5-arithmetic\.1$"), timeout=PATIENCE)
    student.route("**/class/*/events", lambda route: route.abort())
    student.goto(f"/?class={code}")
    choice = student.get_by_role("radio", name="two")
    expect(choice).to_be_enabled(timeout=PATIENCE)
    choice.click()
    expect(student.locator(".lse-dock-sent")).to_contain_text("Sent.")
    expect(teacher.locator(".lse-dock-people")).to_contain_text("1 answered", timeout=PATIENCE)


def test_a_wrong_code_costs_a_line(people):
    student = people[1]
    student.goto("/lessons")
    for wrong in ("BCDFGH", "<img src=x>", "../../x"):
        field = student.get_by_label("Code of your class")
        expect(field).to_have_count(1, timeout=PATIENCE)
        field.fill(wrong)
        student.get_by_role("button", name="Join").click()
        student.get_by_text("There is no class with this code").wait_for(timeout=PATIENCE)


def test_an_ended_class_lets_everybody_go(people):
    teacher, student, _ = people
    code = opened(teacher)
    student.goto(f"/?class={code}")
    expect(student.locator(".lse-dock-ask")).to_contain_text("You are in", timeout=PATIENCE)
    end = "() => document.querySelector('.lse-dock').parentElement.dock.line.post('end')"
    teacher.evaluate(end)

    expect(student.locator(".lse-dock")).to_be_hidden(timeout=PATIENCE)


def test_the_clicks_of_a_class_are_a_cloud_on_the_map(people):
    teacher, first, second = people
    code = opened(teacher)
    start(teacher, "Reading a map")
    teacher.wait_for_url(re.compile(r"lesson=7-reading-a-map\.1$"), timeout=PATIENCE)
    for student, word in ((first, "fruit"), (second, "microsoft")):
        student.goto(f"/?class={code}")
        student.get_by_text("Click a word on the map.").wait_for(timeout=PATIENCE)
        student.locator(".lm-root canvas").first.wait_for(timeout=PATIENCE)
        # A word that is searched for counts as a click on it.
        student.keyboard.press("/")
        student.keyboard.type(word)
        student.keyboard.press("Enter")
        student.get_by_text(f"You clicked {word}.").wait_for(timeout=PATIENCE)
        expect(student.locator(".lse-dock-sent")).to_contain_text("Sent.", timeout=PATIENCE)
    lit = """() => {
        const { state, vocabulary } = document.querySelector(".lm-root").linkedMaps;
        return state.lit.map((at) => vocabulary.words[at]).sort().join();
    }"""
    teacher.wait_for_function(f"() => ({lit})() === 'fruit,microsoft'", timeout=PATIENCE)
    assert first.evaluate(lit) == ""
    teacher.keyboard.press("PageDown")
    first.wait_for_function(f"() => ({lit})() === 'fruit,microsoft'", timeout=PATIENCE)
    expect(first.locator(".lse-dock-says")).to_contain_text("You said fruit.", timeout=PATIENCE)
    expect(second.locator(".lse-dock-says")).to_contain_text("microsoft: right.", timeout=PATIENCE)
