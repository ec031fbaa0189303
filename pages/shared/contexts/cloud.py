"""The cloud: every occurrence a dot, moved from layer to layer in the browser."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from embeddings.figures.contexts import SHADES
from embeddings.types import Contexts
from pages.shared import scripts
from pages.shared.contexts import bar
from pages.shared.contexts.asking import ALGORITHMS, LONGEST, Asking
from pages.shared.contexts.study import Study

JS = scripts.joined("make.js", "contexts/cloud.js")
ONE_DOT = (
    "One dot: what a static method keeps of all these uses. Move the slider, or press Play, and it "
    "opens into one dot for every sentence."
)

_component = st.components.v2.component(
    "context_cloud",
    html='<div data-contexts class="lse-cloud"></div>',
    js=JS,
    isolate_styles=False,
)


def show(study: Study, asking: Asking) -> None:
    """Show the cloud; two selected sentences can be compared below."""
    if study.found is not None and not len(study.found):
        st.html('<p class="lse-waiting">No dots: the word occurs in none of the sentences.</p>')
        return
    if study.found is None or study.places is None:
        line = "The sentences are being read …" if study.found is None else "The maps are drawn …"
        st.html(f'<p class="lse-waiting" role="status">{line}</p>')
        return
    data = data_of(study, asking)
    _component(data=data, key="contexts.cloud", on_pair_change=lambda: _compare(study))


def data_of(study: Study, asking: Asking) -> dict[str, Any]:
    """Return what the component is told."""
    found, places = study.found, study.places
    assert found is not None and places is not None
    shown = places.coordinates
    reach = float(np.quantile(np.abs(shown), 0.999)) * 1.05 if shown.size else 1.0
    steps = np.clip(np.rint(shown / reach * 32767), -32767, 32767).astype("<i2")
    labels = list(dict.fromkeys(label for label in found.labels if label))
    names = [", ".join(words[:2]) for words in found.words]
    by_label = asking.colour == "labels"
    classes = (
        [labels.index(label) if label else -1 for label in found.labels]
        if by_label
        else found.groups.tolist()
    )
    return {
        "key": study.request.key,
        "word": found.spec.word,
        "n": len(found),
        "layers": len(shown),
        "places": base64.b64encode(steps.tobytes()).decode(),
        "reach": reach,
        "classes": classes,
        "names": labels if by_label else [f"{i}: {name}" for i, name in enumerate(names, 1)],
        "groups": found.groups.tolist(),
        "group_names": names,
        "labels": list(found.labels),
        "own_name": "packaged sentence" if asking.own == "examples" else "your sentence",
        "own": [int(number < 0) for number in found.numbers.tolist()],
        "sentences": [list(study.excerpt(row)) for row in range(len(found))],
        "colours": SHADES,
        "said": [ONE_DOT, *(said_of_layer(found, layer) for layer in range(len(shown)))],
        "hint": _hint(found, by_label, asking),
        "invite": "Click dots, or draw around them, to read and compare their sentences here.",
    }


def _hint(found: Contexts, by_label: bool, asking: Asking) -> str:
    own = " Ringed: packaged sentences, or your own." if min(found.numbers, default=0) < 0 else ""
    if by_label and not any(found.labels):
        return f"No sentence has a label.{own}"
    none = " Grey: without a label." if by_label else ""
    return f"{ALGORITHMS[asking.algorithm]}, layer by layer, each laid onto the next.{none}{own}"


def said_of_layer(found: Contexts, layer: int) -> str:
    """Say in numbers how far the uses lie apart in a layer."""
    said = {name: values[layer] for name, values in found.statistics.items()}
    name = f"Layer {layer}"
    if layer == 0:
        name = "Layer 0, the input: only its place in the sentence tells one use from another"
    parts = [f"{name}. Mean cosine of two uses {number(said['alike'])}"]
    parts.append(f"of two random words {number(said['random'])}")
    if said["labels_within"] is not None:
        parts.append(
            f"of two with the same label {number(said['labels_within'])}, with different ones "
            f"{number(said['labels_between'])}"
        )
    line = ", ".join(parts) + "."
    if said["groups_silhouette"] is not None:
        line += f" Silhouette of the groups {number(said['groups_silhouette'])}"
        if said["labels_silhouette"] is not None:
            line += f", of the labels {number(said['labels_silhouette'])}"
        line += "."
    return line


def number(value: float | None) -> str:
    """Write a cosine or a silhouette with two decimals."""
    return "–" if value is None else f"{value:.2f}".replace("-", "−").replace("−0.00", "0.00")


def _compare(study: Study) -> None:
    rows: Sequence[Any] = st.session_state["contexts.cloud"].get("pair") or ()
    n = 0 if study.found is None else len(study.found)
    if len(rows) == 2 and all(isinstance(row, int) and 0 <= row < n for row in rows):
        first, second = (_cut(study, row) for row in rows)
        bar.go_to(replace(bar.now(), first=first, second=second))


def _cut(study: Study, row: int) -> str:
    """Return a sentence as the address can hold it; the word stays in it."""
    text = "".join(study.excerpt(row))
    if len(text) <= LONGEST:
        return text
    before, word, after = study.excerpt(row)
    room = (LONGEST - len(word)) // 2
    return f"{before[-room:]}{word}{after[:room]}"
