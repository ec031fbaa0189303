"""What to watch next and whom to follow: shown from what is there, and nothing typed stops them."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from embeddings import methods, recipes
from embeddings.applications import films
from embeddings.types import HeldOutSpec, RatingsSpec, Spec, VocabularySpec
from pages.shared.films import picker

QUICK = ("films-cooccurrence", "films-als")
"""Methods whose vectors are made in a moment; of the others the page says that they are coming."""

SIX = (
    *("Alien (1979)", "Heat (1995)", "Babe (1995)"),
    *("Fargo (1996)", "Toy Story (1995)", "Aliens (1986)"),
)


@pytest.fixture(scope="module")
def made() -> None:
    for request in (VocabularySpec("films"), VocabularySpec("people"), RatingsSpec()):
        recipes.fetch(request)
    for key in QUICK:
        recipes.fetch(methods.get(key).spec("films"))
        recipes.fetch(films.spec(key))
    for key in ("people-cooccurrence", "people-als"):
        recipes.fetch(methods.get(key).spec("people"))


def open_page(repo, name: str, **query: str) -> AppTest:
    page = AppTest.from_file(repo / "pages" / "navigation.py", default_timeout=120)
    page.switch_page(name)
    for key, value in query.items():
        page.query_params[key] = value
    return page.run()


def shown(page: AppTest) -> str:
    bodies = (str(each.proto.body) for each in page.get("html"))
    said = [body for body in bodies if not body.startswith("<style")]
    said += [each.value for each in (*page.markdown, *page.caption, *page.warning, *page.info)]
    return "\n".join(said)


def test_without_anything_the_ratings_are_asked_for_first(repo, quiet_jobs, monkeypatch) -> None:
    from pages.shared.films import shelf

    monkeypatch.setattr(shelf.access, "has", lambda request: False)
    page = open_page(repo, "films.py")
    assert not page.exception and quiet_jobs.asked == [VocabularySpec("films")]


def test_every_method_answers_or_says_that_it_will(repo, made, quiet_jobs) -> None:
    page = open_page(repo, "films.py")
    text = shown(page)
    assert not page.exception and not page.warning
    assert text.count("<section data-method=") == 6
    assert text.count("Its vectors are being made.") == 3
    assert "Aliens (1986)" in text and "because of Alien (1979)" in text
    assert "people like it" in text and "Popularity alone" in text
    assert isinstance(quiet_jobs.asked[0], Spec)


def test_what_is_measured_is_told_and_is_what_the_command_says(repo, made, quiet_jobs) -> None:
    page = open_page(repo, "films.py", popularity="0")
    found = recipes.fetch(films.spec("films-als"))
    score = films.judge(found, 0.0)
    value, ends = score.beside
    said = f"Matrix factorisation (ALS) ({value:+.3f}, {ends.low:+.3f} to {ends.high:+.3f})"
    assert said in shown(page)
    assert "beat popularity" in shown(page) or "beats popularity" in shown(page)


def test_what_is_chosen_goes_into_the_address(repo, made, quiet_jobs) -> None:
    page = open_page(repo, "films.py")
    page.segmented_control(key="films.popularity").set_value(75).run()
    assert not page.exception
    assert page.query_params["popularity"] == "75"
    page.query_params["liked"] = "Toy Story (1995)|Babe (1995)"
    page.run()
    assert "because of Toy Story (1995)" in shown(page)


def test_whatever_a_browser_names_are_films_or_a_line(repo, made) -> None:
    titles = recipes.fetch(VocabularySpec("films")).words
    assert max(map(len, titles)) < picker.LONGEST
    heat = titles.index("Heat (1995)")
    assert picker.rows_of(["heat (1995)", "Heat (1995)"], titles) == ([heat], None, None)
    assert picker.rows_of([], titles) == ([], None, None)
    for hostile in ("", None, 7, {"a": 1}, ["x"], "<b>Heat</b>", "../../Heat", "\x00", "x" * 10**6):
        rows, left, said = picker.rows_of([hostile, "Heat (1995)"], titles)
        assert rows == [heat]
        assert left == (hostile[: picker.LONGEST] if isinstance(hostile, str) else "")
        assert said and len(said) < 400
    many = list(titles) * 3
    assert picker.rows_of(many, titles) == (list(range(picker.SENT)), None, None)


def test_a_film_that_is_looked_at_is_explained(repo, made, quiet_jobs) -> None:
    page = open_page(repo, "films.py", on="films-als", film="Aliens (1986)")
    assert "<b>Aliens (1986)</b> by Matrix factorisation (ALS): mean cosine" in shown(page)
    page = open_page(repo, "films.py", on="films-als", film="Babe (1995)")
    assert "does not recommend Babe (1995) now" in shown(page)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"liked": "The Matrx|Heat (1995)"}, "Did you mean The Matrix (1999)"),
        ({"liked": "-"}, "Nothing is liked yet"),
        ({"popularity": "33"}, "There is no share of popularity called '33'"),
        ({"on": "glove"}, "There is no method called 'glove'"),
        ({"film": "qqq zzz"}, "There is no film called"),
        ({"liked": "<script>alert(1)</script>"}, "There is no film called"),
        ({"liked": "Untitled film no. 162376"}, "knows none of these films"),
    ],
)
def test_what_is_wrong_in_the_address_costs_one_line(repo, made, quiet_jobs, query, said) -> None:
    page = open_page(repo, "films.py", **query)
    assert not page.exception and said in shown(page)


def test_somebody_who_likes_everything_is_told_so(repo, made, quiet_jobs) -> None:
    words = recipes.fetch(VocabularySpec("films")).words
    page = open_page(repo, "films.py", liked="|".join(words[:60]))
    assert not page.exception and "likes everything" in shown(page)


def test_people_like_a_new_one_with_the_films_they_share(repo, made, quiet_jobs) -> None:
    page = open_page(repo, "people.py")
    text = shown(page)
    assert not page.exception and not page.warning
    assert text.count("<li>person ") == 20 and "Both like: " in text and "Likes besides: " in text
    assert "the nearest of all 671 is that very person" in text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"rated": "-"}, "Nothing is rated yet"),
        ({"rated": "Alien (1979):2|Heat (1995):1"}, "Nothing is liked"),
        ({"rated": "|".join(f"{title}:5" for title in SIX)}, "Everything is liked"),
        ({"rated": "Alien (1979):9"}, "no number of stars"),
        ({"rated": "Aleins (1979):5"}, "There is no film called"),
        ({"on": "films-als"}, "There is no method called 'films-als'"),
    ],
)
def test_a_person_who_likes_nothing_or_everything(repo, made, quiet_jobs, query, said) -> None:
    page = open_page(repo, "people.py", **query)
    assert not page.exception and said in shown(page)


def test_a_measurement_that_was_cancelled_leaves_the_rest(repo, made, quiet_jobs) -> None:
    page = open_page(repo, "films.py")
    page.button(key="cancel").click().run()
    assert not page.exception and quiet_jobs.cancelled
    assert "Aliens (1986)" in shown(page)
    assert not any(isinstance(each, HeldOutSpec) for each in quiet_jobs.asked[:1])
