"""How far methods agree, and how well maps keep what their vectors say, as charts."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from embeddings.figures.look import THEMES, Theme
from embeddings.types import Measure

SCALE = {
    False: ((234, 239, 245), (112, 155, 202), (22, 62, 112)),
    True: ((29, 35, 50), (63, 110, 163), (185, 217, 255)),
}
"""One blue from 0 to 1, from the ground to its opposite: told apart with any colour vision."""

BLUE = {False: "#2f6aa8", True: "#7fb2ea"}
ACCENT = {False: "#d9411e", True: "#ef6a48"}

WIDE = 64
NARROW = 48
"""Height of a cell of up to `FEW` methods, and of more; pixels."""

FEW = 4
LINE = 15
"""Height of one line of lettering, pixels."""

EDGE = 1.04
"""Where the scales of intervals end: a noise floor of 1 is still seen."""


@dataclass(frozen=True)
class Cell:
    """One square of the heat map.

    Attributes
    ----------
    value : the number; None where it is not known yet
    note : a word below the number, as "noise floor"
    is_marked : whether the number is no finding: within the noise floor, or at chance
    hover : what is said of it when somebody points at it
    """

    value: float | None
    note: str = ""
    is_marked: bool = False
    hover: str = ""


@dataclass(frozen=True)
class Mark:
    """A labelled line across a histogram, in the histogram's own unit."""

    label: str
    at: float
    style: str = "solid"


@dataclass(frozen=True)
class Interval:
    """A measured value of a pair, and the noise floors of both its methods where they are known."""

    label: str
    found: Measure | None
    floors: tuple[Measure, ...] = ()


@dataclass(frozen=True)
class Panel:
    """One measure of several maps.

    Attributes
    ----------
    title : name of the measure
    low, high : ends of its scale
    chance : the value of a map drawn by lot
    rows : for each map (of UMAP, of PCA); None where it is not known, or there is no such thing
    """

    title: str
    low: float
    high: float
    chance: float | None
    rows: tuple[tuple[float | None, float | None], ...]


def plain(text: str) -> str:
    """Return the text so that plotly finds no tag and no link in it."""
    return text.replace("<", "<\u200b")


def number(value: float) -> str:
    """Write a share with two decimals, a small one with its first digit that is not zero."""
    return f"{value:.2f}" if abs(value) >= 0.01 or value == 0 else f"{value:.1g}"


def precise(value: float) -> str:
    """Write a share with three decimals, a small one with its first two digits."""
    return f"{value:.3f}" if abs(value) >= 0.01 else f"{value:.2g}"


def _wrapped(label: str, width: int) -> str:
    return "<br>".join(textwrap.wrap(plain(label), width) or [""])


def _lines(labels: Sequence[str], width: int) -> int:
    return max(len(textwrap.wrap(label, width)) for label in labels)


# ----------------------------------------------------------------------------------- heat map


def heat_map(labels: Sequence[str], cells: Sequence[Sequence[Cell]], dark: bool = False) -> Any:
    """Draw the agreement of each method with each, the number in every cell.

    Parameters
    ----------
    labels : names of the methods
    cells : one row per method; the diagonal holds each method's noise floor. What is no finding
        has a dashed ring beside its note.
    dark : whether it stands on a dark ground

    Returns
    -------
    plotly.graph_objects.Figure
    """
    from plotly import graph_objects as go

    n, theme = len(labels), THEMES["dark" if dark else "light"]
    is_large = n > FEW
    width = 10 if is_large else 18
    figure = go.Figure(
        go.Heatmap(
            z=[[cell.value for cell in row] for row in cells],
            zmin=0,
            zmax=1,
            colorscale=[(i / 2, _css(shade)) for i, shade in enumerate(SCALE[dark])],
            showscale=False,
            xgap=3,
            ygap=3,
            customdata=[[plain(cell.hover) for cell in row] for row in cells],
            hovertemplate="%{customdata}<extra></extra>",
            hoverongaps=False,
        )
    )
    places = [(x, y, cell) for y, row in enumerate(cells) for x, cell in enumerate(row)]
    # All at once: plotly checks everything anew with each that is added.
    figure.update_layout(
        annotations=[_lettering(*place, theme, dark) for place in places],
        shapes=[ring for place in places for ring in _rings(*place, theme, dark)],
    )
    top = 10 + LINE * _lines(labels, width)
    cell_height = NARROW if is_large else WIDE if n > 2 else 1.3 * WIDE
    frame(figure, int(top + n * cell_height + 4), theme, {"l": 8, "r": 8, "t": top, "b": 4})
    axis = {"tickmode": "array", "tickvals": list(range(n)), "automargin": True}
    figure.update_xaxes(
        **axis,
        side="top",
        range=[-0.5, n - 0.5],
        ticktext=[_wrapped(label, width) for label in labels],
        ticklabeloverflow="allow",
    )
    if is_large:
        figure.update_xaxes(tickfont={"size": 11})
    names = [_wrapped(label, 24) for label in labels]
    figure.update_yaxes(**axis, range=[n - 0.5, -0.5], ticktext=names, ticksuffix=" ")
    return figure


