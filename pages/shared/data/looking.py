"""Looking at files before anything is done with them: what was found, and what will be done."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Any

import pandas as pd
import streamlit as st

from embeddings import sources
from embeddings.errors import UserError
from embeddings.sources.problems import REPAIRS
from embeddings.types import ImportSpec, InspectionSpec, OpeningSpec, Request, Scalar
from pages.shared import access, links, notices, progress, saving
from pages.shared.data import visit
from pages.shared.data.visit import IMPORTING, OPENING, PROBLEM, Files
from pages.shared.own import desk

AT_ONCE = 4.0
"""Seconds for which the page waits for what most files take."""

ROLES = {
    "word": "the words",
    "number": "a number",
    "category": "a category",
    "list": "vectors",
    "vector": "part of the vector",
    "text": "a text",
}


def has_files() -> bool:
    """Whether files wait to be read."""
    return visit.files() is not None


def show() -> list[Request]:
    """Show what waits, and let it be read; return what has to be computed for that."""
    waiting = visit.files()
    if waiting is None:
        return []
    opening: OpeningSpec | None = st.session_state.get(OPENING)
    if opening is not None:
        return _open(opening)
    importing: ImportSpec | None = st.session_state.get(IMPORTING)
    if importing is not None:
        return _import(importing)
    request = InspectionSpec(waiting.files, tuple(waiting.options.items()))
    names = " and ".join(called for _, called in waiting.files)
    st.subheader("What you brought", anchor=False)
    st.html(f'<p class="lse-data-file">{html.escape(_short(names))}</p>')
    if not progress.at_once(request, AT_ONCE):
        _away("Stop")
        return [request]
    _found(waiting, access.findings(request).content)
    return []


def _import(request: ImportSpec) -> list[Request]:
    if not progress.at_once(request, 1.0):
        st.subheader(request.title, anchor=False)
        st.caption("Your file is being read. The other pages can be used meanwhile.")
        _away("Stop")
        return [request]
    name = str(access.findings(request).content["name"])
    try:
        desk.add(name)
    except UserError as error:
        st.session_state[PROBLEM] = str(error)
        st.session_state.pop(IMPORTING)
        st.rerun()
    visit.put_away()
    visit.open_source(name)
    st.rerun()


def _open(request: OpeningSpec) -> list[Request]:
    """Take in a page that was saved, and say where it is."""
    st.subheader("A page that was saved", anchor=False)
    if not progress.at_once(request, AT_ONCE):
        _away("Stop")
        return [request]
    found = access.findings(request).content
    try:
        for name in found["brought"]:
            desk.add(str(name))
    except UserError as error:
        notices.warn(error)
    absent = [title for name, title in found["sources"] if not desk.may_see(str(name))]
    page = str(found["page"])
    if page not in saving.PAGES:
        notices.warn("This copy of the app has no such page.")
    elif absent:
        notices.warn(
            f"It speaks of data that are not in the file: {', '.join(map(str, absent))}. Bring "
            "them first, under the same name, or have the page saved with its data."
        )
    else:
        link = links.link(
            f"Open {saving.PAGES[page]}",
            {str(name): str(value) for name, value in found["query"].items()},
            f"./{page}",
            str(found["fragment"]),
        )
        st.html(f'<p class="lse-data-open">{link}</p>')
        if changed := _changed(page, found):
            notices.tell(changed)
    _away("Done")
    return []


def _changed(page: str, found: Mapping[str, Any]) -> str:
    """Say so where this copy of the app would make the page from other requests."""
    now = saving.requests(page, {str(k): str(v) for k, v in found["query"].items()})
    if list(now) == list(found["requests"]):
        return ""
    return "It was saved by another version of the app: its maps may look different here."


def _away(label: str = "Put it away") -> None:
    st.button(label, key="data.away", on_click=visit.put_away)


def _found(waiting: Files, found: Mapping[str, Any]) -> None:
    st.html(_facts(found))
    problems = list(found.get("problems", ()))
    settled = _problems(waiting, problems)
    if found.get("sample"):
        _sample(found)
    _options(waiting, found)
    if found.get("will"):
        st.html(f'<p class="lse-data-will">{html.escape(str(found["will"]))}</p>')
    with st.form("data.read", border=False):
        st.text_input("Call it", _title(waiting), max_chars=sources.LONGEST_TITLE, key="data.title")
        st.form_submit_button(
            "Read it",
            type="primary",
            disabled=not settled,
            help=None if settled else "Something has to be settled first: see above.",
            on_click=_read,
            args=(waiting,),
        )
    _away()


def _facts(found: Mapping[str, Any]) -> str:
    facts = [str(found.get("label", ""))]
    rows, dim = int(found.get("rows") or 0), int(found.get("dim") or 0)
    if rows:
        facts.append(f"{rows:,} {'row' if rows == 1 else 'rows'}")
    if dim:
        facts.append(f"{dim:,} numbers each")
    if found.get("encoding"):
        facts.append(str(found["encoding"]))
    return f'<p class="lse-data-facts">{html.escape(" · ".join(filter(None, facts)))}</p>'


def _problems(waiting: Files, problems: list[Mapping[str, Any]]) -> bool:
    """Show what is wrong, and what can be mended; return whether everything is settled."""
    taken = set(json.loads(str(waiting.options.get("keep", "[]"))))
    settled = True
    for each in problems:
        repairs = [key for key in (each.get("repair"), *each.get("alternatives", ())) if key]
        is_mended = any(key in taken for key in repairs)
        settled &= is_mended or not (repairs or each.get("fatal"))
        tell = notices.tell if is_mended or not (repairs or each.get("fatal")) else notices.warn
        tell(each.get("what", "") if is_mended else f"{each.get('what', '')} {each.get('action')}")
        for repair in repairs:
            st.checkbox(
                REPAIRS[repair],
                repair in taken,
                key=f"data.repair.{repair}.{repair in taken}",
                on_change=_toggle,
                args=(waiting, taken, repair),
            )
    return settled


def _toggle(waiting: Files, taken: set[str], repair: str) -> None:
    kept = sorted(taken ^ {repair})
    _choose(waiting, "keep", json.dumps(kept) if kept else None)


def _choose(waiting: Files, name: str, value: Scalar | None) -> None:
    options = {key: kept for key, kept in waiting.options.items() if key != name}
    if value not in (None, ""):
        options[name] = value
    visit.take(replace(waiting, options=options))


def _sample(found: Mapping[str, Any]) -> None:
    rows = [[str(cell) for cell in row] for row in found["sample"]]
    width = max(map(len, rows))
    names = [str(each) for each in found.get("sample_columns", ())][:width]
    names += [f"({n})" for n in range(len(names) + 1, width + 1)]
    names = [
        name if names.index(name) == i else f"{name} ({i + 1})" for i, name in enumerate(names)
    ]
    table = pd.DataFrame([row + [""] * (width - len(row)) for row in rows], columns=names)
    st.dataframe(table, hide_index=True, height=min(320, 38 + 35 * len(rows)))


def _options(waiting: Files, found: Mapping[str, Any]) -> None:
    """Let the reader choose what can be read in more than one way."""
    for option in found.get("options", ()):
        name, choices = str(option["name"]), option.get("choices") or []
        value = option.get("value")
        key = f"data.option.{name}.{value}"
        if isinstance(value, bool):
            st.checkbox(
                str(option["label"]), value, key=key, on_change=_chosen, args=(waiting, name, key)
            )
        elif choices:
            st.selectbox(
                str(option["label"]),
                choices,
                choices.index(value) if value in choices else None,
                key=key,
                on_change=_chosen,
                args=(waiting, name, key),
            )


def _chosen(waiting: Files, name: str, key: str) -> None:
    _choose(waiting, name, st.session_state[key])


def _title(waiting: Files) -> str:
    called = waiting.files[0][1]
    try:
        return sources.as_title(PurePath(called.replace("\\", "/")).stem)
    except UserError:
        return "Mine"


def _read(waiting: Files) -> None:
    state = st.session_state
    try:
        title = sources.as_title(str(state.get("data.title", "")))
    except UserError as error:
        state[PROBLEM] = str(error)
        return
    state[IMPORTING] = ImportSpec(waiting.files, title, tuple(waiting.options.items()))


def _short(text: str, most: int = 90) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
