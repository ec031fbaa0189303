"""What to watch next and whom to follow in a real browser: made by the workers, then at once."""

from __future__ import annotations

import pytest

READY = 240_000
"""Milliseconds in which workers start, read the ratings and learn the first vectors."""


@pytest.fixture
def films(page, complaints):
    complaints.allow("404")
    page.goto("/films")
    page.wait_for_selector('[data-method="films-als"] li', timeout=READY)
    return page


def settle(page) -> None:
    """Wait until the page has been at rest for a second: what is typed before is taken away."""
    page.wait_for_function(
        """() => {
            const app = document.querySelector('[data-testid="stApp"]');
            if (app.dataset.testScriptState !== "notRunning") delete window.calmSince;
            else window.calmSince ??= performance.now();
            return window.calmSince && performance.now() - window.calmSince > 1000;
        }"""
    )
    page.evaluate("delete window.calmSince")


LIKED = ["Alien (1979)", "Blade Runner (1982)", "The Matrix (1999)"]


def chosen(page) -> list[str]:
    return page.locator('[data-picker] [role="listitem"] span').all_inner_texts()


def picks(page, method: str) -> list[str]:
    return page.locator(f'[data-method="{method}"] li a').all_inner_texts()


def test_films_are_recommended_and_a_press_says_why(films) -> None:
    assert "Aliens (1986)" in picks(films, "films-als")
    films.locator('[data-method="films-als"] li a', has_text="Aliens (1986)").click()
    films.wait_for_url("**film=Aliens*")
    why = films.locator(".lse-why")
    assert "Aliens (1986)" in why.inner_text() and "Alien (1979)" in why.inner_text()


def test_the_switch_turns_closeness_into_popularity(films) -> None:
    films.get_by_role("radio", name="100 %").click()
    films.wait_for_url("**popularity=100*")
    settle(films)
    popular = films.locator('[data-method="popularity"] li').all_inner_texts()
    films.wait_for_function(
        "first => document.querySelector('[data-method=\"films-als\"] li a').innerText === first",
        arg=popular[0].split("\n")[0],
    )
    assert picks(films, "films-als") == [line.split("\n")[0] for line in popular]


def test_what_is_chosen_in_a_lesson_leaves_the_lesson_where_it_is(page, films) -> None:
    page.goto("/films?lesson=10-at-work.3")
    page.locator(".lse-dock-leave").wait_for()
    page.get_by_role("radio", name="75 %").click()
    page.wait_for_url("**popularity=75*")
    settle(page)
    assert "lesson=10-at-work.3" in page.url


def test_a_film_is_searched_as_one_types_and_an_unknown_one_costs_a_line(films) -> None:
    field = films.get_by_role("combobox", name="Films you like")
    field.fill("STORY (1995")
    films.get_by_role("option", name="Toy Story (1995)", exact=True).click()
    films.wait_for_url("**Toy+Story*")
    settle(films)
    assert chosen(films) == [*LIKED, "Toy Story (1995)"]
    assert field.input_value() == ""
    said = films.locator('[data-testid="stAlertContainer"]')
    said = said.filter(has_text="There is no film called")
    field.fill("zzzqqq the film")
    films.keyboard.press("Enter")
    said.wait_for()
    settle(films)
    assert field.input_value() == "zzzqqq the film"
    assert picks(films, "films-als")
    assert chosen(films) == [*LIKED, "Toy Story (1995)"]


def test_films_are_taken_away_one_by_one_and_none_comes_back(films) -> None:
    films.get_by_role("button", name="Take Alien (1979) away").click()
    field = films.get_by_role("combobox", name="Films you like")
    field.fill("fargo")
    field.press("ArrowDown")
    field.press("Enter")  # before the page has answered the first
    films.wait_for_url("**Fargo*")
    settle(films)
    assert chosen(films) == [*LIKED[1:], "Fargo (1996)"]
    assert "Alien+%281979" not in films.url
    field.press("Backspace")
    films.wait_for_url("**liked=*Matrix+%281999%29")
    for title in LIKED[1:]:
        films.get_by_role("button", name=f"Take {title} away").click()
    films.get_by_text("Nothing is liked yet").wait_for()
    assert chosen(films) == []


def test_people_are_found_for_a_made_up_one(page, complaints) -> None:
    complaints.allow("404")
    page.goto("/people")
    page.wait_for_selector('[data-method="people-als"] li', timeout=READY)
    before = page.locator('[data-method="people-als"]').inner_text()
    stars = page.locator('[class*="st-key-people-film-"]').nth(1).get_by_role("radio")
    stars.first.click(force=True)
    page.wait_for_url("**rated=*")
    page.wait_for_function(
        "before => document.querySelector('[data-method=\"people-als\"]').innerText !== before",
        arg=before,
    )


@pytest.mark.parametrize("address", ["/films", "/people"])
def test_both_stand_in_the_dark_too(dark_page, complaints, address) -> None:
    complaints.allow("404")
    dark_page.goto(address)
    dark_page.wait_for_selector(".lse-picks li", timeout=READY)
    ink = dark_page.evaluate(
        "() => getComputedStyle(document.querySelector('.lse-picks'))"
        ".color.match(/\\d+/g).map(Number)"
    )
    assert min(ink) > 180
