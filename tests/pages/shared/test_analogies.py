"""The page of analogies, part by part: its address, the race, the gallery's claims, lists."""

from __future__ import annotations

import io
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings import methods, recipes
from embeddings.probes import analogy, formula, question_list
from embeddings.types import VocabularySpec
from pages.shared import access, completion, links
from pages.shared.analogies import asking as addresses
from pages.shared.analogies import cards, gallery, many, picture, race
from pages.shared.analogies.asking import Asking, Wrong
from pages.shared.reading import as_csv

LEARNED = [key for key, each in methods.available().items() if each.learns_from != "nothing"]


def asked(text: str) -> Asking:
    return addresses.asked_by(formula.parse(text), Asking())


def runs(text: str, **changes: object) -> dict[str, race.Run]:
    asking = replace(asked(text), **changes)
    question = addresses.question(asking)
    assert not isinstance(question, Wrong)
    return {run.method: run for run in race.run(question, asking)}


# The address ----------------------------------------------------------------------------------


def test_the_ways_are_those_that_can_be_computed():
    assert tuple(addresses.WAYS) == analogy.WAYS


@given(
    st.sampled_from(["analogy", "formula", "list"]),
    st.tuples(*(st.text(st.characters(codec="utf-8"), min_size=1, max_size=20),) * 4),
    st.sampled_from(list(addresses.WAYS)),
    st.sampled_from(list(addresses.INPUTS)),
    st.sampled_from(list(addresses.SEARCHED)),
    st.sampled_from([2, 3]),
)
def test_an_address_says_the_whole_question(mode, words, way, inputs, searched, dimensions):
    a, b, c, expect = words
    said = Asking(
        mode, a, b, c, expect, way=way, inputs=inputs, vocabulary=searched, dimensions=dimensions
    )
    found, problems = addresses.read(addresses.write(said))
    assert not problems and addresses.write(found) == addresses.write(said)
    if mode == "analogy":
        assert (found.a, found.b, found.c, found.expect) == (a, b, c, expect)


def test_an_empty_address_asks_the_famous_question():
    found, problems = addresses.read({})
    assert not problems and (found.a, found.b, found.c, found.expect) == (
        *("man", "king", "woman", "queen"),
    )
    assert str(addresses.question(found)) == "king - man + woman"


def test_what_is_wrong_in_an_address_costs_one_line():
    found, problems = addresses.read({"way": "x", "vocabulary": "topics", "dimensions": "7"})
    assert len(problems) == 3 and found == Asking()


def test_a_part_that_is_empty_is_pointed_at():
    found, _ = addresses.read({"a": "man", "c": "woman"})
    wrong = addresses.question(found)
    assert isinstance(wrong, Wrong) and wrong.part == "b" and "B is empty" in wrong.problem


@pytest.mark.parametrize(
    ("text", "column"), [("king - man ) woman", 12), ("king - + x", 8), ("3", 1), ("a b", 3)]
)
def test_a_formula_that_cannot_be_read_says_where(text, column):
    wrong = addresses.question(Asking("formula", formula=text))
    assert isinstance(wrong, Wrong) and wrong.column == column and wrong.text == text


def test_a_formula_of_that_form_is_the_analogy():
    found = addresses.question(Asking("formula", formula="king - man + woman"))
    assert not isinstance(found, Wrong) and found.asked == ("man", "king", "woman")


def test_only_glove_searches_all_its_words_and_each_method_its_own():
    big = Asking(vocabulary="glove-400k")
    assert [key for key, spec in race.specs(big).items() if spec] == ["glove"]
    own = race.specs(Asking(vocabulary="own"))
    assert own["glove"].vocabulary == "glove-400k" and own["bert"].vocabulary == "wordpieces"
    assert own["word2vec"].vocabulary == "corpus"
    # Which would take most of an hour to know more; its card says so.
    assert own["bert_in_context"].vocabulary == "common-10k"


def test_the_question_is_carried_from_one_way_to_ask_to_the_other():
    last = Asking(a="paris", b="france", c="berlin", expect="germany")
    now = addresses.carried(replace(Asking(), mode="formula"), last)
    assert now.formula == "france - paris + berlin"
    back = addresses.carried(Asking(), replace(now, mode="formula"))
    assert (back.a, back.b, back.c) == ("paris", "france", "berlin")
    kept = addresses.carried(Asking(), Asking("formula", formula="king - ) x"))
    assert kept.formula == "king - ) x" and kept.a == "man"


def test_empty_fields_are_no_famous_question():
    found, _ = addresses.read(addresses.write(Asking(a="", b="", c="", expect="")))
    wrong = addresses.question(found)
    assert isinstance(wrong, Wrong) and wrong.part == "a"


@pytest.mark.parametrize(
    ("text", "problem"),
    [("a : b : c", "write a : b :: c : ?"), ("man : king :: : ?", "a word is missing here.")],
)
def test_the_reason_of_a_mistake_is_said_whole(text, problem):
    wrong = addresses.question(Asking("formula", formula=text))
    assert isinstance(wrong, Wrong) and wrong.problem.startswith(problem)


