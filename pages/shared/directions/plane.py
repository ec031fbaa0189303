"""Words in the plane of two directions, by each method."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from embeddings.probes import words as lookup
from embeddings.probes.scales import Question, Scale
from embeddings.types import Request
from pages.shared import access, notices, scales
from pages.shared.directions import choosing, measured
from pages.shared.directions.choosing import ALL, OWN, SECOND, Method
from pages.shared.directions.rows import classes
from pages.shared.reading import table

FARTHEST = 9
"""Words shown at each of the four ends where all words are placed."""

SQUARES = 44
REACH = (2.5, 10.0)


@dataclass(frozen=True, eq=False)
class Plane:
    """One method's two scales, and the words that are named."""

    method: Method
    across: Scale
    up: Scale
    rows: tuple[int, ...]
    share: float

    @property
    def cosine(self) -> float:
        """The cosine between both directions; 0 is a right angle."""
        return float(self.across.direction.vector @ self.up.direction.vector)


def show(vocabulary: str) -> list[Request]:
    """Show words in the plane of two directions; return what has to be made first."""
    one, two = choosing.direction(), choosing.direction("second", SECOND)
    with st.container(
        key="direction-controls", horizontal=True, vertical_alignment="center", gap="medium"
    ):
        group, words = choosing.group(vocabulary)
        chosen = choosing.compared(vocabulary)
    if group == OWN:
        words = choosing.own_words()
    there, missing = measured.ready(chosen)
    asked = (*one.words, *two.words, *(words if group == OWN else ()))
    choosing.tell(measured.unknown(tuple(dict.fromkeys(asked)), there, vocabulary))
    planes = [each for m in there if (each := _plane(m, one, two, group, words))]
    if planes:
        _show(planes, one, two, vocabulary)
    return missing


def _plane(
    method: Method, one: Question, two: Question, group: str, words: tuple[str, ...]
) -> Plane | None:
    found = []
    for question in (one, two):
        scale, problem = measured.or_problem(measured.scale, method.spec, question)
        if scale is None:
            notices.tell(f"{method.name}: {problem}")
            return None
        found.append(scale)
    share, problem = measured.or_problem(measured.plane_share, method.spec, one, two)
    if share is None:
        notices.tell(f"{method.name}: {problem}")
        return None
    if group == ALL:
        ends = [np.argsort(scale.z, kind="stable") for scale in found]
        rows = [i for order in ends for i in (*order[:FARTHEST], *order[-FARTHEST:])]
    else:
        rows = lookup.sort_out(access.table(method.spec), words)[0]
    named = tuple(int(i) for i in dict.fromkeys(rows))
    return Plane(method, found[0], found[1], named, share)


def _show(planes: Sequence[Plane], one: Question, two: Question, vocabulary: str) -> None:
    st.markdown(
        "Across lies each word's place along the first direction, up along the second, in standard "
        "deviations of all words; the cross is the mean of all words, the grey cloud where they "
        "lie. The axes are drawn at right angles, the directions need not be: their **cosine** "
        "says how far they are the same (0: a right angle; 1: one direction). The **share in the "
        "plane** is how much of the vectors' squared length these two directions see."
    )
    far = [
        float(np.abs(scale.z[list(each.rows)]).max())
        for each in planes
        for scale in (each.across, each.up)
        if each.rows
    ]
    farthest = max([REACH[0], *far])
    reach = min(REACH[1], 1.12 * farthest + 0.3)
    scales.plane(
        [panel(each, reach) for each in planes], (one.low, one.high), (two.low, two.high), "plane"
    )
    st.caption(
        "The colour is the place along the first direction. Point at a word to find it everywhere."
        + (f" {scales.BEYOND}" if farthest > reach else "")
    )
    table(places_table(planes, one, two), f"plane-{vocabulary}")


def panel(plane: Plane, reach: float) -> scales.Panel:
    """Return what is drawn of one method."""
    x, y = plane.across.z, plane.up.z
    counts, _, _ = np.histogram2d(y, x, SQUARES, [[-reach, reach], [-reach, reach]])
    density = np.sqrt(counts / max(1.0, counts.max())).ravel()
    vectors = access.table(plane.method.spec)
    points = []
    for row in plane.rows:
        a, b = float(plane.across.z[row]), float(plane.up.z[row])
        said = f"{vectors.words[row]}: {a:+.1f} sd across, {b:+.1f} sd up"
        kind = int(classes(np.array([a]))[0])
        points.append((vectors.words[row], round(a, 3), round(b, 3), kind, True, said))
    dim = vectors.dim
    note = (
        f"cosine between both {plane.cosine:+.2f} · share in the plane {plane.share:.1%} "
        f"(two directions by lot of {dim:,}: {2 / dim:.1%}) · {len(vectors):,} words"
    )
    shown = tuple(np.round(density, 3).tolist())
    return scales.Panel(plane.method.name, note, reach, shown, tuple(points))


def places_table(planes: Sequence[Plane], one: Question, two: Question) -> pd.DataFrame:
    """Return where each word lies by every method."""
    rows = []
    for plane in planes:
        vectors = access.table(plane.method.spec)
        for row in plane.rows:
            rows.append(
                {
                    "method": plane.method.name,
                    "word": vectors.words[row],
                    f"{one.low} to {one.high}, sd": float(plane.across.z[row]),
                    f"{two.low} to {two.high}, sd ": float(plane.up.z[row]),
                    "cosine between both": plane.cosine,
                    "share in the plane": plane.share,
                }
            )
    return pd.DataFrame(rows)
