"""The plane of an analogy: four words, the parallelogram, and the gap that arithmetic leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from embeddings.figures.comparison import ACCENT, BLUE, number, plain
from embeddings.figures.look import THEMES, Theme

WIDTH, HEIGHT = 640, 470
"""Pixels for which labels are placed; the picture may become a little wider or narrower."""

LETTER, LINE, GAP = 7.2, 17.0, 9.0
"""Width of a letter, height of a line and distance from a dot to its label, pixels."""

SIDES = ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1))
"""Where a label may stand beside its dot; the first that is free is taken."""

SPREAD = ("bottom center", "bottom center", "top center", "top center", "bottom center")
"""Where labels stand in space, in turn: rivals lie close together."""

Box: TypeAlias = tuple[float, float, float, float]

LONGEST = 24
"""Letters of a word that are shown."""


@dataclass(frozen=True, eq=False)
class Picture:
    """Where the words of a question lie.

    Attributes
    ----------
    words : a, b, c, and the others
    roles : "a", "b", "c", "answer", "expected" or "rival" of each word
    coordinates : array of shape (n_words, 3), seen from a
    target : array of shape (3,), where the arithmetic leads
    in_plane, in_space : share of each vector that lies in the first two axes, and in all three
    distances : of each word from the target, in the original space
    """

    words: tuple[str, ...]
    roles: tuple[str, ...]
    coordinates: NDArray[np.float64]
    target: NDArray[np.float64]
    in_plane: NDArray[np.float64]
    in_space: NDArray[np.float64]
    distances: NDArray[np.float64]

    def at(self, role: str) -> int | None:
        """Return the first word with that role."""
        return self.roles.index(role) if role in self.roles else None


def plane(picture: Picture, dark: bool = False) -> Any:
    """Draw the plane that the question spans, seen from a; distances in it are as in the space."""
    from plotly import graph_objects as go

    theme = THEMES["dark" if dark else "light"]
    figure = go.Figure()
    for trace in _lines(picture, dark, theme, 2):
        figure.add_trace(go.Scatter(**trace))
    figure.add_trace(go.Scatter(**_dots(picture, dark, theme, 2)))
    low, high = _ends(picture)
    for x, y, text, shift, colour, size in _labels(picture, low, high, dark, theme):
        figure.add_annotation(
            x=x, y=y, text=text, showarrow=False, xshift=shift[0], yshift=shift[1],
            font={"color": colour, "size": size}, xanchor="center", yanchor="middle",
        )  # fmt: skip
    _arrow(figure, picture.coordinates[0], picture.coordinates[1], theme.ink)
    _arrow(figure, picture.coordinates[2], picture.target, ACCENT[dark])
    hidden = {"visible": False, "fixedrange": True}
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 0, "t": 4, "b": 4},
        xaxis={**hidden, "range": [low[0], high[0]]},
        yaxis={**hidden, "range": [low[1], high[1]], "scaleanchor": "x"},
        showlegend=False,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        hoverlabel={"bgcolor": theme.paper, "font": {"color": theme.ink}},
    )
    return figure


def space(picture: Picture, dark: bool = False) -> Any:
    """Draw the same with a third axis: the direction in which the words differ most besides."""
    from plotly import graph_objects as go

    theme = THEMES["dark" if dark else "light"]
    figure = go.Figure()
    for trace in _lines(picture, dark, theme, 3):
        trace.pop("fill", None)
        trace.pop("fillcolor", None)
        figure.add_trace(go.Scatter3d(**trace))
    dots = _dots(picture, dark, theme, 3)
    sides = [SPREAD[i % len(SPREAD)] for i in range(len(picture.words))]
    dots |= {
        "mode": "markers+text",
        "text": [_short(word) for word in picture.words],
        "textposition": sides,
        "textfont": {"color": [_ink(role, dark, theme) for role in picture.roles], "size": 13},
    }
    dots["marker"] = {**dots["marker"], "size": [size / 2 for size in dots["marker"]["size"]]}
    figure.add_trace(go.Scatter3d(**dots))
    axis = {
        "title": "", "showticklabels": False, "showbackground": False, "showspikes": False,
        "gridcolor": theme.land, "zerolinecolor": theme.none,
    }  # fmt: skip
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        showlegend=False,
        paper_bgcolor="rgba(0,0,0,0)",
        scene={
            "xaxis": axis, "yaxis": axis, "zaxis": axis, "aspectmode": "data",
            "camera": {"eye": {"x": 0.15, "y": -1.25, "z": 1.35}, "up": {"x": 0, "y": 1, "z": 0}},
        },
        hoverlabel={"bgcolor": theme.paper, "font": {"color": theme.ink}},
    )  # fmt: skip
    return figure


def _lines(picture: Picture, dark: bool, theme: Theme, n: int) -> Iterator[dict[str, Any]]:
    """Yield the parallelogram, the two arrows' shafts and the gap."""
    a, b, c = picture.coordinates[:3]
    target = picture.target
    soft = "rgba(255,255,255,.045)" if dark else "rgba(60,50,30,.045)"
    yield {
        **_through((a, b, target, c, a), n),
        "mode": "lines",
        "line": {"color": theme.none, "width": 1 if n == 2 else 2, "dash": "dot"},
        "fill": "toself",
        "fillcolor": soft,
        "hoverinfo": "skip",
    }
    for start, end, colour in ((a, b, theme.ink), (c, target, ACCENT[dark])):
        yield {
            **_through((start, end), n),
            "mode": "lines",
            "line": {"color": colour, "width": 2 if n == 2 else 5},
            "hoverinfo": "skip",
        }
    answer = picture.at("answer")
    if answer is not None:
        yield {
            **_through((target, picture.coordinates[answer]), n),
            "mode": "lines",
            "line": {"color": ACCENT[dark], "width": 2 if n == 2 else 4, "dash": "dot"},
            "hoverinfo": "skip",
        }


