"""Two sentences, one word: the cosine of its two uses by layer."""

from __future__ import annotations

import html
from dataclasses import replace

import pandas as pd
import streamlit as st

from embeddings.figures import contexts as figures
from embeddings.figures.contexts import Line, Panel
from embeddings.inside import contexts, own_sentences
from embeddings.types import Contexts, ContextsSpec, Request, TokensSpec
from pages.shared import access, notices
from pages.shared.contexts import bar
from pages.shared.contexts.asking import LONGEST, Asking
from pages.shared.contexts.cloud import number
from pages.shared.contexts.study import Study
from pages.shared.reading import chart, table


def show(asking: Asking, study: Study) -> list[Request]:
    """Let the reader give two sentences and show the curve; return what has still to be made."""
    word = study.request.word
    st.subheader("Two sentences, one word", anchor=False)
    both = sentences(asking, word)
    _ask(both, word)
    request, problem = request_of(both, word)
    if request is None:
        if problem:
            notices.warn(problem)
        return []
    if not access.has(request):
        return [request]
    found = access.contexts(request)
    rows = _rows(found)
    if rows is None:
        notices.warn(f"The model's word pieces have no {word} of its own in one of the sentences.")
        return []
    raw = tuple(float(v) for v in contexts.cosines(found, *rows))
    mean = access.tokens(TokensSpec()).mean if access.has(TokensSpec()) else None
    centred = (
        None if mean is None else tuple(float(v) for v in contexts.cosines(found, *rows, mean))
    )
    drawing, text = st.columns([6, 5], gap="large")
    shown = panels(raw, centred, study)
    with drawing:
        chart(
            ("two sentences", request.key, study.found is not None and study.request.key),
            lambda dark: figures.by_layer(shown, dark),
            f"Cosine of the two uses of {word} by layer; the numbers are in the table below.",
        )
    with text:
        st.html(f'<div class="lse-findings">{said(raw, study)}</div>')
    table(
        pd.DataFrame({"layer": range(len(raw)), "cosine": raw} | _centred(centred)),
        f"contexts-{word}-pair",
    )
    return []


def _centred(values: tuple[float, ...] | None) -> dict[str, tuple[float, ...]]:
    return {} if values is None else {"cosine, centred": values}


def sentences(asking: Asking, word: str) -> tuple[str, str]:
    """Return the two sentences of the address, or those that are packaged."""
    if asking.first or asking.second:
        return own_sentences.clean(asking.first), own_sentences.clean(asking.second)
    return own_sentences.pair(word) or ("", "")


def _ask(both: tuple[str, str], word: str) -> None:
    state = st.session_state
    state["contexts.first"], state["contexts.second"] = both
    with st.form("contexts.pair", border=False):
        first, second, go = st.columns([5, 5, 1.4], vertical_alignment="bottom")
        first.text_input(f"A sentence with {word}", key="contexts.first", max_chars=LONGEST)
        second.text_input(f"Another one with {word}", key="contexts.second", max_chars=LONGEST)
        go.form_submit_button("Compare", type="primary", on_click=_asked, width="stretch")


def _asked() -> None:
    state = st.session_state
    first, second = (" ".join(state[f"contexts.{name}"].split()) for name in ("first", "second"))
    bar.go_to(replace(bar.now(), first=first, second=second))


def request_of(both: tuple[str, str], word: str) -> tuple[ContextsSpec | None, str]:
    """Return what has to be read, or what is wrong; neither where nothing is asked yet."""
    if not any(both):
        return None, ""
    for place, text in zip(("first", "second"), both, strict=True):
        if not text.strip():
            return None, f"The {place} sentence is empty: write one with {word}."
        if problem := own_sentences.problem_of(text, word):
            return None, f"The {place} sentence cannot be compared. {problem}"
    return contexts.spec(word, [("", text) for text in both], most=0), ""


def _rows(found: Contexts) -> tuple[int, int] | None:
    """Return the first occurrence in each of the sentences."""
    numbers = found.numbers.tolist()
    if -1 in numbers and -2 in numbers:
        return numbers.index(-1), numbers.index(-2)
    return None


def panels(raw: tuple[float, ...], centred: tuple[float, ...] | None, study: Study) -> list[Panel]:
    """Return the frame of the curve, beside the mean of all uses."""
    lines = [Line("these two, raw", raw, "main")]
    if centred is not None:
        lines.append(Line("these two, centred", centred, "second"))
    if study.found is not None and study.found.statistics["alike"][0] is not None:
        lines.append(Line("mean of all uses, raw", study.found.statistics["alike"], "quiet"))
    return [Panel("Cosine by layer", tuple(lines))]


def said(raw: tuple[float, ...], study: Study) -> str:
    """Say what the curve shows, as HTML."""
    word = html.escape(study.request.word)
    text = (
        f"<p>The two uses of <b>{word}</b> have a cosine of <b>{number(raw[0])}</b> at the input, "
        f"where only their places in the sentence differ, and of <b>{number(raw[-1])}</b> in layer "
        f"{len(raw) - 1}.</p>"
    )
    alike = study.found.statistics["alike"] if study.found is not None else ()
    if alike and alike[-1] is not None:
        apart = raw[-1] - alike[-1]
        how = (
            "more alike than two uses are on average"
            if apart > 0.02
            else "less alike than two uses are on average"
            if apart < -0.02
            else "about as alike as two uses are on average"
        )
        text += f"<p>There they are {how} ({number(alike[-1])}).</p>"
    return (
        f"{text}<p>A high cosine does not prove one meaning: neighbouring words leak into the "
        "vector, and two senses in like sentences can stay close.</p>"
    )
