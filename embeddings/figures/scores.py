"""What methods score on the tests of meaning, as charts: overall, and layer by layer."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from embeddings.figures.comparison import ACCENT, BLUE, frame, plain
from embeddings.figures.look import THEMES, Theme

ROW = 46
"""Height of a method's row, pixels."""

SYMBOLS = ("circle", "square", "diamond", "triangle-up")


@dataclass(frozen=True)
class Value:
    """A number with its 95 % interval where it has one."""

    at: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Row:
    """One method, overall.

    Attributes
    ----------
    note : what is written below its name, as how much it attempted
    accuracy : of the analogies; None where none was attempted
    nearest : accuracy of the word nearest to c alone
    chance : accuracy of a word drawn by lot
    pairs : for each list of pairs Spearman's correlation; None where there is none
    """

    label: str
    note: str
    accuracy: Value | None
    nearest: float | None
    chance: float
    pairs: tuple[Value | None, ...]


@dataclass(frozen=True)
class Curve:
    """One method, layer by layer.

    Attributes
    ----------
    layers : numbers of the layers, ascending
    values : one for each
    is_beside : whether it is what the word nearest to c alone scores, drawn dotted
    """

    label: str
    layers: tuple[int, ...]
    values: tuple[Value, ...]
    is_beside: bool = False


def overall(rows: Sequence[Row], titles: Sequence[str], dark: bool = False) -> Any:
    """Draw what each method scores on the analogies, with chance and c alone, and on the pairs.

    Parameters
    ----------
    titles : of the analogies, then of each list of pairs
    dark : whether it stands on a dark ground

    Returns
    -------
    plotly.graph_objects.Figure
    """
    from plotly.subplots import make_subplots

    theme, n = THEMES["dark" if dark else "light"], len(rows)
    pairs = len(titles) - 1
    figure = make_subplots(
        rows=1,
        cols=1 + pairs,
        shared_yaxes=True,
        horizontal_spacing=0.03,
        column_widths=[0.5, *[0.5 / pairs] * pairs],
        subplot_titles=[plain(title) for title in titles],
    )
    for trace in _bars(rows, theme, dark):
        figure.add_trace(trace, row=1, col=1)
    for column in range(pairs):
        known = [(y, row.pairs[column]) for y, row in enumerate(rows)]
        figure.add_trace(_dots(known, theme, dark), row=1, col=2 + column)
    frame(figure, 62 + ROW * n + 30, theme, {"l": 8, "r": 16, "t": 62, "b": 30})
    _finish(figure, theme, ROW * n)
    figure.update_layout(barmode="overlay")
    figure.update_yaxes(range=[n - 0.5, -0.5], tickmode="array", tickvals=list(range(n)))
    names = [f"{_wrapped(row.label)}<br>{_small(row.note)}" for row in rows]
    figure.update_yaxes(ticktext=names, automargin=True, ticksuffix=" ", col=1)
    figure.update_xaxes(range=[0, 105], tickvals=[0, 25, 50, 75, 100], ticksuffix=" %", col=1)
    lows = [e.low if e.low is not None else e.at for row in rows for e in row.pairs if e]
    for column in range(2, 2 + pairs):
        ends = [min([0.0, *lows]) - 0.05, 1.0]
        figure.update_xaxes(range=ends, tickvals=[0, 0.25, 0.5, 0.75, 1], col=column)
    return figure


def _bars(rows: Sequence[Row], theme: Theme, dark: bool) -> Any:
    from plotly import graph_objects as go

    known = [(y, row.label, row.accuracy) for y, row in enumerate(rows) if row.accuracy]
    yield go.Bar(
        x=[100 * value.at for _, _, value in known],
        y=[y - 0.14 for y, _, _ in known],
        width=0.4,
        orientation="h",
        marker={"color": BLUE[dark], "line": {"width": 0}},
        error_x=_whiskers([value for _, _, value in known], theme.ink, 100),
        customdata=[[plain(label), _ends(value, 100)] for _, label, value in known],
        name="right, with its 95 % interval",
        hovertemplate="%{customdata[0]}: %{x:.1f} % right%{customdata[1]}<extra></extra>",
    )
    beside = [(y, row.label, row.nearest) for y, row in enumerate(rows) if row.nearest is not None]
    yield go.Bar(
        x=[100 * value for _, _, value in beside],
        y=[y + 0.22 for y, _, _ in beside],
        width=0.24,
        orientation="h",
        marker={
            "color": theme.none,
            "line": {"width": 0},
            "pattern": {"shape": "/", "size": 5, "solidity": 0.3, "fgcolor": theme.quiet},
        },
        customdata=[plain(label) for _, label, _ in beside],
        name="word nearest to c alone",
        hovertemplate="%{customdata}: %{x:.1f} % by the word nearest to c alone<extra></extra>",
    )
    yield go.Scatter(
        x=[100 * row.chance for row in rows],
        y=list(range(len(rows))),
        mode="markers",
        marker={"symbol": "line-ns", "size": 30, "line": {"width": 2, "color": theme.ink}},
        customdata=[plain(row.label) for row in rows],
        name="chance",
        cliponaxis=False,
        hovertemplate="%{customdata}: %{x:.4f} % by chance<extra></extra>",
    )
    yield go.Scatter(
        x=[100 * (value.high or value.at) for _, _, value in known],
        y=[y - 0.14 for y, _, _ in known],
        mode="text",
        text=[f"  {_number(100 * value.at)}" for _, _, value in known],
        textposition="middle right",
        textfont={"size": 12, "color": theme.ink},
        showlegend=False,
        hoverinfo="skip",
        cliponaxis=False,
    )


