"""Contexts: one word in many sentences, a dot for each, layer by layer."""

from __future__ import annotations

import streamlit as st

from embeddings.types import Request
from pages.shared import notices, progress
from pages.shared.contexts import asking as addresses
from pages.shared.contexts import bar, cloud, dots, groups, layers, own, pair
from pages.shared.contexts.asking import Asking
from pages.shared.contexts.study import Study, study
from pages.shared.reading import in_turn

asking, problems = bar.choose()


def heading(found: Study) -> str:
    """Say what is read."""
    word, read = found.request.word, found.found
    if read is None:
        return f"{word}: reading its sentences."
    n, notes = len(read), read.notes
    total, sentences = int(notes["occurrences"]), int(notes["sentences"])
    mine = int((read.numbers < 0).sum())
    if not n:
        return (
            f"{word} does not occur in the corpus, nor in a sentence given below: it has no dots. "
            "Add sentences of your own."
        )
    parts = [f"{n - mine:,} of its {total:,} occurrences in {sentences:,} sentences of the corpus"]
    if mine:
        parts.append(f"{mine:,} in sentences with labels or of your own")
    once = (
        " It takes two occurrences to compare: add sentences of your own below." if n == 1 else ""
    )
    passed = int(notes["passed_over"])
    left = f" {passed:,} could not be found among the model's word pieces." if passed else ""
    return f"{word}: {', and '.join(parts)}.{once}{left}"


def _caption(text: str) -> None:
    st.caption(notices.plain(text))


def show(asking: Asking, word: str) -> list[Request]:
    """Show everything about a word; return what has still to be made."""
    found = study(asking, word)
    st.markdown(
        "A static method gives a word one dot. BERT reads it anew in every sentence: **one dot "
        "opens into many.**"
    )
    say = notices.tell if found.found is not None and not len(found.found) else _caption
    say(heading(found))
    many, one = st.columns([7, 5], gap="medium")
    with many:
        cloud.show(found, asking)
    with one, st.container(key="contexts-dots", gap="small"):
        dots.show(word)
    groups.show(found)
    layers.show(found)
    missing = [*found.missing, *pair.show(asking, found)]
    own.show(asking, word)
    return missing


with st.container(key="reading"):
    for problem in problems:
        notices.warn(problem)
    word, wrong = addresses.word_of(asking)
    if word is None:
        notices.warn(wrong)
    missing = in_turn(show(asking, word)) if word else []
progress.below(missing, "The rest is shown.")
