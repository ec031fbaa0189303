"""The page of directions: what an address says is shown, and whatever is typed costs one line."""

import gc
import weakref

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from embeddings import errors, methods
from embeddings.probes import scales as probe
from embeddings.probes.scales import Question
from pages.shared import linked_maps
from pages.shared.directions import belief, bias, choosing, measured, one, removing
from pages.shared.directions.choosing import Method

GLOVE = Method(methods.get("glove").spec("common-10k"), "GloVe")
GENDER = probe.get("gender").question()


@pytest.fixture
def page(repo, quiet_jobs):
    page = AppTest.from_file(repo / "pages" / "navigation.py", default_timeout=120)
    page.switch_page("directions.py")
    page.query_params["methods"] = "glove|word2vec"
    return page


def components(page: AppTest) -> int:
    return sum(each.key not in ("save_page", "lesson.dock") for each in page.get("bidi_component"))


def told(page: AppTest) -> str:
    """Everything that is said, tables that are HTML included."""
    return " ".join(
        str(getattr(each, "value", "") or getattr(each.proto, "body", ""))
        for kind in ("markdown", "caption", "warning", "info", "html", "subheader")
        for each in page.get(kind)
    )


@pytest.mark.parametrize("view", choosing.VIEWS)
def test_every_view_is_shown_at_once_and_nothing_is_asked(page, quiet_jobs, view):
    page.query_params["view"] = view
    page.run()
    assert not page.exception and not quiet_jobs.asked
    expected = {"one": 2, "plane": 1, "bias": 1, "removal": 0}[view]
    assert components(page) == expected


def test_one_direction_says_what_it_is_made_of_and_how_alike_the_pairs_are(page):
    page.run()
    text = told(page)
    assert "the mean of 16 pairs" in text and "0.56" in text and "0.20" in text
    assert "lie surely on the same side in both" in text and "Squares: words" in text
    page.selectbox(key="directions.how").set_value("first").run()
    assert page.query_params["how"] == "first" and "first principal component" in told(page)
    page.selectbox(key="directions.direction").set_value("size").run()
    assert page.query_params["direction"] == "size" and "elephant" in told(page)
    assert "as many random pairs of words give" in told(page)
    page.selectbox(key="directions.how").set_value("groups").run()
    assert "random groups of as many words give" in told(page) and not page.exception
    page.selectbox(key="directions.how").set_value("one").run()
    assert "the pair small and large" in told(page) and not page.exception
    page.selectbox(key="directions.direction_pair").set_value("tiny-huge")
    page.run()
    assert page.query_params["direction_pair"] == "tiny-huge" and "tiny and huge" in told(page)


@pytest.mark.parametrize("group", ["all", "Animals", "own"])
def test_words_of_every_kind_of_group(page, group):
    page.query_params["group"] = group
    page.query_params["words"] = "nurse zyzzyva <b>x</b> captain captain"
    page.run()
    assert not page.exception and components(page) == 2
    if group == "own":
        text = told(page)
        assert "zyzzyva" in text and "captain: more than once" in text
        assert "<b>x</b>" in text  # in code, where Markdown reads nothing


def test_pairs_of_ones_own_and_lines_that_are_wrong(page):
    page.query_params.update(direction="own", pairs="man woman\nking\nking queen\nzyzzyva cat")
    page.run()
    text = told(page)
    assert not page.exception and "the mean of 3 pairs" in text
    assert "Line 2" in text and "no word called 'zyzzyva'" in text
    page.text_area(key="directions.pairs").set_value("").run()
    assert "at least one pair" in told(page) and not page.exception
    page.text_area(key="directions.pairs").set_value("zyzzyva qqqqq").run()
    assert "knows both words of none" in told(page) and not page.exception
    page.text_area(key="directions.pairs").set_value("\n".join(f"a{i} b{i}" for i in range(40)))
    page.selectbox(key="directions.how").set_value("first").run()
    assert "40 pairs are too many: the first 30 are used." in told(page)
    page.query_params.update(how="groups", low="small tiny", high="")
    page.run()
    assert "write at least one" in told(page) and not page.exception
    page.text_area(key="directions.high").set_value("large huge").run()
    assert page.query_params["high"] == "large huge"
    assert components(page) == 2 and not page.exception


