"""A picture shows the map with words that never overlap, and takes words as they are."""

import io
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from PIL import Image

from embeddings.figures import picture as module
from embeddings.figures.picture import COLOURS, Look, densest, draw, picture, pixels, seen_flat
from embeddings.types import (
    Clusters,
    ClustersSpec,
    Column,
    Projection,
    ProjectionSpec,
    Spec,
    Vocabulary,
)

pytestmark = pytest.mark.filterwarnings("ignore:Glyph .* missing:UserWarning")
TABLE = Spec("glove", "tiny")
ODD = ("$x^$", "<b>bold</b>", "a&b", "100%", "_{}", "日本")


@pytest.fixture(scope="session")
def tiny():
    """Three groups of words far from each other, those with odd signs among the frequent ones."""
    rng = np.random.default_rng(0)
    words = (*ODD, *(f"word{i}" for i in range(294)))
    n = len(words)
    labels = (np.arange(n) % 3).astype(np.int16)
    labels[-5:] = -1
    places = np.array([[0, 0, 0], [30, 0, 5], [0, 20, 9]])[np.arange(n) % 3]
    places = (places + rng.normal(size=(n, 3)) * 3).astype(np.float32)
    topic, part = labels.copy(), (np.arange(n) % 6 - 1).astype(np.int8)
    counts = np.arange(n)[::-1] * 10
    vocabulary = Vocabulary(
        "tiny", words, ("a $", "b", "c"), topic, ("noun", "verb", "x", "y", "z"), part, counts
    )
    names = ("one · two", "three $4 · five", "six · seven")
    clusters = Clusters(labels, names, ClustersSpec(TABLE))
    return vocabulary, clusters, places


def flat(places) -> Projection:
    return Projection(places[:, :2], ProjectionSpec(TABLE))


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_png_of_the_size_asked_for(tiny, colour, theme):
    vocabulary, clusters, places = tiny
    look = Look(colour, theme, 640, 360, "300 words")
    content = picture(flat(places), vocabulary.words, vocabulary, clusters, look)
    image = Image.open(io.BytesIO(content)).convert("RGB")
    assert image.size == (640, 360)
    corner = image.getpixel((2, 2))
    assert (sum(corner) > 600) == (theme == "light")
    assert len(image.getcolors(1 << 24)) > 50


def test_three_dimensions_and_no_clusters(tiny):
    vocabulary, _, places = tiny
    projection = Projection(places, ProjectionSpec(TABLE, dimensions=3))
    look = Look(width=640, height=360)
    assert picture(projection, vocabulary.words, vocabulary, None, look).startswith(b"\x89PNG")


def test_svg_keeps_words_as_text(tiny):
    vocabulary, clusters, places = tiny
    look = Look(width=800, height=450, caption="300 words & <more> $")
    content = picture(flat(places), vocabulary.words, vocabulary, clusters, look, "svg")
    root = ElementTree.fromstring(content)
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "300 words & <more> $" in texts
    assert set(ODD) & set(texts)
    bare = {re.sub(r"\s", "", text) for text in texts}
    assert "THREE$4·FIVE" in bare
    assert not {e.tag for e in root.iter()} & {"{http://www.w3.org/2000/svg}script"}
    again = picture(flat(places), vocabulary.words, vocabulary, clusters, look, "svg")
    assert again == content


def test_no_two_texts_overlap(tiny):
    vocabulary, clusters, places = tiny
    look = Look("part_of_speech", width=1000, height=600, caption="a caption")
    figure = draw(flat(places), vocabulary.words, vocabulary, clusters, look)
    renderer = figure.canvas.get_renderer()
    written = [text for text in figure.axes[0].texts if text.get_gid() != "halo"]
    boxes = [text.get_window_extent(renderer) for text in written]
    assert len(boxes) > 30
    for i, box in enumerate(boxes):
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= 1000 and box.y1 <= 600
        assert not any(box.overlaps(other) for other in boxes[:i])


def test_frequent_words_come_first(tiny):
    vocabulary, _, places = tiny
    figure = draw(flat(places), vocabulary.words, vocabulary, None, Look("frequency"))
    written = {text.get_text() for text in figure.axes[0].texts}
    rows = [row for row, word in enumerate(vocabulary.words) if word in written]
    assert vocabulary.words[0] in written
    assert np.median(rows) < len(vocabulary) / 2


