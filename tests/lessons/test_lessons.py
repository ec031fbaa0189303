"""Lessons: every figure is computed, every address opens, every mistake is said with its line."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from embeddings import lessons
from embeddings.errors import UserError
from embeddings.lessons import Figure, LessonError, figures
from pages.shared.lessons import place as places

PACKAGED, PROBLEMS = lessons.read_all()
GOOD = (lessons.FOLDER / "5-arithmetic.yaml").read_text("utf-8")


def test_there_are_eight_lessons_or_more_without_a_mistake():
    assert not PROBLEMS
    assert len(PACKAGED) >= 8
    assert len({lesson.title for lesson in PACKAGED.values()}) == len(PACKAGED)


@pytest.mark.parametrize("key", PACKAGED)
def test_every_figure_that_a_lesson_shows_is_what_is_computed(key):
    for name, figure in PACKAGED[key].figures.items():
        found = figures.compute(figure)
        assert figure.written(found) == figure.text, (name, found)


@pytest.mark.parametrize("key", PACKAGED)
def test_no_figure_stands_in_a_sentence_without_being_computed(key):
    """Decimals and percentages are measured, unless the sentence is a question or a date."""
    text = (lessons.FOLDER / f"{key}.yaml").read_text("utf-8").split("\nsteps:")[1]
    allowed = {"44 %", "5 %", "25 %", "75 %", "85 %", "95 %"}  # chance of 4 in 9; wrong choices
    found = set(re.findall(r"\b\d+ %|\b\d*\.\d+", text)) - allowed
    assert not found


@pytest.mark.parametrize("key", PACKAGED)
def test_a_step_explains_in_at_most_three_sentences_and_asks_a_question(key):
    for step in PACKAGED[key].steps:
        assert len(re.findall(r"[.?!](?:\s|$)", step.explain)) <= 3, step.title
        assert "?" in step.prediction.ask, step.title
        assert step.prediction.is_right(step.prediction.answers[0].upper() + " ")


STEPS = [step for lesson in PACKAGED.values() for step in lesson.steps]
ADDRESSES = sorted({each for step in STEPS for each in (step.open, step.opens_then)})


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_step_opens_a_page_that_has_nothing_to_complain_of(address, repo):
    parts = urlsplit(address)
    page = AppTest.from_file(str(repo / "pages" / "navigation.py"), default_timeout=60)
    if parts.path.strip("/"):
        page.switch_page(f"{parts.path.strip('/')}.py")
    for name, value in parse_qsl(parts.query):
        page.query_params[name] = value
    page.run()
    assert not page.exception
    assert not [each.value for each in page.warning if "Showing" in each.value]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_step_says_what_it_opens_whatever_the_reader_left_there(address):
    assert urlsplit(address).query or address == "/digits"  # which keeps nothing there


# A teacher's own files -------------------------------------------------------------------------


def problem(text: str) -> LessonError:
    with pytest.raises(LessonError) as found:
        lessons.parse(text, "mine.yaml")
    assert "\n" not in str(found.value)
    return found.value


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ("minutes: 10", "minutes: ten", "minutes: ten", "whole number"),
        ("minutes: 10", "minutes: 10\nlength: 3", "length: 3", "length"),
        ("https://aclanthology.org/W16-2503/", "javascript:alert(1)", "javascript", "https"),
        ("answer: all four", "answer: four", "answer: four", "none of the choices"),
        ("{queen}", "{quean}", "{quean}", "queen"),
        (
            "open: /scorecard?vocabulary=common-10k\n",
            "open: https://example.org/\n",
            "https://example",
            "within the app",
        ),
        ("minutes: 10", "minutes: 10\nminutes: 11", "minutes: 11", "second time"),
        ("    try: Ask for a pair", "    tri: Ask for a pair", None, "try"),
        ("title: Arithmetic", "title: [Arithmetic", None, ""),
    ],
)
def test_a_mistake_is_said_with_its_line(old, new, at, says):
    text = changed(old, new)
    found = problem(text)
    assert says in str(found)
    assert found.line is not None
    if at:
        assert abs(found.line - line_of(text, at)) <= 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a\n- list",
        "just words",
        "title: x",
        "title: !!python/object/apply:os.system ['true']",
        "[" * 5000,
        "a0: &a0 [x]\n" + "\n".join(f"a{i + 1}: &a{i + 1} [{f'*a{i}, ' * 9}]" for i in range(9)),
        "\x00",
    ],
    ids=["empty", "list", "words", "half", "python", "deep", "billion", "zero"],
)
def test_what_is_no_lesson_is_refused_in_a_line(text):
    problem(text)


def test_a_figure_nobody_shows_or_that_cannot_be_computed_is_said():
    unused = GOOD.replace("figures:\n", "figures:\n  more: { compute: cosine, value: 1 }\n")
    assert "more" in str(problem(unused))
    with pytest.raises(UserError, match="cosine"):
        figures.compute(Figure("cosin", {}, 0.0))
    with pytest.raises(UserError, match="cosine cannot"):
        figures.compute(Figure("cosine", {"word": "king"}, 0.0))
    with pytest.raises(UserError):
        figures.compute(Figure("cosine", {"method": "glove", "words": ["king", "qqq"]}, 0.0))


def test_lessons_of_a_folder_stand_beside_the_packaged_and_in_their_place(tmp_path, monkeypatch):
    (tmp_path / "5-arithmetic.yaml").write_text(
        re.sub("^title: .*", "title: Rechnen mit Wörtern", GOOD, flags=re.MULTILINE),
        "utf-8",
    )
    (tmp_path / "mine.yaml").write_text(GOOD, "utf-8")
    (tmp_path / "broken.yaml").write_text("title: x", "utf-8")
    (tmp_path / "latin.yaml").write_bytes("title: Wörter\naim: caf\xe9".encode("latin-1"))
    (tmp_path / "Big Name.yaml").write_text(GOOD, "utf-8")
    monkeypatch.setenv(lessons.SETTING, str(tmp_path))
    found, problems = lessons.read_all()
    assert set(found) == {*PACKAGED, "mine"}
    assert found["5-arithmetic"].title == "Rechnen mit Wörtern"
    assert sorted(each.file for each in problems) == ["Big Name.yaml", "broken.yaml", "latin.yaml"]
    monkeypatch.setenv(lessons.SETTING, str(tmp_path / "nowhere"))
    assert len(lessons.read_all()[1]) == 1


def test_a_changed_file_is_read_again(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD, "utf-8")
    assert lessons.read(path).minutes == 10
    path.write_text(GOOD.replace("minutes: 10", "minutes: 12"), "utf-8")
    assert lessons.read(path).minutes == 12


# Places -----------------------------------------------------------------------------------------


def test_a_place_is_written_as_it_is_read():
    for text in ("5-arithmetic.1", "5-arithmetic.2.seen"):
        place, lesson, step = places.read(text)
        assert place.text == text
        assert lesson.steps[place.step] is step
    assert places.read("5-arithmetic")[0].step == 0


NO_PLACES = ("", "nothing.1", "5-arithmetic.0", "5-arithmetic.9", "5-arithmetic.²", "../x.1")


@pytest.mark.parametrize("text", [*NO_PLACES, "5-arithmetic." + "9" * 9999])
def test_a_place_that_is_none_is_refused_in_a_line(text):
    with pytest.raises(UserError) as found:
        places.read(text)
    assert len(str(found.value)) < 300


def test_what_a_step_leads_to():
    place, _, step = places.read("5-arithmetic.2.seen")
    path, query, _ = places.target(place, step)
    assert path == "analogies" and query["inputs"] == "in"
    assert "inputs" not in places.target(place.of(seen=False), step)[1]


def test_packaged_files_are_named_in_the_order_of_the_lessons():
    numbers = [int(key.partition("-")[0]) for key in PACKAGED]
    assert numbers == list(range(1, len(PACKAGED) + 1))
    assert all(Path(lessons.FOLDER / f"{key}.yaml").is_file() for key in PACKAGED)
