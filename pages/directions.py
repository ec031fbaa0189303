"""Directions: words along one or in the plane of two, a test for bias, and taking one out."""

from __future__ import annotations

import streamlit as st

from pages.shared import directions, visits
from pages.shared.directions import choosing

visits.arrive(choosing.PAGE)
view, vocabulary = choosing.bar()
with st.container(key="reading"), st.container(key="directions"):
    directions.show(view, vocabulary)
visits.remember(choosing.PAGE, dict(st.query_params))