# The race -------------------------------------------------------------------------------------


def test_each_method_answers_as_it_does_alone():
    found = runs("man : king :: woman : queen")
    assert list(found) == list(methods.available())
    table = recipes.fetch(methods.get("glove").spec("common-10k"))
    alone = analogy.answer(table, formula.analogy("man", "king", "woman", "queen"))
    assert found["glove"].answer.words == alone.words
    right = [key for key, run in found.items() if run.answer.rank == 1]
    assert right == ["cooccurrence", "word2vec", "glove", "bert", "bert_in_context"]


def test_one_hot_answers_by_lot_and_says_why():
    found = runs("man : king :: woman : queen")["one_hot"]
    assert found.answer.rank > 100
    assert "drawn by lot" in race.verdict(found) and "axis of its own" in race.verdict(found)


def test_the_words_of_the_question_win_where_they_may():
    found = runs("man : king :: woman : queen", inputs="in")
    assert found["glove"].answer.words[0] == "king" and not found["glove"].answer.excluded
    assert "let in" in cards.table(list(found.values()))["inputs"].unique()


def test_a_word_that_a_method_lacks_costs_that_method_alone():
    found = runs("swimming : swam :: walking : walked")
    assert found["word2vec"].answer is None and "swam" in found["word2vec"].problem
    assert found["glove"].answer.words[0] == "walked"
    other = runs("walking : walked :: swimming : swam")
    assert other["word2vec"].answer and other["word2vec"].lacks == ("swam",)
    assert "no vector for swam" in cards.cards([other["word2vec"]])


def test_a_word_that_nobody_knows_is_suggested_or_found_elsewhere():
    def lines(text: str) -> list[str]:
        question = formula.parse(text)
        return race.unknown(race.run(question, Asking()), question, Asking())

    assert lines("man : king :: woman : queen") == []
    assert "Did you mean" in lines("man : kimg :: woman : queen")[0]
    assert "400,000" in lines("man : homemaker :: woman : queen")[0]
    assert "stands between spaces: rome - italy" in lines("paris + rome-italy")[0]


def test_words_are_never_read_as_markup():
    evil = '<img src=x onerror="alert(1)">'
    question = formula.analogy(evil, "king", "woman")
    written = cards.cards(race.run(question, Asking()))
    assert "<img" not in written and "&lt;img" in written
    assert "<img" not in links.link(evil, {"a": evil}, evil, evil)


def test_the_page_says_when_two_words_all_but_coincide():
    assert "all but coincide" in race.verdict(
        runs("monday : tuesday :: friday : saturday")["glove"]
    )
    assert "simply the word nearest" in race.verdict(
        runs("walk : walking :: swim : swimming")["glove"]
    )
    assert "much the same way" in race.verdict(runs("man : king :: woman : queen")["glove"])


def test_the_table_of_a_race_has_a_row_for_each_answer():
    frame = cards.table(list(runs("man : king :: woman : queen").values()))
    assert len(frame) == 10 * len(methods.available())
    again = pd.read_csv(io.StringIO(as_csv(frame)))
    assert set(again["answer"]) >= {"queen"}


def test_many_unknown_words_are_counted_and_not_all_told():
    question = formula.parse(" + ".join(f"zqx{i}w" for i in range(60)))
    runs = race.run(question, Asking())
    lines = race.unknown(runs, question, Asking())
    assert len(lines) == race.TOLD + 1 and "56 more" in lines[-1]
    assert "57 more words" in runs[-1].problem


@pytest.mark.parametrize("searched", ["common-2k", "common-10k"])
def test_what_was_answered_is_found_again_without_reading_vectors(monkeypatch, searched):
    asking = Asking(vocabulary=searched)
    first = gallery.written(asking)
    read = []
    table = access.table
    monkeypatch.setattr(access, "table", lambda spec: read.append(spec) or table(spec))
    assert gallery.written(asking) == first and read == []


# The picture ----------------------------------------------------------------------------------


def test_the_picture_has_the_question_the_answer_and_its_rivals():
    run = runs("france : paris :: italy : rome")["bert"]
    shown = picture.picture_of(recipes.fetch(run.spec), run)
    assert shown.words[:5] == ("france", "paris", "italy", "florence", "rome")
    assert shown.roles[:5] == ("a", "b", "c", "answer", "expected")
    assert set(shown.roles[5:]) == {"rival"}
    assert shown.in_plane[1] == pytest.approx(1) and 0 < shown.in_plane[3] < 1
    said = picture.explained(shown, run, 2)
    assert "florence" in said and "out of this plane" in said


# The gallery ----------------------------------------------------------------------------------


def claims(text: str, **changes: object) -> dict[str, race.Run]:
    item = next(
        each
        for each in gallery.items()
        if str(each.question) == str(formula.parse(text))
        and each.question.asked == formula.parse(text).asked
    )
    assert item.remark
    return runs(text, **changes)


