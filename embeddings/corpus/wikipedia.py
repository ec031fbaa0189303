"""The slice of Wikipedia: its running text, article by article, sentence by sentence."""

from __future__ import annotations

import bz2
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from embeddings.corpus.packages import package_folder
from embeddings.corpus.text import split_sentences

_HEADING = re.compile(r"=+\s*(.*?)\s*=+\s*$")
_NOT_PROSE = {
    "references", "external links", "see also", "further reading", "notes", "footnotes",
    "bibliography", "sources", "citations", "notes and references", "works cited", "discography",
}  # fmt: skip
_REMAINS = (
    (re.compile(r"'{2,}"), ""),  # bold and italic
    (re.compile(r"^[*#:;]+\s*"), ""),
    (re.compile(r"\(\s*[,;:\s]*\s*\)"), ""),  # what a removed formula or sound leaves
    (re.compile(r"\s+(?=[,.;:])"), ""),
    (re.compile(r"\s+"), " "),
)


def paragraphs() -> Iterator[tuple[str, str]]:
    """Yield each paragraph of running text with the title of its article."""
    for title, text in _articles():
        for sentences in _paragraphs(text):
            yield title, " ".join(sentences)


def documents() -> Iterator[tuple[str, Iterator[str]]]:
    """Yield the title of each article with its sentences."""
    for title, text in _articles():
        yield title, chain.from_iterable(_paragraphs(text))


def _articles() -> Iterator[tuple[str, str]]:
    from gensim.corpora.wikicorpus import extract_pages, filter_wiki

    with bz2.open(file_path()) as file:
        for title, markup, _ in extract_pages(file, filter_namespaces=("0",)):
            if not markup.lstrip().lower().startswith("#redirect"):
                yield title, filter_wiki(markup)


def _paragraphs(text: str) -> Iterator[list[str]]:
    prose = True
    for line in map(str.strip, text.split("\n")):
        if heading := _HEADING.match(line):
            prose = heading[1].lower() not in _NOT_PROSE
        elif prose and "|" not in line and not line.startswith("File:"):
            for pattern, replacement in _REMAINS:
                line = pattern.sub(replacement, line)
            # A line that no sentence ends is a cell, a caption or an item of a list.
            if re.search(r"[.!?][\"')\]]*$", line):
                yield split_sentences(line)


def file_path() -> Path:
    """Return the file that holds the articles."""
    folder = package_folder("gensim", "gensim", "The Wikipedia text") / "test" / "test_data"
    return folder / "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"
