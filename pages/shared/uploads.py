"""Whether people may bring files, and the one place where a page asks for one."""

from __future__ import annotations

import os
from typing import Any

import streamlit as st

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
