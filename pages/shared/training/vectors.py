"""The vectors at the end of a training: on every other page, and to take along."""

from __future__ import annotations

import html

import streamlit as st

from embeddings.types import Request
from pages.shared import access, address, linked_maps, links
from pages.shared.training import asking as addresses
from pages.shared.training.asking import Asking

MAKE = "training.make"
"""In the session's state: the runs whose vectors the reader has asked for."""


def show(asking: Asking) -> list[Request]:
    """Offer the vectors of the training that is shown; return what has to be made for it."""
    spec = addresses.request(asking.run)
    if not access.has(spec):
        return []
    st.subheader("These vectors as a method of their own", anchor=False)
    access.remember(spec, spec.table)
    seen = access.training(spec)
    settings = address.write(addresses.choice_of(asking.run)).get("settings", "")
    beside = ",".join(filter(None, ["word2vec", settings]))
    map_of = {"method": "word2vec", "vocabulary": "common-10k", "dimensions": "2"}
    pages = (
        ("On the map", {**map_of, "settings": settings}, "./"),
        (
            "Beside the Word2Vec of both texts",
            {"vocabulary": "common-10k", "dimensions": "2", "maps": f"word2vec|{beside}"},
            "./compare",
        ),
        ("In the race of analogies", {"also": settings or "epochs:10"}, "./analogies"),
    )
    at = " · ".join(links.link(text, query, path) for text, query, path in pages)
    who = (
        " It learned from a text of yours: nobody else sees it, and it goes with the text."
        if addresses.is_own(asking.run)
        else ""
    )
    st.html(
        f'<p class="lse-onward">{at}</p><p class="lse-quiet">Its {seen.n_words:,} words were '
        f"learned from a text of {seen.n_tokens:,}. The other pages show those that are in their "
        f"vocabulary, and name what is missing.{html.escape(who)}</p>"
    )
    return _downloads(asking.run)


def _downloads(run: str) -> list[Request]:
    spec = addresses.request(run)
    if access.has(spec.table):
        at = f"{linked_maps.base_path()}/data/training/{spec.key}/vectors"
        st.html(
            '<p class="lse-onward">Take them along: '
            f'<a href="{at}.txt" download>text of word2vec</a> · '
            f'<a href="{at}.npz" download>npz</a> (arrays <code>words</code> and '
            "<code>vectors</code>, no pickle)</p>"
        )
        return []
    asked: set[str] = st.session_state.setdefault(MAKE, set())
    if run in asked:
        return [spec.table]
    st.html(
        '<p class="lse-quiet">The vectors of this training are not shipped, only what was seen of '
        "them. Trained again with the same seed they are the same on a machine like the one that "
        "they come from, and nearly so on others.</p>"
    )
    st.button("Train them to take them along", on_click=asked.add, args=(run,))
    return []
