"""The page Data: a model is named, looked for by the workers, and becomes one of the visitor's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from embeddings import recipes
from embeddings.jobs import Status
from embeddings.store import Store
from embeddings.types import ModelSpec
from pages.shared import access, alone, offers
from pages.shared.own import desk
from tests.inside.conftest import small_bert  # noqa: F401


@pytest.fixture
def page(repo, quiet_jobs, monkeypatch, tmp_path) -> Iterator[AppTest]:
    monkeypatch.setenv("LSE_CACHE", str(tmp_path / "cache"))
    there = Store(None, tmp_path / "cache")
    monkeypatch.setattr(recipes.stores, "default", lambda: there)
    monkeypatch.setattr(access, "shelf", lambda: there)
    page = AppTest.from_file(repo / "pages" / "navigation.py", default_timeout=60)
    # Only after a run are pages known whose address is not their file's name.
    page.switch_page("methods.py").run().switch_page("data.py")
    quiet_jobs.asked.clear()
    yield page
    desk.close()


def name(page: AppTest, model: str) -> None:
    page.run()
    page.text_input(key="data.named").set_value(model)
    next(each for each in page.button if each.label == "Find it").click().run()
    assert not page.exception


def shown(page: AppTest) -> str:
    return " ".join(str(each.proto.body) for each in page.get("html"))


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("", "Name a model first"),
        ("packaged", "BERT (MiniLM)"),
        ("<b>x</b>", "not the name of a model"),
        ("gensim:../../etc", "not the name of vectors"),
        ("/etc", "one person"),
        ("~/../..", "one person"),
    ],
)
def test_what_cannot_be_named_is_said_and_nothing_is_asked(page, quiet_jobs, model, said):
    name(page, model)
    assert any(said in each.value for each in page.warning)
    assert not quiet_jobs.asked and page.text_input(key="data.named").value == model


def test_what_is_no_bert_is_said_at_once_where_folders_may_be_named(
    page, quiet_jobs, monkeypatch, tmp_path
):
    monkeypatch.setattr(alone, "sits_here", lambda: True)
    name(page, str(tmp_path))
    assert any("no config.json" in each.value for each in page.warning) and not quiet_jobs.asked


def test_where_it_fails_the_line_stands_there_and_another_can_be_named(page, quiet_jobs):
    quiet_jobs.standing = Status("failed", 0.1, "There is no network.")
    name(page, "google-bert/bert-base-uncased@main")
    assert [type(each) for each in quiet_jobs.asked] == [ModelSpec]
    assert "There is no network." in shown(page)
    next(each for each in page.button if each.label == "Name another").click().run()
    assert not page.exception and page.text_input(key="data.named")


def test_a_folder_becomes_a_source_and_a_method(page, quiet_jobs, monkeypatch, small_bert):  # noqa: F811
    monkeypatch.setattr(alone, "sits_here", lambda: True)
    name(page, str(small_bert))
    (asked,) = quiet_jobs.asked
    recipes.fetch(asked)
    page.run()
    assert not page.exception and not page.warning
    source = str(page.query_params["source"])
    assert "small-bert (folder)" in shown(page) and "2 layers of 32 numbers" in shown(page)
    assert f"method={source}" in shown(page)
    assert offers.first_words(source, "topics") == "topics", "it has no words of its own to show"
    next(each for each in page.button if each.label == "Remove").click().run()
    assert not page.exception
