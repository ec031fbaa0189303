"""Which methods know somebody's words: how many, which not, and what is spelt like those."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import streamlit as st

from embeddings import corpus, methods, sources, vocabulary
from embeddings.sources import Source
from embeddings.spelling import Spellings
from embeddings.types import Request, VocabularySpec
from pages.shared import access
from pages.shared.own import cached, desk

ENOUGH = 0.2
"""Share of the words that a method must know to be offered at once."""

SHOWN = 100
LOOKED_AT = 1_000
"""Words, or documents of a text, in which another script is looked for."""
SUGGESTED = 20
"""Unknown words of each method for which near spellings are looked up, a few milliseconds each."""

CORPUS = VocabularySpec("corpus")
COMPARED = "common-10k"
ORDER = ("bert", "glove", "word2vec", "cooccurrence")


@dataclass(frozen=True)
class Known:
    """What a method knows of a list of words.

    Attributes
    ----------
    n : how many it knows
    near : for the first unknown ones, the words that it knows and that are spelt nearly so
    """

    label: str
    n: int
    unknown: tuple[str, ...]
    near: tuple[tuple[str, ...], ...] = ()

    @property
    def share(self) -> float:
        """Share of the words that it knows."""
        return self.n / max(1, self.n + len(self.unknown))


def show(source: Source) -> list[Request]:
    """Show which methods know the labels; return what has to be made for that."""
    if source.kind in ("text", "model", "images"):
        return []
    missing: list[Request] = []
    with st.expander("Which methods know them", expanded=source.kind == "words"):
        alike: dict[object, list[Known]] = {}
        for known in of(source).values():
            alike.setdefault((known.unknown, known.near), []).append(known)
        rows = [_row(each) for each in alike.values()]
        st.html(
            '<table class="lse-data-known"><thead><tr><th>Method</th><th>knows</th>'
            f"<th>does not know</th></tr></thead><tbody>{''.join(rows)}</tbody></table>"
        )
        if not access.has(CORPUS) and st.toggle(
            "Also those that learn from the packaged text: it is read once, which takes a while",
            key=f"data.known.{source.name}",
        ):
            missing.append(CORPUS)
    return missing


def script(source: Source) -> str:
    """Say which methods do not know the script of the words or the text; "" where all do."""
    if source.kind in ("model", "images") or not _is_foreign(source.name):
        return ""
    learn = "The counts and Word2Vec learn from your text, in any script. "
    return (
        (learn if source.kind == "text" else "")
        + "Some of it is in another script than the Latin one: GloVe has no words in it, and BERT "
        "(MiniLM) learned from English, so that it knows little more than the letters."
    )


@lru_cache(maxsize=32)
def _is_foreign(name: str) -> bool:
    source = sources.get(name)
    if source.kind != "text":
        return any(map(corpus.is_foreign, source.content.labels[:LOOKED_AT]))
    return any(map(corpus.is_foreign, islice(sources.documents(name), LOOKED_AT)))


def knowing(source: Source) -> list[str]:
    """Return the keys of the methods that know enough of the labels, the most telling first."""
    found = of(source)
    # Who is known to GloVe is mostly known to those that learn from the packaged text.
    return [key for key in ORDER if found.get(key, found["glove"]).share >= ENOUGH]


def of(source: Source) -> dict[str, Known]:
    """Return what each method knows of the labels of a source."""
    names = (source.name, *(name for name in desk.mine() if name != source.name))
    with_corpus = access.has(CORPUS)
    return _of(f"{with_corpus} {' '.join(names)}", names, with_corpus, VocabularySpec(source.name))


@cached(24)
def _of(
    key: str, names: tuple[str, ...], with_corpus: bool, _words: VocabularySpec
) -> dict[str, Known]:
    labels = sources.get(names[0]).content.labels
    rows = vocabulary.glove_rows(labels)
    by_glove = tuple(label for label, row in zip(labels, rows, strict=True) if row < 0)
    unknown: dict[str, tuple[str, ...]] = {"one_hot": (), "bert": (), "glove": by_glove}
    if with_corpus:
        corpus = access.word_list(CORPUS.name).index
        by_corpus = tuple(label for label in labels if label not in corpus)
        unknown |= {key: by_corpus for key in methods.available() if key not in unknown}
    found = {
        key: _known(method.label, labels, unknown[key], _spellings(_compared(key)))
        for key, method in methods.available().items()
        if key in unknown
    }
    for name in names[1:]:
        other = sources.get(name)
        if other.kind == "model":
            found[name] = Known(other.title, len(labels), ())
        if other.kind == "vectors":
            has = set(other.content.labels)
            lacks = tuple(label for label in labels if label not in has)
            found[name] = _known(other.title, labels, lacks, Spellings(other.content.labels))
    return found


def _known(
    label: str, labels: tuple[str, ...], unknown: tuple[str, ...], spellings: Spellings
) -> Known:
    near = tuple(spellings.near(word) for word in unknown[:SUGGESTED])
    return Known(label, len(labels) - len(unknown), unknown, near)


def _compared(method: str) -> str:
    """Return the name of the words among which those are looked for that a method may know."""
    return COMPARED if method in ("one_hot", "bert", "glove") else CORPUS.name


@lru_cache(maxsize=2)
def _spellings(name: str) -> Spellings:
    return Spellings(access.word_list(name).words)


desk.forget.append(lambda _: _is_foreign.cache_clear())
desk.forget.append(lambda _: _of.clear())  # type: ignore[attr-defined]


def _row(alike: list[Known]) -> str:
    """Write methods that know the same words as one row."""
    known, labels = alike[0], ", ".join(each.label for each in alike)
    total = known.n + len(known.unknown)
    near = (*known.near, *[()] * SHOWN)
    first = ", ".join(_unknown(*each) for each in zip(known.unknown[:SHOWN], near, strict=False))
    more = f" and {len(known.unknown) - SHOWN:,} more" if len(known.unknown) > SHOWN else ""
    return (
        f"<tr><th>{html.escape(labels)}</th><td>{known.n:,} of {total:,}</td>"
        f"<td>{first}{more}</td></tr>"
    )


def _unknown(word: str, near: Iterable[str]) -> str:
    """Write an unknown word, and what may be meant; each keeps its direction to itself."""
    meant = " or ".join(_apart(each) for each in near)
    return _apart(word) + (f' <span class="lse-near">(is it {meant}?)</span>' if meant else "")


def _apart(word: str) -> str:
    return f"<bdi>{html.escape(_short(word))}</bdi>"


def _short(word: str, most: int = 40) -> str:
    return word if len(word) <= most else word[: most - 1] + "…"
