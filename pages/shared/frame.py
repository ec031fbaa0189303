"""What stands in the address for the frame around all pages, beside what each page keeps there.

Pages write their part of the address as a whole; what belongs to the frame, as the lesson that a
reader is taking, must outlast that.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

NAMES = ("class", "lesson")
"""What of the address is the frame's."""


def write(query: Mapping[str, str]) -> None:
    """Write a page's whole part of the address; the frame's stays."""
    kept = {name: st.query_params[name] for name in NAMES if name in st.query_params}
    st.query_params.from_dict({**query, **kept})


def of_page(query: Mapping[str, str]) -> dict[str, str]:
    """Return what of an address is the page's own."""
    return {name: value for name, value in query.items() if name not in NAMES}
