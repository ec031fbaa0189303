"""How a word's contexts lie apart layer by layer, as charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from embeddings.figures import charts
from embeddings.figures.comparison import ACCENT, BLUE, plain
from embeddings.figures.look import THEMES, Theme

SHADES = {
    "light": ("#2f6aa8", "#c4701c", "#117733", "#882255", "#6a3d34", "#7a6fd0"),
    "dark": ("#7fb2ea", "#f0a35e", "#8fd08a", "#e08ab0", "#c8a08f", "#b3abf5"),
}
"""Of up to six groups; each has a shape of its own besides."""


@dataclass(frozen=True)
class Line:
    """One curve over the layers.

    Attributes
    ----------
    name : what it is of
    values : by layer; None where there is none
    role : "main", "second", "third" or "quiet", which says how it is drawn
    """

    name: str
    values: tuple[float | None, ...]
    role: str = "main"


@dataclass(frozen=True)
class Panel:
    """Curves in one frame."""

    title: str
    lines: tuple[Line, ...]


def _style(role: str, theme: Theme, dark: bool) -> tuple[dict[str, Any], str]:
    """Return how a line of that role is drawn, and the mark of its points."""
    return {
        "main": ({"color": BLUE[dark], "width": 2.5}, "circle"),
        "second": ({"color": ACCENT[dark], "width": 2.5, "dash": "6px,3px"}, "square"),
        "third": ({"color": theme.ink, "width": 2, "dash": "2px,3px"}, "diamond"),
        "quiet": ({"color": theme.quiet, "width": 1.5}, "line-ew"),
    }[role]


def by_layer(panels: Sequence[Panel], dark: bool = False) -> Any:
    """Draw curves over the layers of the model, in frames side by side.

    Parameters
    ----------
    panels : the frames; lines of the same name share one entry of the legend
    dark : whether it stands on a dark ground

    Returns
    -------
    plotly.graph_objects.Figure
    """
    from plotly import graph_objects as go
    from plotly.subplots import make_subplots

    theme = THEMES["dark" if dark else "light"]
    figure = make_subplots(
        rows=1,
        cols=len(panels),
        horizontal_spacing=0.06,
        subplot_titles=[plain(panel.title) for panel in panels],
    )
    known: set[str] = set()
    for column, panel in enumerate(panels, start=1):
        for line in panel.lines:
            if all(value is None for value in line.values):
                continue
            style, mark = _style(line.role, theme, dark)
            figure.add_trace(
                go.Scatter(
                    x=list(range(len(line.values))),
                    y=list(line.values),
                    mode="lines+markers",
                    line=style,
                    marker={
                        "symbol": mark,
                        "size": 8,
                        "color": style["color"],
                        "line": {"width": 2, "color": style["color"]},
                    },
                    name=plain(line.name),
                    legendgroup=line.name,
                    showlegend=line.name not in known,
                    hovertemplate=f"{plain(line.name)}, layer %{{x}}: %{{y:.3f}}<extra></extra>",
                ),
                row=1,
                col=column,
            )
            known.add(line.name)
    charts.frame(figure, theme)
    layers = max((len(line.values) for panel in panels for line in panel.lines), default=1)
    figure.update_xaxes(
        tickvals=list(range(layers)), range=[-0.25, layers - 0.75], title={"text": "layer"}
    )
    values = [v for p in panels for line in p.lines for v in line.values if v is not None]
    low = min([0.0, *values])
    figure.update_yaxes(
        range=[low - 0.04, 1.04], tickvals=[-0.5, 0, 0.25, 0.5, 0.75, 1], automargin=True
    )
    return figure
