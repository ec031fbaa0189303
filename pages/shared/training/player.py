"""The player of trainings: maps of every moment, a slider, a watched word, and curves."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from embeddings.errors import UserError
from embeddings.types import Training, TrainingSpec
from pages.shared import access, linked_maps, notices, scripts
from pages.shared.reading import table
from pages.shared.training import asking as addresses
from pages.shared.training.asking import Asking

JS = scripts.joined("make.js", "training/*.js")

_component = st.components.v2.component(
    "training_player",
    html='<div data-training class="lse-training" role="region" aria-label="Training">'
    '<p class="lse-skeleton" role="status">Reading the training …</p></div>',
    js=JS,
    isolate_styles=False,
)


def show(asking: Asking) -> list[TrainingSpec]:
    """Show the trainings that are there, the shipped one where none is; return what is missing."""
    wanted = {run: addresses.request(run) for run in asking.runs}
    there = {run: spec for run, spec in wanted.items() if access.has(spec)}
    missing = [spec for run, spec in wanted.items() if run not in there]
    if not there:
        first = addresses.shipped()[0]
        there = {first: addresses.request(first)}
        if first not in wanted:
            notices.tell(f"Until it is there, a shipped one is shown: {addresses.label(first)}.")
    try:
        seen = [access.training(spec) for spec in there.values()]
    except UserError:  # nothing is shipped, and the reader's own is not there yet
        return missing
    _component(data=_data(there), key="training.player")
    for run, training in zip(there, seen, strict=True):
        table(_rows(training), f"training-{training.spec.key[:6]}", _title(run, len(seen)))
    return missing


def _title(run: str, n: int) -> str:
    return "The curves as a table" + (f": {addresses.label(run)}" if n > 1 else "")


def _data(runs: dict[str, TrainingSpec]) -> dict[str, Any]:
    base = linked_maps.base_path()
    modules = f"{base}/linked_maps/{linked_maps.files().digest}"
    access.remember(*runs.values())
    names = addresses.names([*runs])
    return {
        "palette": f"{modules}/palette.js",
        "packs": f"{modules}/packs.js",
        "runs": [
            {
                "name": name,
                "address": f"{base}/data/training/{spec.key}?v={access.version(spec)}",
            }
            for name, spec in zip(names, runs.values(), strict=True)
        ],
    }


def _rows(seen: Training) -> pd.DataFrame:
    """Return one row a moment."""
    columns: dict[str, Any] = {
        "passes over the text": seen.epochs.round(3),
        "loss of a guess": seen.loss.round(3),
        "words a second": seen.speed.round(),
        "analogies right": seen.analogies.round(4),
        "questions": seen.questions,
        "WordSim-353": seen.wordsim.round(3),
        "pairs judged": seen.judged,
        "cosine of random pairs": seen.random.round(3),
    }
    for at, (first, second) in enumerate(seen.pairs):
        columns[f"cosine {first}, {second}"] = seen.cosines[:, at].round(3)
    columns["true neighbours kept by the map"] = seen.kept.round(3)
    return pd.DataFrame(columns)
