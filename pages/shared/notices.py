"""What the reader is told, with words in it that a person typed: shown as they are, never read.

Streamlit reads what it shows as Markdown, and Markdown loads images and makes links.
"""

from __future__ import annotations

import html
import re

import streamlit as st


def plain(text: object) -> str:
    """Return Markdown that shows the text as it is: one span of code, styled as plain text.

    Escaping would not do: addresses and emoji are looked for in the text that is left.
    """
    line = " ".join(str(text).split())
    longest = max(map(len, re.findall("`+", line)), default=0)
    fence = "`" * (longest + 1)
    # Markdown takes one space away at each end, and needs it where a backtick follows.
    return f"{fence} {line} {fence}"


def warn(text: object) -> None:
    """Tell the reader what was wrong, in a box."""
    st.warning(plain(text))


def tell(text: object) -> None:
    """Tell the reader why there is nothing here, in a box."""
    st.info(plain(text))


def fail(text: object) -> None:
    """Tell the reader that something did not work, in a line that screen readers read out."""
    st.html(f'<p class="lse-failure" role="alert">{html.escape(" ".join(str(text).split()))}</p>')
