"""The map of films, or of people, with those lit that the page speaks of."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from embeddings.types import Request
from pages.shared import access, linked_maps
from pages.shared.address import Choice

HEIGHT = 460


def show(method: str, things: str, lit: Sequence[str], focus: str | None) -> list[Request]:
    """Show the map of a method with some things lit; return what of it is still to be made."""
    requests = access.map_requests(Choice(method, things))
    if access.can_draw(requests):
        spot = linked_maps.Spot(tuple(lit), focus=focus)
        linked_maps.show([requests], key=f"{things}.map", spot=spot, height=HEIGHT)
    else:
        st.caption("Its map is drawn as soon as it is made.")
    return access.missing(requests)
