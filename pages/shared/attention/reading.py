"""One text, a pair, or two texts: read by the workers, and shown by the component."""

from __future__ import annotations

import html
from collections.abc import Sequence

import streamlit as st

from embeddings.errors import UserError
from embeddings.inside import attention
from embeddings.methods import _models as models
from embeddings.types import Attention, AttentionSpec, Request
from pages.shared import access, notices, progress
from pages.shared.attention import component, folders
from pages.shared.attention.asking import Asking

SOON = 0.9
"""Seconds that a page waits for a text to be read, before it says how far that is."""

SOURCES = (
    ("Jain and Wallace 2019, Attention is not Explanation", "https://aclanthology.org/N19-1357"),
    ("Serrano and Smith 2019, Is Attention Interpretable?", "https://arxiv.org/abs/1906.03731"),
    (
        "Wiegreffe and Pinter 2019, Attention is not not Explanation",
        "https://aclanthology.org/D19-1002",
    ),
    (
        "Abnar and Zuidema 2020, Quantifying Attention Flow in Transformers (rollout)",
        "https://aclanthology.org/2020.acl-main.385",
    ),
)


def specs(asking: Asking) -> list[AttentionSpec]:
    """Return what has to be read.

    Raises
    ------
    UserError
        If a text is empty, the model cannot be one, or this visitor may not name it.
    """
    folders.check(asking.model)
    if asking.view == "text":
        return [attention.spec(asking.text, asking.pair, asking.model)]
    if not (asking.text.strip() and asking.other.strip()):
        raise UserError("Write two sentences that have a word in common.")
    return [attention.spec(text, model=asking.model) for text in (asking.text, asking.other)]


def show(asking: Asking) -> list[Request]:
    """Show the heads; return what is still to be read."""
    try:
        wanted = specs(asking)
    except UserError as problem:
        notices.warn(problem)
        return []
    missing = wait_for(wanted)
    if not missing:
        results = [access.attention(spec) for spec in wanted]
        st.html(as_read(results))
        component.show(wanted, asking)
    else:
        st.html(
            '<p class="lse-heads-wait" role="status">The heads stand here when the text has been '
            "read.</p>"
        )
    caveat()
    return missing


def wait_for(wanted: Sequence[Request]) -> list[Request]:
    """Wait a moment for what is made at once; return what is not there."""
    each = SOON / len(wanted)
    return [request for request in wanted if not progress.at_once(request, each)]


def as_read(results: Sequence[Attention]) -> str:
    """Say what was read, as HTML; what was cut off is shown struck out."""
    layers, heads = results[0].weights.shape[:2]
    counts = " and ".join(
        f"{len(each.tokens)}{f' of {each.total:,}' if len(each.tokens) < each.total else ''}"
        for each in results
    )
    said = (
        f"{counts} tokens, read by {html.escape(results[0].model)}: {layers} layers of {heads} "
        "heads"
    )
    cut = [each for each in results if len(each.tokens) < each.total]
    if not cut:
        return f'<p class="lse-asked">{said}.</p>'
    texts = []
    for each in cut:
        for text, end in zip((each.spec.text, each.spec.pair), each.read, strict=True):
            if text:
                texts.append(f"{html.escape(text[:end])}<s>{html.escape(text[end:])}</s>")
    return (
        f'<p class="lse-asked"><b>Cut off:</b> {said}. At most {models.MOST_TOKENS} tokens are '
        "read at once; what follows is struck out.</p>"
        f'<p class="lse-cut" dir="auto">{" / ".join(texts)}</p>'
    )


def caveat() -> None:
    """Say what attention is not, with the sources."""
    named = "".join(
        f'<li><a href="{url}" target="_blank" rel="noopener">{html.escape(title)}</a></li>'
        for title, url in SOURCES
    )
    st.html(
        '<section class="lse-caveat" aria-label="What attention is not">'
        "<p><b>Attention is not explanation.</b> It says what a head mixes into a token, not why "
        "the model answers as it does: what is mixed in may be small or cancelled by other heads, "
        "other weights can lead to the same answer, and the most attended token is often not the "
        "one that matters most when words are taken away. Read it as a hint to be tested.</p>"
        f"<ul>{named}</ul></section>"
    )