@pytest.mark.parametrize(
    "query",
    [
        {"direction": "own", "pairs": "king"},
        {"direction": "own", "how": "groups", "low": ","},
        {"view": "bias", "test": "own", "test_y": ","},
    ],
)
def test_nothing_to_measure_lets_go_of_what_was_asked_and_keeps_the_address(
    page, quiet_jobs, query
):
    page.query_params.update(vocabulary="topics", methods="word2vec")
    page.run()
    page.query_params.update(query)
    page.session_state["asked"] = {"a job of before"}
    page.run()
    assert not page.exception and "write at least" in told(page).lower()
    assert not page.session_state["asked"]
    assert page.session_state["addresses"]["directions"].items() >= query.items()
    fields = {"bias": 4, "groups": 2}.get(query.get("view") or query.get("how"), 1)
    assert len(page.text_area) == fields  # the others stay where they are


def test_methods_are_one_click_away_and_four_at_most(page):
    page.run()
    page.pills(key="directions.methods").set_value(["glove", "word2vec", "bert"]).run()
    assert page.query_params["methods"] == "glove|word2vec|bert"
    every = ["glove", "word2vec", "bert", "cooccurrence", "one_hot"]
    page.pills(key="directions.methods").set_value(every).run()
    assert page.query_params["methods"] == "word2vec|bert|cooccurrence|one_hot"
    assert not page.exception
    page.pills(key="directions.methods").set_value([]).run()
    assert page.query_params["methods"] == "word2vec|bert|cooccurrence|one_hot"


def test_a_bias_test_lists_what_it_used(page):
    page.query_params.update(view="bias", test="instruments-weapons")
    page.run()
    text = told(page)
    assert "1.46" in text and "bagpipe" in text and "not equally many" in text
    page.query_params.update(test="young-old")
    page.run()
    assert "at least 2 words in each group" in told(page) and not page.exception
    page.query_params.update(
        test="own", test_x="doctor judge", test_y="nurse", test_a="he man", test_b="she woman"
    )
    page.run()
    assert "at least 2 words in each group" in told(page) and not page.exception
    page.text_area(key="directions.test_y").set_value("nurse maid dancer").run()
    assert "not equally many" in told(page) and components(page) == 1
    page.text_area(key="directions.test_a").set_value("  ").run()
    assert "write at least two words" in told(page) and not page.exception
    page.query_params["test_a"] = " ".join(f"w{i}" for i in range(60)) + " he man"
    page.run()
    assert "go with: 62 words are too many: the first 50 are used." in told(page)


def test_taking_it_out_shows_before_and_after_and_the_caveat(page):
    page.query_params.update(view="removal", word="nurse")
    page.run()
    text = told(page)
    assert "Removing is not curing" in text and "99.9%" in text and "93.3%" in text
    assert "Control: random directions" in text and "lse-gone" in text
    page.text_input(key="directions.word").set_value("nursse").run()
    assert "Did you mean" in told(page) and not page.exception
    page.query_params["vocabulary"] = "glove-400k"
    page.run()
    assert "Choose a smaller vocabulary" in told(page) and not page.exception


@pytest.mark.parametrize("vocabulary", ["topics", "common-2k"])
@pytest.mark.parametrize("view", choosing.VIEWS)
def test_smaller_vocabularies(page, view, vocabulary):
    page.query_params.update(view=view, vocabulary=vocabulary, methods="glove")
    page.run()
    assert not page.exception


def test_what_is_missing_is_asked_for(page, quiet_jobs):
    page.query_params.update(vocabulary="common-2k", methods="bert_in_context")
    page.run()
    assert not page.exception


@pytest.mark.parametrize("same", ["gender"])
def test_the_same_direction_twice_is_no_plane(page, same):
    page.query_params.update(view="plane", direction=same, second=same)
    page.run()
    assert "Both directions are the same" in told(page) and not page.exception


NAMES = (
    *("view", "vocabulary", "direction", "second", "how", "group", "methods"),
    *("pairs", "low", "high", "words", "word", "test", "test_x", "direction_pair"),
)
WILD = st.one_of(st.none(), st.text(max_size=30), st.sampled_from(["own", "groups", "one", "all"]))


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(query=st.fixed_dictionaries(dict.fromkeys(NAMES, WILD)))
def test_no_address_stops_the_page(page, query):
    page.query_params.clear()
    page.query_params.update({name: value for name, value in query.items() if value is not None})
    page.run()
    assert not page.exception


