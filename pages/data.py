"""Data: bring your own words, texts and vectors, and take anything out again."""

from __future__ import annotations

import streamlit as st

from pages.shared import links, notices, progress
from pages.shared.data import bringing, looking, taking, yours
from pages.shared.data.visit import PAGE, arrive

problems = arrive()
links.follow(PAGE)

with st.container(key="reading"):
    for problem in problems:
        notices.warn(problem)
    left, right = st.columns([3, 2], gap="large")
    with left:
        missing = looking.show() if looking.has_files() else bringing.show()
    with right:
        missing += yours.show()
        missing += taking.show()
progress.below(missing, "What you brought is as it was.")
