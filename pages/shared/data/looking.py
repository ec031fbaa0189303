"""Looking at files before anything is done with them: what was found, and what will be done."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Any, NoReturn

import streamlit as st

from embeddings import sources
from embeddings.errors import UserError
from embeddings.sources.formats import available
from embeddings.sources.gather import SHOWN
from embeddings.sources.inspection import Inspection
from embeddings.sources.options import Options
from embeddings.sources.problems import REPAIRS
from embeddings.types import ImportSpec, InspectionSpec, ModelSpec, OpeningSpec, Request
from pages.shared import access, links, notices, progress, saving
from pages.shared.data import naming, visit
from pages.shared.data.visit import IMPORTING, OPENING, PROBLEM, Files
from pages.shared.own import desk

OPENED = "data.opened"
AT_ONCE = 4.0
"""Seconds for which the page waits for what most files take."""

ENCODINGS = ("latin-1", "bytes")
"""Repairs that change what is found."""

ROWS = {"words": "words", "vectors": "vectors", "text": "documents"}
ASKED = {
    "format": "Format",
    "kind": "Read it as",
    "word": "The words are in",
    "text": "The text is in",
    "vectors": "The vectors are in",
    "columns": "Kept beside the words",
}
"""What can be chosen, see `sources.options.Options`."""

KINDS = {"words": "Words", "text": "A text", "vectors": "Vectors"}
EITHER = {"vectors": "the vectors of these", "words": "columns that say something of them"}


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
    importing: ImportSpec | ModelSpec | None = st.session_state.get(IMPORTING)
    if isinstance(importing, ModelSpec):
        return naming.wait(importing, _taken_in)
    if importing is not None:
        return _import(importing)
    # Which repairs are accepted does not change what is found, but for another encoding.
    chosen = Options.from_pairs(waiting.options)
    chosen = replace(chosen, keep=tuple(each for each in chosen.keep if each in ENCODINGS))
    request = InspectionSpec(waiting.files, chosen.pairs)
    names = " and ".join(called for _, called in waiting.files)
    st.subheader("What you brought", anchor=False)
    st.html(f'<p class="lse-data-file">{html.escape(_short(names))}</p>')
    if not progress.at_once(request, AT_ONCE):
        _away("Stop")
        return [request]
    _found(waiting, Inspection.from_json(access.findings(request).content["inspection"]))
    return []


def _import(request: ImportSpec) -> list[Request]:
    try:
        is_there = progress.at_once(request, 1.0)
    except UserError as problem:  # the files went meanwhile
        st.session_state[PROBLEM] = str(problem)
        st.session_state.pop(IMPORTING)
        st.rerun()
    if not is_there:
        st.subheader(request.title, anchor=False)
        st.caption("Your file is being read. The other pages can be used meanwhile.")
        _away("Stop")
        return [request]
    _taken_in(request)


def _taken_in(request: ImportSpec | ModelSpec) -> NoReturn:
    """Give the visitor what was made of his files, and open it."""
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
        if st.session_state.get(OPENED) != request:  # once: what is removed meanwhile stays so
            st.session_state[OPENED] = request
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


def _found(waiting: Files, found: Inspection) -> None:
    st.html(_facts(found))
    if found.kind in found.either:
        _either(waiting, found)
    if found.sample:
        _sample(found)
    settled = _problems(waiting, found)
    for line in found.ambiguous if not found.either else ():
        notices.tell(line)
    if len(found.choices) and found.format:
        with st.expander("Read it in another way", expanded=bool(found.fatal)):
            _options(waiting, found)
    if found.will:
        st.html(f'<p class="lse-data-will">{html.escape(found.will)}</p>')
    if found.fatal and not found.choices:  # no other way to read it can help
        _away("Bring something else")
        return
    with st.form("data.read", border=False):
        st.text_input(
            "Call it", _title(waiting), max_chars=sources.LONGEST_TITLE, key=_title_key(waiting)
        )
        with st.container(horizontal=True):
            st.form_submit_button(
                "Read it",
                type="primary",
                disabled=not settled,
                help=None if settled else "Something has to be settled first: see above.",
                on_click=_read,
                args=(waiting,),
            )
            st.form_submit_button("Put it away", on_click=visit.put_away)


def _either(waiting: Files, found: Inspection) -> None:
    """Let the reader say what the numbers are, where nobody else can know."""
    key = f"data.either.{found.kind}"
    st.segmented_control(
        "The numbers beside the words are",
        found.either,
        default=found.kind,
        format_func=lambda kind: EITHER[kind],
        key=key,
        required=True,
        on_change=_chosen,
        args=(waiting, "kind", key),
    )


def _facts(found: Inspection) -> str:
    facts = [found.label, found.encoding]
    if found.rows:
        facts.insert(1, f"{found.rows:,} {ROWS.get(found.kind, 'rows')}")
    if found.dim:
        facts.insert(2, f"{found.dim:,} numbers each")
    facts.append(f"{found.size / 1e6:,.1f} MB" if found.size > 1e5 else f"{found.size:,} bytes")
    return f'<p class="lse-data-facts">{html.escape(" · ".join(filter(None, facts)))}</p>'


def _problems(waiting: Files, found: Inspection) -> bool:
    """Show what is wrong, and what can be mended; return whether everything is settled."""
    taken = _accepted(waiting)
    settled, offered = True, set[str]()
    for each in found.problems:
        repairs = [key for key in (each.repair, *each.alternatives) if key]
        is_mended = any(key in taken for key in repairs)
        is_open = not is_mended and bool(repairs or each.fatal)
        settled &= not is_open
        (notices.warn if is_open else notices.tell)(each.what if is_mended else str(each))
        for repair in repairs:
            if repair in offered:  # one repair may mend several things
                continue
            offered.add(repair)
            st.checkbox(
                REPAIRS[repair],
                repair in taken,
                key=f"data.repair.{repair}.{repair in taken}",
                on_change=_toggle,
                args=(waiting, repair),
            )
    return settled


def _accepted(waiting: Files) -> set[str]:
    return set(Options.from_pairs(waiting.options).keep)


def _toggle(waiting: Files, repair: str) -> None:
    chosen = Options.from_pairs(waiting.options)
    kept = tuple(sorted({*chosen.keep} ^ {repair}))
    visit.take(replace(waiting, options=dict(replace(chosen, keep=kept).pairs)))


def _sample(found: Inspection) -> None:
    width = max(len(found.sample_names), *map(len, found.sample))
    names = [*found.sample_names, *[""] * (width - len(found.sample_names))]
    rows = [[*row, *[""] * (width - len(row))] for row in found.sample]
    if found.dim > SHOWN:
        names.insert(SHOWN + 1, "…")
        rows = [[*row[: SHOWN + 1], "…", *row[SHOWN + 1 :]] for row in rows]
    head = "".join(f"<th>{html.escape(_short(name, 24))}</th>" for name in names)
    most = 160 if found.kind == "text" else 60
    body = "".join(
        "<tr>"
        + "".join(f"<td><bdi>{html.escape(_short(_rounded(c), most))}</bdi></td>" for c in row)
        + "</tr>"
        for row in rows
    )
    st.html(
        '<div class="lse-wide" tabindex="0" role="region" aria-label="The first rows">'
        f'<table class="lse-data-known"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
        "</div>"
    )


def _rounded(cell: str) -> str:
    """Return a long number with the digits that one can take in; anything else as it is."""
    try:
        return f"{float(cell):.4g}" if len(cell) > 6 and cell.isascii() and "." in cell else cell
    except ValueError:
        return cell


def _options(waiting: Files, found: Inspection) -> None:
    """Let the reader choose what can be read in more than one way."""
    chosen = Options.from_pairs(waiting.options)
    labels = {key: each.label for key, each in available().items()}
    for name, able in found.choices:
        if name not in ASKED:
            continue
        now = getattr(chosen, name)
        several = name in ("columns", "vectors")
        shown: dict[str, str] = {"format": labels, "kind": KINDS}.get(name, {})
        key = f"data.option.{name}.{now}"
        of: dict[str, Any] = {"key": key, "on_change": _chosen, "args": (waiting, name, key)}
        if several:
            st.multiselect(ASKED[name], able, [each for each in now or () if each in able], **of)
        else:

            def called(each: str, names: dict[str, str] = shown) -> str:
                return names.get(each, each) if each else "As it was found"

            st.selectbox(
                ASKED[name],
                ["", *able],
                ["", *able].index(now) if now in able else 0,
                format_func=called,
                **of,
            )
    if found.kind != "text":
        key = f"data.option.lower.{chosen.lower}"
        st.checkbox(
            "In small letters, as the packaged methods spell words",
            chosen.lower,
            key=key,
            on_change=_chosen,
            args=(waiting, "lower", key),
        )


def _chosen(waiting: Files, name: str, key: str) -> None:
    value = st.session_state[key]
    if isinstance(value, list):
        value = tuple(value) or (None if name == "columns" else ())
    chosen = replace(Options.from_pairs(waiting.options), **{name: value})
    visit.take(replace(waiting, options=dict(chosen.pairs)))


def _title(waiting: Files) -> str:
    called = waiting.files[0][1]
    try:
        return sources.as_title(PurePath(called.replace("\\", "/")).stem)
    except UserError:
        return "Mine"


def _title_key(waiting: Files) -> str:
    """Return the key of the title's field: what one file was called is no name for the next."""
    return f"data.title.{waiting.files[0][0]}"


def _read(waiting: Files) -> None:
    if waiting != visit.files():
        return  # a press on the form of other files, which had not gone from the page yet
    state = st.session_state
    try:
        title = sources.as_title(str(state.get(_title_key(waiting), "")))
    except UserError as error:
        state[PROBLEM] = str(error)
        return
    state[IMPORTING] = ImportSpec(waiting.files, title, tuple(waiting.options.items()))


def _short(text: str, most: int = 90) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
