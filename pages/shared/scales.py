"""Words along a direction, or in the plane of two, drawn in the browser and linked with maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from pages.shared import linked_maps

HTML = """
<div data-linked-maps class="lse-scales">
  <p class="lse-skeleton" role="status">Drawing …</p>
</div>
"""

MODULE = "scales.js"

BEYOND = (
    "An arrow at the edge: the word lies farther out than is drawn, where the number beside its "
    "name says."
)
"""What is said where a word lies beyond the reach of what is drawn."""

Placed = tuple[Any, ...]
"""A word, where it lies (one number or two), its class (0 to 6), whether that is sure, a line.

In place of whether it is sure stands None for a word that the direction is made of: a square.
"""

_component = st.components.v2.component(
    "word_scales", html=HTML, js=linked_maps.BOOTSTRAP, isolate_styles=False
)


@dataclass(frozen=True)
class Strip:
    """One method's words along a line.

    Attributes
    ----------
    density : how many of all words lie where, in classes of equal width, the most being 1
    above, below : words with their names over and under the line
    """

    name: str
    note: str
    density: tuple[float, ...]
    above: tuple[Placed, ...]
    below: tuple[Placed, ...] = ()


@dataclass(frozen=True)
class Panel:
    """One method's words in a plane, which reaches from minus ``range`` to ``range`` both ways.

    Attributes
    ----------
    density : how many of all words lie where, in squares from the lower left, the most being 1
    """

    name: str
    note: str
    range: float
    density: tuple[float, ...]
    points: tuple[Placed, ...]


def strips(
    rows: Sequence[Strip],
    ends: tuple[str, str],
    reach: float,
    step: float,
    zero: str,
    key: str,
) -> None:
    """Draw strips of one scale from minus ``reach`` to ``reach``, one below the other.

    Parameters
    ----------
    ends : names of both ends
    step : between two marks on the line
    zero : what the middle is called
    """
    unit = {"step": step, "zero": zero}
    told = {"low": ends[0], "high": ends[1], "from": -reach, "to": reach, "unit": unit}
    _show({"strips": {**told, "rows": [asdict(row) for row in rows]}}, key)


def plane(panels: Sequence[Panel], across: tuple[str, str], up: tuple[str, str], key: str) -> None:
    """Draw planes side by side.

    Parameters
    ----------
    across, up : names of the ends of both directions
    """
    listed = [asdict(panel) for panel in panels]
    _show({"plane": {"across": across, "up": up, "panels": listed}}, key)


def _show(data: dict[str, Any], key: str) -> None:
    _component(data=linked_maps.module(MODULE) | data, key=key, height="content")
