"""A map as a picture for a slide or a paper: PNG or SVG, drawn by matplotlib.

It reads like a page of an atlas: no axes, small quiet dots, the names of regions in spaced
capitals where their dots are densest, then the frequent words, none over another.
"""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embeddings.figures.lettering import Page, densest, regions, shown
from embeddings.figures.look import COLOURS, DEFAULT, THEMES, Look, Theme
from embeddings.figures.packs import vocabulary_ids
from embeddings.types import Clusters, Column, Projection, Vocabulary

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "COLOURS",
    "FORMS",
    "THEMES",
    "Look",
    "densest",
    "draw",
    "picture",
    "pixels",
    "seen_flat",
]

FORMS = ("png", "svg")
DPI = 100
FONTS = ("Inter", "Helvetica Neue", "Arial", "Liberation Sans", "DejaVu Sans")
RASTER_ABOVE = 50_000
"""In an SVG the dots of larger maps become one bitmap: as shapes they would fill 40 MB."""


def picture(
    projection: Projection,
    table_words: Sequence[str],
    vocabulary: Vocabulary,
    clusters: Clusters | None = None,
    look: Look = DEFAULT,
    form: str = "png",
) -> bytes:
    """Draw a map.

    A map of three dimensions is seen from the side where it is widest; nearer dots lie above.

    Parameters
    ----------
    projection : where each word of the table lies
    table_words : words of the table
    vocabulary : what is known of the words
    clusters : groups of the table's words
    look : colours, size and caption
    form : "png" or "svg"
    """
    import matplotlib

    if form not in FORMS:
        raise ValueError(f"form is {form!r}, expected one of {', '.join(FORMS)}")
    style = {"svg.fonttype": "none", "svg.hashsalt": "map", "font.family": _fonts()}
    content = io.BytesIO()
    metadata = {"Title": look.caption, **({"Date": None} if form == "svg" else {})}
    with matplotlib.rc_context(style), warnings.catch_warnings():
        # A rare word in a script that no font here knows is drawn as boxes, without a word more.
        warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)
        figure = draw(projection, table_words, vocabulary, clusters, look)
        figure.savefig(content, format=form, dpi=DPI, metadata=metadata)
    return content.getvalue()


def draw(
    projection: Projection,
    table_words: Sequence[str],
    vocabulary: Vocabulary,
    clusters: Clusters | None,
    look: Look,
) -> Figure:
    """Draw a map on a matplotlib figure of its own (no window, nothing global)."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    theme = THEMES[look.theme]
    ids = vocabulary_ids(table_words, vocabulary)
    figure = Figure((look.width / DPI, look.height / DPI), dpi=DPI, facecolor=theme.paper)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    places = pixels(seen_flat(projection.coordinates), look.width, look.height)
    axes.set(xlim=(0, look.width), ylim=(0, look.height))
    _land(axes, places, look, theme)
    groups, names = _groups(ids, vocabulary, clusters, look)
    colours = _shades(ids, vocabulary, look, theme)
    if colours is None:
        colours = _colours(groups, theme)
    order = np.argsort(groups >= 0, kind="stable")  # words without a group lie below
    size = float(np.clip(45_000 / max(len(places), 1), 0.4, 14))
    axes.scatter(
        *places[order].T,
        s=size,
        c=colours[order],
        linewidths=0,
        rasterized=len(places) > RASTER_ABOVE,
    )
    page = Page(axes, look, theme)
    _legend(page, names, vocabulary, look)
    if look.caption:
        page.caption(look.caption)
    region_of, region_names = groups, names
    if look.colour in ("part_of_speech", "frequency", "column") and clusters is not None:
        region_of, region_names = clusters.labels, clusters.names
    if look.colour not in ("part_of_speech", "column") or clusters is not None:
        for name, (x, y) in regions(places, region_of, region_names):
            page.region(name, x, y)
    for row in np.argsort(ids)[:4000]:  # a vocabulary's most frequent words come first
        page.word(table_words[row], *places[row])
    return figure


def seen_flat(coordinates: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return where a reader sees each place: 3D is turned to its two widest directions.

    Returns
    -------
    float64 array of shape (n_words, 2)
    """
    flat = coordinates.astype(np.float64)
    if flat.shape[1] == 2:
        return flat
    flat = flat - flat.mean(axis=0)
    _, directions = np.linalg.eigh(flat.T @ flat)
    return flat @ directions[:, ::-1][:, :2]


def pixels(places: NDArray[np.float64], width: int, height: int) -> NDArray[np.float64]:
    """Place the map on the page, as large as fits, one scale for both axes.

    A few islands may lie far out: the frame holds the middle 99.8 % of each axis and an eighth
    more on either side, and words beyond wait at its edge.
    """
    low, high = np.percentile(places, (0.1, 99.9), axis=0)
    more = (high - low) / 8
    low, high = (
        np.maximum(places.min(axis=0), low - more),
        np.minimum(places.max(axis=0), high + more),
    )
    room = np.array([width * 0.93, height * 0.84])
    span = np.where(high > low, high - low, 1)
    scale = (room / span).min()
    middle = np.array([width / 2, height * 0.52])
    shifted = (np.clip(places, low, high) - (low + high) / 2) * scale + middle
    return np.asarray(shifted)


