"""The look of the frame: Streamlit's own spaces give way to what is shown."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

ASSETS = Path(__file__).parents[2] / "assets"
# A file, not a name: Streamlit fetches named icons from the internet.
ICON = str(ASSETS / "icon.svg")
ABOUT = (
    "**Latent Space Explorer** shows words as points in space, as seven methods see them, "
    "from counting to attention."
)


def apply() -> None:
    """Put the style sheets into the page."""
    st.html(f"<style>{_style()}</style>")


@cache
def _style() -> str:
    return "\n".join(path.read_text("utf-8") for path in sorted(ASSETS.glob("*.css")))
