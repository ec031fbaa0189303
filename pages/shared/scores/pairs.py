"""The two lists of word pairs that people have judged."""

from __future__ import annotations

import streamlit as st

from embeddings.types import PairScore
from pages.shared import access
from pages.shared.address import Choice
from pages.shared.scores.choice import PAIRS, Scores

ABOUT = {
    "wordsim353": "353 pairs, how *related* they are: car and train, but also cup and coffee "
    "([Finkelstein et al. 2002](https://doi.org/10.1145/503104.503110)).",
    "simlex999": "999 pairs, how *alike* they are: cup and mug, but not cup and coffee; opposites "
    "are rated low ([Hill, Reichart and Korhonen 2015](https://aclanthology.org/J15-4004/)).",
}


def show(scores: Scores, column: Choice) -> None:
    """Say what a list of pairs is, and how a method puts them in order."""
    card = access.scorecard(scores.request(column))
    found = next(each for each in card.pairs if each.name == scores.section)
    st.markdown(f"**{PAIRS[found.name]} by {scores.name(column)}** · {ABOUT[found.name]}")
    st.markdown(said(found))


def said(found: PairScore) -> str:
    """Say how a method orders the pairs."""
    if found.spearman is None or found.interval is None:
        return (
            f"{found.attempted:,} of {found.total:,} pairs attempted. There is no correlation: too "
            "few are known, or all their cosines are the same."
        )
    return (
        f"Spearman's correlation {found.spearman:.3f} ({found.interval.low:.3f} to "
        f"{found.interval.high:.3f}) on {found.attempted:,} of {found.total:,} pairs."
    )