# What is drawn --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rows():
    return one.rows_of([GLOVE], GENDER, "own", ("nurse", "captain", "teacher"))


def test_a_strip_has_words_above_and_pairs_below(rows):
    strip = one.strip(rows[0], GENDER, 5.0)
    placed = {word: (z, kind, sure) for word, z, kind, sure, _ in strip.above}
    assert placed["nurse"][0] > 2 and placed["nurse"][1] == 6 and placed["nurse"][2]
    assert placed["captain"][1] == 0 and not placed["teacher"][2]
    assert {word for word, *_ in strip.below} >= {"man", "woman", "king", "queen"}
    assert max(strip.density) == 1 and len(strip.density) == one.BINS


def test_what_lies_beyond_the_reach_is_said_and_is_in_no_hill(page):
    one_hot = Method(methods.get("one_hot").spec("common-10k"), "One-hot")
    found = one.rows_of([one_hot], GENDER, "own", ("nurse", "king"))
    assert one.farthest(found) > 15 > one.reach_of(found) == 10
    strip = one.strip(found[0], GENDER, 10.0)
    assert strip.density[0] == strip.density[-1] == 0 and max(strip.density) == 1
    page.query_params["methods"] = "one_hot"
    page.run()
    assert "An arrow at the edge" in told(page)
    page.query_params["view"] = "plane"
    page.query_params["group"] = "all"
    page.run()
    assert "An arrow at the edge" in told(page) and not page.exception
    page.query_params.update(view="one", methods="glove")
    page.run()
    assert "An arrow at the edge" not in told(page)


def test_words_that_make_the_direction_are_not_found_on_their_sides():
    """They lie there by construction: neither sure nor unsure, and not counted."""
    word2vec = Method(methods.get("word2vec").spec("common-10k"), "Word2Vec")
    words = ("nurse", "captain", "Queen", "king", "maid")
    found = one.rows_of([GLOVE, word2vec], GENDER, "own", words)
    row = found[0]
    assert row.ends["king"] == 0 and row.ends["queen"] == 1
    assert row.share("queen") is None and row.share("nurse") > 0.95
    sure = {word: sure for word, _, _, sure, _ in one.strip(row, GENDER, 5.0).above}
    assert sure["queen"] is sure["king"] is None and sure["nurse"] is True
    assert all(sure is None for _, _, _, sure, _ in one.strip(row, GENDER, 5.0).below)
    text = belief.agreement_text(found, GENDER, row.words)
    assert "Of 3 words that both methods know, **3**" in text and "2 more are words" in text
    assert "queen" not in text
    text = belief.agreement_text(found, GENDER, ("nurse", "queen"))
    assert "1 more is a word that the direction is made of" in text
    listed = belief.places_table(found, row.words, GENDER).set_index("word")
    assert set(GENDER.words) <= {*listed.index}
    assert listed.loc["queen", "of the end"] == "female" and not listed.loc["nurse", "of the end"]
    assert np.isnan(listed.loc["king", "GloVe, share of samples"])
    assert listed.loc["king", "GloVe, sd"] < 0 < listed.loc["queen", "Word2Vec, sd"]


@pytest.mark.parametrize("how", ["mean", "first", "one", "groups"])
def test_a_direction_is_made_of_its_words_in_every_way(how):
    question = probe.get("gender").question(how)
    row = one.rows_of([GLOVE], question, "own", ("nurse", "woman"))[0]
    assert row.ends["man"] == 0 and row.ends["woman"] == 1
    assert {*row.ends} == ({"man", "woman"} if how == "one" else {*GENDER.words})


def test_the_maps_have_the_classes_of_the_scale(rows):
    measure = one.measure(rows, GENDER, "common-10k")
    assert len(measure.names) == 7 and measure.label == "From male to female"
    found = np.frombuffer(measure.classes[0], np.uint8)
    z = measured.scale(GLOVE.spec, GENDER).z
    assert len(found) == 10_000 and found.max() <= 6 < linked_maps.NO_CLASS
    assert (np.diff(found[np.argsort(z)].astype(int)) >= 0).all()


