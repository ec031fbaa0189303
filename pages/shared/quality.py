"""How far maps can be trusted: what each keeps of its vectors, by UMAP and by PCA."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from embeddings import captions, projection
from embeddings.errors import UserError
from embeddings.figures import comparison
from embeddings.figures.comparison import Panel
from embeddings.probes import trust as probe
from embeddings.types import ProjectionSpec, Trust, TrustSpec
from pages.shared import access, notices, progress
from pages.shared.reading import chart, in_turn, table

K = 15
COUNTS = {"k": "k", "words": "n", "words asked": "asked", "pairs of words": "pairs"}


@dataclass(frozen=True)
class Kind:
    """One number that says how good a map is, and what it means.

    Attributes
    ----------
    chance : what a map drawn by lot gives; None where that depends on the number of words
    about : what is written before it
    """

    name: str
    label: str
    meaning: str
    chance: float | None = None
    about: str = ""


KINDS = (
    Kind(
        "trustworthiness",
        "Trustworthiness",
        "Are words really near whose dots lie together? 1: the {k} closest dots of every word are "
        "its true neighbours (Venna and Kaski 2001).",
        0.5,
        "about ",
    ),
    Kind(
        "continuity",
        "Continuity",
        "Do words lie together that are really near? 1: none of the {k} true neighbours is torn "
        "away (Venna and Kaski 2001).",
        0.5,
        "about ",
    ),
    Kind(
        "recall",
        "Neighbour recall",
        "Of a word's {k} true nearest neighbours, the share that is among its {k} closest dots. "
        "1: all of them.",
    ),
    Kind(
        "distance_correlation",
        "Rank correlation of distances",
        "Do words lie far apart that are really far, and near that are near? Spearman's, over "
        "{over} pairs of words. 1: the same order of distances.",
        0.0,
    ),
    Kind(
        "seeds_shared",
        "Shared by two seeds",
        "Of the {k} closest dots on UMAP's map, the share that is so again when nothing but the "
        "seed is another. 1: all of them. PCA draws nothing by lot.",
    ),
)


@dataclass(frozen=True)
class Row:
    """The same vectors drawn by UMAP and by PCA, and what is known of both maps."""

    name: str
    umap: TrustSpec
    pca: TrustSpec

    @property
    def requests(self) -> tuple[TrustSpec, TrustSpec]:
        """What has to be measured."""
        return self.umap, self.pca


def rows_of(projections: Sequence[ProjectionSpec]) -> list[Row]:
    """Put beside each map the other algorithm's map of the same vectors; no row is there twice."""
    both = dict.fromkeys(
        tuple(
            each
            if each.algorithm == algorithm
            else projection.spec(each.table, algorithm, each.dimensions)
            for algorithm in projection.algorithms()
        )
        for each in projections
    )
    names = captions.names([umap for umap, _ in both])
    return [
        Row(name, *(probe.spec(each, K) for each in pair))
        for name, pair in zip(names, both, strict=True)
    ]


def show(projections: Sequence[ProjectionSpec]) -> None:
    """Show how far the chosen maps can be trusted, each beside the other algorithm's map."""
    with st.container(key="quality"):
        try:
            _show(rows_of(projections))
        except UserError as error:
            notices.tell(error)


def _show(rows: Sequence[Row]) -> None:
    wanted: list[TrustSpec] = list(dict.fromkeys(each for row in rows for each in row.requests))
    found = {each: access.trust(each) for each in wanted if access.has(each)}
    st.markdown(
        "How well each map keeps what its vectors say, drawn by UMAP and by PCA. *Really near* is "
        "near by cosine in the original space; *chance* is a map drawn by lot. "
        f"{_size(found.values())}"
    )
    panels = panels_of(rows, found)
    chart(
        ("quality", tuple(row.umap.key + row.pca.key for row in rows), tuple(e.key for e in found)),
        lambda dark: comparison.quality([row.name for row in rows], panels, dark),
        "Five measures of each map, by UMAP and by PCA; the numbers are in the table below.",
    )
    st.html(quality_html(rows, found))
    st.caption(notices.plain(seeds_line(rows, found)))
    names = "-".join(dict.fromkeys(row.umap.projection.table.method for row in rows))
    words = rows[0].umap.projection.table.vocabulary
    table(quality_table(rows, found), f"trust-{names}-{words}-k{K}")
    missing = in_turn(each for each in wanted if each not in found)
    progress.below(missing, "The rest is shown.", wanted)


