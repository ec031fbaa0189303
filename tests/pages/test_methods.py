"""The story of the methods: one section each, in order of year, for the reader's word."""

import pytest
from streamlit.testing.v1 import AppTest

from embeddings import methods


@pytest.fixture
def page(repo, small_map, quiet_jobs, monkeypatch):
    page = AppTest.from_file(repo / "pages" / "navigation.py", default_timeout=60)
    page.switch_page("methods.py")
    return page


def test_every_method_has_a_section_in_order_of_year(page):
    page.run()
    assert not page.exception
    years = [int(header.value.rsplit(" ", 1)[1]) for header in page.header]
    assert len(years) == len(methods.available())
    assert years == sorted(years)


def test_the_word_of_the_address_is_shown_by_the_methods_that_have_it(page):
    page.query_params["word"] = "violin"
    page.run()
    text = [line.value for line in page.markdown]
    assert any(line.startswith("**violin by GloVe: 50 numbers") for line in text)
    assert any("one 1 and 9,999 zeros" in line for line in text)
    words = [set(table.value["word"]) for table in page.dataframe if "word" in table.value]
    assert any({"piano", "guitar"} <= found for found in words)


def test_an_unknown_word_costs_a_line_with_suggestions(page):
    page.query_params["word"] = "vioiln"
    page.run()
    assert not page.exception
    assert "Did you mean violin" in page.warning[0].value
    assert any("**king by GloVe" in line.value for line in page.markdown)
