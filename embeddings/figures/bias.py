"""A chart of bias tests: each effect beside what chance gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from embeddings.figures.comparison import ACCENT, BLUE, plain
from embeddings.figures.look import THEMES


@dataclass(frozen=True)
class Effect:
    """One effect size, and between which ones 95 % of the divisions by lot lie."""

    name: str
    value: float
    chance: tuple[float, float]
    after: float | None = None
    """The effect after something was done to the vectors."""


def effects(rows: Sequence[Effect], dark: bool = False) -> Any:
    """Draw the effect sizes of some methods, each over the range that chance gives.

    Parameters
    ----------
    rows : one for each method
    dark : whether it stands on a dark ground

    Returns
    -------
    plotly.graph_objects.Figure
        A full dot is the effect, an open square the one afterwards, the bar what chance gives.
    """
    from plotly import graph_objects as go

    theme, n = THEMES["dark" if dark else "light"], len(rows)
    figure = go.Figure()
    figure.add_bar(
        y=list(range(n)),
        base=[row.chance[0] for row in rows],
        x=[row.chance[1] - row.chance[0] for row in rows],
        orientation="h",
        width=0.5,
        marker={"color": theme.none, "opacity": 0.4, "line": {"width": 0}},
        name="95 % of the divisions by lot",
        hovertemplate="by lot from %{base:.2f}<extra></extra>",
    )
    after = [(y, row.after) for y, row in enumerate(rows) if row.after is not None]
    for name, places, symbol, color in (
        ("effect size d", [(y, row.value) for y, row in enumerate(rows)], "circle", BLUE[dark]),
        ("without the direction", after, "square-open", ACCENT[dark]),
    ):
        if places:
            figure.add_scatter(
                x=[value for _, value in places],
                y=[y for y, _ in places],
                mode="markers",
                marker={"size": 11, "symbol": symbol, "color": color, "line": {"width": 2}},
                name=name,
                hovertemplate=f"{name} %{{x:.2f}}<extra></extra>",
            )
    figure.update_layout(
        height=74 + 38 * n,
        margin={"l": 8, "r": 12, "t": 34, "b": 40},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"size": 12, "color": theme.ink},
        dragmode=False,
        legend={
            "orientation": "h",
            "x": 0,
            "y": 1,
            "yanchor": "bottom",
            "itemclick": False,
            "itemdoubleclick": False,
        },
    )
    letters = {"size": 12, "color": theme.ink}
    reach = _reach(rows)
    figure.update_xaxes(range=[-reach, reach], dtick=1, fixedrange=True, tickfont=letters)
    figure.update_xaxes(title="effect size d", showgrid=True, gridcolor=theme.land)
    figure.update_xaxes(zeroline=True, zerolinecolor=theme.quiet)
    figure.update_yaxes(
        range=[n - 0.5, -0.5],
        tickvals=list(range(n)),
        ticktext=[plain(row.name) for row in rows],
        ticksuffix="  ",
        automargin=True,
        fixedrange=True,
        showgrid=False,
        tickfont=letters,
    )
    return figure


def _reach(rows: Sequence[Effect]) -> float:
    """Return how far the axis goes: 2 and a little, or as far as there is something to draw.

    Of targets that are not equally many an effect may lie beyond 2.
    """
    far = [abs(x) for row in rows for x in (row.value, *row.chance, row.after or 0.0)]
    return max([2.05, *(1.05 * each for each in far)])
