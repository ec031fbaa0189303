"""A blank filled in three times: with both sides of the text seen, the left one, the right one."""

from __future__ import annotations

import html
import math

import pandas as pd
import streamlit as st

from embeddings.errors import UserError
from embeddings.inside import fill_in
from embeddings.types import FillIn, Filling, Request
from pages.shared import access, notices
from pages.shared.attention import folders
from pages.shared.attention.asking import Asking
from pages.shared.attention.reading import wait_for
from pages.shared.reading import table

NAMES = {"left": "Left side only", "both": "Both sides", "right": "Right side only"}
"""In the order in which they stand."""


def show(asking: Asking) -> list[Request]:
    """Show what the model puts into the blank; return what is still to be made."""
    st.html(f'<p class="lse-asked">{html.escape(EXPLAINED)}</p>')
    try:
        folders.check(asking.model)
        wanted = fill_in.spec(asking.text, asking.model)
    except UserError as problem:
        notices.tell(problem)
        return []
    missing = wait_for([wanted])
    if not missing:
        found = access.fill_in(wanted)
        st.html(cards(found))
        st.html(f'<p class="lse-asked">{html.escape(summary(found))}</p>')
        table(rows(found), "blank")
    else:
        st.html(
            '<p class="lse-heads-wait" role="status">The words stand here when the blank has been '
            "filled in.</p>"
        )
    return missing


EXPLAINED = (
    "A masked-language model (BERT) learned by filling in blanks, and looks at both sides of one "
    f"to do so: that is what bidirectional means. {fill_in.HOW} It never learned from one side "
    "alone, so its answers there are rougher than those of a model that did."
)


def summary(found: FillIn) -> str:
    """Say how sure the model is with each side, in bits."""
    by_side = {each.sees: each for each in found.fillings}
    said = [f"{NAMES[side].lower()} {by_side[side].bits:.1f}" for side in NAMES]
    cut = (
        f" The text has {found.total:,} tokens; the {len(found.tokens)} around the blank were read."
        if found.total > len(found.tokens)
        else ""
    )
    return (
        f"How undecided it is, in bits (entropy; 0 is certain, every one of its {found.known:,} "
        f"tokens alike is {math.log2(found.known):.1f}): {', '.join(said)}. Read by {found.model}."
        f"{cut}"
    )


def cards(found: FillIn) -> str:
    """Write the three fillings beside each other as HTML."""
    by_side = {each.sees: each for each in found.fillings}
    inside = "".join(_card(side, by_side[side], found) for side in NAMES)
    return f'<div class="lse-blanks" role="list" aria-label="What fills the blank">{inside}</div>'


def _card(side: str, filling: Filling, found: FillIn) -> str:
    answers = "".join(
        f"<li><span>{html.escape(word)}</span>"
        f'<span class="lse-bar"><i style="width:{100 * share:.1f}%"></i></span>'
        f"<b>{_percent(share)}</b></li>"
        for word, share in zip(filling.words, filling.probabilities, strict=True)
    )
    return (
        f'<section role="listitem" data-side="{side}"><h4>{NAMES[side]}</h4>'
        f'<p class="lse-seen" dir="auto">{_seen(side, found)}</p><ol>{answers}</ol></section>'
    )


def _percent(share: float) -> str:
    return "&lt;0.1%" if 0 < share < 0.0005 else f"{share:.1%}"


def _seen(side: str, found: FillIn) -> str:
    """Write the text as the model sees it; what is hidden is greyed."""
    seen = fill_in.visible(side, found.blank, len(found.tokens))
    written = []
    for at, (token, is_seen) in enumerate(zip(found.tokens, seen, strict=True)):
        if at in (0, len(found.tokens) - 1):
            continue
        text = "___" if at == found.blank else html.escape(token)
        mark = "b" if at == found.blank else "span" if is_seen else "s"
        written.append(f"<{mark}>{text}</{mark}>")
    return " ".join(written)


def rows(found: FillIn) -> pd.DataFrame:
    """Return the answers as a table."""
    by_side = {each.sees: each for each in found.fillings}
    columns: dict[str, object] = {"place": range(1, len(by_side["both"].words) + 1)}
    for side, name in NAMES.items():
        columns[name] = by_side[side].words
        columns[f"{name}: probability"] = by_side[side].probabilities
    return pd.DataFrame(columns)
