"""A map as a picture for a slide or a paper: PNG or SVG, drawn by matplotlib.

It reads like a page of an atlas: no axes, small quiet dots, the names of regions in spaced
capitals where their dots are densest, then the frequent words, none over another.
"""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embeddings.figures.packs import vocabulary_ids
from embeddings.types import Clusters, Projection, Vocabulary

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMS = ("png", "svg")
COLOURS = ("topic", "cluster", "part_of_speech", "frequency")
DPI = 100
FONTS = ("Inter", "Helvetica Neue", "Arial", "Liberation Sans", "DejaVu Sans")
HAIR_SPACE = "\u200a"
RASTER_ABOVE = 50_000
"""In an SVG the dots of larger maps become one bitmap: as shapes they would fill 40 MB."""


@dataclass(frozen=True)
class Theme:
    """The colours of the page."""

    paper: str
    land: str
    ink: str
    quiet: str
    none: str
    """Dots of words without a group."""
    dots: float
    """Opacity of the dots."""
    faintest: float
    """Where on the scale of frequency (cividis) the rarest words begin to be seen."""
    categories: tuple[str, ...]
    """Told apart with any colour vision; the same as on the screen (palette.js)."""


THEMES = {
    "light": Theme(
        *("#fbfaf7", "#efece3", "#3b3d45", "#6d6f76", "#a9a7a1", 0.65, 0.0),
        (
            *("#4477aa", "#ddcc77", "#882255", "#44aa99", "#332288", "#999933", "#cc6677"),
            *("#117733", "#88ccee", "#aa4499", "#a08ef1", "#f1b297", "#853410", "#b28ebb"),
            *("#1058b2", "#6a3d34"),
        ),
    ),
    "dark": Theme(
        *("#10131d", "#1c212e", "#d3d6de", "#a0a6b4", "#6a7180", 0.7, 0.22),
        (
            *("#a0bbf1", "#e8f185", "#bb6a85", "#bbf1d6", "#616af1", "#c4b22b", "#df9797"),
            *("#85b261", "#a9e8f1", "#b25897", "#8585f1", "#f1cda0", "#b26a22", "#bba0bb"),
            *("#7c85cd", "#977358"),
        ),
    ),
}


@dataclass(frozen=True)
class Look:
    """How a picture is drawn.

    Attributes
    ----------
    colour : what the dots' colours say: one of ``COLOURS``
    theme : "light" or "dark"
    width, height : pixels
    caption : one line at the bottom
    """

    colour: str = "cluster"
    theme: str = "light"
    width: int = 1600
    height: int = 900
    caption: str = ""


