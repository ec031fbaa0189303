"""The picture of a question: the plane that its words span, by one method."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from embeddings import methods
from embeddings.figures import analogy as figures
from embeddings.figures.analogy import Picture
from embeddings.probes import analogy as probe
from embeddings.types import EmbeddingTable
from pages.shared import access, address, linked_maps, links, notices, offers
from pages.shared.address import Choice
from pages.shared.analogies import bar
from pages.shared.analogies.asking import Asking
from pages.shared.analogies.race import Run
from pages.shared.reading import chart

RIVALS = 4
HEIGHT_OF_MAP = 440
"""Pixels."""


def show(runs: Sequence[Run], asking: Asking) -> None:
    """Show the plane by the method that the reader chooses, and what it leaves out."""
    asked = (run for run in runs if run.method in offers.method_keys())
    drawable = {run.method: run for run in asked if run.answer and run.answer.question.asked}
    if not drawable:
        return
    st.subheader("The plane of the question", anchor=False)
    method = asking.drawn if asking.drawn in drawable else next(reversed(drawable))
    _choose(list(drawable), method, asking)
    run = drawable[method]
    answer = run.answer
    assert answer and run.spec
    table = access.table(run.spec)
    picture = picture_of(table, run)
    draw = figures.plane if asking.dimensions == 2 else figures.space
    key = (f"plane {asking.dimensions}", table.spec.key, picture.words, picture.roles)
    drawing, text = st.columns([6, 5], gap="large")
    with drawing:
        chart(key, lambda dark: draw(picture, dark), said(picture, run.label))
    with text:
        st.html(explained(picture, run, asking.dimensions))
    show_on_map(picture, run, asking.dimensions)


def show_on_map(picture: Picture, run: Run, dimensions: int) -> None:
    """Show the same words on the word map of the method; a map of too many words is not opened."""
    vocabulary = run.spec.vocabulary if run.spec else ""
    if vocabulary not in offers.vocabularies() or vocabulary == address.BIG:
        vocabulary = "common-10k"
    choice = Choice(run.method, vocabulary, dimensions)
    requests = access.map_requests(choice)
    if not access.can_draw(requests):
        return
    words = access.word_list(vocabulary).index
    off = [word for word in picture.words if word not in words]
    st.subheader("The same words on the map", anchor=False)
    away = f" Not among its words: {', '.join(off)}." if off else ""
    st.markdown(
        "The map draws near words near each other; no arithmetic can be done on it: the arrow's "
        f"step is no step on the map.{f' {notices.plain(away)}' if away else ''}"
    )
    spot = linked_maps.Spot(picture.words)
    linked_maps.show([requests], key="analogies.map", spot=spot, height=HEIGHT_OF_MAP)
    lit = address.lit(words[word] for word in picture.words if word in words)
    st.html(links.link("Open this map with these words lit", address.write(choice), "./", lit))


def _choose(drawable: list[str], method: str, asking: Asking) -> None:
    state = st.session_state
    state["analogies.drawn"], state["analogies.dimensions"] = method, asking.dimensions
    with st.container(
        key="difference-controls", horizontal=True, vertical_alignment="center", gap="medium"
    ):
        st.segmented_control(
            "Method drawn",
            drawable,
            format_func=lambda key: methods.get(key).label,
            key="analogies.drawn",
            required=True,
            on_change=_changed,
            args=(asking,),
            label_visibility="collapsed",
        )
        st.segmented_control(
            "Dimensions",
            (2, 3),
            format_func=lambda n: f"{n}D",
            key="analogies.dimensions",
            required=True,
            on_change=_changed,
            args=(asking,),
            label_visibility="collapsed",
        )


def _changed(asking: Asking) -> None:
    state = st.session_state
    chosen = {"drawn": state["analogies.drawn"], "dimensions": state["analogies.dimensions"]}
    bar.go_to(replace(asking, **chosen))


def picture_of(table: EmbeddingTable, run: Run) -> Picture:
    """Return where the words of a question, its answer and its closest rivals lie."""
    answer = run.answer
    assert answer and answer.question.asked
    words, roles = list(answer.question.asked), ["a", "b", "c"]
    others = [(answer.words[0], "answer")] if answer.words else []
    if answer.question.expected:
        others.append((answer.question.expected, "expected"))
    others += [(word, "rival") for word in answer.words[1 : 1 + RIVALS]]
    for word, role in others:
        if word.lower() not in {known.lower() for known in words}:
            words.append(word)
            roles.append(role)
    plane = probe.plane(table, words)
    return Picture(
        plane.words,
        tuple(roles),
        plane.coordinates,
        plane.target,
        plane.in_plane,
        plane.in_space,
        plane.distances,
    )


def said(picture: Picture, label: str) -> str:
    """Describe the picture for who cannot see it."""
    nearest = picture.words[3] if len(picture.words) > 3 else "none"
    return (
        f"The plane of {', '.join(picture.words[:3])} by {label}: the step from {picture.words[0]} "
        f"to {picture.words[1]}, moved to {picture.words[2]}, leads to a place whose answer is "
        f"{nearest}. The distances are in the table beside it."
    )


def explained(picture: Picture, run: Run, dimensions: int) -> str:
    """Write what the picture shows, and how much of each vector it leaves out."""
    a, b, c = (html.escape(word) for word in picture.words[:3])
    shares = picture.in_plane if dimensions == 2 else picture.in_space
    where = "in this plane" if dimensions == 2 else "in these axes"
    at = picture.at("answer")
    lines = [
        f"<p>The dark arrow is the step from <b>{a}</b> to <b>{b}</b>; the red one is the same "
        f"step from <b>{c}</b>. {_gap(picture, at, shares, dimensions)}</p>"
    ]
    rows = []
    order = sorted(range(3, len(picture.words)), key=lambda i: picture.distances[i])
    for i in (0, 1, 2, *order):
        word, role = html.escape(picture.words[i]), picture.roles[i]
        share = "–" if i == 0 else f"{shares[i]:.0%}"
        rows.append(
            f'<tr data-role="{role}"><th scope="row">{word}</th><td>{share}</td>'
            f"<td>{picture.distances[i]:.3f}</td></tr>"
        )
    lines.append(
        f'<table class="lse-words lse-plane"><thead><tr><th scope="col">Word</th>'
        f'<th scope="col">of its vector {where}</th>'
        f'<th scope="col">from the arrow\'s end, in the whole space</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
    lines.append(
        f"<p>Vectors of length 1, seen from {a}. "
        + (
            "The plane holds a, b, c and the arrow's end wholly; of all else only the shadow."
            if dimensions == 2
            else "The third axis is the direction in which these words differ most besides."
        )
        + " What is near in the picture need not be near in the space: the last column counts.</p>"
    )
    return f'<div class="lse-explained">{"".join(lines)}</div>'


def _gap(picture: Picture, at: int | None, shares: NDArray[np.float64], dimensions: int) -> str:
    if at is None:
        return "No other word is left to answer."
    word = html.escape(picture.words[at])
    picked = "plane" if dimensions == 2 else "picture"
    return (
        f"The answer, <b>{word}</b>, does not lie where it ends: the dotted gap is "
        f"<b>{picture.distances[at]:.2f}</b> long in the whole space, and "
        f"{1 - shares[at]:.0%} of {word}'s vector stands out of this {picked}."
    )
