"""A small network, trained here to tell digits apart: a picture is its last layer but one."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.methods import Method, Parameter
from embeddings.methods.digits._pictures import Greys, greys_of, kinds_of, n_training
from embeddings.types import Progress, Spec

BATCH = 32
RATE = 2e-3
"""Steps of the optimiser (Adam, Kingma and Ba 2015)."""

DIMENSIONS = 64
CHANNELS = (16, 32)

Weights = Mapping[str, NDArray[np.float32]]


def learn(
    greys: Greys, kinds: NDArray[np.int32], epochs: int, seed: int, progress: Progress
) -> tuple[dict[str, NDArray[np.float32]], dict[str, Any]]:
    """Train on the first half of the pictures, each moved by up to a pixel at every look.

    Two layers of convolutions, the largest of each 2 x 2 answers, 64 numbers, then one for each
    kind of picture. One thread and a seed: the same weights again on the same machine.

    Returns
    -------
    weights by their names, and notes: accuracy on the other half, seconds, epochs
    """
    import torch
    from torch import nn

    begun = time.perf_counter()
    threads, before = torch.get_num_threads(), torch.random.get_rng_state()
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    try:
        model = _model(greys.shape[1:], int(kinds.max()) + 1)
        n = n_training(len(greys))
        images, answers = torch.tensor(greys)[:, None], torch.tensor(kinds, dtype=torch.long)
        optimiser = torch.optim.Adam(model.parameters(), RATE)
        loss = nn.CrossEntropyLoss()
        for epoch in range(epochs):
            total = 0.0
            for rows in torch.randperm(n).split(BATCH):
                optimiser.zero_grad()
                wrong = loss(model(_moved(images[rows])), answers[rows])
                wrong.backward()
                optimiser.step()
                total += float(wrong.detach()) * len(rows)
            said = f"Training the network, epoch {epoch + 1} of {epochs}: loss {total / n:.3f}"
            progress((epoch + 1) / epochs, said)
        with torch.no_grad():
            right = model(images[n:]).argmax(dim=1) == answers[n:]
        weights = {name: p.detach().numpy().copy() for name, p in model.named_parameters()}
    finally:
        torch.set_num_threads(threads)
        torch.random.set_rng_state(before)
    notes = {
        "accuracy": float(right.float().mean()),
        "seconds": time.perf_counter() - begun,
        "epochs": epochs,
    }
    return weights, notes


def _model(shape: tuple[int, ...], n_kinds: int) -> Any:
    from torch import nn

    first, second = CHANNELS
    inside = second * (shape[0] // 2) * (shape[1] // 2)
    return nn.Sequential(
        nn.Conv2d(1, first, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(first, second, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(inside, DIMENSIONS),
        nn.ReLU(),
        nn.Linear(DIMENSIONS, n_kinds),
    )


def _moved(images: Any) -> Any:
    """Move each picture by -1, 0 or 1 pixels along each axis."""
    import torch

    n, _, height, width = images.shape
    wide = torch.nn.functional.pad(images, (1, 1, 1, 1))
    at = torch.randint(0, 3, (2, n, 1, 1))
    rows = at[0] + torch.arange(height)[None, :, None]
    columns = at[1] + torch.arange(width)[None, None, :]
    return wide[torch.arange(n)[:, None, None], 0, rows, columns][:, None]


def embed(greys: Greys, weights: Weights) -> NDArray[np.float32]:
    """Return the 64 numbers of the last layer but one, in numpy: so no page must import torch."""
    x = greys[:, None]
    x = _convolved(x, weights["0.weight"], weights["0.bias"])
    x = _convolved(x, weights["2.weight"], weights["2.bias"])
    n, channels, height, width = x.shape
    x = x.reshape(n, channels, height // 2, 2, width // 2, 2).max(axis=(3, 5)).reshape(n, -1)
    return np.maximum(x @ weights["6.weight"].T + weights["6.bias"], 0).astype(np.float32)


def _convolved(
    x: NDArray[np.float32], kernel: NDArray[np.float32], bias: NDArray[np.float32]
) -> NDArray[np.float32]:
    wide = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(wide, (3, 3), axis=(2, 3))
    found = np.tensordot(windows, kernel, axes=((1, 4, 5), (1, 2, 3))) + bias
    return np.maximum(np.moveaxis(found, 3, 1), 0)


def compute(
    spec: Spec, words: Sequence[str], progress: Progress
) -> tuple[Sequence[str], NDArray[np.float32]]:
    """Train on the first half of the pictures, and show the network all."""
    greys, kinds = greys_of(spec.vocabulary), kinds_of(spec.vocabulary)
    progress(0.0, "Training the network")
    weights, _ = learn(greys, kinds, spec["epochs"], spec.seed, progress)
    return words, embed(greys, weights)


METHOD = Method(
    key="digits-network",
    kind="digits",
    label="Network",
    year=1998,
    reference="LeCun, Bottou, Bengio and Haffner 1998: Gradient-based learning applied to "
    "document recognition",
    reference_url="https://doi.org/10.1109/5.726791",
    summary="A picture is what a network makes of it that has learned to tell digits apart.",
    explanation=(
        "A small convolutional network is trained here, in a few seconds, on the first half of "
        "the collection: it is shown pictures, each moved a little, and told which digit they "
        "are. Before it decides, its last layer but one holds 64 numbers; these are the vector. "
        "It is the only one of these methods that is told what is to be alike."
    ),
    numbers="How strongly each of 64 units answers, 0 where it does not.",
    sees="What makes a digit that digit, wherever its strokes lie exactly.",
    misses="What it was not asked: how thick or slanted a digit is drawn counts for little.",
    learns_from="collection",
    compute=compute,
    parameters=(
        Parameter(
            "epochs",
            "Epochs",
            30,
            "How often the network sees each picture of the first half.",
            low=1,
            high=200,
        ),
    ),
    needs=("torch",),
    dim=DIMENSIONS,
    own_words="digits",
)
