"""The compare page: what an address says is shown, and nothing that a person does stops it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from pages.shared import access, comparison
from pages.shared.address import Choice

SHIPPED = {"maps": "glove|bert", "vocabulary": "topics"}


@pytest.fixture
def page(repo, quiet_jobs):
    page = AppTest.from_file(repo / "pages" / "navigation.py", default_timeout=60)
    page.switch_page("compare.py")
    page.query_params.update(SHIPPED)
    return page


def maps(page: AppTest) -> list:
    return [
        each for each in page.get("bidi_component") if each.key not in ("save_page", "lesson.dock")
    ]


def test_shipped_maps_are_shown_at_once_and_nothing_is_computed(page, quiet_jobs):
    page.run()
    assert not page.exception and not page.warning
    assert len(maps(page)) == 1 and not quiet_jobs.asked


def test_the_view_the_words_and_the_dimensions_go_into_the_address(page):
    page.run()
    page.segmented_control(key="compare.dimensions").set_value(3).run()
    assert page.query_params["dimensions"] == "3"
    page.segmented_control(key="compare.view").set_value("differences").run()
    assert page.query_params["view"] == "differences"
    page.selectbox(key="compare.vocabulary").set_value("common-2k").run()
    assert page.query_params["vocabulary"] == "common-2k"
    assert page.query_params["maps"] == "glove|bert"
    assert not page.exception


def test_a_map_is_added_changed_and_removed(page):
    page.run()
    page.button(key="compare.add").click().run()
    assert page.query_params["maps"] == "glove|bert|cooccurrence"
    page.session_state["compare.open.0"] = True
    page.run()
    page.selectbox(key="compare.method.0").set_value("word2vec").run()
    assert page.query_params["maps"] == "word2vec|bert|cooccurrence"
    page.session_state["compare.open.1"] = True
    page.run()
    page.button(key="compare.remove.1").click().run()
    assert page.query_params["maps"] == "word2vec|cooccurrence"
    assert not page.exception


def test_two_maps_of_one_method_have_settings_of_their_own(page, quiet_jobs):
    page.query_params["maps"] = "glove|glove"
    page.session_state["compare.open.0"] = True
    page.session_state["compare.open.1"] = True
    page.run()
    assert not page.exception
    seeds = [field for field in page.number_input if field.label == "Seed of the map"]
    assert len(seeds) == 2
    seeds[1].set_value(9)
    draw = [button for button in page.button if button.label == "Draw this map"]
    draw[1].click().run()
    assert page.query_params["maps"] == "glove|glove,seed:9"
    assert [request.seed for request in quiet_jobs.asked] == [9]


def test_new_maps_are_asked_for_while_the_old_ones_stay(page, quiet_jobs):
    page.run()
    page.query_params["maps"] = "glove,seed:7|bert"
    page.run()
    assert [request.seed for request in quiet_jobs.asked] == [7]
    assert len(maps(page)) == 1
    assert [each.projection.seed for each in page.session_state["compared"][0]] == [42, 42]
    page.button(key="cancel").click().run()
    assert quiet_jobs.cancelled == [quiet_jobs.asked[0].key]
    assert not page.exception


def test_without_a_map_before_it_is_said_that_they_are_being_made(page):
    page.query_params["maps"] = "glove,seed:7|bert"
    page.run()
    assert not maps(page) and not page.exception
    assert any("These maps are being made" in each.proto.body for each in page.get("html"))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"maps": "glov|bert"}, "Did you mean glove"),
        ({"maps": "glove"}, "It takes 2 maps"),
        ({"vocabulary": "topic"}, "Did you mean topics"),
        ({"maps": "<b>|![](http://host/p.png)"}, "There is no method called"),
    ],
)
def test_a_wrong_address_costs_a_line(page, query, said):
    page.query_params.update(query)
    page.run()
    assert not page.exception
    assert any(said in each.value for each in page.warning)


@pytest.mark.parametrize("view", ["differences", "trust"])
@pytest.mark.parametrize("chosen", ["glove|glove", "one_hot|word2vec", "glove|glove,by:pca"])
def test_what_is_measured_is_shown_or_asked_for(page, view, chosen):
    page.query_params.update({"view": view, "maps": chosen})
    page.run()
    assert not page.exception and not page.error


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(query=st.dictionaries(st.sampled_from(["maps", "view", "dimensions"]), st.text(max_size=30)))
def test_no_address_stops_the_page(page, query):
    page.query_params.clear()
    page.query_params.update({"vocabulary": "topics"} | query)
    page.run()
    assert not page.exception


def test_each_page_gives_back_what_was_left_on_it(page):
    page.run()
    page.query_params.clear()
    page.switch_page("map.py").run()
    page.segmented_control(key="method").set_value("one_hot").run()
    page.query_params.clear()
    page.switch_page("compare.py").run()
    assert page.query_params["maps"] == "glove|bert"
    page.query_params.clear()
    page.switch_page("map.py").run()
    assert page.query_params["method"] == "one_hot" and "maps" not in page.query_params


def test_an_alignment_is_of_the_words_that_both_maps_show():
    chosen = comparison.Comparison(
        (Choice("glove", "topics"), Choice("word2vec", "topics")),
    )
    onto, moving = (access.map_requests(each).projection for each in chosen.maps)
    places = [access.projection(spec).coordinates for spec in (onto, moving)]
    assert len(places[1]) < len(places[0]), "Word2Vec lacks some of these words"
    found = access.alignment(moving, onto)
    table = [
        access.words(spec.table, len(p)) for spec, p in zip((onto, moving), places, strict=True)
    ]
    shared = [word for word in table[0] if word in set(table[1])]
    rows = [[list(words).index(word) for word in shared] for words in table]
    before = places[1][rows[1]] - places[1][rows[1]].mean(0)
    after = found(places[1][rows[1]]) - places[0][rows[0]].mean(0)
    assert abs(after.mean(0)).max() < 1e-4
    assert (after**2).sum() == pytest.approx(
        ((places[0][rows[0]] - places[0][rows[0]].mean(0)) ** 2).sum(), rel=1e-4
    )
    assert (before**2).sum() * found.scale**2 == pytest.approx((after**2).sum(), rel=1e-4)
