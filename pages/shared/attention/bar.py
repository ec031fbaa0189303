"""What the reader chooses and writes: view, model and texts; all of it goes into the address."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from embeddings.inside.attention import LONGEST, clean
from embeddings.methods import _models as models
from pages.shared import frame, visits
from pages.shared.attention import asking as addresses
from pages.shared.attention import folders
from pages.shared.attention.asking import FIELDS, VIEWS, Asking

PAGE = "attention"
LABELS = {
    "text": {"text": "Text", "pair": "Second text of a pair (may stay empty)"},
    "sides": {"text": "First sentence", "other": "Second sentence"},
    "blank": {"text": "Text with one blank, written ___"},
}


def choose() -> tuple[Asking, list[str]]:
    """Let the reader choose view and model; also return one line for each thing wrong there."""
    visits.arrive(PAGE)
    asking, problems = addresses.read(st.query_params)
    state = st.session_state
    state["attention.view"] = asking.view
    state["attention.model"] = "" if asking.model == models.PACKAGED else asking.model
    with st.container(key="controls", horizontal=True, vertical_alignment="center", gap="small"):
        st.segmented_control(
            "What to look at",
            list(VIEWS),
            format_func=lambda key: VIEWS[key],
            key="attention.view",
            required=True,
            on_change=_view_changed,
            label_visibility="collapsed",
            wrap=False,
        )
        with st.popover(f"Model: {_short(asking.model)}"):
            _model()
    visits.remember(PAGE, addresses.write(asking))
    return asking, list(problems)


def _short(name: str) -> str:
    """Return a model's name so that it fits on a button and nothing in it is Markdown."""
    if name == models.PACKAGED:
        return models.PACKAGED_LABEL
    plain = "".join(c if c.isalnum() or c in "-._/ " else "?" for c in name)
    return plain if len(plain) <= 40 else f"…{plain[-38:]}"


def _model() -> None:
    st.text_input(
        "Another model",
        key="attention.model",
        placeholder="google-bert/bert-base-uncased",
        max_chars=models.LONGEST_NAME,
        on_change=_model_changed,
    )
    where = (
        "or the path of a folder on this machine"
        if folders.allowed()
        else "(folders can be named only where the app runs for one person)"
    )
    st.markdown(
        f"Empty: {models.PACKAGED_LABEL}, which comes with the app and needs no network. Else the "
        f"name of a BERT on the Hugging Face hub, which is fetched once, {where}. Weights are read "
        "from safetensors alone, and no code that comes with a model is run."
    )


def fields(asking: Asking) -> list[str]:
    """Show the fields of the texts; return one line for each that is too long to be kept."""
    labels = LABELS[asking.view]
    state, problems = st.session_state, []
    for name in FIELDS[asking.view]:
        key = _key(asking.view, name)
        # What was typed stays as it is, even where only its beginning is read.
        if _kept(state.get(key, "")) != getattr(asking, name):
            state[key] = getattr(asking, name)
    with (
        st.form(f"attention.{asking.view}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
    ):
        for name in FIELDS[asking.view]:
            st.text_input(labels[name], key=_key(asking.view, name))
        st.form_submit_button("Read", type="primary", on_click=_read, args=(asking.view,))
    for name in FIELDS[asking.view]:
        typed = clean(state[_key(asking.view, name)])
        if len(typed) > LONGEST:
            problems.append(
                f"{labels[name]}: {len(typed):,} characters; only the first {LONGEST:,} are read."
            )
    return problems


def _key(view: str, name: str) -> str:
    return f"attention.{view}.{name}"


def _kept(typed: str) -> str:
    return clean(clean(typed)[:LONGEST])


def go_to(asking: Asking) -> None:
    """Write what is looked at into the address."""
    frame.write(addresses.write(asking))


def _view_changed() -> None:
    """Show another view; the text goes along where it can, and what was written there returns."""
    before, _ = addresses.read(st.query_params)
    state = st.session_state
    left: dict[str, dict[str, str]] = state.setdefault("attention.left", {})
    left[before.view] = addresses.write(before)
    view = state["attention.view"]
    query = left.get(view, {} if view == "text" else {"view": view})
    query = {name: value for name, value in query.items() if name != "model"}
    if before.model != models.PACKAGED:
        query["model"] = before.model
    frame.write(query)


def _model_changed() -> None:
    before, _ = addresses.read(st.query_params)
    go_to(replace(before, model=st.session_state["attention.model"].strip() or models.PACKAGED))


def _read(view: str) -> None:
    before, _ = addresses.read(st.query_params)
    state = st.session_state
    typed: dict[str, Any] = {name: _kept(state[_key(view, name)]) for name in FIELDS[view]}
    if any(typed[name] != getattr(before, name) for name in typed):
        go_to(replace(before, **typed))