def picture(
    projection: Projection,
    table_words: Sequence[str],
    vocabulary: Vocabulary,
    clusters: Clusters | None = None,
    look: Look = Look(),
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
    groups, names = _groups(ids, vocabulary, clusters, look.colour)
    colours = _colours(groups, vocabulary.count[ids], look.colour, theme)
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
    _legend(page, names, look)
    if look.caption:
        page.caption(look.caption)
    region_of, region_names = groups, names
    if look.colour in ("part_of_speech", "frequency") and clusters is not None:
        region_of, region_names = clusters.labels, clusters.names
    if look.colour != "part_of_speech" or clusters is not None:
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


def regions(
    places: NDArray[np.float64], groups: NDArray[Any], names: Sequence[str]
) -> Iterator[tuple[str, tuple[float, float]]]:
    """Yield each group's name and the place where its dots are densest, the largest group first."""
    sizes = np.bincount(groups[groups >= 0], minlength=len(names))
    for group in np.argsort(-sizes, kind="stable"):
        if sizes[group] >= 3:
            x, y = densest(places[groups == group])
            yield names[group], (x, y)


def densest(places: NDArray[np.float64], reach: float = 45.0) -> tuple[float, float]:
    """Return the middle of the dots around the one that has most others within reach (pixels)."""
    some = places[:: max(1, len(places) // 1500)]
    near = ((some[:, None] - some[None]) ** 2).sum(axis=2) < reach**2
    x, y = some[near[near.sum(axis=1).argmax()]].mean(axis=0)
    return float(x), float(y)


class Page:
    """Writes text on the page, and only where nothing has been written yet."""

    def __init__(self, axes: Axes, look: Look, theme: Theme) -> None:
        self.axes, self.look, self.theme = axes, look, theme
        self.taken = np.zeros((look.height, look.width), bool)
        self.unit = min(look.width / 1600, look.height / 900)
        """Type grows and shrinks with the page."""

    def region(self, name: str, x: float, y: float) -> bool:
        """Write the name of a region in spaced capitals."""
        spaced = (HAIR_SPACE * 2).join(name.upper())
        return self._write(spaced, x, y, 10.5, self.theme.ink, "bold", (16, 8))

    def word(self, word: str, x: float, y: float) -> bool:
        """Write a word just above its dot."""
        return self._write(word, x, y + 8 * self.unit, 8.5, self.theme.quiet, "normal", (14, 10))

    def caption(self, text: str) -> None:
        """Write the line at the bottom left."""
        x, y = 24 * self.unit, 24 * self.unit
        self._write(text, x, y, 9.5, self.theme.quiet, "normal", (8, 8), "left")

    def legend(self, entries: Sequence[tuple[str, Any]]) -> None:
        """Write names with their colours at the bottom right, from right to left."""
        x = self.look.width - 24 * self.unit
        for name, colour in reversed(entries):
            self._write(name, x, 24 * self.unit, 9.5, self.theme.quiet, "normal", (4, 8), "right")
            x -= self._extent(name, 9.5, "normal")[0] + 9 * self.unit
            self.axes.scatter([x], [24 * self.unit], s=30 * self.unit, c=[colour], linewidths=0)
            x -= 16 * self.unit

    def _write(
        self,
        text: str,
        x: float,
        y: float,
        size: float,
        colour: str,
        weight: str,
        margin: tuple[float, float],
        align: str = "center",
    ) -> bool:
        """Write the text unless it would touch another or leave the page; say whether it did."""
        width, height = self._extent(text, size, weight)
        left = x - {"left": 0.0, "center": width / 2, "right": width}[align]
        box = (left, y - height / 2, left + width, y + height / 2)
        if not self._take(box, margin):
            return False
        from matplotlib.patheffects import Stroke

        common: dict[str, Any] = {
            "fontsize": size * self.unit,
            "fontweight": weight,
            "ha": align,
            "va": "center",
            "parse_math": False,  # a word with a dollar sign is a word
        }
        halo = self.axes.text(x, y, text, color=self.theme.paper, **common)
        halo.set_path_effects([Stroke(linewidth=2.5 * self.unit, foreground=self.theme.paper)])
        halo.set_gid("halo")
        self.axes.text(x, y, text, color=colour, **common)
        return True

    def _extent(self, text: str, size: float, weight: str) -> tuple[float, float]:
        from matplotlib.font_manager import FontProperties

        font = FontProperties(size=size * self.unit, weight=weight)
        renderer = self.axes.figure.canvas.get_renderer()
        width, height, _ = renderer.get_text_width_height_descent(text, font, ismath=False)
        return float(width), float(height)

    def _take(self, box: tuple[float, float, float, float], margin: tuple[float, float]) -> bool:
        x0, y0, x1, y1 = box
        if x0 < 4 or y0 < 4 or x1 > self.look.width - 4 or y1 > self.look.height - 4:
            return False
        across, up = margin[0] * self.unit, margin[1] * self.unit
        rows = slice(max(int(y0 - up), 0), int(y1 + up) + 1)
        columns = slice(max(int(x0 - across), 0), int(x1 + across) + 1)
        if self.taken[rows, columns].any():
            return False
        self.taken[int(y0) : int(y1) + 1, int(x0) : int(x1) + 1] = True
        return True


def _groups(
    ids: NDArray[np.uint32], vocabulary: Vocabulary, clusters: Clusters | None, colour: str
) -> tuple[NDArray[Any], tuple[str, ...]]:
    """Return each word's group (-1 for none) and the groups' names."""
    if colour == "topic":
        return vocabulary.topic[ids], vocabulary.topics
    if colour == "part_of_speech":
        return vocabulary.part_of_speech[ids], vocabulary.parts_of_speech
    if colour == "frequency" or clusters is None:
        return np.full(len(ids), -1), ()
    return clusters.labels, clusters.names


def _colours(
    groups: NDArray[Any], counts: NDArray[np.int64], colour: str, theme: Theme
) -> NDArray[np.float64]:
    """Return red, green, blue and opacity of each dot: float64 array of shape (n_words, 4)."""
    from matplotlib import colormaps
    from matplotlib.colors import to_rgba, to_rgba_array

    if colour == "frequency":
        share = np.log1p(counts) / max(np.log1p(counts.max()), 1)
        shade = theme.faintest + (1 - theme.faintest) * share
        return np.asarray(colormaps["cividis"](shade, alpha=theme.dots))
    palette = to_rgba_array(theme.categories, theme.dots)
    none = to_rgba(theme.none, theme.dots * 0.6)
    return np.where((groups >= 0)[:, None], palette[groups % len(palette)], none)


def _legend(page: Page, names: Sequence[str], look: Look) -> None:
    """Say what the colours mean where no region's name says it."""
    from matplotlib import colormaps

    if look.colour == "part_of_speech":
        hues = page.theme.categories
        page.legend([(name, hues[i % len(hues)]) for i, name in enumerate(names)])
    elif look.colour == "frequency":
        cividis = colormaps["cividis"]
        page.legend([("rare", cividis(page.theme.faintest)), ("frequent", cividis(1.0))])


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
