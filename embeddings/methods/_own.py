"""Vectors that somebody brought, or a model that he named, as a method like any other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from embeddings import sources
from embeddings.errors import UserError
from embeddings.methods import Method, Parameter, _minilm, _models
from embeddings.sources import Source
from embeddings.types import Progress, Spec

LEARNS_FROM = "yours"


def declare(name: str) -> Method:
    """Return the declaration of the vectors that somebody brought, or of the model.

    Raises
    ------
    UserError
        If they are not here any more, or what was brought has no vectors.
    """
    source = sources.get(name)
    if source.kind == "model":
        return _declare_model(source)
    if source.kind != "vectors":
        raise UserError(f"{source.title} has no vectors: choose a method for its words.")
    form = str(source.content.origin.get("format", "a file"))
    n, dim = len(source.content), source.dim
    return replace(
        DECLARATION,
        key=name,
        label=source.title,
        explanation=f"{n:,} vectors of {dim:,} numbers, brought as {form}.",
        dim=dim,
        own_words=name,
    )


def _declare_model(source: Source) -> Method:
    about = source.content.origin
    layers, dim = int(about["layers"]), int(about["dim"])
    choose = f"Which of the model's layers to read: 0 is its input; {layers} is the last."
    return replace(
        DECLARATION,
        key=source.name,
        label=source.title,
        summary="A BERT that you named reads the word alone, without a sentence.",
        explanation=(
            f"{about['model']}, a BERT of {layers} layers of {dim:,} numbers. It reads each word "
            "on its own, as the packaged one does: the vector is the mean over the word's pieces "
            "in the chosen layer; the marks [CLS] and [SEP] are left out."
        ),
        numbers=f"{dim:,} activations of the chosen layer, without names of their own.",
        sees="What it learned of words and of how they are spelled.",
        misses="Context: every word has one vector. Marks that its tokenizer cannot spell.",
        compute=read_with_model,
        parameters=(Parameter("layer", "Layer", layers, choose, low=0, high=layers),),
        needs=("torch", "transformers"),
        dim=dim,
        own_words="wordpieces",
    )


def read_with_model(
    spec: Spec, words: Sequence[str], progress: Progress
) -> tuple[Sequence[str], NDArray[np.float32]]:
    """Encode each word by itself, as the packaged BERT does.

    Raises
    ------
    UserError
        If the model cannot be loaded, or is another one than was named.
    """
    about = sources.get(spec.method).content.origin
    name, state = str(about["model"]), str(about["state"])
    if _models.state_of(name) != state:
        raise UserError(f"The files in {name!r} have changed: name the model once more under Data.")
    loaded = _models.load(name, state, progress)
    model = _minilm.Encoder(loaded.tokenizer, loaded.body)
    return _minilm.read_alone(model, words, spec["layer"], loaded.label, progress, loaded.longest)


def compute(
    spec: Spec, words: Sequence[str], progress: Progress
) -> tuple[Sequence[str], NDArray[np.float32]]:
    """Look words up; where all are wanted, the vectors stay in their file."""
    source = sources.get(spec.method)
    vectors, labels = source.content.vectors, source.content.labels
    if vectors is None:
        raise UserError(f"{source.title} has no vectors: choose a method for its words.")
    if spec.vocabulary == spec.method or tuple(words) == labels:
        return labels, vectors
    rows = {label: row for row, label in enumerate(labels)}
    known = [word for word in words if word in rows]
    progress(1.0, "Done")
    return known, np.asarray(vectors[[rows[word] for word in known]])


DECLARATION = Method(
    key="own",
    label="Own vectors",
    year=0,
    reference="",
    reference_url="",
    summary="Vectors that you brought.",
    explanation="",
    numbers="What they were trained to say.",
    sees="What they were trained on.",
    misses="Every word that the file does not have.",
    learns_from=LEARNS_FROM,
    compute=compute,
    by_lot=False,
)
