"""What a reader left on each page, so that it is there again when he returns.

Streamlit empties the address when somebody goes to another page of the bar.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.shared import frame


def arrive(page: str) -> None:
    """Give the address of a page back that the reader left for another one."""
    last, st.session_state["page"] = st.session_state.get("page"), page
    left = _addresses().get(page)
    if left and last not in (None, page) and not frame.of_page(st.query_params):
        frame.write(left)


def remember(page: str, query: Mapping[str, str]) -> None:
    """Keep the address of a page for when the reader comes back to it."""
    _addresses()[page] = frame.of_page(query)


def _addresses() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = st.session_state.setdefault("addresses", {})
    return found
