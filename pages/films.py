"""What to watch next: films near the ones somebody likes, by every method, and how good that is."""

from __future__ import annotations

import streamlit as st

from embeddings import methods
from embeddings.applications import films
from embeddings.types import Request
from pages.shared import links, notices, progress
from pages.shared.films import bar, cards, shelf, terms, where, worth
from pages.shared.films.asking import Asking
from pages.shared.films.shelf import Answer
from pages.shared.reading import in_turn, table


def recommendations(asking: Asking) -> list[Request]:
    """Show what every method recommends; return what has still to be made."""
    titles = shelf.titles()
    if problem := films.check_liked(asking.liked, len(titles)):
        notices.tell(problem)
        return []
    answers = shelf.answers(asking.liked, asking.share)
    missing: list[Request] = [shelf.table(a.key) for a in answers if a.films is None]
    shown = next(answer for answer in answers if answer.key == asking.on)
    bar.whose_map("films", asking.on)
    with st.container(key="films-look"):
        drawing, text = st.columns([7, 5], gap="large")
    # The answer goes to the browser first: the map's share of a run would keep it waiting.
    st.html(cards.films(answers, asking, titles))
    with text:
        explained(asking, shown, titles)
    with drawing:
        missing += on_map(asking, shown, titles)
    table(cards.table(answers, titles), "films-recommended")
    return missing


def on_map(asking: Asking, shown: Answer, titles: tuple[str, ...]) -> list[Request]:
    """Light the liked films and what is recommended, or the one film that is looked at."""
    recommended = [each.film for each in shown.films or ()]
    lit = recommended if asking.film is None else [asking.film]
    words = [titles[row] for row in (*asking.liked, *lit)]
    focus = None if asking.film is None else titles[asking.film]
    return where.show(shown.key, "films", words, focus)


def explained(asking: Asking, shown: Answer, titles: tuple[str, ...]) -> None:
    """Say what pulled in the film that is looked at, or the first."""
    st.markdown(
        "Films are **points**, and a film is recommended for lying near those you like. Press a "
        "film below to see it on the map, and which of yours pulled it in."
    )
    if not shown.films:
        return
    each = next((f for f in shown.films if f.film == asking.film), None)
    if asking.film is not None and each is None:
        notices.tell(f"{shown.label} does not recommend {titles[asking.film]} now.")
    st.html(cards.why(each or shown.films[0], methods.get(shown.key).label, titles))


@st.fragment
def whole() -> None:
    """Show the page; what is chosen on it runs this alone, and not the frame around it."""
    with st.container(key="reading"):
        st.title("What to watch next", anchor=False)
        if shelf.ready():
            links.follow("films")
            asking, problems = bar.choose()
            for problem in problems:
                notices.warn(problem)
            missing = recommendations(asking)
            missing = in_turn([*missing, *worth.show(asking)])
        else:
            missing = shelf.first()
        terms.show("films")
    progress.below(missing, "Everything else on the page can be used.")


whole()
