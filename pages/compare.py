"""Two to four maps of the same words side by side, linked; and how far their methods differ."""

from __future__ import annotations

import streamlit as st

from embeddings import captions
from pages.shared import access, compare_pickers, differences, linked_maps, notices, progress
from pages.shared import quality as trust

comparison, problems = compare_pickers.comparison_choice()
maps = [access.map_requests(choice) for choice in comparison.maps]
names = captions.names([each.projection for each in maps])


def show_maps() -> None:
    """Draw the maps; those before stay while new ones are made."""
    wanted = dict.fromkeys(request for each in maps for request in each.wanted)
    missing = [request for request in wanted if not access.has(request)]
    progress.only(wanted)
    with st.container(key="notices"):
        for problem in problems:
            notices.warn(problem)
        still = "The maps before are still shown." if "compared" in st.session_state else ""
        is_coming = bool(missing) and progress.show(missing, still)
    if all(access.can_draw(each) for each in maps):
        st.session_state["compared"] = (maps, names)
    shown = st.session_state.get("compared")
    if shown and all(access.can_draw(each) for each in shown[0]):
        linked_maps.show(shown[0], names=shown[1])
    else:
        line = "These maps are being made …" if is_coming else "There are no maps to show yet."
        st.html(f'<p class="lse-skeleton" role="status">{line}</p>')


def show_reading() -> None:
    """Show what is measured, as a page to be read."""
    with st.container(key="reading"):
        for problem in problems:
            notices.warn(problem)
        if comparison.view == "differences":
            differences.show([each.table for each in maps], comparison.vocabulary)
        else:
            trust.show([each.projection for each in maps])


if comparison.view == "maps":
    show_maps()
else:
    show_reading()
