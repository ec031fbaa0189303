"""Widgets that let people choose: each keeps its own key, reads the address and returns values.

The address is the truth. A widget's callback writes it, and the next run reads it, so that the
back button, a copied link and a click all go the same way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace

import streamlit as st

from embeddings import methods, projection, sources
from embeddings.errors import UnknownName
from embeddings.methods import Parameter
from embeddings.types import Scalar
from pages.shared import access, address, frame, notices, offers, visits
from pages.shared.address import Choice

ALGORITHMS = {"umap": "UMAP", "pca": "PCA"}
SETTINGS_OPEN = "settings open"
WORD = "king"
PAGE = "map"


def map_choice() -> tuple[Choice, tuple[str, ...]]:
    """Let the reader choose a map; also return one line for each thing wrong in the address."""
    visits.arrive(PAGE)
    choice, problems = address.read(st.query_params)
    st.session_state["method"] = choice.method
    st.session_state["vocabulary"] = choice.vocabulary
    st.session_state["dimensions"] = choice.dimensions
    with st.container(key="controls", horizontal=True, vertical_alignment="center", gap="small"):
        _method(choice.vocabulary)
        vocabulary_box("vocabulary", _changed)
        dimensions_switch("dimensions", _changed)
        _settings(choice)
    visits.remember(PAGE, address.write(choice))
    return choice, problems


def _method(words: str) -> None:
    keys = offers.methods_for(words)
    if any(map(sources.is_name, keys)):  # a row of buttons would have no end
        st.selectbox(
            "Method",
            keys,
            format_func=offers.method_label,
            key="method",
            on_change=_changed,
            label_visibility="collapsed",
            width=230,
        )
        return
    st.segmented_control(
        "Method",
        keys,
        format_func=lambda key: methods.get(key).label,
        key="method",
        required=True,
        on_change=_changed,
        label_visibility="collapsed",
        wrap=False,
    )


def vocabulary_box(key: str, on_change: Callable[[], None], width: int = 230) -> None:
    """Let the reader choose the words, into the session's state."""
    st.selectbox(
        "Vocabulary",
        offers.mapped(),
        format_func=offers.vocabulary_label,
        key=key,
        on_change=on_change,
        label_visibility="collapsed",
        width=width,
    )


def dimensions_switch(key: str, on_change: Callable[[], None], disabled: bool = False) -> None:
    """Let the reader choose between flat maps and maps in space, into the session's state."""
    st.segmented_control(
        "Dimensions",
        address.DIMENSIONS,
        format_func=lambda n: f"{n}D",
        key=key,
        required=True,
        disabled=disabled,
        on_change=on_change,
        label_visibility="collapsed",
        wrap=False,
    )


def _changed() -> None:
    """Write to the address what the widgets say, settings that still apply included."""
    state = st.session_state
    before, _ = address.read(st.query_params)
    choice = replace(
        before,
        method=state["method"],
        vocabulary=state["vocabulary"],
        dimensions=state["dimensions"],
    )
    if sources.is_name(choice.method) and choice.method != before.method:
        # Its own words first: of others it may know none.
        choice = replace(choice, vocabulary=offers.first_words(choice.method, choice.vocabulary))
    if choice.method not in offers.methods_for(choice.vocabulary):
        first = offers.first_method(choice.vocabulary)
        choice = replace(choice, method=first, algorithm="umap", settings=())
    if choice.vocabulary == address.BIG and before.vocabulary != address.BIG:
        choice = replace(choice, algorithm="umap", settings=(), dimensions=2)
    _go_to(address.with_settings(choice, dict(choice.settings)))


def _go_to(choice: Choice) -> None:
    ours = {"method", "vocabulary", "dimensions", "algorithm", "settings"}
    others = {name: value for name, value in st.query_params.items() if name not in ours}
    frame.write(others | address.write(choice))


def _settings(choice: Choice) -> None:
    changed = len(choice.settings) + (choice.algorithm != Choice().algorithm)
    popover = st.popover(
        f"Settings ({changed})" if changed else "Settings",
        disabled=choice.vocabulary == address.BIG,
        key=SETTINGS_OPEN,
        on_change="rerun",  # what is inside is only made when somebody looks
    )
    if popover.open:
        with popover:
            settings_form(choice, _close_and_go)


def _close_and_go(choice: Choice) -> None:
    st.session_state[SETTINGS_OPEN] = False
    _go_to(choice)


