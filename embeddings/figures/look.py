"""How a picture of a map looks: its themes, its size, what its colours say."""

from __future__ import annotations

from dataclasses import dataclass

COLOURS = ("topic", "cluster", "part_of_speech", "frequency")


@dataclass(frozen=True)
class Theme:
    """The colours of the page."""

    paper: str
    land: str
    ink: str
    quiet: str
    none: str
    """Dots of words without a group."""
    dots: float
    """Opacity of the dots."""
    faintest: float
    """Where on the scale of frequency (cividis) the rarest words begin to be seen."""
    categories: tuple[str, ...]
    """Told apart with any colour vision; the same as on the screen (palette.js)."""


THEMES = {
    "light": Theme(
        *("#fbfaf7", "#efece3", "#3b3d45", "#6d6f76", "#a9a7a1", 0.65, 0.0),
        (
            *("#4477aa", "#ddcc77", "#882255", "#44aa99", "#332288", "#999933", "#cc6677"),
            *("#117733", "#88ccee", "#aa4499", "#a08ef1", "#f1b297", "#853410", "#b28ebb"),
            *("#1058b2", "#6a3d34"),
        ),
    ),
    "dark": Theme(
        *("#10131d", "#1c212e", "#d3d6de", "#a0a6b4", "#6a7180", 0.7, 0.22),
        (
            *("#a0bbf1", "#e8f185", "#bb6a85", "#bbf1d6", "#616af1", "#c4b22b", "#df9797"),
            *("#85b261", "#a9e8f1", "#b25897", "#8585f1", "#f1cda0", "#b26a22", "#bba0bb"),
            *("#7c85cd", "#977358"),
        ),
    ),
}


@dataclass(frozen=True)
class Look:
    """How a picture is drawn.

    Attributes
    ----------
    colour : what the dots' colours say: one of ``COLOURS``, or "column"
    theme : "light" or "dark"
    width, height : pixels
    caption : one line at the bottom
    column : name of the own column that the colours say, where ``colour`` is "column"
    """

    colour: str = "cluster"
    theme: str = "light"
    width: int = 1600
    height: int = 900
    caption: str = ""
    column: str = ""


DEFAULT = Look()
