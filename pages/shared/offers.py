"""What there is to choose from: what is packaged, and what the present visitor brought."""

from __future__ import annotations

from embeddings import collections, corpus, methods, sources, vocabulary
from embeddings.errors import UnknownName, UserError
from pages.shared.own import NOT_YOURS, desk

FIRST = "glove"
"""The method of the map of words that is shown first."""


def of_kind(*kinds: str) -> tuple[str, ...]:
    """Return the names of the visitor's sources of these kinds (`sources.content.KINDS`)."""
    found = []
    for name in desk.mine():
        try:
            if sources.get(name).kind in kinds:
                found.append(name)
        except UserError:  # it went a moment ago
            continue
    return tuple(found)


def method_keys(kind: str = methods.WORDS) -> tuple[str, ...]:
    """Return the keys of all methods for a kind, the visitor's own vectors and models last."""
    own = of_kind("vectors", "model") if kind == methods.WORDS else ()
    return (*methods.available(kind), *own)


def methods_for(words: str) -> tuple[str, ...]:
    """Return the keys of all methods that embed the things of a vocabulary."""
    return method_keys(vocabulary.kind(words))


def first_method(words: str) -> str:
    """Return the method whose map of a vocabulary is shown first."""
    if collections.is_name(words):
        return collections.get(words).first
    return vocabulary.FIRST_OF_IMAGES if vocabulary.kind(words) == vocabulary.IMAGES else FIRST


def words_for(method: str) -> str | None:
    """Return what to show first by a method that embeds no words; None for words.

    A collection, or the images that the visitor brought last; None where there are none of his.
    """
    found = next((k for k in methods.kinds()[1:] if method in methods.available(k)), None)
    if found == vocabulary.IMAGES:
        return next(reversed(of_kind(vocabulary.IMAGES)), None)
    return methods.get(method).own_words if found else None


def first_words(method: str, present: str) -> str:
    """Return the words to show first of what was brought: its own, or where it has none these."""
    return method if methods.own_words(method) == method else present


def own_vocabularies() -> tuple[str, ...]:
    """Return the names of the visitor's own lists of words: models and images have none."""
    return of_kind("words", "text", "vectors")


def vocabularies() -> tuple[str, ...]:
    """Return the names of all vocabularies of words that have maps, the visitor's own last."""
    return (*vocabulary.names(), *own_vocabularies())


def mapped() -> tuple[str, ...]:
    """Return the names of all that has maps: words, packaged collections, the visitor's own."""
    own = (*own_vocabularies(), *of_kind(vocabulary.IMAGES))
    return (*vocabulary.names(), *collections.available(), *own)


def texts() -> tuple[str, ...]:
    """Return the names of all texts that methods can learn from, the visitor's own last."""
    return (*corpus.NAMES, *of_kind("text"))


def text(name: str) -> str:
    """Return the name of a text that methods can learn from.

    Raises
    ------
    UserError
        If there is none of that name, or another visitor brought it.
    """
    desk.check_name(name)
    return corpus.check(name)


def unknown(kind: str, name: str, valid: tuple[str, ...]) -> str:
    """Say in a line that there is nothing of that name among those which are valid."""
    if sources.is_name(name):
        return NOT_YOURS
    return str(UnknownName(kind, name, [each for each in valid if not sources.is_name(each)]))


def label(name: str) -> str:
    """Return what people read for the name of a text, or of anything that was brought."""
    return f"{sources.title(name)} (yours)" if sources.is_name(name) else name


def method_label(key: str) -> str:
    """Return what people read for a method, marked where the vectors are the visitor's own."""
    return label(key) if sources.is_name(key) else methods.get(key).label


def vocabulary_label(name: str) -> str:
    """Return what people read for a vocabulary, marked where the words are the visitor's own."""
    return label(name) if sources.is_name(name) else vocabulary.label(name)
