"""The word map: one method's words as points, drawn by the component in the browser."""

from __future__ import annotations

import streamlit as st

from pages.shared import access, linked_maps, notices, pickers, progress

choice, problems = pickers.map_choice()
requests = access.map_requests(choice)
missing = access.missing(requests)

progress.only(requests.wanted)

with st.container(key="notices"):
    for problem in problems:
        notices.warn(problem)
    has_other = "shown" in st.session_state
    still = "The map before it is still shown." if has_other else ""
    is_coming = bool(missing) and progress.show(missing, still)

if not set(requests.needed) & set(missing):
    st.session_state["shown"] = requests
shown = st.session_state.get("shown")
if shown and access.can_draw(shown):
    linked_maps.show([shown])
else:
    line = "This map is being made …" if is_coming else "There is no map to show yet."
    st.html(f'<p class="lse-skeleton" role="status">{line}</p>')
