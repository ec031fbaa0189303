"""Whose data are shown, and what may be done with them."""

from __future__ import annotations

import html

import streamlit as st

from embeddings import collections


def show(name: str) -> None:
    """Say where a collection's data come from, and their terms."""
    of = collections.get(name)
    st.html(
        f'<p class="lse-terms">Data: <a href="{html.escape(of.source_url)}" target="_blank" '
        f'rel="noopener noreferrer">{html.escape(of.source)}</a>, MovieLens: 100,004 ratings of '
        f"9,066 films by 671 people, 1995 to 2016. {html.escape(of.terms)} Somebody likes a film "
        "that they gave four stars of five or more. Seven ratings are of films without a title in "
        "the data; these are called by their number.</p>"
    )
