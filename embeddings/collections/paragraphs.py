"""The paragraphs of the corpus's Wikipedia articles, as gensim carries them for its tests."""

from __future__ import annotations

from collections import Counter

import numpy as np

from embeddings.collections import Collection, Items
from embeddings.corpus import wikipedia
from embeddings.types import Column, Progress

FEWEST_WORDS = 8
"""A line with fewer words is a caption, a verse or an entry of a list: it answers no question."""


def read(progress: Progress) -> Items:
    """Read the paragraphs: the first of every article first, then the second ones, and so on."""
    progress(0.0, "Reading the articles")
    seen: Counter[str] = Counter()
    found = []
    for title, text in wikipedia.paragraphs():
        if len(text.split()) >= FEWEST_WORDS:
            seen[title] += 1
            found.append((seen[title], title, text))
    found.sort(key=lambda each: each[0])  # stable: articles stay in their order
    articles = tuple(seen)
    number = {title: i for i, title in enumerate(articles)}
    progress(1.0, "Done")
    return Items(
        tuple(f"{title} ¶ {n}" for n, title, _ in found),
        (
            Column("Article", np.array([number[title] for _, title, _ in found]), articles),
            Column("Length in words", np.array([float(len(t.split())) for *_, t in found])),
        ),
        texts=tuple(text for *_, text in found),
    )


COLLECTION = Collection(
    key="paragraphs",
    label="5,571 paragraphs of Wikipedia",
    kind="texts",
    noun="paragraph",
    nouns="paragraphs",
    source="103 articles of the English Wikipedia, 2016, from gensim's test data",
    source_url="https://en.wikipedia.org/wiki/Wikipedia:Text_of_the_Creative_Commons_Attribution-ShareAlike_3.0_Unported_License",
    terms="Creative Commons Attribution-ShareAlike 3.0; the app reads them from gensim.",
    read=read,
    first="texts-bert",
    needs=(("gensim", "gensim"),),
)