def _lettering(x: int, y: int, cell: Cell, theme: Theme, dark: bool) -> dict[str, Any]:
    """Write a cell's number, and its note below it."""
    where = {"x": x, "y": y, "showarrow": False}
    if cell.value is None:
        return {**where, "text": "…", "font": {"color": theme.quiet, "size": 13}}
    small = f"<br><span style='font-size:10px'>{plain(cell.note)}</span>" if cell.note else ""
    font = {"color": _ink(_shade(cell.value, dark)), "size": 13}
    return {**where, "text": number(cell.value) + small, "font": font}


def _rings(x: int, y: int, cell: Cell, theme: Theme, dark: bool) -> Iterator[dict[str, Any]]:
    """Ring what is no finding, and frame what is not known."""
    if cell.value is None:
        half, line = 0.46, {"color": theme.none, "width": 1, "dash": "dot"}
    elif cell.is_marked:
        color = _ink(_shade(cell.value, dark))
        half, line = 0.42, {"color": color, "width": 1.3, "dash": "4px,3px"}
    else:
        return
    yield {"x0": x - half, "x1": x + half, "y0": y - half, "y1": y + half, "line": line}


def _shade(value: float, dark: bool) -> tuple[int, ...]:
    """Return the colour that the scale has for a value."""
    low, middle, high = SCALE[dark]
    at = 2 * min(max(value, 0.0), 1.0)
    first, second, part = (low, middle, at) if at <= 1 else (middle, high, at - 1)
    return tuple(round(a + (b - a) * part) for a, b in zip(first, second, strict=True))


def ground(value: float, dark: bool = False) -> tuple[str, str]:
    """Return the colour of the scale for a value from 0 to 1, and that of letters on it, for CSS.

    Parameters
    ----------
    dark : whether the whole stands on a dark ground
    """
    shade = _shade(value, dark)
    return _css(shade), _ink(shade)


def _css(rgb: Sequence[int]) -> str:
    return f"rgb({','.join(map(str, rgb))})"


def _ink(ground: Sequence[int]) -> str:
    """Return black or white, whichever is read better on that ground (WCAG's luminance)."""
    shares = [part / 255 for part in ground]
    red, green, blue = (c / 12.92 if c <= 0.04 else ((c + 0.055) / 1.055) ** 2.4 for c in shares)
    return "#000000" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 else "#ffffff"


# ---------------------------------------------------------------------------------- histogram


def overlap_histogram(
    counts: Sequence[int], marks: Sequence[Mark], unit: str, dark: bool = False
) -> Any:
    """Draw how many words share 0, 1, 2 ... of their neighbours.

    Parameters
    ----------
    counts : of length k + 1, the number of words for each number of shared neighbours
    marks : labelled lines; each has a row of its own above the bars, so that none lies on another
    unit : title of the horizontal axis
    dark : whether it stands on a dark ground

    Returns
    -------
    plotly.graph_objects.Figure
    """
    from plotly import graph_objects as go

    theme, k = THEMES["dark" if dark else "light"], len(counts) - 1
    figure = go.Figure(
        go.Bar(
            x=list(range(k + 1)),
            y=list(counts),
            width=0.86,
            marker={"color": BLUE[dark], "opacity": 0.75, "line": {"width": 0}},
            hovertemplate=f"%{{x}} of {k} shared: %{{y:,}} words<extra></extra>",
        )
    )
    plot, top = 190, 6 + 18 * len(marks)
    frame(figure, plot + top + 44, theme, {"l": 8, "r": 8, "t": top, "b": 44})
    # The rightmost lowest: the lines of the others then cross no letters.
    for row, mark in enumerate(sorted(marks, key=lambda each: -each.at)):
        _cross(figure, mark, 1 + (18 * row + 9) / plot, k, theme, dark)
    figure.update_xaxes(title=unit, range=[-0.6, k + 0.6], nticks=12, showline=True)
    figure.update_xaxes(linecolor=theme.none, ticks="outside", tickcolor=theme.none)
    figure.update_yaxes(title="words", automargin=True, showgrid=True, gridcolor=theme.land)
    figure.update_yaxes(tickformat=",d", rangemode="tozero", nticks=5)
    return figure