def _dots(known: Sequence[tuple[int, Value | None]], theme: Theme, dark: bool) -> Any:
    from plotly import graph_objects as go

    shown = [(y, value) for y, value in known if value]
    return go.Scatter(
        x=[value.at for _, value in shown],
        y=[y for y, _ in shown],
        mode="markers+text",
        marker={"size": 9, "color": BLUE[dark]},
        error_x=_whiskers([value for _, value in shown], BLUE[dark]),
        text=[f"{value.at:.3f}" for _, value in shown],
        textposition="top center",
        textfont={"size": 11, "color": theme.ink},
        cliponaxis=False,
        customdata=[_ends(value) for _, value in shown],
        showlegend=False,
        hovertemplate="%{x:.3f}%{customdata}<extra></extra>",
    )


def _whiskers(values: Sequence[Value], color: str, times: float = 1) -> dict[str, Any]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [times * ((e.high if e.high is not None else e.at) - e.at) for e in values],
        "arrayminus": [times * (e.at - (e.low if e.low is not None else e.at)) for e in values],
        "thickness": 1.6,
        "width": 4,
        "color": color,
    }


def _ends(value: Value, times: float = 1) -> str:
    if value.low is None or value.high is None:
        return ""
    form = "{:.1f} to {:.1f}" if times == 100 else "{:.3f} to {:.3f}"
    return f" ({form.format(times * value.low, times * value.high)})"


def layers(panels: Sequence[tuple[str, Sequence[Curve]]], dark: bool = False) -> Any:
    """Draw scores over the layers of a model, one panel for each test.

    Parameters
    ----------
    panels : (title, curves); those of the same label look the same in every panel
    dark : whether it stands on a dark ground

    Returns
    -------
    plotly.graph_objects.Figure
        Values are shares from 0 to 1; whiskers are 95 % intervals.
    """
    from plotly import graph_objects as go
    from plotly.subplots import make_subplots

    theme = THEMES["dark" if dark else "light"]
    figure = make_subplots(
        rows=1,
        cols=len(panels),
        horizontal_spacing=0.05,
        subplot_titles=[plain(title) for title, _ in panels],
    )
    colors = (BLUE[dark], ACCENT[dark], theme.ink, theme.quiet)
    of = {label: i for i, label in enumerate(dict.fromkeys(c.label for _, p in panels for c in p))}
    named: set[tuple[str, bool]] = set()
    for column, (_, curves) in enumerate(panels, start=1):
        for curve in curves:
            color, symbol = (options[of[curve.label] % 4] for options in (colors, SYMBOLS))
            name = f"{curve.label}, nearest to c alone" if curve.is_beside else curve.label
            figure.add_trace(
                go.Scatter(
                    x=list(curve.layers),
                    y=[value.at for value in curve.values],
                    mode="lines+markers",
                    line={
                        "color": color,
                        "width": 1.4 if curve.is_beside else 2.2,
                        "dash": "dot" if curve.is_beside else "solid",
                    },
                    marker={
                        "symbol": f"{symbol}-open" if curve.is_beside else symbol,
                        "size": 8,
                        "color": color,
                    },
                    error_y=_whiskers(curve.values, color),
                    customdata=[_ends(value) for value in curve.values],
                    name=plain(name),
                    showlegend=(name, curve.is_beside) not in named,
                    hovertemplate=f"{plain(name)}, layer %{{x}}: %{{y:.3f}}%{{customdata}}"
                    "<extra></extra>",
                ),
                row=1,
                col=column,
            )
            named.add((name, curve.is_beside))
    frame(figure, 340, theme, {"l": 8, "r": 8, "t": 66, "b": 44})
    _finish(figure, theme, 230)
    every = sorted({layer for _, curves in panels for c in curves for layer in c.layers})
    figure.update_xaxes(title="layer", tickmode="array", tickvals=every)
    figure.update_yaxes(range=[0, 1], automargin=True, showgrid=True, gridcolor=theme.land)
    return figure


def _finish(figure: Any, theme: Theme, plot: float) -> None:
    """Put titles and legend above, and lines behind."""
    figure.update_annotations(font={"size": 13, "color": theme.ink}, yshift=2)
    figure.update_layout(
        showlegend=True,
        legend={
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1 + 28 / max(plot, 1),
            "yanchor": "bottom",
            "font": {"size": 12, "color": theme.quiet},
            "itemclick": False,
            "itemdoubleclick": False,
        },
    )
    figure.update_xaxes(showgrid=True, gridcolor=theme.land, zeroline=False)


def _number(percent: float) -> str:
    return f"{percent:.1f}" if percent >= 0.95 or percent == 0 else f"{percent:.2g}"


def _wrapped(label: str) -> str:
    return "<br>".join(textwrap.wrap(plain(label), 30) or [""])


def _small(note: str) -> str:
    return f"<span style='font-size:10px'>{plain(note)}</span>"
