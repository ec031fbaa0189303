"""The frame of every page: title, bar, look; Streamlit runs this script first at every visit."""

from __future__ import annotations

import streamlit as st

from pages.shared import alone, saving, theme
from pages.shared.lessons import dock
from pages.shared.operations import metrics
from pages.shared.own import desk

st.set_page_config(
    page_title="Latent Space Explorer",
    page_icon=theme.ICON,
    layout="wide",
    menu_items={"about": theme.ABOUT},
)
PAGES = {
    "": [
        st.Page("map.py", title="Map", default=True),
        st.Page("compare.py", title="Compare"),
        st.Page("analogies.py", title="Analogies"),
        st.Page("directions.py", title="Directions"),
        st.Page("scorecard.py", title="Scorecard"),
        st.Page("contexts.py", title="Contexts"),
        st.Page("attention.py", title="Attention"),
        st.Page("training.py", title="Training"),
        st.Page("methods.py", title="Methods"),
        st.Page("lessons.py", title="Lessons"),
        st.Page("data.py", title="Data", url_path="your-data"),
    ],
    "At work": [
        st.Page("films.py", title="What to watch next"),
        st.Page("people.py", title="Whom to follow"),
        st.Page("digits.py", title="Visual search"),
        st.Page("search.py", title="Search by meaning"),
        st.Page("scale.py", title="How it scales"),
    ],
}
page = st.navigation(PAGES, position="top")
# First of all: it may lead to another page, and all else would have been for nothing.
member = dock.arrive({each.url_path: each for group in PAGES.values() for each in group}, page)
theme.apply()
desk.sits_here(alone.may_keep())
saving.button(page.url_path)
dock.show(page.url_path, member)
with metrics.page_run(page.url_path):
    page.run()
