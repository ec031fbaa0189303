"""Whether people may bring files, and the one place where a page asks for one."""

from __future__ import annotations

import os
from typing import Any

import streamlit as st
from streamlit import runtime

MOST_HELD = 10
"""Files that Streamlit keeps in memory for one session; a page has one field, and replaces."""

TOO_MANY = f"This page holds {MOST_HELD} files: remove one, or reload the page."
SWITCHED_OFF = "Files cannot be brought here: uploads are switched off on this server."


def allowed() -> bool:
    """Return whether files may be brought (``LSE_UPLOADS``, 1 or 0; what is neither means 0)."""
    return os.environ.get("LSE_UPLOADS", "").strip() in ("", "1")


def ask(label: str, **options: Any) -> None:
    """Show a field for a file, or say that there can be none.

    Parameters
    ----------
    label : what the field is called
    options : what `st.file_uploader` takes besides, ``key`` included, under which the file is found
    """
    if allowed():
        st.file_uploader(label, **options)
    else:
        st.caption(SWITCHED_OFF)


def is_full(session: str) -> bool:
    """Return whether Streamlit holds as many files for a session as it may.

    It takes any number of them from whoever knows a session's name, wanted by a page or not.
    """
    if not runtime.exists():
        return False
    held = getattr(runtime.get_instance().uploaded_file_mgr, "file_storage", {})
    return len(held.get(session, ())) >= MOST_HELD
