"""Training: Word2Vec from its random start to its end; and how counts become meaning."""

from __future__ import annotations

import streamlit as st

from pages.shared import links, notices, progress
from pages.shared.reading import in_turn
from pages.shared.training import bar, counts, player, vectors

asking, problems = bar.choose()
links.follow(bar.PAGE)

with st.container(key="reading"):
    for problem in problems:
        notices.warn(problem)
    missing = [*player.show(asking), *vectors.show(asking), *counts.show(asking)]
missing = in_turn(dict.fromkeys(missing))
progress.below(missing, "The rest of the page is as it was.")
