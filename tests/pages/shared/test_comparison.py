"""The address of a comparison: any text gives two to four maps, and says what was wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings import methods
from embeddings.types import as_parameters
from pages.shared import comparison
from pages.shared.address import BIG, Choice, settings_of
from pages.shared.comparison import FIRST, Comparison, read, write


def test_nothing_said_is_the_way_from_counting_to_attention():
    found, problems = read({})
    assert [each.method for each in found.maps] == list(FIRST) and not problems
    assert (found.vocabulary, found.dimensions, found.view) == ("common-10k", 2, "maps")


def test_methods_settings_and_ways_of_drawing_are_read():
    text = "word2vec|word2vec,window:10,seed:7|glove,by:pca,centred:true"
    found, problems = read({"maps": text, "vocabulary": "topics", "view": "differences"})
    assert not problems
    assert found == Comparison(
        (
            Choice("word2vec", "topics"),
            Choice("word2vec", "topics", settings=(("seed", 7), ("window", 10))),
            Choice("glove", "topics", algorithm="pca", settings=(("centred", True),)),
        ),
        "differences",
    )


def value_of(parameter):
    """Any value that a setting may take and that is not its default."""
    if isinstance(parameter.default, bool):
        return st.just(not parameter.default)
    if parameter.choices:
        return st.sampled_from([each for each in parameter.choices if each != parameter.default])
    low, high = parameter.low, parameter.high
    if isinstance(parameter.default, int):
        return st.integers(int(low), int(high)).filter(lambda x: x != parameter.default)
    return st.floats(low, high).filter(lambda x: x != parameter.default)


@st.composite
def choices(draw):
    """Draw any method, any way of drawing and any few of their settings."""
    method = draw(st.sampled_from(list(methods.available())))
    algorithm = draw(st.sampled_from(["umap", "pca"]))
    known = settings_of(method, algorithm).named()
    names = draw(st.lists(st.sampled_from(sorted(known)), unique=True, max_size=3))
    return method, algorithm, as_parameters({name: draw(value_of(known[name])) for name in names})


@given(
    st.lists(choices(), min_size=2, max_size=4),
    st.sampled_from(["topics", "common-10k"]),
    st.sampled_from([2, 3]),
    st.sampled_from(comparison.VIEWS),
)
def test_what_is_written_is_read_again(maps, words, dimensions, view):
    made = tuple(
        Choice(method, words, dimensions, algorithm, settings)
        for method, algorithm, settings in maps
    )
    chosen = Comparison(made, view)
    assert read(write(chosen)) == (chosen, ())


@given(st.dictionaries(st.sampled_from(["maps", "vocabulary", "dimensions", "view"]), st.text()))
def test_any_address_can_be_shown(query):
    found, problems = read(query)
    assert 2 <= len(found.maps) <= 4
    assert len({(each.vocabulary, each.dimensions) for each in found.maps}) == 1
    assert all(each.method in methods.available() for each in found.maps)
    assert all("\n" not in line for line in problems)
    assert read(write(found)) == (found, ())


@pytest.mark.parametrize(
    ("query", "said", "shown"),
    [
        ({"maps": "glov|bert"}, "Did you mean glove?", ("bert", "cooccurrence")),
        ({"maps": "bert"}, "It takes 2 maps", ("bert", "cooccurrence")),
        ({"maps": "bert|" * 5}, "5 maps are too many", ("bert",) * 4),
        ({"maps": "word2vec,window:99|glove"}, "from 1 to 15", ("word2vec", "glove")),
        ({"maps": "word2vec,windw:3|glove"}, "Did you mean window?", ("word2vec", "glove")),
        ({"maps": "glove,by:tsne|bert"}, "way to draw a map", ("glove", "bert")),
        ({"view": "pictures"}, "no view called", FIRST),
        ({"dimensions": "4"}, "no number of dimensions", FIRST),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_is_shown(query, said, shown):
    found, problems = read(query)
    assert any(said in line for line in problems), problems
    assert tuple(each.method for each in found.maps) == tuple(shown)


def test_a_long_list_of_mistakes_is_cut():
    _, problems = read({"maps": "|".join(["nonsense"] * 1000)})
    assert len(problems) < 9 and "more like these" in problems[5]


def test_the_same_method_twice_is_a_comparison_like_any_other():
    found, problems = read({"maps": "glove|glove"})
    assert found.maps == (Choice("glove"), Choice("glove")) and not problems


def test_all_words_of_glove_have_two_maps():
    found, problems = read({"vocabulary": BIG, "maps": "glove|bert"})
    assert found.maps == (Choice("glove", BIG), Choice("glove", BIG, algorithm="pca"))
    assert any("two maps" in line for line in problems)
    assert read(write(found)) == (found, ())


def test_another_vocabulary_keeps_the_maps():
    found = Comparison().of(vocabulary="topics", dimensions=3)
    assert [each.method for each in found.maps] == list(FIRST)
    assert (found.vocabulary, found.dimensions) == ("topics", 3)
