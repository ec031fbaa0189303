"""How often methods find the film that was held out: hit rate and NDCG with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from embeddings.figures.comparison import BLUE, frame, plain
from embeddings.figures.look import THEMES
from embeddings.figures.scores import Value

ROW = 44


@dataclass(frozen=True)
class Row:
    """One method; the first row is popularity, which the others must beat."""

    label: str
    hit_rate: Value
    ndcg: Value


def worth(rows: Sequence[Row], dark: bool = False) -> Any:
    """Draw both measures of each method, and a line where popularity alone stands.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    from plotly import graph_objects as go
    from plotly.subplots import make_subplots

    theme, n = THEMES["dark" if dark else "light"], len(rows)
    figure = make_subplots(
        rows=1,
        cols=2,
        shared_yaxes=True,
        horizontal_spacing=0.05,
        subplot_titles=["Hit rate at 10", "NDCG at 10"],
    )
    for column, name in enumerate(("hit_rate", "ndcg"), 1):
        values = [getattr(row, name) for row in rows]
        figure.add_trace(
            go.Scatter(
                x=[value.at for value in values],
                y=list(range(n)),
                mode="markers+text",
                marker={"size": 10, "color": [theme.quiet, *[BLUE[dark]] * (n - 1)]},
                error_x={
                    "type": "data",
                    "symmetric": False,
                    "array": [(v.high or v.at) - v.at for v in values],
                    "arrayminus": [v.at - (v.low or 0) for v in values],
                    "thickness": 1.6,
                    "width": 4,
                    "color": theme.quiet,
                },
                text=[f"{value.at:.3f}" for value in values],
                textposition="top center",
                textfont={"size": 11, "color": theme.ink},
                cliponaxis=False,
                customdata=[
                    [plain(row.label), f"{v.low or 0:.3f} to {v.high or 0:.3f}"]
                    for row, v in zip(rows, values, strict=True)
                ],
                hovertemplate="%{customdata[0]}: %{x:.3f} (%{customdata[1]})<extra></extra>",
            ),
            row=1,
            col=column,
        )
        figure.add_vline(
            values[0].at, line={"width": 1, "dash": "dot", "color": theme.quiet}, row=1, col=column
        )
    frame(figure, 46 + ROW * n + 30, theme, {"l": 8, "r": 16, "t": 46, "b": 30})
    figure.update_annotations(font={"size": 13, "color": theme.ink}, yshift=2)
    figure.update_xaxes(rangemode="tozero", showgrid=True, gridcolor=theme.land, nticks=6)
    figure.update_yaxes(range=[n - 0.5, -0.6], tickmode="array", tickvals=list(range(n)))
    names = [plain(row.label) for row in rows]
    figure.update_yaxes(ticktext=names, automargin=True, ticksuffix=" ", col=1)
    return figure
