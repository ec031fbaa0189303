"""Analogies: every method answers the same question, and one sees why it is right or wrong."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from embeddings.types import Request
from pages.shared import links, notices, progress
from pages.shared.analogies import asking as addresses
from pages.shared.analogies import bar, cards, gallery, many, picture, race
from pages.shared.analogies.asking import Asking, Wrong
from pages.shared.reading import in_turn, table

asking, problems = bar.choose()
links.follow("analogies")


def answer(asking: Asking) -> None:
    """Show the question, the race, the picture and the gallery."""
    question = addresses.question(asking)
    bar.question(asking, question if isinstance(question, Wrong) else None)
    if isinstance(question, Wrong):
        show_gallery(asking)
        return
    runs = race.run(question, asking)
    st.html(
        f'<p class="lse-asked">{bar.spoken(asking, str(question), not asking.allows_inputs)}</p>'
    )
    for line in race.unknown(runs, question, asking):
        notices.warn(line)
    st.html(cards.cards(runs))
    st.caption(cards.LEGEND)
    table(cards.table(runs), "analogy")
    picture.show(runs, asking)
    show_gallery(asking)


def show_gallery(asking: Asking) -> None:
    """Show questions worth asking, each with every method's answer."""
    st.subheader("Questions worth asking", anchor="questions-worth-asking")
    st.markdown(
        "Each is a link. Beside it is every method's answer, with a tick where it is the expected "
        "word, else with that word's place; – where a word of the question has no vector."
    )
    st.html(gallery.written(asking))


def answer_all(asking: Asking) -> list[Request]:
    """Show a list of questions with every method's answers; return what is still to be made."""
    asking = replace(asking, also="")
    asked = many.ask()
    return many.show(asked, many.requests(asked, asking)) if asked else []


with st.container(key="reading"):
    for problem in problems:
        notices.warn(problem)
    if asking.mode == "list":
        missing = in_turn(answer_all(asking))
    else:
        answer(asking)
        missing = in_turn(race.missing(race.specs(asking)))
progress.below(missing, "The others have answered.")
