"""Naming a model: one of the Hugging Face hub, a folder, or vectors of gensim-data."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from embeddings.errors import UserError
from embeddings.methods import _models as models
from embeddings.sources import gensim_data
from embeddings.types import ModelSpec, Request
from pages.shared import notices, progress
from pages.shared.attention import folders
from pages.shared.data import visit
from pages.shared.data.visit import IMPORTING, PROBLEM, Files
from pages.shared.own import desk

HUB, GENSIM = "google-bert/bert-base-uncased", "gensim:glove-wiki-gigaword-50"


def show() -> None:
    """Show where a model is named; what was typed stays where it cannot be used."""
    with (
        st.form("data.model", border=False),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
    ):
        st.text_input(
            "Or name a model",
            key="data.named",
            max_chars=models.LONGEST_NAME,
            placeholder=f"{HUB}, or {GENSIM}",
            help=(
                "A BERT of the Hugging Face hub with safetensors (“@” and a revision may follow)"
                + (", the folder of one on this machine" if folders.allowed() else "")
                + ", or “gensim:” and a name of gensim.downloader. What is not on this machine is "
                "fetched, which needs a network. No code that comes with it is run."
            ),
        )
        st.form_submit_button("Find it", on_click=_named)


def check(text: str) -> str:
    """Return a name as it is asked for.

    Raises
    ------
    UserError
        If nothing can have that name, or this visitor may not name it.
    """
    name = text.strip()
    if not name:
        raise UserError(f"Name a model first, such as {HUB} or {GENSIM}.")
    if gensim_data.named(name):
        return name
    if models.kind_of(name) == "packaged":
        raise UserError("The packaged model is here already: it is the method BERT (MiniLM).")
    folders.check(name)
    models.state_of(name)
    return name


def wait(request: ModelSpec, done: Callable[[ModelSpec], object]) -> list[Request]:
    """Show that a model is looked for, until it is there; return what has to be computed."""
    if progress.at_once(request, 1.0):
        done(request)
        return []
    st.subheader("The model that you named", anchor=False)
    st.caption(notices.plain(request.model))
    st.button("Name another", key="data.put away", on_click=visit.put_away)
    return [request]


def _named() -> None:
    state = st.session_state
    try:
        name = check(str(state.get("data.named") or ""))
        upload, _ = desk.new_upload(name)
    except UserError as error:
        state[PROBLEM] = str(error)
        return
    visit.take(Files(((upload, name),)))
    state[IMPORTING] = ModelSpec(upload, name)
