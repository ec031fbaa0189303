"""Many questions at once: pasted or from a file, answered by every method, as one table."""

from __future__ import annotations

import html
from collections.abc import Mapping

import pandas as pd
import streamlit as st

from embeddings.probes import question_list
from embeddings.probes.question_list import QuestionList
from embeddings.types import QuestionsSpec, Replies, Reply, Request
from pages.shared import access, notices, uploads
from pages.shared.analogies import race
from pages.shared.analogies.asking import Asking
from pages.shared.analogies.race import Run
from pages.shared.own import cached
from pages.shared.reading import downloads

LARGEST = 1_000_000
"""Bytes of a file or text."""

TEXT = "analogies.list"
EXAMPLE = """\
man king woman queen
paris : france :: berlin : germany
good, better, bad, worse
king - man + woman"""
BROKEN_SHOWN = 20

AT_ONCE, SMALL = 200, ("common-2k", "common-10k")
"""Words that a list may have altogether, to be answered among so few words while the reader waits;
longer ones are answered by the workers."""


def ask() -> QuestionList | None:
    """Let the reader give a list; return what it asks, None before there is one."""
    st.html(
        '<p class="lse-asked">One question a line: <code>man king woman queen</code> (the last '
        "word, which is expected, may be missing), <code>man : king :: woman : ?</code>, or a "
        "formula. Google's files can be used as they are.</p>"
    )
    with st.form("analogies.many", border=False):
        st.text_area(
            "Questions", st.session_state.get(TEXT, EXAMPLE), height=170, key="analogies.typed"
        )
        brought, go = st.columns([5, 1], vertical_alignment="bottom")
        with brought:
            uploads.ask(
                "or a text file",
                type=["txt", "csv", "tsv"],
                key="analogies.file",
                max_upload_size=1,
            )
        go.form_submit_button("Answer all", type="primary", on_click=_take, width="stretch")
    problem = st.session_state.get(f"{TEXT}.problem")
    if problem:
        notices.warn(problem)
    text = st.session_state.get(TEXT)
    return question_list.read(text) if text is not None else None


def _take() -> None:
    """Keep what was given for as long as the visit lasts; a file goes before what is typed."""
    state, file = st.session_state, st.session_state.get("analogies.file")
    raw = file.getvalue() if file is not None else state["analogies.typed"].encode()
    state.pop(f"{TEXT}.problem", None)
    if len(raw) > LARGEST:
        state[f"{TEXT}.problem"] = (
            f"The list has {len(raw):,} bytes, and may have {LARGEST:,}: give a part of it."
        )
        return
    try:
        state[TEXT] = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        state[f"{TEXT}.problem"] = (
            f"The file is not text in UTF-8: line {line} cannot be read. Save it as UTF-8."
        )


def requests(asked: QuestionList, asking: Asking) -> dict[str, QuestionsSpec]:
    """Return what has to be answered, by method."""
    return {
        method: question_list.spec(spec, asked, asking.way, asking.allows_inputs)
        for method, spec in race.specs(asking).items()
        if spec is not None
    }


def show(asked: QuestionList, wanted: Mapping[str, QuestionsSpec]) -> list[Request]:
    """Show what is answered so far, and what is wrong; return what still has to be answered."""
    _say_what_is_broken(asked)
    if not asked.questions:
        notices.tell("There is no question in this list.")
        return []
    found = {method: replies for method, request in wanted.items() if (replies := _known(request))}
    if found:
        rows = table(asked, found)
        st.html(f'<p class="lse-asked">{_score(asked, found)}</p>')
        st.dataframe(rows, hide_index=True, height=min(36 * (len(rows) + 1) + 3, 620))
        downloads(
            "Download these answers (CSV)",
            lambda: table(asked, found, whole=True),
            "analogies",
            "analogies csv",
        )
    return [request for method, request in wanted.items() if method not in found]


def _known(request: QuestionsSpec) -> Replies | None:
    """Return the answers that are there, or that cost nothing to find: of few questions."""
    if access.has(request):
        return access.replies(request)
    n_words = sum(len(line.split()) for line in request.questions)
    is_small = n_words <= 2 * AT_ONCE and request.table.vocabulary in SMALL
    return _answered(request.key, request) if is_small and access.has(request.table) else None


@cached(64)
def _answered(key: str, _request: QuestionsSpec) -> Replies:
    return question_list.answer(access.table(_request.table), _request)


def _say_what_is_broken(asked: QuestionList) -> None:
    if asked.left_out:
        notices.warn(
            f"{asked.left_out:,} questions are left out: a list has at most "
            f"{question_list.MOST:,}. Give the rest as another list."
        )
    if asked.repeated:
        lines = ", ".join(f"{line:,}" for line in asked.repeated[:BROKEN_SHOWN])
        more = " and more" if len(asked.repeated) > BROKEN_SHOWN else ""
        many = "Line" if len(asked.repeated) == 1 else "Lines"
        notices.tell(f"{many} {lines}{more} ask what was asked before, and are answered there.")
    if not asked.broken:
        return
    n = len(asked.broken)
    rows = "".join(
        f"<li>Line {each.line:,}: <code>{html.escape(each.text)}</code> "
        f"{html.escape(each.problem)}</li>"
        for each in asked.broken[:BROKEN_SHOWN]
    )
    more = f"<li>and {n - BROKEN_SHOWN:,} more</li>" if n > BROKEN_SHOWN else ""
    many = "1 line is no question" if n == 1 else f"{n:,} lines are no questions"
    st.html(
        f'<div class="lse-broken" role="alert"><p>{many}; the rest is answered.</p>'
        f"<ul>{rows}{more}</ul></div>"
    )


def _score(asked: QuestionList, found: Mapping[str, Replies]) -> str:
    """Say how many of the expected words each method found."""
    parts = []
    for method, replies in found.items():
        hoped = [
            reply
            for question, reply in zip(asked.questions, replies.replies, strict=True)
            if question.expected and reply.words
        ]
        right = sum(reply.rank == 1 for reply in hoped)
        label = html.escape(_label(method, replies))
        parts.append(f"{label} <b>{right:,}</b> of {len(hoped):,}")
    return f"Right of those that a method can answer: {' · '.join(parts)}"


def _label(method: str, replies: Replies) -> str:
    return Run(method, replies.spec.table).label


def table(asked: QuestionList, found: Mapping[str, Replies], whole: bool = False) -> pd.DataFrame:
    """Return one row for each question, and each method's answer beside it.

    Parameters
    ----------
    whole : with scores, ranks, further answers and the word nearest to c alone
    """
    rows = []
    for i, question in enumerate(asked.questions):
        row: dict[str, object] = {
            "line": asked.lines[i],
            "question": question_list.write_line(question),
            "expected": question.expected or "",
        }
        for method, replies in found.items():
            row |= _cells(_label(method, replies), replies.replies[i], whole)
        rows.append(row)
    return pd.DataFrame(rows)


def _cells(label: str, reply: Reply, whole: bool) -> dict[str, object]:
    first = reply.words[0] if reply.words else None
    if not whole:
        if first is None:
            return {label: f"({reply.problem})"}
        place = {None: "", 1: " ✓"}.get(reply.rank, f" ({reply.rank:,}.)" if reply.rank else "")
        return {label: f"{first}{place}"}
    return {
        label: first,
        f"{label}: score": reply.scores[0] if reply.scores else None,
        f"{label}: place of the expected word": reply.rank,
        f"{label}: further answers": " ".join(reply.words[1:]),
        f"{label}: nearest to C alone": reply.nearest,
        f"{label}: problem": reply.problem or None,
    }
