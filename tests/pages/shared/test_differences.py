"""How far methods differ: what is measured is told, what is not is asked for, words stay words."""

import csv
import io
from dataclasses import replace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from embeddings import jobs, methods, neighbors, recipes
from embeddings.errors import UserError
from embeddings.probes import agreement as probe
from embeddings.types import AgreementSpec, VocabularySpec
from pages.shared import access, reading
from pages.shared.differences import view as overview
from pages.shared.differences import words
from pages.shared.differences.study import Pair, Study, nearest_k
from pages.shared.differences.words import WordRow

GLOVE, ONE_HOT, LEARNT, CENTRED = (
    methods.get("glove").spec("topics"),
    methods.get("one_hot").spec("topics"),
    methods.get("word2vec").spec("topics"),
    methods.get("glove").spec("topics", parameters={"centred": True}),
)

VIEW = """
from embeddings import methods
from pages.shared import differences
chosen = {chosen}
tables = [methods.get(key).spec("topics", parameters=given) for key, given in chosen]
differences.show(tables, "topics")
"""


def pairs_of(*tables):
    return [probe.spec(a, b) for i, a in enumerate(tables) for b in tables[i + 1 :] if a != b]


@pytest.fixture(scope="module")
def measured(small_map):
    """Agreements of small tables: real ones, in the store."""
    tables = (GLOVE, ONE_HOT, LEARNT, CENTRED)
    recipes.fetch(VocabularySpec("common-10k"))
    wanted = [neighbors.spec(table) for table in tables]
    wanted += pairs_of(*tables)
    wanted += [probe.floor_spec(table) for table in (GLOVE, ONE_HOT, CENTRED)]
    return {request: recipes.fetch(request) for request in wanted}


@pytest.fixture(autouse=True)
def only_measured(measured, monkeypatch):
    """Hide every other agreement, whatever is shipped."""
    real = access.has

    def has(request):
        return request in measured if isinstance(request, AgreementSpec) else real(request)

    monkeypatch.setattr(access, "has", has)


def view(*chosen, **query):
    page = AppTest.from_string(VIEW.format(chosen=[*chosen]), default_timeout=60)
    page.query_params.update(query)
    return page.run()


def html_of(page) -> str:
    return "".join(each.proto.body for each in page.get("html"))


def text_of(page) -> str:
    return " ".join(each.value for each in (*page.markdown, *page.caption, *page.subheader))


def test_what_is_measured_is_shown_and_nothing_is_asked(measured, quiet_jobs):
    page = view(("glove", {}), ("one_hot", {}))
    assert not page.exception and not quiet_jobs.asked
    assert "never on the pictures" in text_of(page)
    assert len(page.get("plotly_chart")) == 3
    told = html_of(page)
    assert "GloVe and One-hot" in told and "No more alike than chance." in told
    found = measured[probe.spec(GLOVE, ONE_HOT)]
    assert f"{found.overlap(15).value:.3f}" in told
    assert "601 words, k 15" in told


def test_a_chart_has_a_name_that_says_its_numbers(measured, quiet_jobs):
    page = view(("glove", {}), ("glove", {"centred": True}))
    names = [chart.proto.alt for chart in page.get("plotly_chart")]
    assert all(names)
    value = measured[probe.spec(GLOVE, CENTRED)].overlap(15).value
    assert f"GloVe and GloVe · centred: {value:.3f}" in names[0]


def test_k_measure_and_pair_come_from_the_address_and_a_pick_goes_there(measured, quiet_jobs):
    page = view(("glove", {}), ("one_hot", {}), ("glove", {"centred": True}), k="50", measure="rsa")
    assert page.segmented_control(key="differences.k").value == "50"
    assert "**RSA**" in text_of(page)
    page.selectbox(key="differences.pair").set_value("GloVe and GloVe · centred").run()
    assert page.query_params["pair"] == "GloVe and GloVe · centred"
    assert page.query_params["k"] == "50"
    assert "of a word's 50 nearest neighbours" in text_of(page)
    page.segmented_control(key="differences.k").set_value("15").run()
    assert "k" not in page.query_params


