"""The word map: one method's words as points, drawn by the component in the browser."""

from __future__ import annotations

import streamlit as st

from pages.shared import access, linked_maps, pickers, progress

choice, problems = pickers.map_choice()
requests = access.map_requests(choice)
missing = access.missing(requests)

with st.container(key="notices"):
    for problem in problems:
        st.warning(problem)
    if missing:
        failure = progress.ask(missing[0])
        if failure:
            with st.container(key="failure", horizontal=True, vertical_alignment="center"):
                still = " The map before it is still shown." if "shown" in st.session_state else ""
                st.markdown(failure + still)
                st.button("Try again", on_click=progress.again, args=(missing[0],))
        else:
            progress.line(missing[0], len(missing))

if not set(requests.needed) & set(missing):
    st.session_state["shown"] = requests
shown = st.session_state.get("shown")
if shown and access.can_draw(shown):
    linked_maps.show([shown])
else:
    st.html('<p class="lse-skeleton" role="status">This map is being made …</p>')
