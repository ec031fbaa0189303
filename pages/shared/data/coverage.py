"""Which methods know somebody's words: how many, which not, and what is spelt like those."""

from __future__ import annotations

import html
from dataclasses import dataclass

import streamlit as st

from embeddings import methods, sources, vocabulary
from embeddings.errors import UnknownName
from embeddings.sources import Source
from embeddings.types import Request, VocabularySpec
from pages.shared import access
from pages.shared.notices import plain
from pages.shared.own import cached, desk

ENOUGH = 0.2
"""Share of the words that a method must know to be offered at once."""

SHOWN = 100
SUGGESTED = 5
"""Unknown words for which near spellings are looked up, a twentieth of a second each."""

CORPUS = VocabularySpec("corpus")
COMPARED = "common-10k"
ORDER = ("bert", "glove", "word2vec", "cooccurrence")


@dataclass(frozen=True)
class Known:
    """What a method knows of a list of words."""

    label: str
    n: int
    unknown: tuple[str, ...]

    @property
    def share(self) -> float:
        """Share of the words that it knows."""
        return self.n / max(1, self.n + len(self.unknown))


def show(source: Source) -> list[Request]:
    """Show which methods know the labels; return what has to be made for that."""
    if source.kind in ("text", "model"):
        return []
    missing: list[Request] = []
    with st.expander("Which methods know them", expanded=source.kind == "words"):
        alike: dict[tuple[str, ...], list[Known]] = {}
        for known in of(source).values():
            alike.setdefault(known.unknown, []).append(known)
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
        _suggest(source)
    return missing


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
        key: Known(method.label, len(labels) - len(unknown[key]), unknown[key])
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
            found[name] = Known(other.title, len(labels) - len(lacks), lacks)
    return found


desk.forget.append(lambda _: _of.clear())  # type: ignore[attr-defined]


def _row(alike: list[Known]) -> str:
    """Write methods that know the same words as one row."""
    known, labels = alike[0], ", ".join(each.label for each in alike)
    total = known.n + len(known.unknown)
    first = ", ".join(_short(word) for word in known.unknown[:SHOWN])
    more = f" and {len(known.unknown) - SHOWN:,} more" if len(known.unknown) > SHOWN else ""
    return (
        f"<tr><th>{html.escape(labels)}</th><td>{known.n:,} of {total:,}</td>"
        f"<td><bdi>{html.escape(first)}</bdi>{more}</td></tr>"
    )


def _suggest(source: Source) -> None:
    """Say what is spelt like the first words that not every method knows."""
    unknown = of(source)["glove"].unknown
    said = [line for word in unknown[:SUGGESTED] if (line := _near(word))]
    if said:
        st.caption("  \n".join(plain(line) for line in said))


def _near(word: str) -> str:
    lower = word.lower()
    if lower != word and vocabulary.glove_rows([lower])[0] >= 0:
        return f"{_short(word)}: the methods spell it {lower}."
    near = UnknownName("word", word, access.word_list(COMPARED).words).suggestions
    return f"{_short(word)}: did you mean {' or '.join(near)}?" if near else ""


def _short(word: str, most: int = 40) -> str:
    return word if len(word) <= most else word[: most - 1] + "…"
