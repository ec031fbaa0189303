"""What the reader chooses and asks: the controls above the page, and the question itself."""

from __future__ import annotations

import html
from dataclasses import replace
from typing import Any

import streamlit as st

from embeddings.types import VocabularySpec
from pages.shared import access, frame, linked_maps, scripts, visits
from pages.shared.analogies import asking as addresses
from pages.shared.analogies.asking import INPUTS, MODES, OWN, WAYS, Asking, Wrong

PAGE = "analogies"
MEANING = {
    "add": "The answer is the word with the largest cosine with this sum.",
    "mul": "Cosines are multiplied and divided instead of added, so that none of them outweighs "
    "the others (Levy and Goldberg 2014).",
    "pair": "The answer is the word to which the step from C points most nearly as that from A to "
    "B.",
}
LAST = "analogies.last"
"""What was asked last, in the session's state: a list of questions has no place for it."""
JS = scripts.joined("make.js", "asking/field.js", "asking/question.js")
COMPLETED_FROM = {OWN: "glove-400k"}
"""Whose words complete what is typed, where it is not the vocabulary itself."""

_component = st.components.v2.component(
    "analogy_question",
    html='<div data-question class="lse-asking"></div>',
    js=JS,
    isolate_styles=False,
)


def choose() -> tuple[Asking, tuple[str, ...]]:
    """Let the reader choose how is asked; also return one line for each thing wrong there."""
    visits.arrive(PAGE)
    asking, problems = addresses.read(st.query_params)
    state = st.session_state
    for name in ("mode", "way", "inputs", "vocabulary"):
        state[f"analogies.{name}"] = getattr(asking, name)
    with st.container(key="controls", horizontal=True, vertical_alignment="center", gap="small"):
        _switch("How to ask", "mode", MODES)
        st.selectbox(
            "Words searched",
            list(searched := addresses.searched()),
            format_func=lambda name: searched[name],
            key="analogies.vocabulary",
            on_change=_changed,
            label_visibility="collapsed",
            width=230,
        )
        _switch("How to answer", "way", WAYS)
        _switch("Words of the question as answers", "inputs", INPUTS)
    if asking.mode != "list":
        state[LAST] = {name: asking.parts[name] for name in addresses.parts_of(asking.mode)} | {
            "mode": asking.mode
        }
    visits.remember(PAGE, addresses.write(asking))
    return asking, problems


def _switch(label: str, name: str, options: dict[str, str]) -> None:
    st.segmented_control(
        label,
        list(options),
        format_func=lambda key: options[key],
        key=f"analogies.{name}",
        required=True,
        on_change=_changed,
        label_visibility="collapsed",
        wrap=False,
    )


def question(asking: Asking, wrong: Wrong | None) -> None:
    """Show the fields of the question; what is asked there goes into the address."""
    name = COMPLETED_FROM.get(asking.vocabulary, asking.vocabulary)
    version = access.version(VocabularySpec(name))
    data = {
        "mode": asking.mode,
        "question": asking.parts,
        "complete": f"{linked_maps.base_path()}/data/complete/{name}?v={version}",
        "wrong": None
        if wrong is None
        else {
            "part": wrong.part,
            "text": wrong.text,
            "column": wrong.column,
            "problem": wrong.problem,
        },
    }
    _component(data=data, key="analogies.question", on_asked_change=_asked)


def go_to(asking: Asking) -> None:
    """Write a question into the address."""
    frame.write(addresses.write(asking))


def _changed() -> None:
    state = st.session_state
    before, _ = addresses.read(st.query_params)
    chosen = {name: state[f"analogies.{name}"] for name in ("mode", "way", "inputs", "vocabulary")}
    if chosen["mode"] != before.mode:
        before = addresses.carried(before, replace(before, **state.get(LAST, {})))
    go_to(replace(before, **chosen))


def _asked() -> None:
    said = st.session_state["analogies.question"].get("asked")
    if isinstance(said, dict):
        before, _ = addresses.read(st.query_params)
        kept: dict[str, Any] = {
            name: str(said[name])[: addresses.LONGEST] for name in addresses.PARTS if name in said
        }
        go_to(replace(before, **kept))


def spoken(asking: Asking, shown: str, excluded: bool) -> str:
    """Say in one line what is asked, in which way, and of which words, as HTML."""
    inputs = (
        "the words of the question <b>left out</b>"
        if excluded
        else ("the words of the question <b>let in</b>")
    )
    words = addresses.searched()[asking.vocabulary]
    return (
        f"<code>{html.escape(shown)}</code> · {WAYS[asking.way]} · {inputs} · "
        f"{html.escape(words[0].lower() + words[1:])}. {MEANING[asking.way]} "
        '<a href="#questions-worth-asking">Questions worth asking ↓</a>'
    )
