"""Where the words of a picture stand: regions, words and legend, none over another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embeddings.figures.look import Look, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HAIR_SPACE = "\u200a"
LONGEST = 48
"""Characters of a label that are written; a longer one ends with an ellipsis."""
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_JOINED = {"R", "AL", "NSM"}
"""Scripts that are written from right to left, and marks: no space may part their letters."""


def shown(text: str) -> str:
    """Return a label as it is written: in one line, cut where it is long, turned by no sign in it.

    Letters of Hebrew and Arabic turn by themselves.
    """
    line = "".join(c if c.isprintable() else " " for c in _TURNING.sub("", text[: 4 * LONGEST]))
    line = " ".join(line.split())
    is_cut = len(line) > LONGEST or len(text) > 4 * LONGEST
    return line[: LONGEST - 1].rstrip() + "…" if is_cut else line


def spaced(text: str) -> str:
    """Return the name of a region in spaced capitals, as far as its script has any."""
    if any(unicodedata.bidirectional(c) in _JOINED for c in text):
        return text
    return (HAIR_SPACE * 2).join(text.upper())


def regions(
    places: NDArray[np.float64], groups: NDArray[Any], names: Sequence[str]
) -> Iterator[tuple[str, tuple[float, float]]]:
    """Yield each group's name and the place where its dots are densest, the largest group first."""
    sizes = np.bincount(groups[groups >= 0], minlength=len(names))
    for group in np.argsort(-sizes, kind="stable"):
        if sizes[group] >= 3:
            x, y = densest(places[groups == group])
            yield names[group], (x, y)


def densest(places: NDArray[np.float64], reach: float = 45.0) -> tuple[float, float]:
    """Return the middle of the dots around the one that has most others within reach (pixels)."""
    some = places[:: max(1, len(places) // 1500)]
    near = ((some[:, None] - some[None]) ** 2).sum(axis=2) < reach**2
    x, y = some[near[near.sum(axis=1).argmax()]].mean(axis=0)
    return float(x), float(y)


class Page:
    """Writes text on the page, and only where nothing has been written yet."""

    def __init__(self, axes: Axes, look: Look, theme: Theme) -> None:
        self.axes, self.look, self.theme = axes, look, theme
        self.taken = np.zeros((look.height, look.width), bool)
        self.unit = min(look.width / 1600, look.height / 900)
        """Type grows and shrinks with the page."""

    def region(self, name: str, x: float, y: float) -> bool:
        """Write the name of a region in spaced capitals."""
        return self._write(spaced(shown(name)), x, y, 10.5, self.theme.ink, "bold", (16, 8))

    def word(self, word: str, x: float, y: float) -> bool:
        """Write a word just above its dot."""
        return self._write(
            shown(word), x, y + 8 * self.unit, 8.5, self.theme.quiet, "normal", (14, 10)
        )

    def caption(self, text: str) -> None:
        """Write the line at the bottom left."""
        x, y = 24 * self.unit, 24 * self.unit
        self._write(text, x, y, 9.5, self.theme.quiet, "normal", (8, 8), "left")

    def legend(self, entries: Sequence[tuple[str, Any]]) -> None:
        """Write names with their colours at the bottom right, from right to left."""
        x = self.look.width - 24 * self.unit
        for name, colour in reversed([(shown(name), colour) for name, colour in entries]):
            self._write(name, x, 24 * self.unit, 9.5, self.theme.quiet, "normal", (4, 8), "right")
            x -= self._extent(name, 9.5, "normal")[0] + 9 * self.unit
            self.axes.scatter([x], [24 * self.unit], s=30 * self.unit, c=[colour], linewidths=0)
            x -= 16 * self.unit

    def _write(
        self,
        text: str,
        x: float,
        y: float,
        size: float,
        colour: str,
        weight: str,
        margin: tuple[float, float],
        align: str = "center",
    ) -> bool:
        """Write the text unless it would touch another or leave the page; say whether it did."""
        if not text:
            return False
        width, height = self._extent(text, size, weight)
        left = x - {"left": 0.0, "center": width / 2, "right": width}[align]
        box = (left, y - height / 2, left + width, y + height / 2)
        if not self._take(box, margin):
            return False
        from matplotlib.patheffects import Stroke

        common: dict[str, Any] = {
            "fontsize": size * self.unit,
            "fontweight": weight,
            "ha": align,
            "va": "center",
            "parse_math": False,  # a word with a dollar sign is a word
        }
        halo = self.axes.text(x, y, text, color=self.theme.paper, **common)
        halo.set_path_effects([Stroke(linewidth=2.5 * self.unit, foreground=self.theme.paper)])
        halo.set_gid("halo")
        self.axes.text(x, y, text, color=colour, **common)
        return True

    def _extent(self, text: str, size: float, weight: str) -> tuple[float, float]:
        from matplotlib.font_manager import FontProperties

        font = FontProperties(size=size * self.unit, weight=weight)
        renderer = self.axes.figure.canvas.get_renderer()
        width, height, _ = renderer.get_text_width_height_descent(text, font, ismath=False)
        return float(width), float(height)

    def _take(self, box: tuple[float, float, float, float], margin: tuple[float, float]) -> bool:
        x0, y0, x1, y1 = box
        if x0 < 4 or y0 < 4 or x1 > self.look.width - 4 or y1 > self.look.height - 4:
            return False
        across, up = margin[0] * self.unit, margin[1] * self.unit
        rows = slice(max(int(y0 - up), 0), int(y1 + up) + 1)
        columns = slice(max(int(x0 - across), 0), int(x1 + across) + 1)
        if self.taken[rows, columns].any():
            return False
        self.taken[int(y0) : int(y1) + 1, int(x0) : int(x1) + 1] = True
        return True
