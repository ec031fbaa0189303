"""A blank filled in by a masked-language model that sees what stands left of it, right, or both."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from embeddings.errors import UserError
from embeddings.inside.attention import LONGEST, clean
from embeddings.methods import _models as models
from embeddings.types import FillIn, Filling, FillInSpec, Progress, no_progress

BLANK = re.compile(r"_{2,}|\[MASK\]")
"""How a blank is written: two underscores or more, or [MASK]."""

SIDES = ("both", "left", "right")
SHOWN = 10

HOW = (
    "The hidden side is masked out: no token attends to those positions in any layer, and all "
    "others keep the place that they have in the whole text. [CLS] and [SEP] are seen in all three."
)
"""How one side of a text is hidden, for whoever reads the answers."""


def spec(text: str, model: str) -> FillInSpec:
    """Return the request for what fills the blank of a text.

    Raises
    ------
    UserError
        If the text has not exactly one blank, or the model is the packaged one, which has no head
        for this, or cannot be one.
    """
    text = clean(text)[:LONGEST]
    blanks = len(BLANK.findall(text))
    if blanks != 1:
        raise UserError(
            f"The text has {blanks or 'no'} blank{'s' if blanks > 1 else ''}; it must have one. "
            "Write ___ where a word is missing."
        )
    model = model.strip() or models.PACKAGED
    if models.kind_of(model) == "packaged":
        raise UserError(_without_head(f"The packaged {models.PACKAGED_LABEL}"))
    return FillInSpec(text, model, models.state_of(model))


def _without_head(name: str) -> str:
    return (
        f"{name} has no masked-language-model head: it cannot fill in blanks. Name a model that "
        "has one, as google-bert/bert-base-uncased."
    )


def read(request: FillInSpec, progress: Progress = no_progress) -> FillIn:
    """Fill in the blank three times: seeing both sides, the left one, and the right one.

    Raises
    ------
    UserError
        If the model cannot be had, or has no head for masked words.
    """
    import torch

    loaded = models.load(request.model, request.state, progress)
    if loaded.head is None or loaded.tokenizer.mask_token_id is None:
        raise UserError(_without_head(loaded.label))
    progress(0.9, "Filling in the blank")
    ids, blank, total = pieces(loaded, request.text)
    seen = torch.tensor([visible(side, blank, len(ids)) for side in SIDES])
    with torch.inference_mode():
        logits = loaded.head(
            input_ids=torch.tensor([ids] * len(SIDES)), attention_mask=seen
        ).logits[:, blank]
        shares = torch.softmax(logits.double(), dim=-1).numpy()
    return FillIn(
        tuple(loaded.tokenizer.convert_ids_to_tokens(ids)),
        blank,
        tuple(_filling(side, row, loaded) for side, row in zip(SIDES, shares, strict=True)),
        total,
        shares.shape[1],
        loaded.label,
        request,
    )


def pieces(loaded: models.Loaded, text: str) -> tuple[list[int], int, int]:
    """Cut a text with a blank into tokens, where it is too long so that both sides are kept.

    Returns
    -------
    ids : with the marks, and the mask where the blank is
    blank : its position
    total : how many there would be without an end
    """
    blank = BLANK.search(text)
    assert blank is not None
    read, tokenizer = [], loaded.tokenizer
    for side in (text[: blank.start()], text[blank.end() :]):
        read.append(
            tokenizer(side, add_special_tokens=False, split_special_tokens=True, verbose=False)[
                "input_ids"
            ]
        )
    left, right = read
    total, room = len(left) + len(right) + 3, loaded.longest - 3
    keep_left = min(len(left), max(room // 2, room - len(right)))
    left, right = left[len(left) - keep_left :], right[: room - keep_left]
    ids = [tokenizer.cls_token_id, *left, tokenizer.mask_token_id, *right, tokenizer.sep_token_id]
    return ids, len(left) + 1, total


def visible(side: str, blank: int, n: int) -> list[int]:
    """Return 1 for each of n tokens that is seen and 0 for each that is hidden; marks are seen."""
    seen = [1] * n
    if side == "left":
        seen[blank + 1 : n - 1] = [0] * (n - blank - 2)
    if side == "right":
        seen[1:blank] = [0] * (blank - 1)
    return seen


def _filling(side: str, shares: Any, loaded: models.Loaded) -> Filling:
    best = np.argsort(-shares, kind="stable")[:SHOWN]
    bits = float(-np.sum(shares * np.log2(np.maximum(shares, 1e-300))))
    return Filling(
        side,
        tuple(loaded.tokenizer.convert_ids_to_tokens(best.tolist())),
        tuple(round(float(share), 6) for share in shares[best]),
        round(bits, 4),
    )
