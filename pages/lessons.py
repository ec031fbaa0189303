"""Lessons: the list of them; one is taken over the app's own pages."""

from __future__ import annotations

import html

import streamlit as st

from embeddings import lessons
from pages.shared import notices
from pages.shared.lessons import dock, room

found, problems = lessons.read_all()

with st.container(key="reading"):
    st.html(
        "<h1>Lessons</h1><p>Ten minutes each. Every step asks for a guess, then the app shows what "
        "is true, and says why. They lead through the app's own pages, with the same vectors: all "
        "that is claimed you can try at once.</p>"
    )
    for problem in problems:
        notices.warn(problem)
    room.show()
    columns = st.columns(3)
    for at, (key, lesson) in enumerate(found.items()):
        with columns[at % 3], st.container(border=True):
            st.html(
                f'<p class="lse-lesson-number">{at + 1} · {lesson.minutes} minutes · '
                f"{len(lesson.steps)} steps</p>"
                f'<p class="lse-lesson-title">{html.escape(lesson.title)}</p>'
                f'<p class="lse-lesson-aim">{html.escape(lesson.aim)}</p>'
            )
            st.button("Start", key=f"start.{key}", on_click=dock.start, args=(key,))
