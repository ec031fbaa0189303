"""Visual search as a page: what is there can be used, what is not is being made."""

import pytest
from streamlit.testing.v1 import AppTest

from embeddings import recipes
from embeddings.applications import visual
from embeddings.types import VocabularySpec
from pages.shared.digits import drawing


@pytest.fixture
def page(repo, quiet_jobs):
    page = AppTest.from_file(repo / "pages" / "navigation.py", default_timeout=60)
    page.switch_page("digits.py")
    return page


@pytest.fixture(scope="module")
def found():
    request = visual.spec()
    for each in (VocabularySpec("digits"), *visual.tables(request)):
        recipes.fetch(each)
    return recipes.fetch(request)


def test_the_page_shows_the_figures_of_the_command_line(page, found):
    page.run()
    assert not page.exception
    (figures,) = [table.value for table in page.dataframe]
    assert list(figures["precision at 10"]) == [f"{each.value:.3f}" for each in found.precisions]
    assert list(figures["method"]) == ["Pixels", "PCA", "Network", "HOG"]
    text = " ".join(line.value for line in page.markdown)
    assert "899 held-out pictures" in text and visual.said_of_training(found.notes) in text


def test_the_drawing_is_told_addresses(found):
    data = drawing.data_of(found)
    assert data["kinds"] == list("0123456789")
    assert data["near"] == "/data/digits/near" and data["sheet"].startswith("/data/pictures/digits")
    assert [each["key"] for each in data["methods"]] == [e.method for e in found.precisions]


def test_where_nobody_may_bring_files_images_are_not_asked_for(page, found, monkeypatch):
    monkeypatch.setenv("LSE_UPLOADS", "0")
    page.run()
    assert not page.exception
    said = " ".join(line.value for line in (*page.caption, *page.markdown, *page.info))
    said += " ".join(str(each.proto) for each in page.get("html"))
    assert "switched off" in said and not page.text_input
