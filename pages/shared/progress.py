"""A slim line that says how far a new map is, while the old one stays usable."""

from __future__ import annotations

import streamlit as st

from embeddings.errors import UserError
from embeddings.jobs import Status
from embeddings.types import Request
from pages.shared import access


def ask(request: Request) -> str | None:
    """Ask the workers once per session and request; return why it did not work, if it did not."""
    asked = st.session_state.setdefault("asked", set())
    try:
        if request.key not in asked:
            access.submit(request)
            asked.add(request.key)
        status = access.status(request.key)
    except UserError as error:
        return str(error)
    if status.state == "done":
        return "The new map was made but could not be kept. Ask for it again."
    return status.message if status.ended else None


def again(request: Request) -> None:
    """Forget a failure, so that the next run asks anew."""
    st.session_state.get("asked", set()).discard(request.key)


@st.fragment(run_every=0.5)
def line(request: Request, steps: int) -> None:
    """Show how far the work is; run the page again when it ends, however it ends."""
    status = access.status(request.key)
    if status.ended:
        st.rerun()
    with st.container(key="progress", horizontal=True, vertical_alignment="center", gap="small"):
        st.progress(min(max(status.fraction, 0.0), 1.0), _text(status, steps))
        st.button("Cancel", on_click=access.cancel, args=(request.key,), key="cancel")


def _text(status: Status, steps: int) -> str:
    left = f"{steps} steps left · " if steps > 1 else ""
    done = f"{status.fraction:.0%} · " if status.state == "running" else ""
    return f"{left}{done}{status.message or 'Starting'}"
