"""What the scorecard says: the address and back, cells, questions, and the papers' figures."""

from __future__ import annotations

import csv
import io
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
import streamlit as st

from embeddings import methods, vocabulary
from embeddings.figures.scores import Value
from embeddings.methods import glove
from embeddings.probes import scorecard, tests_of_meaning
from embeddings.probes.scorecard import Reply
from embeddings.types import EmbeddingTable, Interval, PairScore
from pages.shared import access
from pages.shared.address import Choice
from pages.shared.analogies import asking
from pages.shared.reading import as_csv
from pages.shared.scores import choice, papers, questions, view
from pages.shared.scores.choice import Scores
from pages.shared.scores.view import Column

LAYER = Choice("bert", settings=(("layer", 2),))
WINDOW = Choice("word2vec", settings=(("training_seed", 7), ("window", 10)))


def column(key: str, words: str = "common-2k") -> Column:
    request = scorecard.spec(methods.get(key).spec(words))
    return Column(key, methods.get(key).label, request, access.scorecard(request))


# The address ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "scores",
    [
        Scores(),
        Scores("own", "nearest"),
        Scores("common-2k", "all", (LAYER, WINDOW), "family", "word2vec,training_seed:7,window:10"),
        Scores(section="simlex999", method="one_hot"),
    ],
)
def test_the_address_says_everything(scores):
    assert choice.read(choice.write(scores)) == (scores, ())


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"vocabulary": "common-10"}, "Did you mean common-10k"),
        ({"vocabulary": "topics"}, "vocabulary"),
        ({"cells": "near"}, "nearest"),
        ({"columns": "glvoe"}, "Did you mean glove"),
        ({"columns": "bert,layer:9"}, "layer is '9'"),
        ({"section": "famly", "method": "glove"}, "Did you mean family"),
        ({"section": "family", "method": "bert,layer:0"}, "bert"),
        ({"columns": "|".join(f"word2vec,window:{n}" for n in range(6, 13))}, "7 columns"),
    ],
)
def test_what_is_wrong_costs_a_line_and_falls_back(query, said):
    scores, problems = choice.read(query)
    assert len(problems) == 1 and said in problems[0]
    assert (scores.vocabulary, scores.cells, scores.open) == ("common-10k", "attempted", None)
    assert len(scores.added) in (0, 5)


def test_columns_are_all_methods_and_what_was_added_once():
    query = {"columns": "bert,layer:2|bert,layer:2|glove|bert,layer:6|glove,n_neighbors:30"}
    scores, _ = choice.read(query)
    assert scores.added == (LAYER,)  # defaults are there already, and a map's settings say nothing
    assert [each.method for each in scores.columns] == [*methods.available(), "bert"]
    assert scores.name(LAYER) == "BERT (MiniLM) · layer 2"


def test_each_method_searches_its_own_words():
    scores = Scores("own", added=(LAYER, WINDOW))
    searched = {each.method: scores.request(each).table.vocabulary for each in scores.columns}
    assert searched["glove"] == "glove-400k" and searched["bert"] == "wordpieces"
    assert searched["word2vec"] == "corpus" == searched["one_hot"]
    assert scores.request(WINDOW).table.seed == 7 and scores.request(WINDOW).table["window"] == 10
    assert {*searched.values()} <= {*vocabulary.all_names()}


# Cells ------------------------------------------------------------------------------------------


def test_cells_show_what_was_chosen_and_say_everything():
    glove = column("glove")
    section = view.section_of(glove.card, "family")
    shown = {name: view.cell("family", glove, name) for name in choice.CELLS}
    assert shown["attempted"].value == section.accuracy
    assert shown["all"].value == section.accuracy_on_all == section.correct / 506
    assert shown["nearest"].value == section.nearest_accuracy
    assert shown["coverage"].value == section.attempted / 506
    assert len({cell.said for cell in shown.values()}) == 1
    said = shown["all"].said
    assert (
        f"{section.correct} of {section.attempted} attempted" in said
        and "of all 506" in said.lower()
    )


def test_a_section_that_nobody_can_attempt_has_no_number():
    empty = view.cell("city-in-state", column("glove"), "attempted")
    assert (empty.text, empty.value) == ("–", None) and "None of 2,467" in empty.said


def test_pairs_without_order_have_no_number():
    one_hot = column("one_hot")
    assert view.cell("simlex999", one_hot, "attempted").text == "–"
    assert view.cell("simlex999", one_hot, "coverage").value == pytest.approx(219 / 999)
    glove = view.cell("wordsim353", column("glove"), "attempted")
    assert glove.text == f"{column('glove').card.pairs[0].spearman:.2f}"
    assert "no such number" in view.cell("wordsim353", column("glove"), "nearest").said


@pytest.mark.parametrize(
    ("share", "written"),
    [(0, "0"), (1, "100"), (0.57, "57"), (0.099, "9.9"), (0.0996, "10"), (0.0005, "0.05")],
)
def test_percentages_keep_their_first_digit(share, written):
    assert view.percent(share) == written