def seeds_line(rows: Sequence[Row], found: Mapping[TrustSpec, Trust]) -> str:
    """Say how much of the maps hangs on UMAP's seed."""
    kept = [
        f"{float(trust.summary['seeds_shared']) * int(trust.summary['k']):.1f} for {row.name}"
        for row in rows
        if (trust := found.get(row.umap)) and "seeds_shared" in trust.summary
    ]
    if not kept:
        is_open = any(row.umap not in found for row in rows)
        return f"What another seed of UMAP changes is not measured{' yet' * is_open}."
    return (
        f"Of the {K} closest dots on UMAP's map, the map with another seed keeps {', '.join(kept)}."
    )


def panels_of(rows: Sequence[Row], found: Mapping[TrustSpec, Trust]) -> list[Panel]:
    """Return the panels of the chart, one for each measure."""
    panels = []
    for kind in KINDS:
        values = tuple(
            (_value(found.get(row.umap), kind.name), _value(found.get(row.pca), kind.name))
            for row in rows
        )
        low = -1.0 if any(value < 0 for pair in values for value in pair if value) else 0.0
        panels.append(Panel(kind.label, low, 1.0, _chance(kind, found.values()), values))
    return panels


def _value(found: Trust | None, name: str) -> float | None:
    value = found.summary.get(name) if found else None
    return None if value is None else float(value)


def _chance(kind: Kind, found: Iterable[Trust]) -> float | None:
    """Return what maps drawn by lot give, which is known when one of them is measured."""
    if kind.chance is not None:
        return kind.chance
    return max((float(each.summary["chance_recall"]) for each in found), default=None)


def _size(found: Iterable[Trust]) -> str:
    """Say of how many words and neighbours the numbers are."""
    sizes = sorted({(int(each.summary["n"]), int(each.summary["asked"])) for each in found})
    if not sizes:
        return f"k {K}."
    n = " to ".join(dict.fromkeys(f"{n:,}" for n, _ in (sizes[0], sizes[-1])))
    asked = sizes[-1][1]
    return f"k {K}, {n} words" + (f", {asked:,} of them asked." if asked < sizes[-1][0] else ".")


def quality_html(rows: Sequence[Row], found: Mapping[TrustSpec, Trust]) -> str:
    """Write every measure with what it means, what chance gives, and its value of each map."""
    maps = [(row.name, name, found.get(e)) for row in rows for name, e in _named(row)]
    pairs = max((int(each.summary["pairs"]) for each in found.values()), default=None)
    over = f"{pairs:,} random" if pairs else "random"
    head = "".join(f'<th scope="col">{html.escape(a)}<br>{b}</th>' for a, b, _ in maps)
    body = []
    for kind in KINDS:
        chance = _chance(kind, found.values())
        by_lot = "…" if chance is None else f"{kind.about}{chance:.2g}"
        meaning = html.escape(kind.meaning.format(k=K, over=over))
        values = "".join(f"<td>{_shown(trust, kind, name)}</td>" for _, name, trust in maps)
        body.append(
            f'<tr><th scope="row"><b>{kind.label}</b><span>{meaning}</span></th>'
            f"<td>{by_lot}</td>{values}</tr>"
        )
    return (
        '<table class="lse-words lse-quality"><thead><tr><th scope="col">Measure</th>'
        f'<th scope="col">Chance</th>{head}</tr></thead><tbody>{"".join(body)}</tbody></table>'
    )


def _named(row: Row) -> tuple[tuple[str, TrustSpec], tuple[str, TrustSpec]]:
    return ("UMAP", row.umap), ("PCA", row.pca)


def _shown(found: Trust | None, kind: Kind, algorithm: str) -> str:
    """Write a value, "…" where it is being measured, "–" where there is no such thing."""
    value = _value(found, kind.name)
    if value is not None:
        return comparison.precise(value)
    is_open = found is None and not (kind.name == "seeds_shared" and algorithm == "PCA")
    return "…" if is_open else "–"


def quality_table(rows: Sequence[Row], found: Mapping[TrustSpec, Trust]) -> pd.DataFrame:
    """Return one row for each map."""
    table = []
    for row in rows:
        for algorithm, request in _named(row):
            trust = found.get(request)
            numbers = {kind.label: _value(trust, kind.name) for kind in KINDS}
            counts = {
                name: int(trust.summary[field]) if trust else None for name, field in COUNTS.items()
            }
            chance = _value(trust, "chance_recall")
            table.append(
                {"vectors": row.name, "drawn by": algorithm, **numbers}
                | {"chance of neighbour recall": chance, **counts}
            )
    return pd.DataFrame(table).astype(dict.fromkeys(COUNTS, "Int64"))
