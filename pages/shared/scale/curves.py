"""Recall against time and memory, as measured on this machine."""

from __future__ import annotations

import html
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from embeddings.applications.scale.indexes import KINDS
from embeddings.figures import scale as figures
from embeddings.figures.scale import Line, Panel
from embeddings.types import Cost, Request, Scaling
from pages.shared import access
from pages.shared.reading import chart, table
from pages.shared.scale.asking import Asking

AXES = {"time": "milliseconds a search", "memory": "megabytes of the index"}


def show(asking: Asking) -> tuple[list[Scaling], list[Request]]:
    """Show what is measured; return it, and what has still to be measured."""
    requests = asking.requests
    seen = [access.scaling(each) for each in requests if access.has(each)]
    missing: list[Request] = [each for each in requests if not access.has(each)]
    st.markdown(
        "The exact pass compares a question with **every** vector. An index looks at few of "
        "them, and may miss some: **recall@10** is the share of the ten truly nearest that are "
        "found."
    )
    if not seen:
        st.caption("The indexes of the first 10,000 words are being measured, here and now.")
        return seen, missing
    wanted = float(asking.recall)
    said = "".join(f"<p>{each}</p>" for each in findings(seen[-1], wanted))
    st.html(f'<div class="lse-findings">{said}</div>')
    key = ("recall", asking.against, asking.recall, *(each.spec.key for each in seen))
    chart(
        # A measurement has a key of its own; what it found has not, where it was made again.
        (*key, seen[-1].exact.milliseconds),
        lambda dark: figures.recall(panels(seen, asking.against), wanted, dark),
        f"Recall at 10 against {AXES[asking.against]} of each index; the numbers are in the table.",
    )
    st.caption(caption(seen))
    table(rows(seen), "scale-measured", "Everything measured, as a table")
    return seen, missing


def findings(of: Scaling, wanted: float) -> list[str]:
    """Say in sentences what was measured of one size, as HTML."""
    exact, n = of.exact, of.spec.size
    said = [
        f"Of <b>{n:,}</b> vectors of {of.dim} numbers the exact pass takes "
        f"<b>{ms(exact.milliseconds)}</b> a search and {megabytes(exact.size)}."
    ]
    for index in list(KINDS)[1:]:
        cost = of.cheapest(index, wanted)
        name = html.escape(KINDS[index].label)
        if cost.recall < wanted:
            said.append(
                f"<b>{name}</b> does not reach {wanted:g}: at most {found(cost)}, in "
                f"{ms(cost.milliseconds)} and {megabytes(cost.size)}."
            )
            continue
        said.append(
            f"<b>{name}</b> finds {found(cost)} of the ten nearest in <b>{ms(cost.milliseconds)}"
            f"</b>, {times(exact.milliseconds / cost.milliseconds)}, looking through "
            f"{cost.effort} {KINDS[index].effort}, in {megabytes(cost.size)}."
        )
    return said


def times(ratio: float) -> str:
    """Say how many times faster something is."""
    if ratio < 1:
        return f"{1 / ratio:.1f} times slower"
    return f"{ratio:.1f} times faster" if ratio < 10 else f"{ratio:.0f} times faster"


def found(cost: Cost) -> str:
    """Say a recall with its interval."""
    return f"{cost.recall:.3f} ({cost.low:.3f} to {cost.high:.3f})"


def ms(value: float) -> str:
    """Write milliseconds with three figures."""
    if value >= 60_000:
        return f"{value / 60_000:.1f}\u00a0minutes"
    if value >= 1_000:
        return f"{value / 1_000:.1f}\u00a0s"
    return f"{value:.3g}\u00a0ms"


def megabytes(size: float) -> str:
    """Write bytes as MB, GB or TB of a thousand each."""
    for unit, of in (("TB", 1e12), ("GB", 1e9)):
        if size >= of:
            return f"{size / of:,.3g}\u00a0{unit}"
    return f"{size / 1e6:,.3g}\u00a0MB"


def caption(seen: Sequence[Scaling]) -> str:
    """Say on what and how it was measured."""
    of = seen[-1]
    busy = f", load {of.machine['load']} when it ended" if of.machine.get("load") else ""
    return (
        f"Measured on this machine ({of.machine['processor']}, {of.machine['processors']} "
        f"processors{busy}), one search at a time on one thread, faiss {of.machine['faiss']}: "
        f"medians of n = {of.spec.asked} words drawn by lot, k = {of.spec.k}, brackets are "
        "95 % intervals by bootstrap. Along each line the index looks at more and more. Memory is "
        "what the index itself holds. Whatever else the machine does makes every search slower."
    )


def panels(seen: Sequence[Scaling], against: str) -> list[Panel]:
    """Return a frame for each size."""
    return [
        Panel(
            f"{each.spec.size:,} vectors",
            AXES[against],
            tuple(_line(each, index, against) for index in KINDS),
        )
        for each in seen
    ]


def _line(of: Scaling, index: str, against: str) -> Line:
    costs = [cost for cost in of.costs if cost.index == index]
    x = [cost.milliseconds if against == "time" else cost.size / 1e6 for cost in costs]
    spoken = [
        f"{KINDS[index].label}{_looked(cost)}: recall {found(cost)}, {ms(cost.milliseconds)}, "
        f"{megabytes(cost.size)}"
        for cost in costs
    ]
    y = tuple(cost.recall for cost in costs)
    return Line(KINDS[index].label, tuple(x), y, tuple(spoken), len(costs))


def _looked(cost: Cost) -> str:
    return f", {cost.effort} {KINDS[cost.index].effort}" if cost.effort else ""


def rows(seen: Sequence[Scaling]) -> pd.DataFrame:
    """Return one row an index and effort, as the command line prints them."""
    return pd.DataFrame(
        [
            {
                "vectors": of.spec.size,
                "index": KINDS[cost.index].label,
                "looked through": cost.effort or None,
                "recall@10": round(cost.recall, 4),
                "low": round(cost.low, 4),
                "high": round(cost.high, 4),
                "ms a search": round(cost.milliseconds, 4),
                "ms, slowest 5 %": round(cost.slow, 4),
                "times faster": round(of.exact.milliseconds / cost.milliseconds, 1),
                "MB": round(cost.size / 1e6, 2),
                "bytes a vector": round(cost.size / of.spec.size, 1),
                "seconds to build": round(cost.seconds, 1),
            }
            for of in seen
            for cost in of.costs
        ]
    )
