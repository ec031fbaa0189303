"""The scorecard page: its figures are the command line's and gensim's; what is missing is asked."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from streamlit.testing.v1 import AppTest

from embeddings import methods, recipes, store
from embeddings.commands import cli
from embeddings.corpus import package_folder
from embeddings.probes import scorecard, tests_of_meaning


@pytest.fixture
def page(repo, quiet_jobs):
    page = AppTest.from_file(repo / "pages" / "navigation.py", default_timeout=60)
    page.switch_page("scorecard.py")
    return page


def shown_questions(page) -> pd.DataFrame:
    return next(each.value for each in page.dataframe if "question" in each.value)


def scores_of(page) -> pd.DataFrame:
    return next(each.value for each in page.dataframe if "test" in each.value)


def text_of(page) -> str:
    return " ".join(each.value for each in (*page.markdown, *page.caption, *page.subheader))


@pytest.mark.parametrize("words", ["common-10k", "common-2k", "own"])
def test_everything_by_default_is_shipped(page, quiet_jobs, words):
    page.query_params["vocabulary"] = words
    page.run()
    assert not page.exception and not page.warning and not quiet_jobs.asked
    assert set(scores_of(page)["method"]) == {m.label for m in methods.available().values()}
    assert len(scores_of(page)) == 7 * 17
    layers = next(each.value for each in page.dataframe if "layer" in each.value)
    assert sorted(layers["layer"]) == [n for n in range(7) for _ in range(2)]


def test_page_command_line_and_gensim_say_the_same(page, monkeypatch):
    """On a real slice: GloVe's vectors of 2,000 common words."""
    from gensim.models import KeyedVectors

    page.query_params["vocabulary"] = "common-2k"
    page.run()
    rows = scores_of(page)
    ours = rows[rows.method == "GloVe"].set_index("test")
    arguments = ["score", "-m", "glove", "-v", "common-2k", "--json"]
    told = json.loads(CliRunner().invoke(cli, arguments).stdout)
    table = recipes.fetch(methods.get("glove").spec("common-2k"), store.default())
    theirs = KeyedVectors(table.dim)
    theirs.add_vectors(list(table.words), np.array(table.vectors))
    data = package_folder("gensim", "gensim", "These tests") / "test" / "test_data"
    accuracy, sections = theirs.evaluate_word_analogies(str(data / tests_of_meaning.ANALOGIES))
    assert ours.loc["All analogies", "value"] == told["analogies"]["accuracy"] == accuracy
    for line, section, its in zip(
        rows[rows.method == "GloVe"].itertuples(), told["sections"], sections, strict=False
    ):
        assert line.attempted == section["attempted"] == len(its["correct"]) + len(its["incorrect"])
        assert section["correct"] == len(its["correct"])
    for name, title in (("wordsim353", "WordSim-353"), ("simlex999", "SimLex-999")):
        _, spearman, _ = theirs.evaluate_word_pairs(str(data / tests_of_meaning.FILES[name]))
        assert ours.loc[title, "value"] == told["pairs"][name]["spearman"] == spearman[0]


def test_a_cell_opens_its_questions(page):
    page.query_params.update({"section": "family", "method": "glove"})
    page.run()
    assert not page.exception
    card = recipes.fetch(scorecard.spec(methods.get("glove").spec()))
    family = [each for each in scorecard.replies(card, "family") if each.attempted]
    rows = shown_questions(page)
    assert len(rows) == len(family) and list(rows["answer"]) == [each.answer for each in family]
    assert (rows["right"] == "✓").sum() == sum(each.right for each in family)
    assert (rows["c alone"] == "✓").sum() == sum(each.nearest for each in family)
    assert "Family by GloVe" in text_of(page)
    page.text_input(key="scorecard.find").set_value("Queen").run()
    assert 0 < len(shown_questions(page)) < len(family)
    assert shown_questions(page)["question"].str.contains("queen").any()
    page.text_input(key="scorecard.find").set_value("<img src=x>").run()
    assert not page.exception and "no such question" in text_of(page)


def test_wrong_answers_alone_can_be_shown_and_are_kept_in_the_address(page):
    page.query_params.update({"section": "family", "method": "glove", "replies": "wrong"})
    page.run()
    assert set(shown_questions(page)["right"]) == {"✗"}
    page.query_params.update({"replies": "skipped"})
    page.run()
    assert set(shown_questions(page)["answer"]) == {""}


def test_very_many_questions_are_listed_in_part(page):
    page.query_params.update({"section": "all", "method": "bert", "vocabulary": "own"})
    page.run()
    assert len(shown_questions(page)) == 2_000 and "of 12,154 are listed" in text_of(page)


def test_pairs_say_what_they_are(page):
    page.query_params.update({"section": "simlex999", "method": "one_hot"})
    page.run()
    assert not page.exception and "There is no correlation" in text_of(page)


def test_nonsense_in_the_address_costs_a_line_each(page):
    page.query_params.update(
        {"vocabulary": "<b>", "cells": "x", "columns": "glvoe|bert,layer:99", "section": "famly"}
    )
    page.run()
    assert not page.exception and len(page.warning) == 5


def test_another_column_is_computed_as_a_job(page, quiet_jobs):
    page.query_params.update({"columns": "word2vec,window:10", "vocabulary": "own"})
    page.run()
    assert not page.exception
    table = methods.get("word2vec").spec("corpus", parameters={"window": 10})
    assert quiet_jobs.asked == [scorecard.spec(table)]
    assert any("Drawing" in str(each.proto) for each in page.get("progress"))
    page.button(key="cancel").click().run()
    assert quiet_jobs.cancelled and not page.exception
    page.button(key="scorecard.remove.word2vec,window:10").click().run()
    assert "columns" not in page.query_params