def _column(vocabulary: Vocabulary, look: Look) -> Column | None:
    """Return the own column that the colours say, if they say one."""
    if look.colour != "column":
        return None
    return next((each for each in vocabulary.columns if each.name == look.column), None)


def _groups(
    ids: NDArray[np.uint32], vocabulary: Vocabulary, clusters: Clusters | None, look: Look
) -> tuple[NDArray[Any], tuple[str, ...]]:
    """Return each word's group (-1 for none) and the groups' names."""
    column = _column(vocabulary, look)
    if column is not None and not column.is_number:
        return column.values[ids], column.categories
    if look.colour == "topic":
        return vocabulary.topic[ids], vocabulary.topics
    if look.colour == "part_of_speech":
        return vocabulary.part_of_speech[ids], vocabulary.parts_of_speech
    if look.colour in ("frequency", "column") or clusters is None:
        return np.full(len(ids), -1), ()
    return clusters.labels, clusters.names


def _shades(
    ids: NDArray[np.uint32], vocabulary: Vocabulary, look: Look, theme: Theme
) -> NDArray[np.float64] | None:
    """Return the dots' colours where they say a number: float64 array of shape (n_words, 4)."""
    from matplotlib import colormaps
    from matplotlib.colors import to_rgba

    column = _column(vocabulary, look)
    if look.colour == "frequency":
        counts = vocabulary.count[ids]
        share = np.log1p(counts) / max(np.log1p(counts.max()), 1)
    elif column is not None and column.is_number:
        low, high = _range(column)
        share = (column.values[ids] - low) / ((high - low) or 1)
    else:
        return None
    shade = theme.faintest + (1 - theme.faintest) * share
    colours = np.asarray(colormaps["cividis"](np.nan_to_num(shade), alpha=theme.dots))
    colours[np.isnan(shade)] = to_rgba(theme.none, theme.dots * 0.6)
    return colours


def _range(column: Column) -> tuple[float, float]:
    """Return the least and the largest number that a column says."""
    said = column.values[~np.isnan(column.values)]
    return (float(said.min()), float(said.max())) if len(said) else (0.0, 0.0)


def _colours(groups: NDArray[Any], theme: Theme) -> NDArray[np.float64]:
    """Return red, green, blue and opacity of each dot: float64 array of shape (n_words, 4)."""
    from matplotlib.colors import to_rgba, to_rgba_array

    palette = to_rgba_array(theme.categories, theme.dots)
    none = to_rgba(theme.none, theme.dots * 0.6)
    return np.where((groups >= 0)[:, None], palette[groups % len(palette)], none)


def _legend(page: Page, names: Sequence[str], vocabulary: Vocabulary, look: Look) -> None:
    """Say what the colours mean where no region's name says it."""
    from matplotlib import colormaps

    hues, cividis = page.theme.categories, colormaps["cividis"]
    ends = (cividis(page.theme.faintest), cividis(1.0))
    column = _column(vocabulary, look)
    if look.colour == "part_of_speech":
        page.legend([(name, hues[i % len(hues)]) for i, name in enumerate(names)])
    elif look.colour == "frequency":
        page.legend([*zip(("rare", "frequent"), ends, strict=True)])
    elif column is not None and column.is_number:
        low, high = _range(column)
        page.legend([(f"{shown(column.name)} {low:,.4g}", ends[0]), (f"{high:,.4g}", ends[1])])
    elif column is not None:
        # As many as have a colour of their own.
        page.legend([(name, hues[i]) for i, name in enumerate(names[: len(hues)])])


def _land(axes: Axes, places: NDArray[np.float64], look: Look, theme: Theme) -> None:
    """Shade the ground under the dots, so that the map has a coast."""
    from matplotlib.colors import LinearSegmentedColormap
    from scipy.ndimage import gaussian_filter

    cell = 4
    size = (look.height // cell, look.width // cell)
    edges = ((0, size[0] * cell), (0, size[1] * cell))
    counts, _, _ = np.histogram2d(places[:, 1], places[:, 0], bins=size, range=edges)
    density = gaussian_filter(counts, 3.5)
    typical = np.median(density[counts > 0]) if counts.any() else 1.0
    ramp = LinearSegmentedColormap.from_list("land", (theme.paper, theme.land))
    image = ramp(np.clip(density / (typical or 1.0) / 0.6, 0, 1))
    extent = (0, size[1] * cell, 0, size[0] * cell)
    axes.imshow(image, origin="lower", extent=extent, interpolation="bilinear", aspect="auto")


def _fonts() -> list[str]:
    """Return those of the wanted fonts that this machine has; matplotlib brings the last."""
    from matplotlib import font_manager

    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    have = set(font_manager.get_font_names())
    return [name for name in FONTS if name in have]
