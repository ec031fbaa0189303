"""Whom to follow: people like a person that somebody makes up by rating a dozen films."""

from __future__ import annotations

import streamlit as st

from embeddings import methods
from embeddings.applications import people
from embeddings.types import LIKED, Request
from pages.shared import links, notices, progress
from pages.shared.films import asking as addresses
from pages.shared.films import bar, cards, shelf, terms, where
from pages.shared.films.asking import Asking, Rating
from pages.shared.reading import in_turn


def followed(rating: Rating) -> list[Request]:
    """Show people like the new one by every method; return what has still to be made."""
    rated = rating.rated
    if problem := people.check_rated(rated):
        notices.tell(problem)
    if not any(stars >= LIKED for stars in rated.values()):
        return []
    found, missing = {}, []
    for key in methods.available("people"):
        of = shelf.people_by(key)
        found[key] = people.alike(of, shelf.ratings(), rated) if of else None
        missing += shelf.missing_for(key)
    names, titles = shelf.names(), shelf.titles()
    written = (
        cards.people(methods.get(key).label, key, each, names, titles)
        for key, each in found.items()
    )
    st.html(f'<div class="lse-picks">{"".join(written)}</div>')
    liked = tuple(row for row, stars in rated.items() if stars >= LIKED)
    to = links.link(
        "What to watch next, for the films that you like",
        addresses.write(Asking(liked), titles),
        "./films",
    )
    st.html(f'<p class="lse-terms">{to}</p>')
    st.subheader("Where they stand", anchor=False)
    bar.whose_map("people", rating.on)
    lit = [names[each.person] for each in found[rating.on] or ()]
    missing += where.show(rating.on, "people", lit, lit[0] if lit else None)
    st.caption(
        "Each dot is a person; lit are those like you. You have no dot: the map was drawn without "
        "you."
    )
    found_again()
    return missing


def found_again() -> None:
    """Say how much a dozen films say of somebody."""
    said = []
    for key, method in methods.available("people").items():
        if shelf.people_by(key):
            share, asked = shelf.found_again(key)
            said.append(f"{method.label} {share:.0%}")
    if said:
        st.markdown(
            f"**How much do a dozen films say?** Each of the {asked:,} people who like more than a "
            "dozen films is described by the dozen they liked last. So often the nearest of all "
            f"671 is that very person: {', '.join(said)}. By chance it would be 1 in 671. Their "
            "vectors were learned with these films in them."
        )


with st.container(key="reading"):
    st.title("Whom to follow", anchor=False)
    if shelf.ready():
        st.markdown(
            "Make a person up: give a dozen films their stars. Those with **four or more** are "
            "liked, and say where among 671 real people yours would stand."
        )
        rating, problems = bar.rate()
        for problem in problems:
            notices.warn(problem)
        missing = in_turn(followed(rating))
    else:
        missing = shelf.first()
    terms.show("people")
progress.below(missing, "Everything else on the page can be used.")
