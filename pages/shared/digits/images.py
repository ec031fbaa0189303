"""One's own images: a folder's worth is dropped, and becomes pictures on three methods' maps."""

from __future__ import annotations

import html
from functools import partial

import streamlit as st

from embeddings import methods, sources, vocabulary
from embeddings.errors import UserError
from embeddings.sources import Source
from embeddings.types import ImportSpec, Request
from pages.shared import access, dropping, links, notices, offers, progress, uploading, uploads
from pages.shared.own import away_minutes, desk, limits

DROP, TITLE = "digits.drop", "digits.title"
READING, SAID, PROBLEM = "digits.reading", "digits.said", "digits.problem"
USUAL_TITLE = "My images"

AT_ONCE = 4.0
"""Seconds for which the page waits for what most folders take."""

SHOWN = 12
"""Lines about single images that are shown; the rest is counted."""


def pending() -> tuple[Request, ...]:
    """Return the request to read what was dropped, while it is being read."""
    request: ImportSpec | None = st.session_state.get(READING)
    if request and not all(desk.may_see(name) for name, _ in request.files):  # it went meanwhile
        del st.session_state[READING]
        return ()
    return (request,) if request else ()


def show() -> list[Request]:
    """Show where images are dropped, and those that are here; return what has to be computed."""
    st.subheader("Your own images", anchor="your-own-images")
    missing: list[Request] = []
    if not uploads.allowed():
        notices.tell(uploads.SWITCHED_OFF)
    elif request := st.session_state.get(READING):
        missing += _reading(request)
    else:
        _asking()
    if problem := st.session_state.pop(PROBLEM, ""):
        notices.warn(problem)
    said = st.session_state.get(SAID, ())
    for line in said[:SHOWN]:
        notices.tell(line)
    if len(said) > SHOWN:
        notices.tell(f"And {len(said) - SHOWN:,} more like these.")
    for name in offers.of_kind(vocabulary.IMAGES):
        _one(sources.get(name))
    return missing


def _asking() -> None:
    most = limits()
    st.markdown(
        "Bring a folder's worth of photographs or drawings, and see which are near each other by "
        "three methods that learn nothing: the **pixels**, the **colours** and the **edges** (HOG)."
    )
    st.text_input("Call them", USUAL_TITLE, max_chars=sources.LONGEST_TITLE, key=TITLE, width=300)
    megabytes, pixels = most.image // 10**6, most.image_pixels / 1e6
    hint = (
        f"PNG or JPEG · up to {most.images:,} at once, each of {megabytes:,} MB and {pixels:,.4g} "
        "million pixels at most. The middle square of each is kept, at 64 x 64 pixels."
    )
    together = min(most.images_bytes, most.upload)
    dropping.show(DROP, hint, most.images, together, _brought, together=True)
    st.caption(
        "They are seen in this browser alone, and go when you remove them here or under Data, and "
        f"{away_minutes():,} minutes after the last page of the app is closed. From the command "
        "line: `python -m embeddings import folder/*.jpg`."
    )


def _brought() -> None:
    """Have what has come read, under the name that was given."""
    state, said = st.session_state, st.session_state[DROP].get("brought")
    if not (isinstance(said, list) and said):
        return
    upload = str(said[0].get("upload"))
    if not desk.may_see(upload):
        state[PROBLEM] = uploading.NO_COOKIE
        return
    try:
        title = sources.as_title(str(state.get(TITLE) or USUAL_TITLE))
    except UserError:
        title = USUAL_TITLE
    state.pop(SAID, None)
    state[READING] = ImportSpec(((upload, "images"),), title, (("kind", vocabulary.IMAGES),))


def _reading(request: ImportSpec) -> list[Request]:
    """Wait until they are read; return the request while they are not."""
    if not progress.at_once(request, AT_ONCE):
        if failure := _failure(request):
            st.session_state[PROBLEM] = failure
            _put_away()
            st.rerun()
        st.caption("Your images are being read. The other pages can be used meanwhile.")
        st.button("Put them away", key="digits.away", on_click=_put_away)
        return [request]
    found = access.findings(request).content
    try:
        desk.add(str(found["name"]))
        st.session_state[SAID] = tuple(map(str, found["said"]))
    except UserError as error:
        st.session_state[PROBLEM] = str(error)
    _put_away()
    st.rerun()


def _failure(request: ImportSpec) -> str:
    """Return why they could not be read; "" while they are being read."""
    try:
        status = access.status(request.key)
    except UserError:  # it was not taken: why, is said where it is asked for
        return ""
    return status.message if status.ended and status.state != "done" else ""


def _put_away() -> None:
    """Let go of what was dropped, whether or not it was read."""
    request: ImportSpec | None = st.session_state.pop(READING, None)
    for name, _ in request.files if request else ():
        if desk.may_see(name):
            desk.remove(name)


def _one(source: Source) -> None:
    """Show images that are here, with the ways on."""
    usual = {"vocabulary": source.name}
    ways = [
        links.link(f"Map by {methods.get(key).label}", {"method": key, **usual}, "./")
        for key in methods.available(vocabulary.IMAGES)
    ]
    ways.append(links.link("Compare them", usual, "./compare"))
    with st.container(key=f"digits-source-{source.name}", border=True):
        st.html(
            f'<p class="lse-data-name"><b>{html.escape(source.title)}</b> '
            f"<span>{len(source.content.labels):,} images</span></p>"
        )
        st.html(f'<p class="lse-data-ways">{" ".join(ways)}</p>')
        st.button(
            "Remove", key=f"digits.remove.{source.name}", on_click=partial(_remove, source.name)
        )


def _remove(name: str) -> None:
    st.session_state.pop(SAID, None)
    try:
        desk.remove(name)
    except UserError as error:
        st.session_state[PROBLEM] = str(error)