def settings_form(choice: Choice, then: Callable[[Choice], None], slot: str = "") -> None:
    """Show the settings of a map as a form.

    Parameters
    ----------
    then : called with the choice that the reader has made
    slot : what tells this form from that of another map on the page
    """
    with st.form(f"{slot}map settings", border=False):
        algorithm_key = _algorithm(choice, slot)
        settings = address.settings_of(choice.method)
        keys = fields("Vectors", settings.of_vectors, choice, slot)
        keys |= fields("Map by UMAP", settings.of_map, choice, slot, "PCA has no settings.")
        keys |= fields("Chance", settings.seeds, choice, slot)
        st.form_submit_button(
            "Draw this map",
            type="primary",
            on_click=_apply,
            args=(choice, algorithm_key, keys, then),
            width="stretch",
        )
    if choice.settings or choice.algorithm != Choice().algorithm:
        plain = replace(choice, algorithm=Choice().algorithm, settings=())
        st.button(
            "Back to the defaults",
            key=f"{slot}defaults",
            on_click=then,
            args=(plain,),
            type="tertiary",
        )


def vectors_form(
    choice: Choice, then: Callable[[Choice], None], slot: str = "", label: str = "Use these vectors"
) -> None:
    """Show the settings of vectors as a form, without those of their map.

    Parameters
    ----------
    then : called with the choice that the reader has made
    slot : what tells this form from another on the page
    label : what the button says
    """
    with st.form(f"{slot}vector settings", border=False):
        settings = address.settings_of(choice.method)
        seeds = (seed for seed in settings.seeds if seed is not address.SEED)
        keys = fields("Vectors", settings.of_vectors, choice, slot)
        keys |= fields("Chance", seeds, choice, slot)
        st.form_submit_button(
            label,
            type="primary",
            on_click=_apply_to_vectors,
            args=(choice, keys, then),
            width="stretch",
        )


def _apply_to_vectors(choice: Choice, keys: dict[str, str], then: Callable[[Choice], None]) -> None:
    values = {name: st.session_state[key] for name, key in keys.items()}
    then(address.with_settings(choice, values))


def _algorithm(choice: Choice, slot: str) -> str:
    key = f"{slot}algorithm={choice.algorithm}"
    options = projection.algorithms()
    st.segmented_control(
        "Drawn by",
        options,
        default=choice.algorithm,
        format_func=lambda name: ALGORITHMS.get(name, name.upper()),
        key=key,
        required=True,
        help="UMAP keeps near words near; PCA is a straight shadow of the vectors.",
    )
    return key


def fields(
    title: str, parameters: Iterable[Parameter], choice: Choice, slot: str, note: str = ""
) -> dict[str, str]:
    """Show a field for each parameter in a form; return the key of each by the parameter's name."""
    parameters = tuple(parameters)
    if not parameters:
        return {}
    st.markdown(f"**{title}**" + (f" · {note}" if note else ""))
    now = dict(choice.settings)
    columns = st.columns(2)
    keys = {}
    for i, parameter in enumerate(parameters):
        value = now.get(parameter.name, parameter.default)
        # The value in the key makes a field start anew when the address brings another value.
        keys[parameter.name] = key = f"{slot}{choice.method}.{parameter.name}={value}"
        with columns[i % 2]:
            _field(parameter, value, key)
    return keys


def _field(parameter: Parameter, value: Scalar, key: str) -> None:
    label, help_ = parameter.label, parameter.help
    if isinstance(parameter.default, bool):
        st.checkbox(label, bool(value), key=key, help=help_)
    elif parameter is address.TEXT:
        texts = offers.texts()
        st.selectbox(
            label, texts, texts.index(str(value)), key=key, help=help_, format_func=offers.label
        )
    elif parameter.choices:
        options = list(parameter.choices)
        st.selectbox(label, options, options.index(value), key=key, help=help_)
    elif isinstance(parameter.default, int):
        low, high = _whole(parameter.low), _whole(parameter.high)
        st.number_input(label, low, high, int(value), 1, key=key, help=help_)
    elif isinstance(parameter.default, float):
        step = 10.0 ** math.floor(math.log10(parameter.default or 0.01))
        least, most = parameter.low, parameter.high
        st.number_input(label, least, most, float(value), step, "%g", key=key, help=help_)
    else:
        st.text_input(label, str(value), key=key, help=help_)


def _whole(bound: float | None) -> int | None:
    return None if bound is None else int(bound)


def _apply(
    choice: Choice, algorithm_key: str, keys: dict[str, str], then: Callable[[Choice], None]
) -> None:
    values = {name: st.session_state[key] for name, key in keys.items()}
    choice = replace(choice, algorithm=st.session_state[algorithm_key])
    then(address.with_settings(choice, values))


def word(words_of: str) -> str:
    """Let the reader choose a word; while it is unknown, say so and go on with the default."""
    chosen = st.text_input(
        "Your word", WORD, max_chars=40, key="word", bind="query-params", width=260
    )
    chosen = (chosen or WORD).strip().lower()
    words = access.word_list(words_of)
    if chosen in words.index:
        return chosen
    notices.warn(f"{UnknownName('word', chosen, words.words)} Showing {WORD}.")
    return WORD
