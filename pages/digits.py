"""Visual search: draw a digit and see its nearest pictures by each method, or bring images."""

from __future__ import annotations

import streamlit as st

from embeddings import collections, methods
from embeddings.applications import visual
from embeddings.types import Request, VisualSearch, VocabularySpec
from pages.shared import access, linked_maps, progress, visits
from pages.shared.address import Choice
from pages.shared.digits import drawing, images

MAPS_HEIGHT = 340

visits.arrive("digits")
request = visual.spec()
of = collections.get(request.collection)
tables = visual.tables(request)
maps = [access.map_requests(Choice(each.method, each.vocabulary)) for each in tables]
first: list[Request] = [VocabularySpec(request.collection), request, *tables]
wanted = list(dict.fromkeys([*first, *(each for one in maps for each in one.wanted)]))
missing = [each for each in wanted if not access.has(each)]
kept = [*images.pending(), *wanted]
progress.only(kept)


def show_drawing() -> None:
    """Show the square, as soon as what it asks for is there."""
    st.html(
        '<p class="lse-asked">Draw a digit: every method looks for the pictures that are nearest '
        "to it, among 1,797 that other people drew.</p>"
    )
    if any(each in missing for each in first):
        line = "A small network is being trained, and three more methods prepared …"
        st.html(f'<p class="lse-waiting" role="status">{line}</p>')
    else:
        drawing.show(access.visual_search(request))


def show_maps() -> None:
    """Show one map for each method; the drawing lights its nearest on each."""
    if not all(access.can_draw(each) for each in maps):
        st.html('<p class="lse-waiting" role="status">The maps are being drawn …</p>')
        return
    names = [methods.get(each.method).label for each in tables]
    linked_maps.show(maps, names, key="digit maps", height=MAPS_HEIGHT)
    st.caption(
        "The same pictures by each method, in the colours of their digits. Lit: the ten that are "
        "nearest to the drawing by that map's own method. Point at a picture to see its neighbours."
    )


def show_precision(found: VisualSearch) -> None:
    """Show how often each method is right on pictures that nothing was learned from."""
    st.subheader("How often are the nearest right?", anchor="how-often")
    k, chance = found.spec.k, found.precisions[0].chance
    st.markdown(
        f"Each of {found.n_held_out:,} held-out pictures is asked for its {k} nearest among the "
        f"others of them: the share that shows the same digit (precision at {k}), with its 95 % "
        f"interval, by a bootstrap over the pictures. Drawn by lot it would be {chance:.3f}. PCA "
        "and the network have learned from the other half of the collection alone. "
        f"{visual.said_of_training(found.notes)}"
    )
    st.dataframe(
        {
            "method": [methods.get(each.method).label for each in found.precisions],
            f"precision at {k}": [f"{each.value:.3f}" for each in found.precisions],
            "95 % interval": [
                f"{each.interval.low:.3f} to {each.interval.high:.3f}" for each in found.precisions
            ],
            "chance": [f"{each.chance:.3f}" for each in found.precisions],
        },
        hide_index=True,
        width=560,
    )
    st.caption("The same from the command line: `python -m embeddings digits`.")


with st.container(key="reading"):
    show_drawing()
    show_maps()
    if access.has(request):
        show_precision(access.visual_search(request))
    missing = [*images.show(), *missing]
    st.caption(f"The digits: {of.source}. {of.terms}")
progress.below(missing, "What is there can be used.", kept)
