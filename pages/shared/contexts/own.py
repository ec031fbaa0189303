"""The reader's own sentences: typed or from a file, with labels if they have any."""

from __future__ import annotations

import html
from dataclasses import replace

import streamlit as st

from embeddings.errors import UserError
from embeddings.inside import own_sentences
from embeddings.inside.own_sentences import LONGEST, MOST, OwnSentences
from pages.shared import notices, uploads
from pages.shared.contexts import bar
from pages.shared.contexts.asking import OWN, Asking
from pages.shared.contexts.study import MINE

PROBLEM = f"{MINE}.problem"
LARGEST = 400_000
"""Bytes of a file: no character of UTF-8 has more than four."""
BROKEN_SHOWN = 12


def show(asking: Asking, word: str) -> None:
    """Let the reader choose and give sentences; say what of them is not read."""
    st.subheader("Sentences of your own", anchor=False)
    st.markdown(
        "One sentence a line; `label: sentence` where it has a label (`river: We sat on the "
        "bank.`). Labels are the fair judge of how far senses separate: the groups above are found "
        "in the same vectors that they are measured by."
    )
    _choose(asking)
    state = st.session_state
    is_new = state.get(f"{MINE}.word") != word and not state.get(MINE)
    if is_new or "contexts.own_text" not in state:
        state["contexts.own_text"] = state.get(MINE) or _packaged(word)
    state[f"{MINE}.word"] = word
    with st.form("contexts.own_form", border=False):
        st.text_area("Sentences", height=150, key="contexts.own_text")
        brought, go = st.columns([5, 1.4], vertical_alignment="bottom")
        with brought:
            uploads.ask(
                "or a text file", type=["txt", "csv", "tsv"], key="contexts.file", max_upload_size=1
            )
        go.form_submit_button("Read these", type="primary", on_click=_take, width="stretch")
    st.caption(f"Up to {MOST} sentences and {LONGEST:,} characters. They stay on this server.")
    if problem := state.get(PROBLEM):
        notices.warn(problem)
    if asking.own != "mine":
        return
    if not state.get(MINE):
        notices.tell("There are no sentences of your own yet in this visit: give some above.")
        return
    read = own_sentences.read(state[MINE], word)
    st.html(told(read, word))


def _choose(asking: Asking) -> None:
    st.session_state["contexts.own"] = asking.own
    with st.container(key="difference-controls", horizontal=True):
        st.segmented_control(
            "Sentences read beside those of the corpus",
            list(OWN),
            format_func=lambda key: OWN[key],
            key="contexts.own",
            required=True,
            on_change=_changed,
        )


def _changed() -> None:
    bar.go_to(replace(bar.now(), own=st.session_state["contexts.own"]))


def _packaged(word: str) -> str:
    return "\n".join(f"{label}: {text}" for label, text in own_sentences.packaged().get(word, ()))


def _take() -> None:
    """Keep what was given for as long as the visit lasts; a file goes before what is typed."""
    state, file = st.session_state, st.session_state.get("contexts.file")
    raw = file.getvalue() if file is not None else b""
    state.pop(PROBLEM, None)
    if len(raw) > LARGEST:
        state[PROBLEM] = f"The file has {len(raw):,} bytes, and may have {LARGEST:,}."
        return
    try:
        text = raw.decode("utf-8-sig") if file is not None else state["contexts.own_text"]
        word = own_sentences.check_word(bar.now().word)
        read = own_sentences.read(text, word)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        state[PROBLEM] = f"The file is not text in UTF-8: line {line} cannot be read."
        return
    except UserError as error:
        state[PROBLEM] = str(error)
        return
    if not read.sentences and not read.problems:
        state[PROBLEM] = f"There is no sentence: write one with {word} on each line."
        return
    if file is not None:
        state["contexts.own_text"] = text
    state[MINE] = text
    bar.go_to(replace(bar.now(), own="mine"))


def told(read: OwnSentences, word: str) -> str:
    """Say how many sentences are read, and what is wrong with the others, as HTML."""
    n = len(read.sentences)
    labels = len({label for label, _ in read.sentences if label})
    many = "1 sentence is" if n == 1 else f"{n:,} sentences are"
    line = f"<p>{many} read with {html.escape(word)}, {labels:,} labels.</p>"
    if not read.problems:
        return f'<div class="lse-broken" role="status">{line}</div>'
    shown = "".join(
        f"<li>Line {each.line:,}: <code>{html.escape(_short(each.text))}</code> "
        f"{html.escape(each.problem)}</li>"
        for each in read.problems[:BROKEN_SHOWN]
    )
    rest = len(read.problems) - BROKEN_SHOWN
    more = f"<li>and {rest:,} more</li>" if rest > 0 else ""
    return f'<div class="lse-broken" role="alert">{line}<ul>{shown}{more}</ul></div>'


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