def _cross(figure: Any, mark: Mark, height: float, k: int, theme: Theme, dark: bool) -> None:
    """Draw one labelled line from the bottom of the plot up to its row."""
    is_left = mark.at <= k / 2
    color = ACCENT[dark] if mark.style == "solid" else theme.ink
    figure.add_shape(
        type="line",
        xref="x",
        yref="paper",
        x0=mark.at,
        x1=mark.at,
        y0=0,
        y1=height,
        line={"color": color, "width": 1.6, "dash": mark.style},
    )
    figure.add_annotation(
        xref="x",
        yref="paper",
        x=mark.at,
        y=height,
        text=plain(mark.label),
        showarrow=False,
        xanchor="left" if is_left else "right",
        yanchor="middle",
        xshift=5 if is_left else -5,
        bgcolor=theme.paper,
        borderpad=1,
        font={"color": color, "size": 12},
    )


# ---------------------------------------------------------------------------------- intervals


def intervals(
    panels: Sequence[tuple[str, Sequence[Interval]]], dark: bool = False, compact: bool = False
) -> Any:
    """Draw every pair's values with their intervals, beside chance and the noise floor.

    Parameters
    ----------
    panels : (name of the measure, one entry per pair, the same pairs in each)
    dark : whether it stands on a dark ground
    compact : whether rows are low, for many pairs

    Returns
    -------
    plotly.graph_objects.Figure
        A dot with its whiskers is a pair's value and 95 % interval, an upright cross is chance,
        and the band reaches from the lower noise floor up to 1: dots in it are no difference.
    """
    from plotly.subplots import make_subplots

    theme = THEMES["dark" if dark else "light"]
    labels = [each.label for each in panels[0][1]]
    rows = len(labels)
    figure = make_subplots(
        rows=1,
        cols=len(panels),
        shared_yaxes=True,
        horizontal_spacing=0.035,
        subplot_titles=[title for title, _ in panels],
    )
    for column, (_, row) in enumerate(panels, start=1):
        for trace in _interval_traces(row, theme, dark, is_first=column == 1):
            figure.add_trace(trace, row=1, col=column)
    row_height = 26 if compact else 40
    frame(figure, 56 + row_height * rows + 26, theme, {"l": 8, "r": 12, "t": 56, "b": 26})
    figure.update_annotations(font={"size": 13, "color": theme.ink}, yshift=2)
    figure.update_layout(
        showlegend=True,
        legend={
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1 + 26 / (row_height * rows),
            "yanchor": "bottom",
            "font": {"size": 12, "color": theme.quiet},
            "itemclick": False,
            "itemdoubleclick": False,
        },
    )
    low = min([0.0, *(e.found.low for _, row in panels for e in row if e.found)])
    figure.update_xaxes(range=[low - 0.03, EDGE], tickvals=[0, 0.25, 0.5, 0.75, 1])
    figure.update_xaxes(showgrid=True, gridcolor=theme.land, zeroline=False)
    figure.update_yaxes(range=[rows - 0.5, -0.5], tickmode="array", tickvals=list(range(rows)))
    names = [_wrapped(label, 60 if compact else 36) for label in labels]
    figure.update_yaxes(ticktext=names, automargin=True, ticksuffix=" ", col=1)
    return figure


def _noisier(floors: Sequence[Measure]) -> Measure:
    return min(floors, key=lambda floor: floor.value)


def _interval_traces(row: Sequence[Interval], theme: Theme, dark: bool, is_first: bool) -> Any:
    from plotly import graph_objects as go

    floors = [(y, each.floors) for y, each in enumerate(row) if each.floors]
    known = [(y, each, each.found) for y, each in enumerate(row) if each.found]
    yield go.Bar(
        x=[EDGE - _noisier(both).low for _, both in floors],
        base=[_noisier(both).low for _, both in floors],
        y=[y for y, _ in floors],
        orientation="h",
        width=0.72,
        marker={
            "color": theme.none,
            "opacity": 0.5,
            "line": {"width": 0},
            "pattern": {"shape": "/", "size": 6, "solidity": 0.25, "fgcolor": theme.quiet},
        },
        name="within the noise floor",
        showlegend=is_first,
        hovertemplate="noise floor from %{base:.3f}<extra></extra>",
    )
    chances = [(y, found.chance) for y, _, found in known if found.chance is not None]
    yield go.Scatter(
        x=[chance for _, chance in chances],
        y=[y for y, _ in chances],
        mode="markers",
        marker={"symbol": "line-ns", "size": 14, "line": {"width": 2, "color": theme.ink}},
        name="chance",
        showlegend=is_first,
        hovertemplate="chance %{x:.4f}<extra></extra>",
    )
    yield go.Scatter(
        x=[found.value for _, _, found in known],
        y=[y for y, _, _ in known],
        mode="markers",
        marker={"size": 9, "color": BLUE[dark]},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [found.high - found.value for _, _, found in known],
            "arrayminus": [found.value - found.low for _, _, found in known],
            "thickness": 1.6,
            "width": 5,
            "color": BLUE[dark],
        },
        customdata=[
            [plain(each.label), precise(found.low), precise(found.high)] for _, each, found in known
        ],
        name="measured, with its 95 % interval",
        showlegend=is_first,
        hovertemplate="%{customdata[0]}: %{x:.3f} (%{customdata[1]} to %{customdata[2]})"
        "<extra></extra>",
    )


