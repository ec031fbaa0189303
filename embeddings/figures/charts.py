"""What charts that stand beside each other share: their frame, and a legend above all of them."""

from __future__ import annotations

from typing import Any

from embeddings.figures.look import Theme

HEIGHT = 340


def frame(figure: Any, theme: Theme) -> None:
    """Give charts their frame: no zoom, a legend above, quiet lines."""
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 8, "r": 8, "t": 76, "b": 40},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"size": 12, "color": theme.ink},
        dragmode=False,
        showlegend=True,
        legend={
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1.14,
            "yanchor": "bottom",
            "font": {"size": 12, "color": theme.quiet},
            "itemclick": False,
            "itemdoubleclick": False,
        },
    )
    figure.update_annotations(font={"size": 13, "color": theme.ink})
    bare = {"zeroline": False, "fixedrange": True, "gridcolor": theme.land}
    figure.update_xaxes(**bare, showgrid=False, tickfont={"size": 12, "color": theme.ink})
    figure.update_yaxes(
        **bare, showgrid=True, automargin=True, tickfont={"size": 12, "color": theme.ink}
    )