def test_words_in_tables_are_shown_as_they_are():
    near = ((("<b>x", 0.5),), (("y&", 0.4),))
    row = removing.Row(GLOVE, measured.removed(GLOVE.spec, GENDER), None, None, near)
    text = removing.neighbours_html([row])
    assert "&lt;b&gt;x" in text and "y&amp;" in text and "<b>x" not in text


def test_the_table_of_a_test_names_words_that_are_missing():
    result = measured.test(GLOVE.spec, choosing.weat.get("instruments-weapons"))
    found = bias.effects_table([(GLOVE, result)])
    assert "bagpipe" in found["Instruments: not known"][0]
    assert found["d"][0] == pytest.approx(1.46, abs=0.01)
    assert found["by lot, low"][0] < -0.8 < 0.8 < found["by lot, high"][0]


def test_every_association_of_the_strips_is_in_the_table(page):
    asked = choosing.weat.get("instruments-weapons")
    result = measured.test(GLOVE.spec, asked)
    found = bias.associations_table([(GLOVE, result)])
    assert list(found.columns) == ["word", "group", "method", "vocabulary", "association"]
    drawn = bias._strip(GLOVE, result, asked)
    assert {(w, round(z, 4)) for w, z, *_ in (*drawn.above, *drawn.below)} == {
        (w, round(z, 4)) for w, z in zip(found["word"], found["association"], strict=True)
    }
    assert {*found["group"]} == {"Instruments", "Weapons"}
    page.query_params.update(view="bias", test="instruments-weapons")
    page.run()
    assert "Every association as a table" in [each.label for each in page.expander]


def test_a_word_that_one_method_lacks_is_said_with_who_knows_it():
    word2vec = Method(methods.get("word2vec").spec("common-10k"), "Word2Vec")
    lines = measured.unknown(("oslo", "kingg", "king"), [GLOVE, word2vec], "common-10k")
    assert lines[0] == "Word2Vec does not know oslo; GloVe does."
    assert "Did you mean" in lines[1] and len(lines) == 2


def test_few_directions_of_400000_words_are_kept():
    """Each is 1.6 MB of cosines and as much of deviations."""
    big = methods.get("glove").spec("glove-400k")
    words = ("cat", "dog", "cow", "hen", "pig", "fox", "ant", "bee", "bat", "elk")
    pairs = [Question("a", "b", ((word, "king"),)) for word in words]
    kept = [weakref.ref(measured.scale(big, question)) for question in pairs]
    assert measured.scale(big, pairs[-1]) is kept[-1]()
    gc.collect()
    assert sum(each() is not None for each in kept) == 8


def test_of_many_unknown_words_four_are_explained_and_the_rest_is_counted(monkeypatch):
    asked = []
    monkeypatch.setattr(
        errors.difflib, "get_close_matches", lambda word, *_, **__: asked.append(word) or []
    )
    words = tuple(f"qzx{i}" for i in range(40))
    for _ in range(3):  # every run of the page asks again
        lines = measured.unknown((*words, "king"), [GLOVE], "common-10k")
    assert len(lines) == 5 and "'qzx0'" in lines[0]
    assert lines[4] == "36 more words are not known to every method that is shown."
    assert asked == list(words[:4])
    lines = measured.unknown(words[:5], [GLOVE], "common-10k")
    assert lines[4] == "1 more word is not known to every method that is shown."


def test_neighbours_without_a_direction_are_those_of_the_vectors_without_it():
    from embeddings.probes import directions
    from pages.shared import access

    table = access.table(GLOVE.spec)
    after = directions.without(table, measured.scale(GLOVE.spec, GENDER).direction)
    cosines = after.unit_vectors @ after.unit_vectors[table.index["nurse"]]
    cosines[table.index["nurse"]] = -1
    expected = [table.words[i] for i in np.argsort(-cosines)[:10]]
    _, found = measured.neighbours(GLOVE.spec, GENDER, "nurse")
    assert [word for word, _ in found] == expected
    assert [c for _, c in found] == pytest.approx(sorted(cosines)[::-1][:10], abs=1e-4)
