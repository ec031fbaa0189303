"""What was found, on the map of all paragraphs by their meaning."""

from __future__ import annotations

import numpy as np
import streamlit as st

from embeddings.applications import search
from embeddings.types import Found
from pages.shared import access, address, linked_maps, links
from pages.shared.address import Choice

HEIGHT = 390
NAMES = ("words alone", "both", "meaning alone")


def show(found: Found | None) -> None:
    """Show the map of paragraphs; those that were found are lit, and coloured by who found them."""
    table = search.table_spec()
    choice = Choice(table.method, table.vocabulary)
    requests = access.map_requests(choice)
    if not access.can_draw(requests):
        st.html('<p class="lse-asked">The map of paragraphs is not built yet: open it first.</p>')
        return
    spot = spot_of(found, len(access.word_list(table.vocabulary))) if found else None
    linked_maps.show([requests], key="search.map", spot=spot, height=HEIGHT)
    rows = [hit.row for hit in (*found.by_words, *found.by_meaning)] if found else []
    st.html(
        '<p class="lse-asked">All paragraphs by their meaning: near dots speak of like things. '
        "What meaning finds lies together; what words find may lie anywhere. Blue: found by words "
        "alone; orange: by meaning alone; pale: by both. "
        f"{links.link('Open this map', address.write(choice), './', address.lit(rows))}</p>"
    )


def spot_of(found: Found, n: int) -> linked_maps.Spot:
    """Return what the map points at: every paragraph found, in a colour for who found it."""
    classes = np.full(n, linked_maps.NO_CLASS, dtype=np.uint8)
    by_words = {hit.row: hit.label for hit in found.by_words}
    by_meaning = {hit.row: hit.label for hit in found.by_meaning}
    for row in by_words.keys() | by_meaning.keys():
        classes[row] = (row in by_meaning) + (row in by_meaning and row not in by_words)
    measure = linked_maps.Measure(
        "Found by", NAMES, (classes.tobytes(),), "The first ten of each way of searching."
    )
    names = tuple(dict.fromkeys((*by_meaning.values(), *by_words.values())))
    return linked_maps.Spot(names, measure=measure)
