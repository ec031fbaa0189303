"""What the reader chooses above the player: the training, the one beside it, or a new one."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from embeddings import methods
from embeddings.corpus import own
from embeddings.errors import UserError
from embeddings.inside import training
from pages.shared import address, frame, offers, pickers, uploads, visits
from pages.shared.address import TEXT, TRAINING_SEED
from pages.shared.own import desk
from pages.shared.training import asking as addresses
from pages.shared.training.asking import TEXTS, Asking

PAGE = "training"
NEW = "training.new"
RUNS, PROBLEM = "training.runs", "training.problem"
"""In the session's state: what this reader has trained or opened, and what was wrong."""

OWN = "own"
NOTHING = ""
HOW_LONG = (
    "On a laptop five epochs of the dictionary take about half a minute by skip-gram and less by "
    "CBOW; both texts a few seconds more, Wikipedia alone a few seconds."
)


def choose() -> tuple[Asking, tuple[str, ...]]:
    """Let the reader choose; also return one line for each thing wrong in the address."""
    visits.arrive(PAGE)
    asking, problems = addresses.read(st.query_params)
    known = _known(asking)
    state = st.session_state
    state["training.run"], state["training.beside"] = asking.run, asking.beside
    with st.container(key="controls", horizontal=True, vertical_alignment="center", gap="small"):
        st.selectbox(
            "Training",
            known,
            format_func=addresses.label,
            key="training.run",
            on_change=_changed,
            label_visibility="collapsed",
            width=300,
        )
        st.selectbox(
            "Beside it",
            [NOTHING, *(run for run in known if run != asking.run)],
            format_func=lambda run: f"beside {addresses.label(run)}" if run else "nothing beside",
            key="training.beside",
            on_change=_changed,
            label_visibility="collapsed",
            width=340,
        )
        popover = st.popover("Train another", key=NEW, on_change="rerun")
        if popover.open:
            with popover:
                _form(asking)
    visits.remember(PAGE, addresses.write(asking))
    problem = state.get(PROBLEM)
    return asking, (*problems, problem) if problem else problems


def _known(asking: Asking) -> list[str]:
    """Return the runs that are offered: shipped ones, and those of this session."""
    mine: list[str] = st.session_state.setdefault(RUNS, [])
    mine += [run for run in asking.runs if run not in mine and run not in addresses.shipped()]
    there = []
    for run in dict.fromkeys((*addresses.shipped(), *mine)):
        try:
            addresses.request(run)
        except UserError:  # its text has been deleted meanwhile
            continue
        there.append(run)
    return there


def _form(asking: Asking) -> None:
    """Let the reader set up a training of his own; its fields begin with those of the one shown."""
    now = addresses.choice_of(asking.run)
    text = str(dict(now.settings).get(TEXT.name, TEXT.default))
    with st.form("training.form", border=False):
        st.radio(
            "Text",
            options := [*TEXTS, *offers.of_kind("text"), OWN],
            index=options.index(text) if text in options else len(TEXTS),
            format_func=_text_label,
            key="training.text",
            horizontal=True,
        )
        st.text_area(
            "My own text",
            key="training.typed",
            height=90,
            placeholder="Paste a text, or choose a file below. It is read as English: words of a "
            "to z; some 10,000 words are a beginning.",
        )
        uploads.ask(
            "or a text file (UTF-8)", type=["txt", "md"], key="training.file", max_upload_size=20
        )
        method = methods.get(training.METHOD)
        keys = pickers.fields("Word2Vec", method.parameters, now, "training.")
        keys |= pickers.fields("Chance", (TRAINING_SEED,), now, "training.")
        st.form_submit_button(
            "Train", type="primary", on_click=_train, args=(asking, keys), width="stretch"
        )
    st.caption(HOW_LONG)


def _text_label(name: str) -> str:
    return TEXTS.get(name) or ("My own text" if name == OWN else offers.label(name))


def _train(asking: Asking, keys: dict[str, str]) -> None:
    state = st.session_state
    state[NEW] = False
    state.pop(PROBLEM, None)
    try:
        text = state["training.text"]
        if text == OWN:
            file = state.get("training.file")
            given = file.getvalue() if file is not None else state.get("training.typed", "")
            text = own.keep(given, place=desk.place)
            desk.add(text)
    except UserError as error:
        state[PROBLEM] = str(error)
        return
    values = {name: state[key] for name, key in keys.items()} | {TEXT.name: text}
    choice = address.with_settings(address.Choice(training.METHOD), values)
    go_to(replace(asking, run=addresses.written(choice), beside=""))


def go_to(asking: Asking) -> None:
    """Write what is looked at into the address."""
    frame.write(addresses.write(asking))


def _changed() -> None:
    state = st.session_state
    state.pop(PROBLEM, None)
    before, _ = addresses.read(st.query_params)
    run, beside = state["training.run"], state["training.beside"]
    go_to(replace(before, run=run, beside="" if beside == run else beside))
