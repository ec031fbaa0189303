"""The picture of a word's vector shows exactly the numbers it was given."""

from embeddings.figures.word_vector import CELLS, word_vector

NEAR = [("prince", 0.82), ("queen", 0.78)]


def test_a_dense_vector_is_a_strip_of_all_its_numbers():
    figure = word_vector([0.5, -2.0, 0.0], 3, NEAR)
    strip, bars = figure.data
    assert list(strip.z[0]) == [0.5, -2.0, 0.0]
    assert (strip.zmin, strip.zmax) == (-2.0, 2.0)
    assert list(bars.x) == [0.82, 0.78]


def test_a_sparse_vector_is_a_tick_at_each_place():
    strip, _ = word_vector([1.0], 10_000, NEAR, indices=[662]).data
    assert (list(strip.x), list(strip.customdata)) == ([662], [1.0])


def test_a_vector_of_very_many_numbers_is_a_strip_of_few_cells():
    places = list(range(0, 108_000, 2))
    values = [1.0] * len(places)
    values[-1] = -3.0
    strip, _ = word_vector(values, 108_200, NEAR, places).data
    assert len(strip.z[0]) <= CELLS
    assert (strip.z[0][0], strip.z[0][-1], strip.zmin) == (1.0, 0.0, -3.0)
    assert -3.0 in strip.z[0]
    assert strip.customdata[0][0] == "0 to 180"
    assert strip.x0 + strip.dx * (len(strip.z[0]) - 0.5) >= 108_199


def test_words_are_never_read_as_markup_or_numbers():
    _, bars = word_vector([1.0], 1, [("<b>1</b>", 0.1), ("7", -0.2)]).data
    assert all("<b>" not in word and not word.isdigit() for word in bars.y)


def test_bars_of_opposite_words_stay_in_the_picture():
    figure = word_vector([1.0], 1, [("no", -0.5)])
    assert figure.layout.xaxis2.range[0] == -0.5


def test_a_lone_word_has_no_bars():
    assert len(word_vector([1.0], 1, []).data[1].x) == 0


def test_light_and_dark_differ_in_the_middle_only_by_ground():
    light, dark = word_vector([1.0], 1, NEAR), word_vector([1.0], 1, NEAR, dark=True)
    assert light.data[0].colorscale != dark.data[0].colorscale
