"""The answers of both ways as HTML, side by side; what one alone found is marked."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from embeddings.corpus import split_sentences, tokenize
from embeddings.types import Found, Hit

WAYS = {"words": ("By words", "BM25"), "meaning": ("By meaning", "BERT, cosine")}
LONG = 230
"""Characters of a text that are shown before it is opened."""

_RUN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def written(found: Found) -> tuple[str, str]:
    """Write the answers by words and those by meaning."""
    k = found.spec.k
    return (
        _column("words", found.by_words, k, "Nothing: no text has any of these words."),
        _column("meaning", found.by_meaning, k, "Nothing: the model cannot read the question."),
    )


def overlap(found: Found) -> str:
    """Say how many both ways found, and how many each alone."""
    k, both = found.spec.k, len(shared(found))
    words, meaning = len(found.by_words) - both, len(found.by_meaning) - both
    return (
        f"Of the first {k} of each way {both} {'is' if both == 1 else 'are'} the same; {words} "
        f"only the words found, {meaning} only the meaning."
    )


def shared(found: Found) -> set[str]:
    """Return the labels that are among the first of both ways."""
    return {hit.label for hit in found.by_words} & {hit.label for hit in found.by_meaning}


def _column(way: str, hits: Sequence[Hit], k: int, nothing: str) -> str:
    name, how = WAYS[way]
    items = "".join(_item(way, hit, k) for hit in hits)
    inside = f"<ol>{items}</ol>" if hits else f"<p>{nothing}</p>"
    return (
        f'<section class="lse-answers" data-way="{way}" aria-label="{name}">'
        f"<h3>{name} <small>{how}</small></h3>{inside}</section>"
    )


def _item(way: str, hit: Hit, k: int) -> str:
    alone = not 0 < hit.other <= k
    score = f"{hit.score:.2f}" if way == "meaning" else f"{hit.score:.1f}"
    mark = ' data-alone=""' if alone else ""
    return (
        f"<li{mark}><p><b>{html.escape(hit.label)}</b> <data>{score}</data></p>"
        f"{text(hit)}<p><small>{html.escape(elsewhere(way, hit, k))}</small></p></li>"
    )


def elsewhere(way: str, hit: Hit, k: int) -> str:
    """Say where the other way has a text."""
    if way == "words":
        return f"by meaning {ordinal(hit.other)}" if hit.other else "not by meaning"
    if hit.other:
        shared = f" ({', '.join(hit.words)})" if hit.words else ""
        return f"by words {ordinal(hit.other)}{shared}"
    return "not by words: it has none of them"


def ordinal(n: int) -> str:
    """Write a rank: 1st, 2nd, 3rd, 4th, 11th, 1,021st."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th") if n % 100 not in (11, 12, 13) else "th"
    return f"{n:,}{ending}"


def text(hit: Hit) -> str:
    """Write a text, the question's words in it marked; of a long one a part, until it is opened."""
    words = set(hit.words)
    if len(hit.text) <= LONG:
        return f"<p>{marked(hit.text, words)}</p>"
    return (
        f"<details><summary>{marked(excerpt(hit.text, words), words)}</summary>"
        f"<p>{marked(hit.text, words)}</p></details>"
    )


def excerpt(whole: str, words: set[str]) -> str:
    """Return the sentence that has most of the words, cut where it is long."""
    sentences = split_sentences(whole) or [whole]
    counts = [len(words & set(tokenize(each))) for each in sentences]
    at = counts.index(max(counts))
    rest = " ".join(sentences[at:])
    cut = rest if len(rest) <= LONG else rest[:LONG].rsplit(" ", 1)[0] + " …"
    return ("… " if at else "") + cut


def marked(whole: str, words: set[str]) -> str:
    """Escape a text, and mark the words of the question in it."""
    parts, end = [], 0
    for run in _RUN.finditer(whole):
        if words.intersection(tokenize(run[0])):
            parts.append(html.escape(whole[end : run.start()]))
            parts.append(f"<mark>{html.escape(run[0])}</mark>")
            end = run.end()
    return "".join(parts) + html.escape(whole[end:])
