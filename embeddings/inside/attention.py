"""Where the tokens of a text look, in every head of every layer, and what each head favours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import UserError
from embeddings.methods import _models as models
from embeddings.types import FAVOURS, Attention, AttentionSpec, Progress, Token, no_progress

LONGEST = 2_000
"""Characters of a text that are read at most: more than a model's 128 tokens nearly always take."""

LEAST_SHARE = 0.25
"""A head favours something if that gets at least this much of its attention ..."""

REST = "start"
"""Where heads rest, of `FAVOURS`: it is their favourite only where nothing else is."""

TIMES_UNIFORM = 2.0
"""... and this many times what a head would give it that looks everywhere alike."""


def clean(text: str) -> str:
    """Return a text as it can be read: without half characters and without spaces around it."""
    return text.encode("utf-8", "replace").decode().strip()


def spec(text: str, pair: str = "", model: str = models.PACKAGED) -> AttentionSpec:
    """Return the request for a text's attention; what is longer than `LONGEST` is cut off.

    Raises
    ------
    UserError
        If there is no text, or the model's name cannot be one.
    """
    text, pair = clean(text)[:LONGEST], clean(pair)[:LONGEST]
    if not text:
        raise UserError("There is no text. Write a sentence.")
    model = model.strip() or models.PACKAGED
    return AttentionSpec(text, pair, model, models.state_of(model))


def read(request: AttentionSpec, progress: Progress = no_progress) -> Attention:
    """Have a model read a text, and keep where every token looked.

    Raises
    ------
    UserError
        If the model cannot be had, or cannot read pairs, or finds no token in the text.
    """
    loaded = models.load(request.model, request.state, progress)
    progress(0.9, "Reading the text")
    encoded, total = encode(loaded, request.text, request.pair)
    tokens = tokens_of(loaded, encoded)
    if not any(token.word >= 0 for token in tokens):
        raise UserError("The model finds no token in this text. Write a sentence.")
    weights = attend(loaded, encoded)
    words = words_of(request, tokens)
    shares, uniform, asked = measure(weights, tokens, words)
    ends = [max((t.end for t in tokens if t.part == part), default=0) for part in (0, 1)]
    return Attention(
        tokens,
        weights.astype(np.float16),
        shares,
        uniform,
        asked,
        (ends[0], ends[1]),
        total,
        loaded.label,
        request,
    )


def encode(loaded: models.Loaded, text: str, pair: str = "") -> tuple[Any, int]:
    """Cut a text into tokens, at most as many as the model reads.

    A mark that somebody has typed, as [SEP], is text like any other.

    Returns
    -------
    encoded : transformers' BatchEncoding of one text
    total : how many tokens there would be without an end
    """
    if pair and loaded.body.config.type_vocab_size < 2:
        raise UserError(f"{loaded.label} reads one text at a time, not a pair.")
    texts = (text, pair) if pair else (text,)
    common = {"split_special_tokens": True, "return_offsets_mapping": True, "verbose": False}
    total = len(loaded.tokenizer(*texts, **common)["input_ids"])
    encoded = loaded.tokenizer(*texts, truncation=True, max_length=loaded.longest, **common)
    return encoded, total


def tokens_of(loaded: models.Loaded, encoded: Any) -> tuple[Token, ...]:
    """Say of each token what it is, where it stands and which word it belongs to."""
    numbers: dict[tuple[int, int], int] = {}
    found = []
    for text, part, word, (start, end) in zip(
        loaded.tokenizer.convert_ids_to_tokens(encoded["input_ids"]),
        encoded.sequence_ids(),
        encoded.word_ids(),
        encoded["offset_mapping"],
        strict=True,
    ):
        if part is None:
            found.append(Token(text, 0, 0, -1, -1))
        else:
            number = numbers.setdefault((part, word), len(numbers))
            found.append(Token(text, start, end, part, number))
    return tuple(found)


def attend(loaded: models.Loaded, encoded: Any) -> NDArray[np.float32]:
    """Return the attention of one text, float32 array of shape (layers, heads, n, n)."""
    import torch

    inputs = {
        name: torch.tensor([encoded[name]])
        for name in ("input_ids", "token_type_ids", "attention_mask")
        if name in encoded
    }
    with torch.inference_mode():
        output = loaded.body(**inputs, output_attentions=True)
    return np.asarray(torch.stack(output.attentions)[:, 0].numpy(), dtype=np.float32)


def words_of(request: AttentionSpec, tokens: Sequence[Token]) -> tuple[str, ...]:
    """Return the words that the tokens make up, in small letters, by their numbers."""
    texts = (request.text, request.pair)
    spans: dict[int, tuple[int, int, int]] = {}
    for token in tokens:
        if token.word >= 0:
            start = spans.get(token.word, (0, token.start, 0))[1]
            spans[token.word] = (token.part, start, token.end)
    return tuple(texts[part][start:end].casefold() for part, start, end in spans.values())


