"""BERT, the whole text: the packaged MiniLM reads a paragraph as it was trained to."""

from __future__ import annotations

from collections.abc import Sequence

from embeddings import collections
from embeddings.errors import UserError
from embeddings.methods import Method
from embeddings.methods._minilm import DIMENSIONS, LONGEST_TEXT, PACKAGE, encoder, read_texts
from embeddings.types import Matrix, Progress, Spec


def compute(spec: Spec, words: Sequence[str], progress: Progress) -> tuple[Sequence[str], Matrix]:
    """Encode each text: the mean of its pieces in the last layer, marks included, of length 1."""
    items = collections.read(spec.vocabulary)
    if items.texts is None:
        raise UserError(f"{spec.vocabulary} has no texts that could be read.")
    progress(0.0, "Loading MiniLM")
    return items.labels, read_texts(encoder(), items.texts, progress)


METHOD = Method(
    key="texts-bert",
    kind="texts",
    label="BERT (MiniLM)",
    year=2019,
    reference="Reimers and Gurevych 2019, Sentence-BERT: Sentence Embeddings using Siamese "
    "BERT-Networks",
    reference_url="https://aclanthology.org/D19-1410/",
    summary="A small transformer reads the whole text, and its vector is the mean of what it read.",
    explanation=(
        "all-MiniLM-L6-v2 was tuned on a billion pairs of texts that belong together (questions "
        "and answers, titles and texts) so that such pairs get like vectors. So a question and the "
        "paragraph that answers it are near each other even where they share no word. The vector "
        "is that of its training: the mean over all word pieces of the last layer, the marks "
        f"[CLS] and [SEP] among them, divided by its length. The first {LONGEST_TEXT} pieces of a "
        "text are read, about 190 words."
    ),
    numbers=f"{DIMENSIONS} numbers without names of their own; the vector has length 1.",
    sees="What a text is about, whatever words it says it with.",
    misses="Rare names and exact terms that it blurs into their neighbourhood, and negation.",
    learns_from="package",
    compute=compute,
    needs=("torch", "transformers", PACKAGE),
    by_lot=False,
    dim=DIMENSIONS,
    own_words="paragraphs",
)
