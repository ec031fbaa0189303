"""The one dot that Word2Vec and GloVe give the word, on their maps."""

from __future__ import annotations

import html

import streamlit as st

from embeddings import methods, neighbors
from pages.shared import access, linked_maps
from pages.shared.address import Choice

METHODS = ("word2vec", "glove")
VOCABULARY = "common-10k"
NEAR = 8
HEIGHT = 240
"""Pixels of each map."""


def show(word: str) -> None:
    """Show the word on the maps of the static methods, and its nearest neighbours there."""
    for method in METHODS:
        near = nearest(method, word)
        st.html(_line(method, word, near))
        if near is None:
            continue
        requests = access.map_requests(Choice(method, VOCABULARY))
        if access.can_draw(requests):
            spot = linked_maps.Spot((word, *near), focus=word)
            linked_maps.show([requests], key=f"contexts.{method}", spot=spot, height=HEIGHT)


def nearest(method: str, word: str) -> tuple[str, ...] | None:
    """Return a word's nearest neighbours by a method; None where it has no vector for it."""
    spec = methods.get(method).spec(VOCABULARY)
    wanted = neighbors.spec(spec)
    if not access.has(wanted):
        return None
    near = access.near(wanted)
    words = access.words(spec, len(near.indices))
    if word not in words:
        return None
    return tuple(words[i] for i in near.indices[words.index(word), :NEAR])


def _line(method: str, word: str, near: tuple[str, ...] | None) -> str:
    label, shown = html.escape(methods.get(method).label), html.escape(word)
    if near is None:
        return (
            f'<p class="lse-dot"><b>{label}</b> has no dot for {shown} among its 10,000 common '
            "words.</p>"
        )
    return (
        f'<p class="lse-dot"><b>{label}: one dot for {shown}</b> <span>near '
        f"{html.escape(', '.join(near))}</span></p>"
    )