def _through(places: Sequence[NDArray[np.float64]], n: int) -> dict[str, list[float]]:
    return {axis: [float(place[i]) for place in places] for i, axis in enumerate("xyz"[:n])}


def _dots(picture: Picture, dark: bool, theme: Theme, n: int) -> dict[str, Any]:
    shares = picture.in_plane if n == 2 else picture.in_space
    where = "in this plane" if n == 2 else "in these three axes"
    hover = [
        f"<b>{plain(word)}</b><br>{share:.0%} of its vector, seen from {plain(picture.words[0])}, "
        f"lies {where}<br>{number(distance)} from where the arithmetic leads, in the whole space"
        for word, share, distance in zip(picture.words, shares, picture.distances, strict=True)
    ]
    marker: dict[str, Any] = {
        "color": [_ink(role, dark, theme) for role in picture.roles],
        "size": [8 if role == "rival" else 11 for role in picture.roles],
        "line": {"width": 0},
    }
    if n == 2:
        marker["opacity"] = [0.3 + 0.7 * float(share) for share in shares]
    return {
        **_through(list(picture.coordinates), n),
        "mode": "markers",
        "marker": marker,
        "hovertext": hover,
        "hoverinfo": "text",
    }


def _ink(role: str, dark: bool, theme: Theme) -> str:
    return {"answer": ACCENT[dark], "expected": BLUE[dark], "rival": theme.quiet}.get(
        role, theme.ink
    )


def _arrow(figure: Any, start: NDArray[np.float64], end: NDArray[np.float64], colour: str) -> None:
    if np.linalg.norm(end[:2] - start[:2]) < 1e-6:
        return
    figure.add_annotation(
        x=end[0], y=end[1], ax=start[0], ay=start[1], xref="x", yref="y", axref="x", ayref="y",
        text="", showarrow=True, arrowhead=2, arrowsize=1.2, arrowwidth=2, arrowcolor=colour,
        standoff=4,
    )  # fmt: skip


def _ends(picture: Picture) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ends of both axes: everything is seen, with room for labels, as square units."""
    every = np.vstack([picture.coordinates[:, :2], picture.target[:2], [0.0, 0.0]])
    low, high = every.min(axis=0), every.max(axis=0)
    middle, spans = (low + high) / 2, np.maximum(high - low, 1e-3)
    unit = max(spans[0] / (WIDTH - 170), spans[1] / (HEIGHT - 80))
    half = unit * np.array([WIDTH, HEIGHT]) / 2
    return middle - half, middle + half


def _labels(
    picture: Picture,
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    dark: bool,
    theme: Theme,
) -> Iterator[tuple[float, float, str, tuple[float, float], str, int]]:
    """Yield where each label stands: beside its dot, none over another one or over a dot."""
    pixels = np.array([WIDTH, HEIGHT]) / (high - low)
    dots = [(place[:2] - low) * pixels for place in (*picture.coordinates, picture.target)]
    taken = [(x - 6, y - 6, x + 6, y + 6) for x, y in dots]
    names = [*map(_short, picture.words), "here the arithmetic leads"]
    order = sorted(range(len(names)), key=lambda i: _rank(picture.roles, i))
    for i in order:
        is_target = i == len(picture.words)
        size = 12 if is_target or picture.roles[i] == "rival" else 14
        wide = len(names[i]) * LETTER * size / 13
        x, y = dots[i]
        boxes = [_box(x, y, wide, side) for side in SIDES]
        free = [at for at, box in enumerate(boxes) if not any(_meet(box, t) for t in taken)]
        if not free and not is_target and picture.roles[i] == "rival":
            continue  # its name is in the table, and shows when one points at it
        at = free[0] if free else 0
        taken.append(boxes[at])
        colour = ACCENT[dark] if is_target else _ink(picture.roles[i], dark, theme)
        place = picture.target if is_target else picture.coordinates[i]
        left, bottom, right, top = boxes[at]
        shift = ((left + right) / 2 - x, (bottom + top) / 2 - y)
        weight = plain(names[i]) if size == 12 else f"<b>{plain(names[i])}</b>"
        yield float(place[0]), float(place[1]), weight, shift, colour, size


def _rank(roles: Sequence[str], i: int) -> int:
    """Order labels: the words of the question first, rivals last."""
    order = ("a", "b", "c", "answer", "expected", "target", "rival")
    return order.index(roles[i] if i < len(roles) else "target")


def _box(x: float, y: float, wide: float, side: tuple[int, int]) -> Box:
    across = side[0] * (wide / 2 + GAP) if side[0] else 0.0
    along = side[1] * (LINE / 2 + GAP * (0.4 if side[0] else 1))
    middle = (x + across, y + along)
    return (
        middle[0] - wide / 2,
        middle[1] - LINE / 2,
        middle[0] + wide / 2,
        middle[1] + LINE / 2,
    )


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _short(word: str) -> str:
    return word if len(word) <= LONGEST else word[: LONGEST - 1] + "…"