# ------------------------------------------------------------------------------ quality of maps


def quality(labels: Sequence[str], panels: Sequence[Panel], dark: bool = False) -> Any:
    """Draw how well maps keep what their vectors say: UMAP and PCA of the same vectors in a row.

    Parameters
    ----------
    labels : names of the vectors, one a row
    panels : the measures, each with a scale of its own
    dark : whether it stands on a dark ground

    Returns
    -------
    plotly.graph_objects.Figure
        A full dot is UMAP's map, an open square PCA's, an upright line is chance.
    """
    from plotly.subplots import make_subplots

    theme, rows = THEMES["dark" if dark else "light"], len(labels)
    figure = make_subplots(
        rows=1,
        cols=len(panels),
        shared_yaxes=True,
        horizontal_spacing=0.03,
        subplot_titles=[plain(panel.title) for panel in panels],
    )
    for column, panel in enumerate(panels, start=1):
        for trace in _quality_traces(panel, theme, dark, is_first=column == 1):
            figure.add_trace(trace, row=1, col=column)
        ends = panel.high - panel.low
        figure.update_xaxes(
            range=[panel.low - 0.08 * ends, panel.high + 0.08 * ends],
            tickvals=[panel.low, (panel.low + panel.high) / 2, panel.high],
            col=column,
        )
    plot = 62 * rows
    frame(figure, 64 + plot + 26, theme, {"l": 8, "r": 12, "t": 64, "b": 26})
    figure.update_annotations(font={"size": 13, "color": theme.ink}, yshift=2)
    figure.update_layout(
        showlegend=True,
        legend={
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1 + 28 / plot,
            "yanchor": "bottom",
            "font": {"size": 12, "color": theme.quiet},
            "itemclick": False,
            "itemdoubleclick": False,
        },
    )
    figure.update_xaxes(showgrid=True, gridcolor=theme.land, zeroline=False)
    figure.update_yaxes(range=[rows - 0.5, -0.5], tickmode="array", tickvals=list(range(rows)))
    names = [_wrapped(label, 20) for label in labels]
    figure.update_yaxes(ticktext=names, automargin=True, ticksuffix=" ", col=1)
    return figure


def _quality_traces(panel: Panel, theme: Theme, dark: bool, is_first: bool) -> Any:
    from plotly import graph_objects as go

    for y, (umap, pca) in enumerate(panel.rows):
        if umap is not None and pca is not None:
            line = {"color": theme.none, "width": 2}
            yield go.Scatter(
                x=[umap, pca], y=[y, y], mode="lines", line=line, showlegend=False, hoverinfo="skip"
            )
    if panel.chance is not None:
        yield go.Scatter(
            x=[panel.chance] * len(panel.rows),
            y=list(range(len(panel.rows))),
            mode="markers",
            marker={"symbol": "line-ns", "size": 20, "line": {"width": 2, "color": theme.ink}},
            name="chance",
            showlegend=is_first,
            hovertemplate="chance %{x:.4f}<extra></extra>",
        )
    for at, name, symbol, place in (
        (0, "UMAP", "circle", "top center"),
        (1, "PCA", "square-open", "bottom center"),
    ):
        known = [(y, row[at]) for y, row in enumerate(panel.rows) if row[at] is not None]
        color = BLUE[dark] if at == 0 else ACCENT[dark]
        yield go.Scatter(
            x=[value for _, value in known],
            y=[y for y, _ in known],
            mode="markers+text",
            marker={
                "size": 10,
                "symbol": symbol,
                "color": color,
                "line": {"width": 2, "color": color},
            },
            text=[number(value) for _, value in known if value is not None],
            textposition=place,
            textfont={"size": 12, "color": theme.ink},
            cliponaxis=False,
            name=name,
            showlegend=is_first,
            hovertemplate=f"{name} %{{x:.3f}}<extra></extra>",
        )


def frame(figure: Any, height: int, theme: Theme, margin: dict[str, float]) -> None:
    """Set what all these charts have in common."""
    figure.update_layout(
        height=height,
        margin=margin,
        showlegend=False,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"size": 12, "color": theme.ink},
        dragmode=False,
    )
    bare = {"showgrid": False, "zeroline": False, "fixedrange": True}
    letters = {"tickfont": {"size": 12, "color": theme.ink}}
    figure.update_xaxes(**bare, **letters)
    figure.update_yaxes(**bare, **letters)