def test_a_wrong_address_shows_the_defaults(measured, quiet_jobs):
    page = view(("glove", {}), ("one_hot", {}), k="7", measure="cosine", pair="a and b", methods="")
    assert not page.exception
    assert page.segmented_control(key="differences.k").value == "15"
    assert "**Neighbour overlap**" in text_of(page)
    said = [each.value for each in page.warning]
    assert len(said) == 3 and all("Showing" in line for line in said)


def test_a_noise_floor_that_is_missing_holds_nothing_back(measured, quiet_jobs):
    page = view(("glove", {}), ("word2vec", {}))
    assert not page.exception
    (asked,) = quiet_jobs.asked
    assert asked == probe.floor_spec(LEARNT)
    told = html_of(page)
    assert f"{measured[probe.spec(GLOVE, LEARNT)].overlap(15).value:.3f}" in told
    assert "The noise floor is being measured." in told
    assert "when the noise floor is measured" in text_of(page)
    assert 'class="lse-words"' in told  # those on which they agree


def test_a_pair_that_is_missing_is_asked_for_before_any_noise_floor(measured, quiet_jobs):
    page = view(("word2vec", {}), ("glove", {"centred": True}), ("bert", {}))
    assert not page.exception
    (asked,) = quiet_jobs.asked
    assert isinstance(asked, AgreementSpec) and asked.left.method != asked.right.method
    assert "This is being measured." in html_of(page)


def test_what_cannot_be_measured_lets_the_next_be_asked(measured, quiet_jobs, monkeypatch):
    study = Study((GLOVE, LEARNT, methods.get("bert").spec("topics")), "topics")
    first = study.missing[0]

    def status(key):
        if key != first.key:
            raise UserError("nobody asked for it")
        return jobs.Status("failed", 0.0, "No memory left.")

    monkeypatch.setattr(access, "status", status)
    again = Study(study.tables, "topics")
    assert again.missing[-1] == first and set(again.missing) == set(study.missing)


def test_the_same_vectors_twice_agree_wholly(measured, quiet_jobs):
    page = view(("glove", {}), ("glove", {}))
    assert not page.exception and not quiet_jobs.asked
    assert "2 times the same vectors: they agree wholly" in text_of(page)
    page = view(("glove", {}), ("glove", {}), ("one_hot", {}))
    assert not page.exception and not quiet_jobs.asked
    assert "These are the same vectors: they agree wholly." in html_of(page)
    assert page.selectbox(key="differences.pair").options[0] == "GloVe (1) and GloVe (2)"


def test_neighbours_drawn_by_lot_are_called_that(measured, quiet_jobs):
    page = view(("glove", {}), ("one_hot", {}))
    assert "One-hot agrees with itself no more than chance" in text_of(page)
    assert 'class="lse-words"' not in html_of(page)


def test_words_that_only_one_method_has_are_counted_and_named(measured, quiet_jobs):
    page = view(("glove", {}), ("word2vec", {}))
    found = measured[probe.spec(GLOVE, LEARNT)]
    only = found.only_left or found.only_right
    assert len(only) > words.LEFT_OUT
    told = text_of(page)
    assert f"Compared are {len(found.ids):,} of the 601 words" in told
    assert f"Only GloVe has {len(only)}: {', '.join(only[:12])} and {len(only) - 12} more" in told


def test_all_methods_are_those_of_the_defaults(measured, quiet_jobs):
    page = view(("glove", {"centred": True}), ("one_hot", {}), methods="all")
    assert not page.exception
    assert len(page.selectbox(key="differences.pair").options) == 21
    assert len(quiet_jobs.asked) == 1


@pytest.mark.parametrize("k", [5, 15, 50])
def test_neighbours_that_are_shown_are_those_that_were_compared(measured, k):
    study = Study((LEARNT, GLOVE), "topics", k=k)
    (pair,) = study.pairs
    found = study.of(pair)
    records = probe.agree_most(found, k, len(found.ids))
    rows = words.word_rows(study, pair, found, k, records)
    assert {len(each.left) for each in rows} == {len(each.right) for each in rows} == {k}
    assert [len(each.both) for each in rows] == [each.shared for each in rows]
    assert sum(words.shared_counts(found, k)) == len(found.ids)


