"""One word's row, step by step: which contexts stand out in counts, in PPMI, and after SVD."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from embeddings.figures.comparison import ACCENT, BLUE
from embeddings.figures.look import THEMES, Theme

HEIGHT = 210
MOST = 1_500
"""Points that are drawn: the highest ones; the rest would be a line along the foot."""

STEPS = 5
"""Heights at which the names of dots stand."""


def row(
    columns: Sequence[int],
    values: Sequence[float],
    words: Sequence[str],
    named: Sequence[int],
    unit: str,
    n_contexts: int,
    dark: bool = False,
) -> Any:
    """Draw a row of numbers, one for each context word, from the most frequent context on.

    Parameters
    ----------
    columns : place of each context among all, 0 for the most frequent word of the text
    values, words : of each
    named : which of them are written out, as indices
    unit : what the numbers are, for the axis and what is said when one points at a dot

    Returns
    -------
    plotly.graph_objects.Figure
    """
    from plotly.graph_objects import Figure, Scatter

    theme = THEMES["dark" if dark else "light"]
    shown = sorted(range(len(values)), key=lambda i: -values[i])[:MOST]
    spoken = [words[i].replace("<", "<\u200b") for i in shown]
    figure = Figure(
        Scatter(
            x=[columns[i] + 1 for i in shown],
            y=[values[i] for i in shown],
            mode="markers",
            marker={"size": 4, "color": BLUE[dark], "opacity": 0.55},
            customdata=spoken,
            hovertemplate="%{customdata}: %{y:.4g} " + unit + "<extra></extra>",
            showlegend=False,
        )
    )
    figure.add_trace(
        Scatter(
            x=[columns[i] + 1 for i in named],
            y=[values[i] for i in named],
            mode="markers",
            marker={"size": 7, "color": ACCENT[dark]},
            hoverinfo="skip",
            showlegend=False,
        )
    )
    most = max(values, default=1.0) or 1.0
    for at, i in enumerate(sorted(named, key=lambda i: columns[i])):
        height = most * (1.12 + 0.16 * (at % STEPS))
        at_dot = (_log10(columns[i] + 1), values[i])
        figure.add_annotation(_name(*at_dot, words[i], height, theme))
    ticks = [1, 10, 100, 1_000, 10_000]
    _frame(figure, theme)
    figure.update_xaxes(
        type="log",
        range=[-0.25, _log10(n_contexts) + 0.15],
        tickvals=ticks,
        ticktext=[f"{tick:,}" for tick in ticks],
        title="context word, from the most frequent of the text on",
    )
    figure.update_yaxes(title=unit, range=[0, 1.95 * most], nticks=5)
    return figure


def strip(values: Sequence[float], marked: Sequence[int], dark: bool = False) -> Any:
    """Draw a short vector as bars, those that are spoken of in colour.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    from plotly.graph_objects import Bar, Figure

    theme = THEMES["dark" if dark else "light"]
    chosen = set(marked)
    colours = [ACCENT[dark] if i in chosen else BLUE[dark] for i in range(len(values))]
    figure = Figure(
        Bar(
            x=list(range(1, len(values) + 1)),
            y=list(values),
            marker={"color": colours, "line": {"width": 0}},
            hovertemplate="number %{x}: %{y:.3f}<extra></extra>",
        )
    )
    _frame(figure, theme)
    figure.update_layout(bargap=0.25)
    figure.update_xaxes(title="number of the vector, the text's strongest pattern first", nticks=8)
    figure.update_yaxes(title="value", nticks=4, zeroline=True, zerolinecolor=theme.quiet)
    return figure


def _frame(figure: Any, theme: Theme) -> None:
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 56, "r": 20, "t": 22, "b": 40},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": theme.quiet, "size": 12},
    )
    plain = {"showgrid": False, "zeroline": False, "fixedrange": True}
    figure.update_xaxes(**plain, title_font_size=12, title_standoff=6)
    figure.update_yaxes(**plain, title_font_size=12)


def _name(x: float, y: float, word: str, height: float, theme: Theme) -> dict[str, Any]:
    """Return the name of a dot; names of dots that lie side by side stand on steps."""
    return {
        "x": x,
        "y": y,
        "text": word.replace("<", "<\u200b"),
        "font": {"size": 12, "color": theme.ink},
        "ax": 0,
        "ay": height,
        "ayref": "y",
        "arrowcolor": theme.quiet,
        "arrowwidth": 0.7,
        "arrowhead": 0,
        "standoff": 4,
        "yanchor": "bottom",
    }


def _log10(value: int) -> float:
    from math import log10

    return log10(max(value, 1))
