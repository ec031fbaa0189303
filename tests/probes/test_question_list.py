"""Lists of questions: every form of a line, broken lines, and answers equal to those one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings import methods, recipes
from embeddings.errors import UserError
from embeddings.probes import analogy, formula, question_list
from embeddings.store import Store
from embeddings.types import EmbeddingTable, QuestionsSpec, Replies, request_from_json


@pytest.mark.parametrize(
    "line",
    [
        "man king woman queen",
        "man, king, woman, queen",
        "man;king;woman;queen",
        "man\tking\twoman\tqueen",
        '"man","king","woman","queen"',
        "man : king :: woman : queen",
        "  man:king::woman:queen ",
    ],
)
def test_every_form_of_a_line_asks_the_same(line):
    assert question_list.read_line(line) == formula.analogy("man", "king", "woman", "queen")


@pytest.mark.parametrize("line", ["man king woman", "man,king,woman,", "man king woman ?"])
def test_the_expected_word_may_be_missing(line):
    assert question_list.read_line(line) == formula.analogy("man", "king", "woman")


def test_words_with_signs_in_them_are_words():
    found = question_list.read_line("father-in-law a mother-in-law b")
    assert found.asked == ("father-in-law", "a", "mother-in-law")
    sums = question_list.read_line("king - man + woman")
    assert sums.asked == ("man", "king", "woman")
    assert question_list.read_line("0.5*paris + rome").asked is None


def test_broken_lines_are_named_and_the_rest_is_read():
    text = "\ufeffman king woman queen\r\n\r\n: family\n# note\nfoo\na b c d e\nking - \nx:y\n"
    found = question_list.read(text)
    assert len(found.questions) == 1 and found.lines == (1,)
    assert [each.line for each in found.broken] == [5, 6, 7, 8]
    assert all(each.problem for each in found.broken)


def test_a_question_asked_twice_is_answered_once():
    found = question_list.read("a b c d\na b c d\na b c e")
    assert len(found.questions) == 2 and found.lines == (1, 3) and found.repeated == (2,)
    assert question_list.read("man king woman queen\nman : king :: woman : queen").repeated == (2,)


def test_too_many_questions_are_counted_and_left_out(monkeypatch):
    monkeypatch.setattr(question_list, "MOST", 3)
    found = question_list.read("\n".join(f"a b c w{i}" for i in range(10)))
    assert len(found.questions) == 3 and found.left_out == 7


def test_nothing_is_read_from_nothing():
    found = question_list.read("")
    assert found.questions == () and found.broken == ()


@given(st.text(max_size=200))
def test_no_text_breaks_it_and_what_is_read_can_be_written(text):
    found = question_list.read(text)
    for question in found.questions:
        line = question_list.write_line(question)
        assert formula.as_analogy(formula.parse(line)) == question


@given(st.lists(st.text(st.characters(exclude_characters='"'), min_size=1), min_size=3, max_size=4))
def test_any_words_separated_by_tabs_are_a_question_or_one_clear_line(words):
    try:
        found = question_list.read_line("\t".join(words))
    except UserError:
        return
    assert formula.parse(question_list.write_line(found)) == found


def test_the_answers_are_those_of_one_question_after_the_other():
    spec = methods.get("glove").spec("topics")
    table = recipes.fetch(spec)
    assert isinstance(table, EmbeddingTable)
    asked = question_list.read(
        "man king woman queen\nparis france berlin germany\nking - man + woman\n"
        "man zzz woman queen\nman king woman zzz\nman man woman girl"
    )
    request = question_list.spec(spec, asked, "add")
    found = recipes.fetch(request)
    assert isinstance(found, Replies) and found.searched == len(table)
    for question, reply in zip(asked.questions[:3], found.replies, strict=False):
        one = analogy.answer(table, question, k=question_list.SHOWN)
        assert (reply.words, reply.rank, reply.nearest) == (one.words, one.rank, one.nearest)
        assert reply.scores == one.scores
    assert found.replies[3].words == () and "zzz" in found.replies[3].problem
    assert found.replies[4].words[0] == "queen" and found.replies[4].rank is None
    assert request_from_json(request.canonical) == request
    assert recipes.fetch(request).replies == found.replies


def test_what_people_ask_is_not_kept_on_disk(tmp_path):
    spec = methods.get("glove").spec("topics")
    request = question_list.spec(spec, question_list.read("man king woman queen"))
    kept = Store(None, tmp_path)
    found = recipes.fetch(request, kept)
    assert found.replies[0].words[0] == "queen"
    assert not kept.has(request) and not list(tmp_path.rglob("questions/*.npz"))
    assert recipes.fetch(request, kept) is found


def test_a_way_that_cannot_answer_says_why():
    spec = methods.get("glove").spec("topics")
    asked = question_list.read("king + queen\nman man woman girl")
    found = recipes.fetch(question_list.spec(spec, asked, "pair"))
    assert all(reply.problem and not reply.words for reply in found.replies)


def test_replies_that_are_not_those_of_the_questions_are_refused():
    spec = QuestionsSpec(methods.get("glove").spec("topics"), ("a : b :: c : d",))
    with pytest.raises(ValueError, match="one reply per question"):
        Replies((), 3, spec)
