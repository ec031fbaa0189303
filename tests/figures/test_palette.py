"""The colours of groups: the same on the screen and in pictures, and told apart by everybody.

How colours look with a colour-vision deficiency is computed after Machado, Oliveira and Fernandes
2009, "A Physiologically-based Model for Simulation of Color Vision Deficiency", severity 1.
"""

import re
from itertools import combinations

import numpy as np
import pytest

from embeddings.figures.picture import THEMES

VISION = {
    "normal": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE = np.array([0.95047, 1, 1.08883])


def linear(colour: str) -> np.ndarray:
    values = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(colour: str, vision: str) -> np.ndarray:
    xyz = TO_XYZ @ np.clip(np.array(VISION[vision]) @ linear(colour), 0, 1) / WHITE
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(a: str, b: str) -> float:
    light, dark = sorted((float((TO_XYZ @ linear(c))[1]) for c in (a, b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("vision", VISION)
def test_any_two_colours_are_told_apart(theme, vision):
    colours = THEMES[theme].categories
    assert len(colours) == 16
    nearest = min(
        (float(np.linalg.norm(lab(a, vision) - lab(b, vision))), a, b)
        for a, b in combinations(colours, 2)
    )
    assert nearest[0] >= 10, nearest


@pytest.mark.parametrize("theme", THEMES)
def test_every_colour_is_seen_on_its_ground(theme):
    for colour in THEMES[theme].categories:
        assert contrast(colour, THEMES[theme].paper) >= 1.5, colour


@pytest.mark.parametrize(("theme", "name"), [("light", "LIGHT"), ("dark", "DARK")])
def test_the_screen_and_the_pictures_have_the_same_colours(repo, theme, name):
    script = (repo / "assets" / "linked_maps" / "palette.js").read_text()
    found = re.search(rf"const {name} = \[(.*?)\]", script, re.DOTALL)
    assert found and re.findall(r"#[0-9a-f]{6}", found[1]) == list(THEMES[theme].categories)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_ends_of_a_measure_are_told_apart_and_every_class_is_seen(repo, theme):
    script = (repo / "assets" / "linked_maps" / "palette.js").read_text()
    found = re.search(rf"const DIVERGING_{theme.upper()} = \[(.*?)\]", script, re.DOTALL)
    colours = re.findall(r"#[0-9a-f]{6}", found[1])
    assert len(colours) == 7
    for vision in VISION:
        places = np.array([lab(colour, vision) for colour in colours])
        assert np.linalg.norm(np.diff(places, axis=0), axis=1).min() >= 8, vision
        # The two sides of the middle are never taken for each other.
        sides = np.linalg.norm(places[:3, None] - places[None, 4:], axis=2)
        assert sides.min() >= 20, vision
    for colour in colours:
        assert contrast(colour, THEMES[theme].paper) >= 1.5, colour


def test_strips_have_the_colours_of_the_maps(repo):
    folder = repo / "assets" / "linked_maps"
    script, style = ((folder / name).read_text() for name in ("palette.js", "style.css"))
    listed = [
        re.findall(r"#[0-9a-f]{6}", re.search(rf"const DIVERGING_{t} = \[(.*?)\]", script)[1])
        for t in ("LIGHT", "DARK")
    ]
    assert re.findall(r"--lm-d\d: light-dark\((\S+), (\S+)\);", style) == list(
        zip(*listed, strict=True)
    )
