"""The story from counting to attention: one section a method, in the order of their years."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from embeddings import methods
from embeddings.errors import UserError
from embeddings.figures.word_vector import word_vector
from embeddings.methods import Method
from embeddings.types import VocabularySpec
from pages.shared import access, notices, peek, pickers, progress, visits

VOCABULARY = "common-10k"
NEIGHBORS = 8
ROWS = 200
"""How many numbers of a sparse vector its table shows, the largest."""

visits.arrive("methods")


def story() -> None:
    """Show the page."""
    declared = list(methods.available().values())
    st.title("From counting to attention")
    st.markdown(
        "How to turn a word into numbers, in the order in which people thought of it. Each "
        "picture shows the vector of **your word** and the words whose vectors point most nearly "
        "the same way: a cosine of 1 is the same direction, 0 has nothing in common."
    )
    st.markdown(" · ".join(f"[{m.label}](#{m.key.replace('_', '-')})" for m in declared))
    word = pickers.word(VOCABULARY)
    for method in declared:
        section(method, word)


def section(method: Method, word: str) -> None:
    """Show one method: what it is on the left, what it makes of the word on the right."""
    with st.container(key=f"section-{method.key}"):
        st.header(f"{method.label} · {method.year}", anchor=method.key.replace("_", "-"))
        text, picture = st.columns([5, 6], gap="large")
        with text:
            explain(method)
        with picture:
            try:
                draw(method, word)
            except UserError as error:
                notices.tell(error)


def explain(method: Method) -> None:
    """Show what a method is, sees and misses."""
    st.markdown(f"**{method.summary}**")
    st.markdown(method.explanation)
    st.markdown(f"**Its numbers:** {method.numbers}")
    st.markdown(f"**It sees:** {method.sees}")
    st.markdown(f"**It misses:** {method.misses}")
    sources = [f"[{reference}]({url})" for reference, url in method.references]
    st.markdown(f"**{'Source' if len(sources) == 1 else 'Sources'}:** {'; '.join(sources)}")
    query = {"method": method.key, "vocabulary": VOCABULARY, "dimensions": "2"}
    st.page_link("map.py", label=f"Open the map of {method.label}", query_params=query)


def draw(method: Method, word: str) -> None:
    """Show the word's vector and neighbours by a method, as a picture and as a table."""
    seen = peek.of_word(method.spec(VOCABULARY), word, NEIGHBORS)
    title = f"{word} by {method.label}: {seen.sentence}"
    st.markdown(f"**{title}**, and its {len(seen.neighbors)} nearest words")
    is_dark = st.context.theme.type == "dark"
    listed = ", ".join(f"{other} {cosine:.2f}" for other, cosine in seen.neighbors)
    st.plotly_chart(
        word_vector(seen.values, seen.dim, seen.neighbors, seen.indices, is_dark),
        key=f"picture-{method.key}",
        config={"displayModeBar": False},
        alt=f"{title}. Nearest words by cosine: {listed}.",
    )
    if seen.largest:
        named = ", ".join(f"{name} ({value:.3g})" for name, value in seen.largest)
        st.caption(notices.plain(f"Its largest numbers: {named}"))
    if seen.are_ties:
        st.caption("All other words are equally far away: these were drawn by lot.")
    with st.expander("The same as a table"):
        near, numbers = st.columns(2)
        near.dataframe(pd.DataFrame(seen.neighbors, columns=["word", "cosine"]), hide_index=True)
        shown = seen.numbers if seen.indices is None else seen.numbers[:ROWS]
        numbers.dataframe(pd.DataFrame(shown, columns=["number", "value"]), hide_index=True)
        if len(shown) < len(seen.numbers):
            numbers.caption(f"The {ROWS} largest of {len(seen.numbers):,} that are not zero.")


words = VocabularySpec(VOCABULARY)
if access.has(words):
    story()
else:
    progress.show([words])
