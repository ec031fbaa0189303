"""A map's address says everything, survives anything, and comes back the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings import methods, projection, vocabulary
from pages.shared.address import (
    BIG,
    Choice,
    lit,
    projection_of,
    read,
    settings_of,
    with_settings,
    write,
)

NAMES = ("method", "vocabulary", "dimensions", "algorithm", "settings")


@st.composite
def choices(draw) -> Choice:
    method = draw(st.sampled_from(sorted(methods.available())))
    words = draw(st.sampled_from([name for name in vocabulary.names() if name != BIG]))
    choice = Choice(
        method, words, draw(st.sampled_from((2, 3))), draw(st.sampled_from(("umap", "pca")))
    )
    values = {
        p.name: draw(
            st.booleans()
            if isinstance(p.default, bool)
            else st.sampled_from(p.choices)
            if p.choices
            else st.integers(int(p.low), int(p.high))
            if isinstance(p.default, int)
            else st.floats(p.low, p.high)
        )
        for p in settings_of(method, choice.algorithm)
        if draw(st.booleans())
    }
    return with_settings(choice, values)


def test_nothing_said_is_the_default_map():
    assert read({}) == (Choice(), ())


@given(choices())
def test_an_address_comes_back_the_same(choice):
    assert read(write(choice)) == (choice, ())


@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=40)))
def test_whatever_stands_in_an_address_there_is_a_map_to_show(query):
    choice, problems = read(query)
    assert projection_of(choice).table.method == choice.method
    assert all("\n" not in line and line for line in problems)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"method": "glov"}, "Did you mean glove"),
        ({"vocabulary": "common-9k"}, "Did you mean common-2k or common-10k"),
        ({"dimensions": "4"}, "number of dimensions"),
        ({"algorithm": "tsne"}, "way to draw a map"),
        ({"settings": "n_neigbors:3"}, "Did you mean n_neighbors"),
        ({"settings": "n_neighbors:1"}, "from 2 to"),
        ({"settings": "min_dist:nan"}, "must be a number"),
        ({"settings": "centred:perhaps"}, "true or false"),
        ({"method": "bert", "vocabulary": BIG}, "GloVe's alone"),
        ({"vocabulary": BIG, "dimensions": "3"}, "one map"),
        ({"vocabulary": BIG, "settings": "seed:7"}, "one map"),
    ],
)
def test_what_is_wrong_costs_one_line(query, said):
    choice, (problem,) = read(query)
    assert said in problem
    assert read(write(choice)) == (choice, ())


def test_what_is_right_is_kept_beside_what_is_wrong():
    choice, problems = read({"method": "bert", "settings": "layer:3,layr:4,seed:x"})
    assert choice.settings == (("layer", 3),)
    assert len(problems) == 2


def test_settings_that_do_not_apply_fall_away():
    choice = with_settings(Choice("word2vec"), {"window": 8, "n_neighbors": 30})
    assert dict(choice.settings) == {"window": 8, "n_neighbors": 30}
    assert with_settings(Choice("glove"), dict(choice.settings)).settings == (("n_neighbors", 30),)
    assert with_settings(Choice("glove", algorithm="pca"), {"n_neighbors": 30}).settings == ()


def test_the_seed_of_the_map_leaves_the_vectors_alone():
    plain, seeded = Choice("word2vec"), Choice("word2vec", settings=(("seed", 7),))
    trained = Choice("word2vec", settings=(("training_seed", 7),))
    assert projection_of(plain).table == projection_of(seeded).table
    assert projection_of(seeded).seed == 7
    assert projection_of(trained).table.seed == 7


@pytest.mark.parametrize("method", sorted(methods.available()))
def test_no_two_settings_of_a_map_share_a_name(method):
    names = [parameter.name for parameter in settings_of(method)]
    assert len(names) == len(set(names))


def test_a_default_address_is_the_default_request():
    table = methods.get("glove").spec("common-10k")
    assert projection_of(Choice()) == projection.spec(table)


def test_words_that_are_lit_are_a_fragment_as_the_map_writes_it():
    assert lit([40, 3, 3]) == "tab=selection&lit=1&selected=3.11"
    assert lit([]).endswith("selected=")
