"""The groups of a word's uses: how many, what is near each, and its typical sentences."""

from __future__ import annotations

import html

import pandas as pd
import streamlit as st

from embeddings.figures.contexts import SHADES
from pages.shared.contexts.cloud import number
from pages.shared.contexts.study import Study
from pages.shared.reading import table

TYPICAL = 4


def show(study: Study) -> None:
    """Show what the groups are, or why there are none."""
    found = study.found
    if found is None or not len(found):
        return
    st.subheader("Groups of uses", anchor=False)
    st.markdown(outcome(study))
    st.html(cards(study))
    table(rows(study), f"contexts-{study.request.word}")


def outcome(study: Study) -> str:
    """Say how many groups were found and how that was decided."""
    found, notes = study.found, study.found.notes if study.found else {}
    assert found is not None
    word = study.request.word
    if "silhouette" not in notes:
        return f"{len(found):,} occurrences of {word} are too few to be grouped."
    best, chance = number(float(notes["silhouette"])), number(float(notes["chance"]))
    if len(found.words) == 1:
        return (
            f"**No separate groups of {word}.** The best division of its uses has a silhouette of "
            f"{best}, and among 19 random clouds without groups one has {chance}: that is no more "
            "than chance."
        )
    return (
        f"**{len(found.words)} groups of {word}**, found by k-means in layer 6: their silhouette "
        f"is {best}, and the best of 19 random clouds without groups has {chance}. They are found "
        "in the vectors and in no dictionary: a group may be a sense, a part of speech or a topic. "
        "Read its sentences."
    )


def cards(study: Study) -> str:
    """Write each group with the words near it and its typical sentences, as HTML."""
    found = study.found
    assert found is not None
    inside = []
    for group, (words, typical) in enumerate(zip(found.words, found.typical, strict=True)):
        size = int((found.groups == group).sum())
        day, night = (SHADES[theme][group % len(SHADES[theme])] for theme in ("light", "dark"))
        sentences = "".join(_sentence(study, row) for row in typical[:TYPICAL])
        title = f"Group {group + 1}" if len(found.words) > 1 else "All uses"
        inside.append(
            f'<section style="--day:{day};--night:{night}"><h4>{title} '
            f"<small>{size:,} of {len(found):,}</small></h4>"
            f"<p><span>near</span> {html.escape(', '.join(words))}</p>"
            f"<ul>{sentences}</ul></section>"
        )
    return f'<div class="lse-uses">{"".join(inside)}</div>'


def _sentence(study: Study, row: int) -> str:
    before, word, after = (html.escape(part) for part in study.excerpt(row))
    return f'<li dir="auto">{before}<mark>{word}</mark>{after}</li>'


def rows(study: Study) -> pd.DataFrame:
    """Return one row for each occurrence."""
    found = study.found
    assert found is not None
    return pd.DataFrame(
        {
            "sentence": ["".join(study.excerpt(row)) for row in range(len(found))],
            "group": found.groups.astype(int) + 1,
            "label": list(found.labels),
            "own": ["yes" if number < 0 else "" for number in found.numbers.tolist()],
        }
    )