def test_words_that_the_method_lacks_are_left_out(tiny):
    vocabulary, _, places = tiny
    figure = draw(flat(places[:10]), vocabulary.words[:10], vocabulary, None, Look())
    written = {text.get_text() for text in figure.axes[0].texts}
    assert written <= set(vocabulary.words[:10])


def test_islands_far_out_do_not_shrink_the_map():
    places = np.random.default_rng(0).normal(size=(5000, 2))
    places[0] = 10_000
    placed = pixels(places, 1600, 900)
    assert np.ptp(placed[1:, 1]) > 400
    assert (placed >= 0).all() and (placed <= (1600, 900)).all()


def test_one_scale_for_both_axes():
    placed = pixels(np.array([[0.0, 0], [4, 0], [0, 1]]), 1600, 900)
    assert placed[1, 0] - placed[0, 0] == pytest.approx(4 * (placed[2, 1] - placed[0, 1]))


def test_words_in_one_place_are_drawn_too(tiny):
    vocabulary, clusters, _ = tiny
    projection = Projection(np.zeros((300, 2)), ProjectionSpec(TABLE))
    assert picture(projection, vocabulary.words, vocabulary, clusters, Look(width=400, height=300))


def test_three_dimensions_are_seen_from_the_widest_side():
    rng = np.random.default_rng(1)
    solid = rng.normal(size=(500, 3)) * (0.1, 5, 20)
    assert seen_flat(solid.astype(np.float32)).std(axis=0) == pytest.approx((20, 5), rel=0.15)


def test_the_densest_place_is_among_the_dots():
    crowd = np.random.default_rng(2).normal(size=(50, 2)) + 700
    scattered = np.random.default_rng(3).uniform(0, 600, size=(30, 2))
    x, y = densest(np.vstack([scattered, crowd]))
    assert abs(x - 700) < 2 and abs(y - 700) < 2


def test_other_forms_are_refused(tiny):
    vocabulary, clusters, places = tiny
    with pytest.raises(ValueError, match="png, svg"):
        picture(flat(places), vocabulary.words, vocabulary, clusters, Look(), "gif")


def test_both_themes_have_as_many_hues():
    assert len({len(theme.categories) for theme in module.THEMES.values()}) == 1


LABELS = ("x" * 10_000, "\u202eevil", "שלום עולם", "مرحبا", "two\nlines", "\u2067 \u2069", "king")


@pytest.fixture
def hostile():
    """Seven labels far from each other, in a grid, with two columns of their own."""
    places = np.array([[i % 3, i // 3] for i in range(len(LABELS))], np.float32)
    none = np.full(len(LABELS), -1)
    columns = (
        Column("$kind$", none + np.arange(len(LABELS)) % 3, ("$a$", "مرحبا", "y" * 300)[:2]),
        Column("weight", np.array([*range(len(LABELS) - 1), np.nan])),
    )
    counts = np.zeros(len(LABELS), np.int64)
    return Vocabulary("odd", LABELS, (), none, (), none, counts, columns), places


@pytest.mark.parametrize("form", ["png", "svg"])
def test_labels_are_cut_and_turn_no_other(hostile, form):
    vocabulary, places = hostile
    clusters = Clusters(np.array([0, 0, 0, 1, 1, 1, 1]), ("x" * 500, "مرحبا"), ClustersSpec(TABLE))
    look = Look(width=1600, height=900)
    assert picture(flat(places), LABELS, vocabulary, clusters, look, form)
    figure = draw(flat(places), LABELS, vocabulary, None, look)
    written = {text.get_text() for text in figure.axes[0].texts}
    assert written == {"x" * 47 + "…", "evil", "שלום עולם", "مرحبا", "two lines", "king"}
    named = draw(flat(places), LABELS, vocabulary, clusters, Look(width=3000, height=1700))
    assert "مرحبا" in {text.get_text() for text in named.axes[0].texts}  # its letters stay joined


@pytest.mark.parametrize(("column", "legend"), [("$kind$", {"$a$"}), ("weight", {"weight 0", "5"})])
def test_own_columns_are_colours_with_a_legend(hostile, column, legend):
    vocabulary, places = hostile
    look = Look("column", column=column)
    figure = draw(flat(places), LABELS, vocabulary, None, look)
    assert legend <= {text.get_text() for text in figure.axes[0].texts}
    colours = figure.axes[0].collections[0].get_facecolors()
    assert len(np.unique(colours, axis=0)) == (3 if column == "$kind$" else len(LABELS))
