"""How it scales: up to four hundred thousand vectors measured, up to two billion computed."""

from __future__ import annotations

import streamlit as st

from pages.shared import links, notices, progress
from pages.shared.reading import in_turn
from pages.shared.scale import bar, curves, further, ways

asking, problems = bar.choose()
links.follow(bar.PAGE)

with st.container(key="reading"):
    for problem in problems:
        notices.warn(problem)
    seen, missing = curves.show(asking)
    further.show(asking, seen)
    missing = in_turn([*missing, *ways.show(asking)])
progress.below(missing, "What is measured already stays.")
