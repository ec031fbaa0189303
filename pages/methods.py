"""The story from counting to attention, one method after the other."""

from __future__ import annotations

import streamlit as st

from pages.shared import pickers

pickers.leave_map()
st.title("Seven ways to turn a word into numbers")
