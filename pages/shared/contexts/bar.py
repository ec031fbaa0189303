"""The controls above the page: which word, how its map is drawn, what the colours say."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from embeddings.inside import contexts
from pages.shared import frame, visits
from pages.shared.contexts import asking as addresses
from pages.shared.contexts.asking import ALGORITHMS, COLOURS, PAGE, Asking


def choose() -> tuple[Asking, tuple[str, ...]]:
    """Let the reader choose; also return one line for each thing wrong in the address."""
    visits.arrive(PAGE)
    asking, problems = addresses.read(st.query_params)
    state, suggested = st.session_state, contexts.words()
    state["contexts.word"] = asking.word if asking.word in suggested else None
    state["contexts.typed"] = "" if asking.word in suggested else asking.word
    state["contexts.algorithm"], state["contexts.colour"] = asking.algorithm, asking.colour
    with st.container(key="controls", horizontal=True, vertical_alignment="center", gap="small"):
        _switch("Word", "word", {word: word for word in suggested})
        st.text_input(
            "Another word",
            key="contexts.typed",
            placeholder="another word",
            max_chars=60,
            on_change=_typed,
            label_visibility="collapsed",
            width=130,
        )
        _text(asking)
        _switch("How the map is drawn", "algorithm", ALGORITHMS, required=True)
        _switch("What the colours say", "colour", COLOURS, required=True)
    visits.remember(PAGE, addresses.write(asking))
    return asking, problems


def _text(asking: Asking) -> None:
    """Let the reader choose the text, where he has brought one."""
    texts = addresses.texts()
    if len(texts) > 1:
        st.session_state["contexts.text"] = asking.text
        st.selectbox(
            "Text",
            list(texts),
            format_func=lambda name: texts[name],
            key="contexts.text",
            on_change=_changed,
            args=("text",),
            label_visibility="collapsed",
            width=190,
        )


def _switch(label: str, name: str, options: dict[str, str], required: bool = False) -> None:
    st.segmented_control(
        label,
        list(options),
        format_func=lambda key: options[key],
        key=f"contexts.{name}",
        required=required,
        on_change=_changed,
        args=(name,),
        label_visibility="collapsed",
        wrap=False,
    )


def go_to(asking: Asking) -> None:
    """Write what is asked into the address."""
    frame.write(addresses.write(asking))


def now() -> Asking:
    """Return what the address asks."""
    return addresses.read(st.query_params)[0]


def _changed(name: str) -> None:
    value = st.session_state[f"contexts.{name}"]
    if value:
        go_to(_of_word(value) if name == "word" else replace(now(), **{name: value}))


def _typed() -> None:
    word = st.session_state["contexts.typed"].strip()
    if word:
        go_to(_of_word(word))


def _of_word(word: str) -> Asking:
    """Return what asks for another word; two sentences of the word before make no sense there."""
    return replace(now(), word=word, first="", second="")
