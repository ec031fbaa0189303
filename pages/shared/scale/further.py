"""Where the lines would lie at two billion: computed, and said to be computed."""

from __future__ import annotations

import html
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from embeddings.applications.scale import laws
from embeddings.applications.scale.indexes import KINDS
from embeddings.applications.scale.laws import MACHINE, PINS, Beyond
from embeddings.figures import scale as figures
from embeddings.figures.scale import Line, Panel
from embeddings.types import Scaling
from pages.shared.reading import chart, table
from pages.shared.scale.asking import DIMS, Asking
from pages.shared.scale.bar import switch
from pages.shared.scale.curves import megabytes, ms

LAWS = {
    "n": "in proportion to the number of vectors",
    "log n": "with its logarithm",
    "sqrt n": "with its square root",
}


def show(asking: Asking, seen: Sequence[Scaling]) -> None:
    """Show the lines beyond what is measured."""
    st.subheader("Two billion: computed, not measured", anchor=False)
    st.markdown(
        "Pinterest has two billion pins (Ying et al. 2018). No machine here holds so many: the "
        "dashed lines are **computed**, memory from the layout of each index, time by its law "
        "from the largest number of vectors that was measured."
    )
    with st.container(
        key="difference-controls", horizontal=True, vertical_alignment="center", gap="medium"
    ):
        switch("Numbers of a vector", "dim", DIMS, asking)
    dim, recall = int(asking.dim), float(asking.recall)
    at_pins = laws.beyond(seen, PINS, dim, recall)
    said = "".join(f"<p>{each}</p>" for each in findings(at_pins, recall))
    st.html(f'<div class="lse-findings">{said}</div>')
    key = ("beyond", dim, recall, *((each.spec.key, each.exact.milliseconds) for each in seen))
    chart(
        key,
        lambda dark: figures.beyond(panels(seen, dim, recall), dark),
        "Memory and time of each index from 10,000 to two billion vectors, computed beyond the "
        "measured ones; the numbers are in the table.",
    )
    st.caption(
        "Time grows "
        + "; ".join(f"{LAWS[kind.law]}: {kind.label}" for kind in KINDS.values())
        + f". Each starts from the fastest measured search that reaches recall {recall:g}, or from "
        "the best recall where none does, and takes longer in proportion to the numbers of a "
        "vector. That recall stays the same is hoped, not computed: it falls as vectors crowd, so "
        "true times lie above. A single machine's memory is taken to be as fast at any size."
    )
    table(rows(seen, dim, recall), f"scale-computed-{dim}", "Everything computed, as a table")


def findings(at_pins: Sequence[Beyond], recall: float) -> list[str]:
    """Say in sentences what two billion take, as HTML."""
    said = []
    for each in at_pins:
        kind = KINDS[each.index]
        time = ""
        if each.milliseconds is not None and each.recall is not None:
            short = "" if each.recall >= recall else f" at recall {each.recall:.2f}"
            time = f", and <b>{ms(each.milliseconds)}</b> a search on one thread{short}"
        per = each.size / each.n
        machines = f"{each.machines} machine{'s' if each.machines > 1 else ''}"
        said.append(
            f"<b>{html.escape(kind.label)}</b>: {per:,.4g} bytes a vector, together "
            f"<b>{megabytes(each.size)}</b>, or {machines} of {MACHINE // 2**30} GiB{time}."
        )
    return said


def panels(seen: Sequence[Scaling], dim: int, recall: float) -> list[Panel]:
    """Return memory and, where something is measured, time."""
    memory, time = [], []
    for index, kind in KINDS.items():
        measured = [each for each in seen if each.dim == dim]
        x = [each.spec.size for each in measured]
        rest = [n for n in laws.SIZES if n > max(x, default=0)]
        sizes = [each.cheapest(index, recall).size / 1e9 for each in measured]
        sizes += [laws.size(index, n, dim) / 1e9 for n in rest]
        memory.append(_line(kind.label, [*x, *rest], sizes, len(x), "GB"))
        if not seen:
            continue
        known = [each.cheapest(index, recall).milliseconds for each in measured]
        last = max(seen, key=lambda each: each.spec.size)
        cost, ratio = last.cheapest(index, recall), dim / last.dim
        further = [laws.milliseconds(cost, last.spec.size, n, ratio) for n in rest]
        time.append(_line(kind.label, [*x, *rest], [*known, *further], len(x), "ms"))
    axis, pins = "vectors; the dotted line stands at two billion", float(PINS)
    found = [Panel("Memory, GB", axis, tuple(memory), pins)]
    if time:
        found.append(Panel("One search, milliseconds", axis, tuple(time), pins))
    return found


def _line(name: str, x: Sequence[int], y: Sequence[float], measured: int, unit: str) -> Line:
    spoken = tuple(
        f"{name}, {n:,} vectors: {value:,.3g} {unit}, "
        f"{'measured' if place < measured else 'computed'}"
        for place, (n, value) in enumerate(zip(x, y, strict=True))
    )
    return Line(name, tuple(map(float, x)), tuple(y), spoken, measured)


def rows(seen: Sequence[Scaling], dim: int, recall: float) -> pd.DataFrame:
    """Return one row a size and index, as the command line prints them."""
    return pd.DataFrame(
        [
            {
                "vectors": each.n,
                "numbers": each.dim,
                "index": KINDS[each.index].label,
                "bytes a vector": round(each.size / each.n, 1),
                "GB": each.size / 1e9,
                "ms a search": each.milliseconds,
                "recall it starts from": each.recall,
                f"machines of {MACHINE // 2**30} GiB": each.machines,
            }
            for n in laws.SIZES
            for each in laws.beyond(seen, n, dim, recall)
        ]
    )
