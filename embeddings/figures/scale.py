"""What searching costs, as curves: recall against time or memory, and lines to two billion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10
from typing import Any

from embeddings.figures import charts
from embeddings.figures.comparison import plain
from embeddings.figures.contexts import SHADES
from embeddings.figures.look import THEMES

MARKS = ("star", "circle", "square", "diamond")


@dataclass(frozen=True)
class Line:
    """One index.

    Attributes
    ----------
    name : of the index
    x, y : its points
    spoken : what is said when one points at each
    measured : how many of the points, from the first on, were measured; the rest were computed
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    spoken: tuple[str, ...]
    measured: int


@dataclass(frozen=True)
class Panel:
    """Lines in one frame.

    Attributes
    ----------
    title : what it shows
    axis : name of the horizontal axis
    lines : the same indexes in the same order in each panel
    marked : a number of the horizontal axis where a line stands
    """

    title: str
    axis: str
    lines: tuple[Line, ...]
    marked: float | None = None


def recall(panels: Sequence[Panel], wanted: float, dark: bool = False) -> Any:
    """Draw recall against what it costs, a frame for each number of vectors.

    Parameters
    ----------
    wanted : the recall at which a line stands

    Returns
    -------
    plotly.graph_objects.Figure
    """
    figure = _drawn(panels, dark, shared=True)
    theme = THEMES["dark" if dark else "light"]
    figure.add_hline(wanted, line={"color": theme.quiet, "width": 1, "dash": "dot"})
    low = min(y for panel in panels for line in panel.lines for y in line.y)
    figure.update_yaxes(range=[min(low, 0.9) - 0.04, 1.03], tickformat=".2f")
    figure.update_yaxes(title={"text": "recall@10"}, col=1)
    return figure


def beyond(panels: Sequence[Panel], dark: bool = False) -> Any:
    """Draw what grows with the number of vectors; what is computed is dashed and has open marks.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    figure = _drawn(panels, dark, shared=False)
    theme = THEMES["dark" if dark else "light"]
    for column, panel in enumerate(panels, start=1):
        figure.update_yaxes(type="log", row=1, col=column, **_decades(_all(panel, "y")))
        if panel.marked:
            line = {"color": theme.quiet, "width": 1, "dash": "dot"}
            figure.add_vline(panel.marked, row=1, col=column, line=line)
    return figure


def _drawn(panels: Sequence[Panel], dark: bool, shared: bool) -> Any:
    from plotly import graph_objects as go
    from plotly.subplots import make_subplots

    theme = THEMES["dark" if dark else "light"]
    figure = make_subplots(
        rows=1,
        cols=len(panels),
        shared_yaxes=shared,
        horizontal_spacing=0.04 if shared else 0.08,
        subplot_titles=[plain(panel.title) for panel in panels],
    )
    known: set[str] = set()
    for column, panel in enumerate(panels, start=1):
        for place, line in enumerate(panel.lines):
            colour = SHADES["dark" if dark else "light"][place]
            for computed in (False, True):
                part = _part(line, computed)
                if not part.x:
                    continue
                figure.add_trace(
                    go.Scatter(
                        x=part.x,
                        y=part.y,
                        mode="lines+markers",
                        line={
                            "color": colour,
                            "width": 2,
                            "dash": "4px,4px" if computed else "solid",
                        },
                        marker={
                            "symbol": MARKS[place] + ("-open" if computed else ""),
                            "size": 11 if place == 0 else 8,
                            "color": colour,
                        },
                        name=plain(line.name),
                        legendgroup=line.name,
                        showlegend=line.name not in known,
                        customdata=[plain(each) for each in part.spoken],
                        hovertemplate="%{customdata}<extra></extra>",
                    ),
                    row=1,
                    col=column,
                )
                known.add(line.name)
        figure.update_xaxes(
            type="log",
            title={"text": panel.axis},
            row=1,
            col=column,
            **_decades(_all(panel, "x")),
        )
    charts.frame(figure, theme)
    return figure


def _part(line: Line, computed: bool) -> Line:
    """Return the measured points, or the computed ones with the last measured to begin from."""
    if not computed:
        cut = slice(0, line.measured)
    else:
        start = line.measured if line.measured >= len(line.x) else max(0, line.measured - 1)
        cut = slice(start, len(line.x))
    return Line(line.name, line.x[cut], line.y[cut], line.spoken[cut], line.measured)


def _all(panel: Panel, axis: str) -> list[float]:
    return [value for line in panel.lines for value in getattr(line, axis)]


def _decades(values: Sequence[float]) -> dict[str, Any]:
    """Return ticks at powers of ten (and halves between, where the range is short), in words."""
    low, high = log10(min(values)), log10(max(values))
    pad = max(0.08, 0.05 * (high - low))
    exponents = range(int(low // 1), int(high // 1) + 2)
    if high - low > 6:
        exponents = range(exponents.start, exponents.stop, 2)
    factors = (1,) if high - low > 2.2 else (1, 2, 5)
    ticks = [factor * 10.0**exponent for exponent in exponents for factor in factors]
    ticks = [tick for tick in ticks if low - pad <= log10(tick) <= high + pad]
    return {
        "range": [low - pad, high + pad],
        "tickvals": ticks,
        "ticktext": [short(tick) for tick in ticks],
    }


def short(value: float) -> str:
    """Write a number of a scale shortly: 0.05, 20, 400,000, 10 m, 2 bn."""
    if value >= 1e9:
        return f"{value / 1e9:g} bn"
    if value >= 1e6:
        return f"{value / 1e6:g} m"
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"
