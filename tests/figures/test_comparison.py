"""The charts of a comparison show exactly what they were given, and nothing hides anything."""

import numpy as np
import pytest

from embeddings.figures import comparison
from embeddings.figures.comparison import Cell, Interval, Mark, Panel
from embeddings.figures.look import THEMES
from embeddings.types import Measure

NAMES = ["One-hot", "Word2Vec · window 3 · training seed 7", "<b>bold</b>"]
CELLS = [
    [Cell(0.01, "noise floor"), Cell(0.013, "chance", True, "a and b"), Cell(None)],
    [Cell(0.013, "chance", True, "a and b"), Cell(0.6, "noise floor"), Cell(0.4)],
    [Cell(None), Cell(0.4), Cell(1.0, "noise floor")],
]
KNOWN = Measure(0.3, 0.28, 0.32, 0.01)


def floor(value: float) -> Measure:
    return Measure(value, value - 0.02, value + 0.01, 0.01)


def luminance(css: str) -> float:
    rgb = css.removeprefix("rgb(").rstrip(")").split(",")
    if css.startswith("#"):
        rgb = [int(css[i : i + 2], 16) for i in (1, 3, 5)]
    shares = np.array(rgb, dtype=float) / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_a_heat_map_has_a_number_in_every_cell_that_is_known():
    figure = comparison.heat_map(NAMES, CELLS)
    (squares,) = figure.data
    assert [list(row) for row in squares.z] == [[c.value for c in row] for row in CELLS]
    assert (squares.zmin, squares.zmax) == (0, 1)
    texts = [each.text.split("<br>")[0] for each in figure.layout.annotations]
    assert texts == ["0.01", "0.01", "…", "0.01", "0.60", "0.40", "…", "0.40", "1.00"]


def test_what_is_no_finding_is_ringed_and_named_not_only_coloured():
    figure = comparison.heat_map(NAMES, CELLS)
    rings = [each for each in figure.layout.shapes if each.line.dash == "4px,3px"]
    noted = [each for each in figure.layout.annotations if "chance" in each.text]
    assert [(r.x0 + r.x1, r.y0 + r.y1) for r in rings] == [(2 * n.x, 2 * n.y) for n in noted]
    assert len(rings) == 2


def test_the_names_of_methods_are_whole_and_never_markup():
    figure = comparison.heat_map(NAMES, CELLS)
    for axis in (figure.layout.xaxis, figure.layout.yaxis):
        shown = [text.replace("<br>", " ") for text in axis.ticktext]
        assert shown[:2] == NAMES[:2] and axis.automargin
        assert "<b>" not in shown[2]


@pytest.mark.parametrize("dark", [False, True])
def test_numbers_are_read_on_every_colour_of_the_scale(dark):
    for value in np.linspace(0, 1, 101):
        (number,) = comparison.heat_map(["a"], [[Cell(float(value))]], dark).layout.annotations
        ground = comparison._css(comparison._shade(float(value), dark))
        assert contrast(number.font.color, ground) >= 4.5


@pytest.mark.parametrize("dark", [False, True])
def test_the_scale_grows_only_lighter_or_only_darker(dark):
    scale = [luminance(comparison._css(comparison._shade(v / 20, dark))) for v in range(21)]
    steps = np.diff(scale)
    assert (steps > 0).all() or (steps < 0).all()


def test_a_histogram_counts_words_and_each_line_has_a_row_of_its_own():
    marks = [Mark("median", 1), Mark("chance", 0.01, "dot"), Mark("a", 3, "dash"), Mark("b", 3)]
    figure = comparison.overlap_histogram([5, 9, 2, 1], marks, "shared, of 3")
    assert list(figure.data[0].y) == [5, 9, 2, 1]
    heights = sorted(each.y for each in figure.layout.annotations)
    assert len(set(heights)) == len(marks)
    plot = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    assert min(np.diff(heights)) * plot >= 17 and min(heights) > 1
    assert (max(heights) - 1) * plot <= figure.layout.margin.t
    lines = {each.x0: each.line.dash for each in figure.layout.shapes}
    assert set(lines) == {each.at for each in marks}
    titles = figure.layout.xaxis.title.text, figure.layout.yaxis.title.text
    assert titles == ("shared, of 3", "words")


def test_an_interval_is_drawn_with_its_ends_chance_and_the_lower_noise_floor():
    row = [Interval("a and b", KNOWN, (floor(0.9), floor(0.7))), Interval("a and c", None)]
    band, chance, dots = comparison.intervals([("overlap", row)]).data
    assert list(band.base) == [pytest.approx(0.68)] and list(band.y) == [0]
    assert list(chance.x) == [0.01]
    assert list(dots.x) == [0.3]
    assert dots.error_x.array[0] == pytest.approx(0.02)
    assert dots.error_x.arrayminus[0] == pytest.approx(0.02)


def test_a_noise_floor_of_one_is_seen_and_one_that_is_not_known_is_not_drawn():
    sure = Measure(1.0, 1.0, 1.0, 0.01)
    row = [Interval("a and b", KNOWN, (sure, sure)), Interval("a and c", KNOWN)]
    figure = comparison.intervals([("overlap", row)])
    band = figure.data[0]
    assert list(band.y) == [0] and band.x[0] > 0.02
    assert figure.layout.xaxis.range[1] >= band.base[0] + band.x[0]


def test_the_quality_of_two_maps_stands_side_by_side():
    panels = [
        Panel("recall", 0, 1, 0.001, ((0.3, 0.02), (0.2, None))),
        Panel("two seeds", 0, 1, None, ((0.4, None), (None, None))),
    ]
    figure = comparison.quality(["GloVe", "BERT"], panels)
    named = {(t.name, t.xaxis): (list(t.x), list(t.y)) for t in figure.data if t.name}
    assert named["UMAP", "x"] == ([0.3, 0.2], [0, 1])
    assert named["PCA", "x"] == ([0.02], [0])
    assert named["chance", "x"] == ([0.001, 0.001], [0, 1])
    assert named["UMAP", "x2"] == ([0.4], [0])
    assert ("chance", "x2") not in named


@pytest.mark.parametrize("dark", [False, True])
def test_charts_stand_on_the_ground_of_the_page_and_can_be_read_on_it(dark):
    figures = [
        comparison.heat_map(NAMES, CELLS, dark),
        comparison.overlap_histogram([1, 2], [Mark("m", 1)], "x", dark),
        comparison.intervals([("a", [Interval("b", KNOWN)])], dark),
        comparison.quality(["a"], [Panel("t", 0, 1, 0.5, ((0.9, 0.8),))], dark),
    ]
    paper = THEMES["dark" if dark else "light"].paper
    for figure in figures:
        assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"
        assert contrast(figure.layout.font.color, paper) >= 4.5
    for color in (comparison.BLUE[dark], comparison.ACCENT[dark]):
        assert contrast(color, paper) >= 3
