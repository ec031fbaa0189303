"""How far a word's contexts separate, layer by layer: two sentences, a chart, and the numbers."""

from __future__ import annotations

import html

import pandas as pd
import streamlit as st

from embeddings.figures import contexts as figures
from embeddings.figures.contexts import Line, Panel
from embeddings.types import Contexts
from pages.shared.contexts.cloud import number
from pages.shared.contexts.study import Study
from pages.shared.reading import chart, table

NAMES = {
    "alike": "two uses of the word",
    "random": "two random words",
    "labels_within": "same label",
    "labels_between": "different labels",
    "groups_within": "same group",
    "groups_between": "different groups",
    "labels_silhouette": "silhouette of labels",
    "groups_silhouette": "silhouette of groups",
    "labels_nearest": "nearest has the same label",
    "groups_nearest": "nearest is of the same group",
}


def show(study: Study) -> None:
    """Show the numbers of a word that occurs twice at least."""
    found = study.found
    if found is None or len(found) < 2:
        return
    st.subheader("How far the uses separate, layer by layer", anchor=False)
    st.html(
        f'<div class="lse-findings">{"".join(f"<p>{each}</p>" for each in findings(found))}</div>'
    )
    chart(
        ("contexts by layer", study.request.key),
        lambda dark: figures.by_layer(panels(found), dark),
        f"Mean cosines and silhouettes of {study.request.word} by layer; the numbers are in the "
        "table below.",
    )
    st.caption(caption(found))
    table(numbers(found), f"contexts-{study.request.word}-layers")


def findings(found: Contexts) -> list[str]:
    """Say in two sentences what the numbers of this word mean, as HTML."""
    word, said = html.escape(found.spec.word), found.statistics
    alike, random = said["alike"], said["random"]
    first = (
        f"From the input to layer 6 the mean cosine of two uses of <b>{word}</b> goes from "
        f"<b>{number(alike[0])}</b> to <b>{number(alike[-1])}</b>, that of two random words from "
        f"{number(random[0])} to {number(random[-1])}: the sentences draw the uses apart, and they "
        "stay far more alike than words at large."
    )
    return [first, _of_labels(found) or _of_groups(found)]


def _of_labels(found: Contexts) -> str:
    said = found.statistics
    within, between, nearest = (said[f"labels_{name}"] for name in ("within", "between", "nearest"))
    if within[0] is None or between[0] is None or within[-1] is None or between[-1] is None:
        return ""
    labels = list(dict.fromkeys(label for label in found.labels if label))
    n = sum(bool(label) for label in found.labels)
    named = html.escape(", ".join(labels[:4])) + (", …" if len(labels) > 4 else "")
    gap = (within[0] - between[0], within[-1] - between[-1])
    verdict = (
        "the senses separate"
        if gap[1] - gap[0] > 0.03
        else "the labels hardly separate"
        if gap[1] > 0
        else "the labels do not separate"
    )
    return (
        f"By the labels of {n:,} sentences ({named}), two of one label are at "
        f"{number(within[0])} and two of different labels at {number(between[0])} in layer 0, and "
        f"at <b>{number(within[-1])}</b> and <b>{number(between[-1])}</b> in layer 6, and the "
        f"nearest sentence has the same label for {_share(nearest[0])} and then "
        f"<b>{_share(nearest[-1])}</b> of them: {verdict}."
    )


def _of_groups(found: Contexts) -> str:
    values = found.statistics["groups_silhouette"]
    if values[-1] is None:
        return "No groups of uses can be told from chance, and no sentence has a label to judge by."
    return (
        f"The silhouette of the {len(found.words)} groups goes from <b>{number(values[0])}</b> in "
        f"layer 0 to <b>{number(values[-1])}</b> in layer 6; as they were looked for in layer 6, "
        "it flatters that layer: labels of your own would judge it fairly."
    )


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


def panels(found: Contexts) -> list[Panel]:
    """Return the frames of the chart: cosines raw and centred, and silhouettes."""
    kind = "labels" if found.statistics["labels_within"][0] is not None else "groups"
    names = ("alike", "random", f"{kind}_within", f"{kind}_between")
    roles = dict(zip(names, ("third", "quiet", "main", "second"), strict=True))
    frames = [
        Panel(
            title,
            tuple(Line(NAMES[n], found.statistics[n + ending], roles[n]) for n in names),
        )
        for title, ending in (("Mean cosine, raw", ""), ("Mean cosine, centred", "_centred"))
    ]
    silhouettes = tuple(
        Line(NAMES[name], found.statistics[name], role)
        for name, role in (("labels_silhouette", "main"), ("groups_silhouette", "second"))
    )
    return [*frames, Panel("Silhouette", silhouettes)]


def caption(found: Contexts) -> str:
    """Say how it was measured."""
    random = found.statistics["random"]
    most = max(range(len(random)), key=lambda layer: random[layer] or 0)
    n = len(found)
    return (
        f"{n:,} occurrences. Centred: the mean of 1,000 random words of the corpus in that layer "
        "is subtracted, so that two random words are near 0. Silhouette: −1 to 1, by cosine, raw. "
        "The groups were found in layer 6, which flatters them there; labels were not. Random "
        f"words are most alike in layer {most} ({number(random[most])}), and at "
        f"{number(random[-1])} in the last: this model has no narrow cone at its top."
    )


def numbers(found: Contexts) -> pd.DataFrame:
    """Return every number of every layer, raw and centred."""
    rows = pd.DataFrame({"layer": range(len(found.statistics["alike"]))})
    for name, label in NAMES.items():
        for ending, how in (("", ""), ("_centred", ", centred")):
            values = found.statistics.get(name + ending, ())
            if any(value is not None for value in values):
                rows[label + how] = list(values)
    return rows
