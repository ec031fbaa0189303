"""One word's neighbours by the exact pass, an index and the vector database, side by side."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from embeddings.applications import scale
from embeddings.errors import UserError
from embeddings.types import Nearby, OneWay, Request
from pages.shared import access, links, notices
from pages.shared.reading import table
from pages.shared.scale import asking as addresses
from pages.shared.scale import bar
from pages.shared.scale.asking import Asking
from pages.shared.scale.curves import ms

NAMES = {
    "exact": "Exact pass",
    "hnsw": "HNSW graph",
    "database": "Vector database (LanceDB)",
    "embedded": "Vector database, the embedded one",
}
EXAMPLES = ("piano", "cooper", "barrel", "einstein")


def show(asking: Asking) -> list[Request]:
    """Show the lists; return what has to be made for them."""
    st.subheader("Three ways to the same neighbours", anchor=False)
    st.markdown(
        "A set that outgrows one machine goes into a vector database, which other machines reach "
        "by its address (`LSE_VECTORS`). By default it is embedded: a folder in the app's cache."
    )
    with st.container(
        key="score-replies", horizontal=True, vertical_alignment="center", gap="medium"
    ):
        st.session_state["scale.word"] = asking.word
        st.text_input(
            "Word",
            max_chars=addresses.LONGEST,
            key="scale.word",
            on_change=_typed,
            label_visibility="collapsed",
            placeholder="one of 400,000 words",
            width=200,
        )
        to = (links.link(word, addresses.write(replace(asking, word=word))) for word in EXAMPLES)
        st.html(f'<p class="lse-onward">Try {" · ".join(to)}</p>', width="content")
    try:
        request = scale.nearby_spec(asking.word)
    except UserError as problem:
        notices.warn(problem)
        return []
    if not access.has(request):
        st.caption(
            f"The neighbours of {notices.plain(request.word)} are being searched. The first time "
            "the graph and the database are filled, which takes a minute or more."
        )
        return [request]
    found = access.nearby(request)
    _lists(found)
    return []


def _lists(found: Nearby) -> None:
    exact = found.found[0]
    for column, way in zip(st.columns(len(found.found), gap="medium"), found.found, strict=True):
        with column:
            st.markdown(f"**{NAMES[way.way]}**")
            if way.problem:
                notices.warn(way.problem)
                continue
            st.caption(f"{ms(way.milliseconds)} a search{_shared(way, exact)}")
            st.dataframe(
                pd.DataFrame({"word": way.words, "cosine": way.similarities}),
                hide_index=True,
                column_config={"cosine": st.column_config.NumberColumn(format="%.3f")},
                height=345,
            )
    st.caption(
        f"Among n = {found.size:,} words of GloVe, k = {found.spec.k}; medians of five searches, "
        "whose data lay in memory. The database "
        f"({notices.plain(found.place)}) uses as many threads as it likes, the others one; it "
        "reads its own format from disk or from afar, which is why it takes longer than a graph in "
        "memory, and why it does not need the memory."
    )
    table(rows(found), f"scale-{found.spec.word}", "The lists as a table")


def _shared(way: OneWay, exact: OneWay) -> str:
    if way is exact:
        return ""
    same = len({*way.words} & {*exact.words})
    return f", {same} of the {len(exact.words)} nearest"


def rows(found: Nearby) -> pd.DataFrame:
    """Return one row a way and neighbour."""
    return pd.DataFrame(
        [
            {
                "way": NAMES[way.way],
                "ms": round(way.milliseconds, 4),
                "place": place,
                "word": word,
                "cosine": round(value, 4),
            }
            for way in found.found
            for place, (word, value) in enumerate(
                zip(way.words, way.similarities, strict=True), start=1
            )
        ]
    )


def _typed() -> None:
    word = " ".join((st.session_state["scale.word"] or "").split())
    if word:
        bar.go_to(replace(bar.now(), word=word))
