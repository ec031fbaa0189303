"""What each method scores on the published tests of meaning, and what stands behind a score."""

from __future__ import annotations

import streamlit as st

from pages.shared import notices
from pages.shared.scores import pickers, view

scores, problems = pickers.scores_choice()
with st.container(key="reading"):
    for problem in problems:
        notices.warn(problem)
    view.show(scores)