# --------------------------------------------------------------------------- what a head favours


def targets(tokens: Sequence[Token], words: Sequence[str]) -> dict[str, NDArray[np.bool_]]:
    """Say for each of `FAVOURS` which token is such a target of which.

    Parameters
    ----------
    words : by number, as `words_of` returns them

    Returns
    -------
    for each of ``FAVOURS`` a bool array of shape (n, n): row i, the targets of token i. The rows
    of marks are empty. The same word counts where it stands elsewhere, if it has a letter or digit.
    """
    n = len(tokens)
    is_mark = np.array([token.word < 0 for token in tokens])
    named = {word: i for i, word in enumerate(dict.fromkeys(words))}
    name = np.array([named[words[t.word]] if t.word >= 0 else -1 for t in tokens])
    number = np.array([token.word for token in tokens])
    spoken = np.array([t.word >= 0 and any(map(str.isalnum, words[t.word])) for t in tokens])
    marks = np.flatnonzero(is_mark)
    found = {kind: np.zeros((n, n), dtype=bool) for kind in FAVOURS}
    found["previous"] = np.eye(n, k=-1, dtype=bool) & ~is_mark
    found["next"] = np.eye(n, k=1, dtype=bool) & ~is_mark
    found["itself"] = np.eye(n, dtype=bool)
    found["same"] = (name[:, None] == name) & (number[:, None] != number) & spoken[:, None]
    found["start"][:, marks[:1]] = True
    found["separator"][:, marks[1:]] = True
    for each in found.values():
        each[is_mark] = False
    return found


def measure(
    weights: NDArray[np.floating[Any]], tokens: Sequence[Token], words: Sequence[str]
) -> tuple[NDArray[np.float32], NDArray[np.float32], tuple[int, ...]]:
    """Measure what each head favours.

    Parameters
    ----------
    weights : array of shape (layers, heads, n, n)

    Returns
    -------
    shares : float32 array of shape (layers, heads, len(FAVOURS))
        Mean over the tokens that have such a target of what they give it; NaN where none has one.
    uniform : float32 array of shape (len(FAVOURS),), the same of a head that looks everywhere alike
    asked : how many tokens have such a target
    """
    layers, heads, n, _ = weights.shape
    shares = np.full((layers, heads, len(FAVOURS)), np.nan, dtype=np.float32)
    uniform = np.full(len(FAVOURS), np.nan, dtype=np.float32)
    asked = []
    for column, mask in enumerate(targets(tokens, words).values()):
        rows = mask.any(axis=1)
        asked.append(int(rows.sum()))
        if asked[-1]:
            given = np.einsum("lhij,ij->lhi", weights, mask, dtype=np.float64)
            shares[:, :, column] = given[:, :, rows].mean(axis=-1)
            uniform[column] = mask[rows].sum(axis=1).mean() / n
    return shares, uniform, tuple(asked)


def favourite(shares: NDArray[np.floating[Any]], uniform: NDArray[np.floating[Any]]) -> str | None:
    """Name what a head favours: what gets most, if that is much; None where it spreads.

    The mark at the start comes last: there heads rest that find nothing to look for (Clark et al.
    2019 call that a no-op), and a head that finds something in half of its tokens favours it.

    Parameters
    ----------
    shares, uniform : arrays of shape (len(FAVOURS),), as `measure` returns them
    """
    enough = np.maximum(LEAST_SHARE, TIMES_UNIFORM * np.asarray(uniform, np.float64))
    found = [
        (kind != REST, float(share), kind)
        for kind, share, least in zip(FAVOURS, shares, enough, strict=True)
        if share >= least
    ]
    return max(found)[2] if found else None


# ------------------------------------------------------------------------------- heads together


def mean_of_heads(weights: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Return the mean of each layer's heads, float32 array of shape (layers, n, n)."""
    return np.asarray(weights.mean(axis=1, dtype=np.float32))


def rollout(weights: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Return the attention rollout up to each layer (Abnar and Zuidema 2020).

    Half of what goes on from a layer is what its heads, on average, have gathered, and half what
    was there before; layer by layer these shares are multiplied.

    Parameters
    ----------
    weights : array of shape (layers, heads, n, n)

    Returns
    -------
    float32 array of shape (layers, n, n)
        ``found[layer, i, j]`` is how much of token i after that layer comes from the input token j;
        rows sum to 1.
    """
    n = weights.shape[-1]
    steps = 0.5 * weights.mean(axis=1, dtype=np.float64) + 0.5 * np.eye(n)
    steps /= steps.sum(axis=-1, keepdims=True)
    found = np.empty_like(steps)
    before = np.eye(n)
    for layer, step in enumerate(steps):
        before = found[layer] = step @ before
    return found.astype(np.float32)
