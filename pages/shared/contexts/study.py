"""What is read and drawn for the page, as far as it is there, and what still has to be made."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from embeddings.inside import contexts, own_sentences
from embeddings.types import ContextMap, ContextMapSpec, Contexts, ContextsSpec, Request
from pages.shared import access
from pages.shared.contexts.asking import Asking

MINE = "contexts.mine"
"""Where the visit keeps the reader's own sentences, as they were typed."""

AROUND = 160
"""Characters of a sentence that are shown on each side of the word."""


@dataclass(frozen=True)
class Study:
    """A word in its sentences.

    Attributes
    ----------
    request : what is read
    drawn : the maps that are wanted
    found, places : None where they are still to be made
    texts : the whole sentence of each occurrence; None where the corpus has still to be read
    missing : what still has to be made, in the order of making it
    """

    request: ContextsSpec
    drawn: ContextMapSpec
    found: Contexts | None
    places: ContextMap | None
    texts: tuple[str, ...] | None
    missing: tuple[Request, ...]

    def excerpt(self, row: int) -> tuple[str, str, str]:
        """Return what stands before the word of an occurrence, the word, and what follows it."""
        assert self.found is not None
        start, end = self.found.spans[row].tolist()
        if self.texts is None:
            return "The text is being read: ", self.request.word, ""
        return around(self.texts[row], start, end)


def around(text: str, start: int, end: int) -> tuple[str, str, str]:
    """Return a part of a text before a word, the word, and a part after it, cut at spaces."""
    before, after = text[:start], text[end:]
    if len(before) > AROUND:
        before = "…" + before[-AROUND:].partition(" ")[2]
    if len(after) > AROUND:
        after = after[:AROUND].rpartition(" ")[0] + "…"
    return before, text[start:end], after


def own_of(asking: Asking, word: str) -> tuple[tuple[str, str], ...]:
    """Return the sentences that are read beside those of the corpus."""
    if asking.own == "none":
        return ()
    if asking.own == "mine":
        return own_sentences.read(st.session_state.get(MINE, ""), word).sentences
    return own_sentences.packaged().get(word, ())


def study(asking: Asking, word: str) -> Study:
    """Fetch what is there."""
    request = contexts.spec(word, own_of(asking, word), corpus_name=asking.text)
    drawn = ContextMapSpec(request, asking.algorithm)
    found = access.contexts(request) if access.has(request) else None
    places = access.context_map(drawn) if access.has(drawn) else None
    missing: list[Request] = [each for each in (request, drawn) if not access.has(each)]
    texts = None
    if found is not None:
        wanted = contexts.sentences_spec(found)
        if access.has(wanted):
            said = dict(zip(wanted.numbers, access.sentences(wanted).texts, strict=True))
            own = request.own
            texts = tuple(said[i] if i >= 0 else own[-1 - i][1] for i in found.numbers.tolist())
        else:
            missing.append(wanted)
    return Study(request, drawn, found, places, texts, tuple(missing))
