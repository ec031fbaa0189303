"""Attention: where the tokens of a text look, in every head of a small BERT."""

from __future__ import annotations

import streamlit as st

from pages.shared import links, notices, progress
from pages.shared.attention import bar, blank, gallery, reading
from pages.shared.reading import in_turn

asking, problems = bar.choose()
links.follow("attention")

with st.container(key="reading"):
    for problem in [*problems, *bar.fields(asking)]:
        notices.warn(problem)
    shown = blank.show(asking) if asking.view == "blank" else reading.show(asking)
    st.subheader("Texts worth reading", anchor=False)
    st.html(gallery.written(asking))
    missing = in_turn(shown)
progress.below(missing, "Everything else on the page can be used.")