def test_what_is_right_of_all_shrinks_with_what_was_attempted():
    card = column("glove").card
    part, whole = (view.overall_row("GloVe", card, is_all) for is_all in (False, True))
    share = card.overall.attempted / 19_544
    for name in ("at", "low", "high"):
        assert getattr(whole.accuracy, name) == pytest.approx(share * getattr(part.accuracy, name))
    assert whole.nearest == pytest.approx(share * part.nearest)
    assert part.chance == pytest.approx(1 / 1997) and part.pairs[0] is not None
    assert view._value(PairScore("p", 9, 3, 0.5, 0.4, Interval(0.1, 0.9))) == Value(0.5, 0.1, 0.9)


def test_the_table_has_every_section_of_every_method():
    rows = view.scores_table([column("glove"), column("bert")])
    assert len(rows) == 2 * (15 + 2)
    family = rows[(rows.method == "GloVe") & (rows.test == "Family")].iloc[0]
    assert family["value"] * family["attempted"] == pytest.approx(
        view.section_of(column("glove").card, "family").correct
    )


# Questions --------------------------------------------------------------------------------------

REPLY = Reply(("Athens", "Greece", "=cmd", "x & y"), True, "<b>", False, True)


def test_a_question_links_to_the_page_that_answers_it():
    address = questions.link(REPLY, "common-2k", "bert")
    assert address.startswith(
        "/analogies?a=athens&b=greece&c=%3Dcmd&expect=x+%26+y&vocabulary=common-2k&drawn=bert#"
    )
    assert address.endswith("#athens%20%3A%20greece%20%3A%3A%20%3Dcmd%20%3A%20%3F")


@pytest.mark.parametrize("vocabulary", choice.VOCABULARIES)
@pytest.mark.parametrize("method", methods.available())
def test_that_page_understands_every_such_link(vocabulary, method):
    query = dict(parse_qsl(urlsplit(questions.link(REPLY, vocabulary, method)).query))
    asked, problems = asking.read(query)
    assert not problems and (asked.a, asked.expect) == ("athens", "x & y")
    assert (asked.vocabulary, asked.drawn) == (vocabulary, method)


def test_links_lead_to_where_the_app_is_served():
    set_option = st.config.set_option
    set_option("server.baseUrlPath", "/lse/")
    try:
        assert questions.link(REPLY, "own", "glove").startswith("/lse/analogies?a=athens")
    finally:
        set_option("server.baseUrlPath", "")


def test_the_file_of_questions_runs_in_no_spreadsheet():
    skipped = Reply(("a", "b", "c", "d"), False, "", False, False)
    rows = list(csv.reader(io.StringIO(as_csv(questions.table_of([REPLY, skipped])))))
    assert rows[0][:5] == ["a", "b", "c", "expected", "answer"]
    assert rows[1][2] == "'=cmd" and rows[1][5:] == ["wrong", "right"]
    assert rows[2][4:] == ["", "not attempted", "not attempted"]


def test_questions_are_counted_as_the_card_counts_them():
    request = scorecard.spec(methods.get("bert").spec("common-2k"))
    section = view.section_of(access.scorecard(request), "gram8-plural")
    every = scorecard.replies(access.answers(request), "gram8-plural")
    summary = questions._summary(every)
    assert summary.startswith(f"{section.correct:,} of {section.attempted:,} attempted are right")
    assert f"right on {section.nearest:,};" in summary


# Papers -----------------------------------------------------------------------------------------


def test_ours_stands_beside_every_published_figure():
    shown = papers.table()
    assert shown.count("<tr>") == len(papers.PUBLISHED) + 1 and "not measured" not in shown
    card = access.scorecard(scorecard.spec(methods.get("glove").spec("glove-400k")))
    assert f"all {100 * card.overall.accuracy_on_all:.1f} %" in shown
    assert all(each.url.startswith("https://") for each in papers.PUBLISHED)
    of_table_3 = [each for each in papers.PUBLISHED if "Table 3" in each.what]
    assert len(of_table_3) == 2 and all("normalise every feature" in e.differs for e in of_table_3)
    for each in papers.PUBLISHED:  # tests of pairs have pairs, those of analogies questions
        wrong = "pairs" if each.test == "Analogies" else "questions"
        assert f"same {wrong}" not in each.differs.lower()
    assert papers._analogies(card).startswith("semantic 48.5 %\nsyntactic 44.4 %\nall 46.2 %")


def test_with_every_feature_normalised_glove_scores_what_the_note_says():
    """The paper normalises each feature over all words before it takes cosines."""
    vectors = glove.matrix().astype(np.float64)
    vectors /= np.linalg.norm(vectors, axis=0)
    table = EmbeddingTable(glove.glove_words(), vectors, methods.get("glove").spec("glove-400k"))
    found = scorecard.correlate(table, tests_of_meaning.pairs("wordsim353"))
    note = next(e.differs for e in papers.PUBLISHED if e.test == "WordSim-353")
    assert f"reach {found.spearman:.3f}".replace("0.", ".") in note
