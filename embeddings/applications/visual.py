"""Visual search: the nearest pictures of a new one by each method, and how often they are right.

What is learned is learned from the first half of a collection. What is measured is measured on the
other: each of its pictures is asked for its nearest among the others of that half, so that neither
the picture nor what is found was learned from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings import collections, methods
from embeddings.errors import UserError
from embeddings.methods.digits import hog, network, pca, pixels
from embeddings.methods.digits._pictures import INK, Greys, greys_of, kinds_of, n_training
from embeddings.types import EmbeddingTable, Interval, Progress, Spec
from embeddings.types.applications.pictures import Precision, VisualSearch, VisualSearchSpec

GREYS = 16
"""How dark a pixel of a drawing can be; 0 is paper."""

MOST_INK = 0.6
"""Share of a drawing that ink may cover; no picture of the collection has more than 0.43."""

RESAMPLES = 2000

NEAREST = 10


def spec(collection: str = "digits", k: int = NEAREST, seed: int = 42) -> VisualSearchSpec:
    """Return the request for visual search in a collection.

    Raises
    ------
    UserError
        If it has no pictures that these methods embed, or ``k`` is out of range.
    """
    if collections.get(collection).kind != "digits":
        raise UserError(f"{collection} has no pictures to search among: try digits.")
    if not 1 <= k <= 100:
        raise UserError(f"k is {k}; it must be a whole number from 1 to 100.")
    return VisualSearchSpec(collection, k, seed)


def tables(request: VisualSearchSpec) -> tuple[Spec, ...]:
    """Return the vectors of the collection by each method, in the order of their years."""
    kind = collections.get(request.collection).kind
    every = methods.available(kind).values()
    return tuple(each.spec(request.collection, seed=request.seed) for each in every)


def learn(
    request: VisualSearchSpec, progress: Progress
) -> tuple[dict[str, NDArray[np.float32]], dict[str, Any], EmbeddingTable]:
    """Learn what PCA and the network must know of the first half.

    Returns
    -------
    weights, notes, and the network's vectors of all pictures: it need not be trained again
    """
    greys, kinds = greys_of(request.collection), kinds_of(request.collection)
    wanted = {each.method: each for each in tables(request)}
    of_network, of_pca = wanted[network.METHOD.key], wanted[pca.METHOD.key]
    trained, notes = network.learn(greys, kinds, of_network["epochs"], of_network.seed, progress)
    found = pca.learn(greys[: n_training(len(greys))], of_pca["dimensions"], of_pca.seed)
    weights = {f"{network.METHOD.key}/{name}": each for name, each in trained.items()}
    weights |= {f"{pca.METHOD.key}/{name}": each for name, each in found.items()}
    words = collections.read(request.collection).labels
    return weights, notes, EmbeddingTable(words, network.embed(greys, trained), of_network)


def measure(
    request: VisualSearchSpec,
    vectors: Sequence[EmbeddingTable],
    weights: Mapping[str, NDArray[np.float32]],
    notes: Mapping[str, Any],
) -> VisualSearch:
    """Measure each method's precision on the held-out half."""
    kinds = kinds_of(request.collection)
    held_out = np.arange(n_training(len(kinds)), len(kinds))
    found = []
    for table in vectors:
        shares = precision_of(table, kinds, held_out, request.k)
        value, interval = _mean(shares, request.seed)
        found.append(Precision(table.spec.method, value, interval, chance_of(kinds[held_out])))
    return VisualSearch(tuple(found), len(held_out), weights, notes, request)


def said_of_training(notes: Mapping[str, Any]) -> str:
    """Say in a sentence how the network was trained and how good it is."""
    return (
        f"The network was trained for {notes['epochs']} epochs in {notes['seconds']:.1f} s on the "
        f"first half; of the other half it names {notes['accuracy']:.1%} correctly."
    )


def precision_of(
    table: EmbeddingTable, kinds: NDArray[np.int32], rows: NDArray[np.intp], k: int
) -> NDArray[np.float64]:
    """Return for each of some rows the share of its k nearest among them that are of its kind."""
    units = np.asarray(table.unit_vectors)[rows]
    cosines = units @ units.T
    np.fill_diagonal(cosines, -np.inf)
    nearest = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
    some = kinds[rows]
    return np.asarray((some[nearest] == some[:, None]).mean(axis=1))


def chance_of(kinds: NDArray[np.int32]) -> float:
    """Return the precision of neighbours that are drawn by lot."""
    counts = np.bincount(kinds)[kinds]
    return float((counts - 1).mean() / (len(kinds) - 1))


def _mean(shares: NDArray[np.float64], seed: int) -> tuple[float, Interval]:
    """Return a mean over pictures and its 95 % interval, by a bootstrap over them."""
    lots = np.random.default_rng(seed).integers(len(shares), size=(RESAMPLES, len(shares)))
    low, high = np.percentile(shares[lots].mean(axis=1), (2.5, 97.5))
    return float(shares.mean()), Interval(float(low), float(high))


def drawing(numbers: Sequence[int], side: int = 8) -> Greys:
    """Return a drawing as a picture like those of the collection: shape (1, side, side), 0 to 1.

    Parameters
    ----------
    numbers : the greys of its pixels, row by row, from 0 (paper) to 16 (ink)

    Raises
    ------
    UserError
        If there are not so many, one is out of range, or they are no drawing: nothing, or a blot.
    """
    if len(numbers) != side * side or any(not 0 <= each <= GREYS for each in numbers):
        raise UserError(f"A drawing is {side * side} numbers from 0 to {GREYS}.")
    greys = np.array(numbers, np.float32).reshape(1, side, side)
    if not greys.any():
        raise UserError("There is nothing drawn yet: draw a digit.")
    if greys.mean() > MOST_INK * GREYS:
        raise UserError("That is a blot: draw a digit in lines.")
    # As the pictures are kept, in 256 greys: so that a picture's own vector comes out again.
    return (np.rint(greys * (INK / GREYS)) / INK).astype(np.float32)


def embed(greys: Greys, found: VisualSearch) -> dict[str, NDArray[np.float32]]:
    """Embed new pictures by each method: its key to vectors of shape (n, dim)."""

    def of(method: methods.Method) -> dict[str, NDArray[np.float32]]:
        start = f"{method.key}/"
        return {n.removeprefix(start): w for n, w in found.weights.items() if n.startswith(start)}

    return {
        pixels.METHOD.key: pixels.embed(greys),
        pca.METHOD.key: pca.embed(greys, of(pca.METHOD)),
        network.METHOD.key: network.embed(greys, of(network.METHOD)),
        hog.METHOD.key: hog.embed(greys),
    }


def nearest(
    vector: NDArray[np.float32], table: EmbeddingTable, k: int = NEAREST, without: int = -1
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return the rows of a table that are nearest to a vector, and their cosines.

    Parameters
    ----------
    without : a row that is not to be found: that of the picture itself
    """
    length = float(np.linalg.norm(vector)) or 1.0
    cosines = np.asarray(table.unit_vectors) @ (vector / length)
    if without >= 0:
        cosines[without] = -np.inf
    rows = np.argsort(-cosines, kind="stable")[:k]
    return rows, cosines[rows]