def right(found: dict[str, race.Run]) -> set[str]:
    return {key for key, run in found.items() if run.answer and run.answer.rank == 1}


def test_the_gallery_has_questions_of_every_kind():
    groups = list(dict.fromkeys(item.group for item in gallery.items()))
    assert len(groups) == 5 and groups[-1] == "Bias" and len(gallery.items()) >= 20
    assert all(item.question.expected for item in gallery.items())


def test_what_the_gallery_says_is_so():
    let_in = claims("man : king :: woman : queen", inputs="in")
    assert sum(let_in[key].answer.words[0] == "king" for key in LEARNED) > len(LEARNED) / 2
    assert right(claims("he : she :: his : her")) == set(LEARNED)
    assert right(claims("hand : finger :: foot : toe")) == set(LEARNED)
    nearest = claims("walk : walking :: swim : swimming")
    assert sum(nearest[key].reasons.is_nearest for key in LEARNED) > len(LEARNED) / 2
    season = claims("day : night :: summer : winter")
    assert right(season) == {"cooccurrence", "word2vec", "glove"}
    assert all(season[key].reasons.parallel < 0.25 for key in right(season))
    assert right(claims("france : paris :: italy : rome")) == {"glove"}
    days = claims("monday : tuesday :: friday : saturday")["glove"]
    assert days.reasons.start > 0.99 and days.answer.rank > 1
    opposites = claims("small : large :: cold : hot")["glove"]
    assert opposites.reasons.start > 0.95 and opposites.answer.rank > 1
    prefix = claims("possible : impossible :: happy : unhappy")
    assert not right(prefix)
    assert right(claims("bread : baker :: meat : butcher")) == {"bert", "bert_in_context"}
    rose = claims("red : rose :: yellow : lemon")["glove"].answer
    assert rose.words[0] in ("dipped", "climbed", "fell", "slipped")
    swam = claims("walking : walked :: swimming : swam")
    assert not right(swam) and swam["glove"].answer.words[0] == "olympic"
    assert claims("man : doctor :: woman : nurse")["glove"].answer.words[0] == "nurse"
    doctor = claims("man : doctor :: woman : nurse", inputs="in")
    assert all(doctor[key].answer.words[0] == "doctor" for key in LEARNED)
    assert claims("he : doctor :: she : nurse")["glove"].answer.words[0] == "nurse"


def test_the_more_words_are_searched_the_harder_it_is():
    for request in (VocabularySpec("glove-400k"), methods.get("glove").spec("glove-400k")):
        recipes.fetch(request)
    few = claims("swimming : swam :: walking : walked")["glove"].answer
    many_words = claims("swimming : swam :: walking : walked", vocabulary="glove-400k")
    assert few.words[0] == "walked"
    assert many_words["glove"].answer.words[0] == "wandered" and right(many_words) == set()
    germany = runs("paris : france :: berlin : germany", vocabulary="glove-400k")
    assert right(germany) == {"glove"} and germany["bert"].answer is None


def test_berlin_is_to_germany_as_paris_to_france():
    assert runs("france : paris :: germany : berlin")["glove"].answer.words[0] == "berlin"
    found = race.run(formula.parse("paris - france + germany"), Asking())
    assert {run.method: run for run in found}["glove"].answer.words[0] == "berlin"


def test_every_question_of_the_gallery_is_a_link_to_itself():
    written = gallery.written(Asking())
    assert written.count("data-in-app") == len(gallery.items())
    assert "?a=man&amp;b=king&amp;c=woman&amp;expect=queen" in written


# Many at once ---------------------------------------------------------------------------------


def test_a_list_is_one_table_with_every_methods_answer():
    listed = question_list.read("man king woman queen\nking - man + woman\n=1+1,b,c,d")
    found = {
        method: recipes.fetch(request)
        for method, request in many.requests(listed, Asking()).items()
        if method in ("glove", "word2vec")
    }
    short = many.table(listed, found)
    assert list(short["GloVe"])[:2] == ["queen ✓", "queen"]
    assert "no vector" in short["Word2Vec"][2]
    whole = as_csv(many.table(listed, found, whole=True))
    assert "\n3,'=1+1 : b :: c : d,d," in whole


# Completion -----------------------------------------------------------------------------------


def test_completions_are_the_most_frequent_words_that_begin_so():
    words = ("the", "king", "kings", "kin", "kingdom", "a", "kind")
    found = completion.Completions.of(words)
    assert found.begin_with("kin", most=3) == ["kin", "king", "kings"]
    assert found.begin_with("KING ") == ["king", "kings", "kingdom"]
    assert found.begin_with("") == [] and found.begin_with("zz") == []


@given(st.lists(st.text(max_size=5), unique=True, max_size=30), st.text(max_size=3))
def test_completions_equal_the_plain_search(words, typed):
    found = completion.Completions.of(tuple(words)).begin_with(typed, most=4)
    wanted = typed.strip().lower()
    plain = [word for word in words if wanted and word.startswith(wanted)]
    plain.sort(key=lambda word: word != wanted)
    assert found == plain[:4]