def test_marks_are_in_the_unit_of_the_histogram(measured):
    study = Study((GLOVE, CENTRED), "topics", k=10)
    (pair,) = study.pairs
    found = study.of(pair)
    marks = {mark.label: mark.at for mark in words.spread_marks(study, pair, found, 10)}
    assert marks["GloVe with another seed: median 10"] == 10
    assert marks["chance 0.17 of 10"] == pytest.approx(100 / 600)


def test_fewer_words_than_k_lower_k_and_say_so(measured, monkeypatch):
    found = measured[probe.spec(GLOVE, CENTRED)]
    few = replace(found, ks=found.ks[:2], common=found.common[:, :2], overlaps=found.overlaps[:2])
    assert nearest_k(few, 15) == 10
    assert nearest_k(few, 3) == 5


def test_nothing_in_common_is_said_in_words(measured, quiet_jobs, monkeypatch):
    request = probe.spec(GLOVE, CENTRED)
    none = replace(measured[request], common=measured[request].common * 0)
    real = access.agreement
    monkeypatch.setattr(access, "agreement", lambda r: none if r == request else real(r))
    page = view(("glove", {}), ("glove", {"centred": True}))
    assert not page.exception
    assert "On none: no word has a neighbour in common." in text_of(page)


WILD = '<img src=x onerror="alert(1)">'


def test_words_are_written_as_text():
    pair = Pair(GLOVE, ONE_HOT, "<b>A</b>", "B")
    row = WordRow(WILD, 1, 0.1, None, (WILD, "&", "a"), (WILD, "*b*"))
    written = words.words_html([row], pair, 3)
    assert "<img" not in written and "<b>A" not in written
    assert written.count("&lt;img") == 3 and "&amp;" in written
    assert "<mark>&lt;img" in written  # it is in both lists


def test_long_lists_say_how_much_is_left_out():
    many = tuple(f"w{i}" for i in range(50))
    row = WordRow("a", 49, 0.9, 0.95, many, (*many[:49], "x"))
    written = words.words_html([row], Pair(GLOVE, ONE_HOT, "A", "B"), 50)
    assert "and 35 more, 34 of them in both" in written


def test_tables_can_be_opened_by_any_spreadsheet():
    rows = pd.DataFrame({"=word": ["=1+1", "-x", "plain"], "value": [-0.5, None, 1 / 3]})
    read = list(csv.reader(io.StringIO(reading.as_csv(rows))))
    assert read == [["'=word", "value"], ["'=1+1", "-0.5"], ["'-x", ""], ["plain", "0.333333"]]


def test_the_table_of_a_study_has_every_pair_and_measure(measured):
    table = overview.agreement_table(Study((GLOVE, ONE_HOT, CENTRED), "topics"))
    assert len(table) == 9
    assert set(table["measure"]) == {"Neighbour overlap", "CKA", "RSA"}
    one = table[(table["other method"] == "One-hot") & (table["measure"] == "Neighbour overlap")]
    found = measured[probe.spec(GLOVE, ONE_HOT)].overlap(15)
    row = one.iloc[0]
    assert (row["value"], row["low (95 %)"], row["chance"]) == (
        found.value,
        found.low,
        found.chance,
    )
    assert row["k"] == 15


def test_every_word_is_in_the_file(measured):
    study = Study((GLOVE, CENTRED), "topics")
    (pair,) = study.pairs
    found = study.of(pair)
    table = words.every_word(study, pair, found, 15)
    assert len(table) == len(found.ids) == 601
    assert table["overlap"].mean() == pytest.approx(found.overlap(15).value, abs=1e-6)
    assert set(table.columns) >= {"word", "the same of 15", "noise floor", "other noise floor"}


def test_files_of_unusual_methods_have_names_of_their_own():
    usual = words._file_name(Pair(GLOVE, ONE_HOT, "", ""))
    assert usual == "glove-one_hot-topics"
    assert words._file_name(Pair(CENTRED, ONE_HOT, "", "")) != usual
