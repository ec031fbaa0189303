"""A word's vector and its nearest words as one small picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

ACCENT = "#e4572e"
DIVERGING = {
    False: ((0.0, "#3a6eaf"), (0.5, "#f3f1ec"), (1.0, "#d65430")),
    True: ((0.0, "#5b92d6"), (0.5, "#1c2232"), (1.0, "#ef6a48")),
}
"""Blue below zero, pale near it, red above; for a light and for a dark ground."""

CELLS = 600
"""A vector with more numbers than this is drawn as so many cells: more would not be seen."""

STRIP_HEIGHT = 34
BAR_HEIGHT = 24


def word_vector(
    values: Sequence[float],
    dim: int,
    neighbors: Sequence[tuple[str, float]],
    indices: Sequence[int] | None = None,
    dark: bool = False,
) -> Any:
    """Draw a strip of the vector's numbers, and below it a bar for each neighbour.

    Parameters
    ----------
    values : the numbers of the vector, of a sparse one only those that are not zero
    dim : number of components
    neighbors : words and cosine similarities, the nearest first
    indices : places of the values of a sparse vector; of more than `CELLS` values, neighbouring
        ones share a cell
    dark : whether it stands on a dark ground

    Returns
    -------
    plotly.graph_objects.Figure
    """
    from plotly.subplots import make_subplots

    bars = BAR_HEIGHT * max(1, len(neighbors))
    gap = 30
    height = STRIP_HEIGHT + gap + bars
    figure = make_subplots(
        rows=2,
        cols=1,
        row_heights=[STRIP_HEIGHT / height, bars / height],
        vertical_spacing=gap / height,
    )
    if len(values) > CELLS:
        strip = _binned(range(dim) if indices is None else indices, values, dim, dark)
    else:
        strip = _cells(values, dark) if indices is None else _ticks(indices, values)
    figure.add_trace(strip, row=1, col=1)
    figure.add_trace(_bars(neighbors), row=2, col=1)
    figure.update_layout(
        height=height + 30,
        margin={"l": 0, "r": 8, "t": 4, "b": 26},
        showlegend=False,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        bargap=0.5,
    )
    frame = {"showgrid": False, "zeroline": False, "fixedrange": True}
    figure.update_xaxes(**frame)
    figure.update_yaxes(**frame, showticklabels=False, ticks="")
    figure.update_xaxes(range=[-0.5, dim - 0.5], nticks=6, row=1, col=1)
    figure.add_shape(
        type="rect",
        xref="x domain",
        x0=0,
        x1=1,
        yref="y domain",
        y0=0,
        y1=1,
        fillcolor="rgba(128,128,128,.14)",
        line_width=0,
        layer="below",
    )
    low = min([0.0, *(cosine for _, cosine in neighbors)])
    figure.update_xaxes(range=[low, 1], title="cosine", row=2, col=1)
    figure.update_yaxes(autorange="reversed", showticklabels=True, ticksuffix=" ", row=2, col=1)
    return figure


def _cells(values: Sequence[float], dark: bool) -> Any:
    from plotly.graph_objects import Heatmap

    most = max((abs(value) for value in values), default=0) or 1.0
    return Heatmap(
        z=[list(values)],
        zmin=-most,
        zmax=most,
        colorscale=DIVERGING[dark],
        showscale=False,
        hovertemplate="number %{x}: %{z:.3f}<extra></extra>",
    )


def _binned(indices: Sequence[int], values: Sequence[float], dim: int, dark: bool) -> Any:
    """Draw cells of many numbers each; a cell shows the one farthest from zero."""
    from plotly.graph_objects import Heatmap

    size = -(-dim // CELLS)
    cells = [0.0] * -(-dim // size)
    for index, value in zip(indices, values, strict=True):
        cell = index // size
        cells[cell] = max(cells[cell], value, key=abs)
    most = max(map(abs, cells)) or 1.0
    ends = [min(dim, start + size) - 1 for start in range(0, dim, size)]
    return Heatmap(
        z=[cells],
        x0=(size - 1) / 2,
        dx=size,
        zmin=-most,
        zmax=most,
        colorscale=DIVERGING[dark],
        showscale=False,
        customdata=[[f"{i * size:,} to {end:,}" for i, end in enumerate(ends)]],
        hovertemplate="numbers %{customdata}: up to %{z:.3g}<extra></extra>",
    )


def _ticks(indices: Sequence[int], values: Sequence[float]) -> Any:
    from plotly.graph_objects import Scatter

    return Scatter(
        x=list(indices),
        y=[0] * len(indices),
        mode="markers",
        marker={
            "symbol": "line-ns",
            "size": STRIP_HEIGHT - 6,
            "line": {"width": 1.6, "color": ACCENT},
        },
        customdata=list(values),
        hovertemplate="number %{x}: %{customdata:.3g}<extra></extra>",
    )


def _bars(neighbors: Sequence[tuple[str, float]]) -> Any:
    from plotly.graph_objects import Bar

    # A word is data: the zero-width space keeps plotly from reading a tag or a number in it.
    words = [word.replace("<", "<\u200b") + "\u200b" for word, _ in neighbors]
    cosines = [cosine for _, cosine in neighbors]
    return Bar(
        x=cosines,
        y=words,
        orientation="h",
        marker={"color": ACCENT},
        text=[f"{cosine:.2f}" for cosine in cosines],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y} %{x:.3f}<extra></extra>",
    )
