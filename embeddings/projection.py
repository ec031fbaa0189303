"""Maps: words laid out in two or three dimensions by UMAP or by PCA."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings import neighbors as nearest_neighbors
from embeddings.errors import UnknownName, UserError
from embeddings.methods import Parameter
from embeddings.types import (
    EmbeddingTable,
    Neighbors,
    NeighborsSpec,
    Progress,
    Projection,
    ProjectionSpec,
    Scalar,
    Spec,
    no_progress,
)

PARAMETERS = (
    Parameter(
        "n_neighbors",
        "Neighbours",
        15,
        "How many nearest words shape the place of each word, itself included: few show fine "
        "detail, many the large picture.",
        low=2,
        high=50,
    ),
    Parameter(
        "min_dist",
        "Least distance",
        0.1,
        "How tightly words may be packed: 0 makes dense clumps, 0.99 spreads them evenly.",
        low=0.0,
        high=0.99,
    ),
    Parameter(
        "metric",
        "Distance",
        "cosine",
        "What is near in the original space: a small angle (cosine) or a short way (euclidean).",
        choices=nearest_neighbors.METRICS,
    ),
    Parameter(
        "n_epochs",
        "Epochs",
        400,
        "How often the layout is improved: more takes longer and changes less and less.",
        low=50,
        high=1000,
    ),
)
"""The settings of UMAP (McInnes, Healy and Melville 2018); PCA has none."""

TINY = 10
"""Up to this many words there is no neighbourhood to speak of, and PCA draws the map instead."""


def algorithms() -> tuple[str, ...]:
    """Return the names of the ways to draw a map."""
    return ("umap", "pca")


def spec(
    table: Spec,
    algorithm: str = "umap",
    dimensions: int = 2,
    seed: int = 42,
    parameters: Mapping[str, Any] | None = None,
) -> ProjectionSpec:
    """Return the complete request for a map: defaults filled in, every value checked.

    PCA has no settings: those of UMAP are checked and left out.

    Raises
    ------
    UserError
        If the algorithm or a parameter is unknown, or a value is out of its range.
    """
    if algorithm not in algorithms():
        raise UnknownName("way to draw a map", algorithm, algorithms())
    if dimensions not in (2, 3):
        raise UserError(f"dimensions is {dimensions!r}; it must be 2 or 3.")
    if not isinstance(seed, int) or not 0 <= seed < 2**32:
        raise UserError(f"seed is {seed!r}; it must be a whole number from 0 to 4294967295.")
    given = dict(parameters or {})
    known = {p.name: p for p in PARAMETERS}
    for name in given:
        if name not in known:
            raise UnknownName("map setting", name, known)
    values = {name: p.check(given.get(name, p.default)) for name, p in known.items()}
    chosen = tuple(values.items()) if algorithm == "umap" else ()
    return ProjectionSpec(table, algorithm, dimensions, seed, chosen)


def neighbors_spec(request: ProjectionSpec) -> NeighborsSpec | None:
    """Return the request for the neighbours from which a map is drawn; PCA needs none."""
    if request.algorithm != "umap":
        return None
    return nearest_neighbors.spec(request.table, metric=request["metric"])


def project(
    table: EmbeddingTable,
    neighbors: Neighbors | None,
    request: ProjectionSpec,
    progress: Progress = no_progress,
) -> Projection:
    """Lay the words of a table out on a map.

    Tables of up to `TINY` words are drawn by PCA whatever the request, and a lone word lies in the
    origin; the notes say so.

    Parameters
    ----------
    neighbors : Neighbors or None
        At least ``n_neighbors - 1`` of them by the request's metric; not needed for PCA.

    Returns
    -------
    Projection
        Centred on the mean and turned so that its longest side lies level: how UMAP turns a map
        means nothing, and screens are wider than high. UMAP with one seed gives the same map on
        one machine, not on another.
    """
    if request.algorithm == "pca" or len(table) <= TINY:
        progress(0.0, "Drawing the map")
        coordinates, kept = pca(table, request.dimensions, request.seed)
        notes: dict[str, Scalar] = {"variance_kept": round(kept, 4)}
        if request.algorithm != "pca":
            notes["drawn_by"] = "pca"
    else:
        if neighbors is None:
            raise ValueError("UMAP needs the neighbours of the table")
        coordinates, notes = umap(table, neighbors, request, progress), {}
    progress(1.0, "Drawing the map")
    centred = coordinates - coordinates.mean(axis=0, dtype=np.float64)
    return Projection(_turned(centred).astype(np.float32), request, notes)


def pca(table: EmbeddingTable, dimensions: int, seed: int = 42) -> tuple[NDArray[Any], float]:
    """Return the first principal components, and the share of the variance that they keep.

    Each component points to where its farthest word lies, so that its sign is not arbitrary.

    Returns
    -------
    coordinates : array of shape (n_words, dimensions); columns that the data cannot fill are zero
    kept : share of the total variance, 0 to 1
    """
    left, singular, total = _principal(table, dimensions, seed)
    coordinates = np.zeros((len(table), dimensions))
    coordinates[:, : left.shape[1]] = left * singular
    farthest = np.argmax(np.abs(coordinates), axis=0)
    signs = np.sign(coordinates[farthest, np.arange(dimensions)])
    kept = float(np.sum(singular**2) / total) if total > 0 else 1.0
    return coordinates * np.where(signs == 0, 1, signs), kept


def umap(
    table: EmbeddingTable,
    neighbors: Neighbors,
    request: ProjectionSpec,
    progress: Progress = no_progress,
    start: NDArray[np.float32] | None = None,
    places: NDArray[Any] | None = None,
) -> NDArray[np.float32]:
    """Draw a UMAP from neighbours that are already known, on one thread.

    It starts where ``start`` says, else from ``places`` brought to the size of a PCA, else from
    the PCA.

    The parts of umap-learn are called one by one instead of ``umap.UMAP``: it would search the
    neighbours of small tables again, and turn sparse vectors dense to start from their PCA.
    """
    progress(0.0, "Preparing the map")
    from umap import umap_

    random = np.random.RandomState(request.seed)
    indices, distances = _with_self(neighbors, request["n_neighbors"])
    graph, _, _ = umap_.fuzzy_simplicial_set(
        table.vectors,
        indices.shape[1],
        random,
        request["metric"],
        knn_indices=indices,
        knn_dists=distances,
    )
    start = _start(table, request, random, places) if start is None else start.copy()
    a, b = umap_.find_ab_params(1.0, request["min_dist"])
    layout, _ = umap_.simplicial_set_embedding(
        table.vectors,
        graph,
        n_components=request.dimensions,
        initial_alpha=1.0,
        a=a,
        b=b,
        gamma=1.0,
        negative_sample_rate=5,
        n_epochs=request["n_epochs"],
        init=start,
        random_state=random,
        metric=request["metric"],
        metric_kwds={},
        densmap=False,
        densmap_kwds={},
        output_dens=False,
        parallel=False,
        tqdm_kwds=_epochs(progress, request["n_epochs"]),
    )
    return np.asarray(layout, dtype=np.float32)


def warm() -> None:
    """Draw a small map, so that numba compiles before somebody waits for one (10 to 20 s)."""
    vectors = np.random.default_rng(0).normal(size=(100, 10))
    words = tuple(f"word{i}" for i in range(len(vectors)))
    table = EmbeddingTable(words, vectors.astype(np.float32), Spec("warm-up"))
    for dimensions in (2, 3):
        request = spec(table.spec, dimensions=dimensions, parameters={"n_epochs": 50})
        wanted = neighbors_spec(request)
        assert wanted is not None
        project(table, nearest_neighbors.find(table, wanted), request)


def _start(
    table: EmbeddingTable,
    request: ProjectionSpec,
    random: np.random.RandomState,
    places: NDArray[Any] | None = None,
) -> NDArray[np.float32]:
    """Return the PCA, at most 10 across, with noise that parts words of the same vector."""
    coordinates = places
    if coordinates is None:
        coordinates, _ = pca(table, request.dimensions, request.seed)
    largest = np.abs(coordinates).max()
    scaled = coordinates * (10 / largest) if largest > 0 else coordinates
    return (scaled + random.normal(scale=1e-4, size=scaled.shape)).astype(np.float32)


def _turned(coordinates: NDArray[Any]) -> NDArray[Any]:
    """Turn a centred map onto its principal axes, the longer tail of each to the positive side."""
    if len(coordinates) < 3:
        return coordinates
    _, axes = np.linalg.eigh(coordinates.T @ coordinates)
    turned = coordinates @ axes[:, ::-1]
    skew = np.sum(turned**3, axis=0)
    return turned * np.where(skew < 0, -1, 1)


def _with_self(
    neighbors: Neighbors, n_neighbors: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return indices and distances as umap-learn wants them: each word its own first neighbour."""
    k = min(n_neighbors - 1, neighbors.k)
    near = neighbors.similarities[:, :k]
    distances = -near if neighbors.spec.metric == "euclidean" else 1 - near
    n = len(near)
    own = np.arange(n, dtype=np.int32)[:, None]
    return (
        np.hstack([own, neighbors.indices[:, :k]]),
        np.hstack([np.zeros((n, 1), np.float32), np.maximum(distances, 0).astype(np.float32)]),
    )


def _epochs(progress: Progress, n_epochs: int) -> dict[str, Any]:
    """Return settings for tqdm, whose bar umap-learn advances after each epoch."""

    class Reports:
        """What tqdm takes for a terminal: ``progress`` may raise to stop the work."""

        def write(self, text: str) -> None:
            with contextlib.suppress(ValueError):
                epoch = int(text)
                message = f"Drawing the map, epoch {epoch} of {n_epochs}"
                progress(0.05 + 0.95 * epoch / n_epochs, message)

        def flush(self) -> None:
            """Nothing is held back."""

    return {
        "file": Reports(),
        "bar_format": "{n}",
        "disable": False,
        "leave": True,
        "mininterval": 0.1,
        "miniters": 1,
    }


# Maps of the same words at several moments ---------------------------------------------------

NEAR = 14
"""Neighbours by which they are drawn and judged; with the word itself UMAP's usual 15."""


def in_turn(
    tables: Sequence[EmbeddingTable], seed: int = 42, progress: Progress = no_progress
) -> tuple[list[NDArray[np.float32]], list[float]]:
    """Draw maps of the same words at moments that follow each other, each laid onto the next.

    The last is drawn as maps usually are; each earlier one begins where the next one ended, has 50
    epochs to become the map of its own vectors, and is laid onto the next (Procrustes). So words
    that do not change hardly move, and what a map shows is still its own moment. Of a training of
    Word2Vec on the dictionary (18 moments, 1,346 words) such maps kept .35 to .45 of the true
    neighbours once there were any, as much as maps drawn each by itself (.37 to .47) in a quarter
    of the time; maps by PCA laid onto each other kept .08 to .28.

    Parameters
    ----------
    tables : the moments in order, all of the same words

    Returns
    -------
    coordinates : for each moment a float32 array of shape (n_words, 2)
    kept : for each, the share of a word's true neighbours that are among its closest dots
    """
    drawn: list[NDArray[np.float32]] = []
    kept: list[float] = []
    for at, table in enumerate(reversed(tables)):
        progress(at / len(tables), f"Drawing map {at + 1} of {len(tables)}")
        wanted = nearest_neighbors.spec(table.spec, NEAR, seed=seed)
        near = Neighbors(*nearest_neighbors.nearest(table, NEAR, seed=seed), wanted)
        settings = {"n_neighbors": NEAR + 1, "n_epochs": 50 if drawn else 300}
        request = spec(table.spec, seed=seed, parameters=settings)
        after = drawn[-1] if drawn else None
        coordinates = umap(table, near, request, start=after)
        centred = coordinates - coordinates.mean(axis=0, dtype=np.float64)
        laid = _turned(centred) if after is None else align(centred, after)(centred)
        drawn.append(laid.astype(np.float32))
        kept.append(_kept(drawn[-1], near.indices))
    return drawn[::-1], kept[::-1]


def _kept(coordinates: NDArray[np.float32], near: NDArray[np.int32]) -> float:
    from scipy.spatial import cKDTree

    _, closest = cKDTree(coordinates).query(coordinates, near.shape[1] + 1)
    own = np.arange(len(near))[:, None]
    is_true = (closest[:, :, None] == near[:, None, :]).any(axis=2) & (closest != own)
    return float(is_true.sum() / near.size)


# Maps laid onto each other --------------------------------------------------------------------


@dataclass(frozen=True)
class Alignment:
    """How one map is laid onto another: ``(x - source) @ matrix * scale + target``.

    Attributes
    ----------
    matrix : orthogonal array of shape (dimensions, dimensions): a rotation, or one with a mirror
    scale : the factor that makes the words spread as widely as on the other map
    source, target : the mean places of the shared words on both maps
    """

    matrix: NDArray[np.float64]
    scale: float
    source: NDArray[np.float64]
    target: NDArray[np.float64]

    def __call__(self, coordinates: NDArray[Any]) -> NDArray[np.float64]:
        """Return where the places of the one map lie on the other."""
        return np.asarray((coordinates - self.source) @ self.matrix * self.scale + self.target)


def align(moving: NDArray[Any], onto: NDArray[Any]) -> Alignment:
    """Find the rotation, reflection and scale that lay one map onto another (Procrustes).

    The turn is that of least squares (Schönemann 1966). The scale is the ratio of the maps' sizes
    and not that of least squares, which would shrink a map the more the less it agrees.

    Parameters
    ----------
    moving, onto : arrays of shape (n_shared, dimensions), the same words in the same order
    """
    from scipy.linalg import orthogonal_procrustes

    dimensions = moving.shape[1]
    if len(moving) < 2:
        zero = np.zeros(dimensions)
        return Alignment(np.eye(dimensions), 1.0, zero, zero)
    source, target = moving.mean(axis=0, dtype=np.float64), onto.mean(axis=0, dtype=np.float64)
    a, b = moving - source, onto - target
    sizes = np.linalg.norm(a), np.linalg.norm(b)
    matrix, _ = orthogonal_procrustes(a, b)
    scale = float(sizes[1] / sizes[0]) if sizes[0] > 0 and sizes[1] > 0 else 1.0
    return Alignment(matrix, scale, source, target)


# Maps of the same things, layer by layer ------------------------------------------------------

EPOCHS, EPOCHS_NEXT = 200, 60
"""Of the map of the last layer, and of those that begin with the map after them."""


def layers(
    vectors: NDArray[Any], algorithm: str, seed: int = 42, progress: Progress = no_progress
) -> NDArray[np.float32]:
    """Draw one map for each layer, so that things move no further than they must between two.

    The map of the last layer is drawn first. UMAP draws each earlier layer starting from the map
    of the layer after it; each map is then laid onto that one (`align`), keeping its own size in
    proportion.

    Parameters
    ----------
    vectors : array of shape (n_layers, n, dim)

    Returns
    -------
    array of shape (n_layers, n, 2), centred, in a common scale: the root mean square distance
    from the middle of every map is 1

    Raises
    ------
    UnknownName
        If there is no such way to draw a map.
    """
    if algorithm not in algorithms():
        raise UnknownName("way to draw a map", algorithm, algorithms())
    n_layers, n = vectors.shape[:2]
    places = np.zeros((n_layers, n, 2))
    if n == 0:
        return places.astype(np.float32)
    is_umap = algorithm == "umap" and n > TINY
    settings = {"n_neighbors": min(15, n - 1)} if is_umap else {}
    before: NDArray[Any] | None = None
    for done, layer in enumerate(reversed(range(n_layers))):
        progress(done / n_layers, f"Drawing the map of layer {layer}")
        words = tuple(map(str, range(n)))
        table = EmbeddingTable(words, vectors[layer].astype(np.float32), Spec("contexts"))
        if is_umap:
            epochs = EPOCHS if before is None else EPOCHS_NEXT
            drawn = spec(table.spec, algorithm, 2, seed, {**settings, "n_epochs": epochs})
            wanted = neighbors_spec(drawn)
            assert wanted is not None
            near = nearest_neighbors.find(table, replace(wanted, k=settings["n_neighbors"]))
            shown = umap(table, near, drawn, places=before).astype(np.float64)
        else:
            shown, _ = pca(table, 2, seed)
        shown = shown - shown.mean(axis=0)
        shown = _turned(shown) if before is None else align(shown, before)(shown)
        size = np.sqrt(np.mean(np.sum(shown**2, axis=1)))
        before = places[layer] = shown / size if size > 0 else shown
    progress(1.0, "Drawing the maps")
    return places.astype(np.float32)


# Principal components ------------------------------------------------------------------------


def _principal(
    table: EmbeddingTable, dimensions: int, seed: int
) -> tuple[NDArray[Any], NDArray[Any], float]:
    """Return left singular vectors, singular values and total variance of the centred vectors."""
    wanted = min(dimensions, len(table) - 1, table.dim)
    if wanted < 1:
        return np.zeros((len(table), 0)), np.zeros(0), 0.0
    if table.is_sparse and min(table.vectors.shape) > 500:
        return _principal_of_sparse(table.vectors, wanted, seed)
    vectors: Any = table.vectors
    dense = (vectors.toarray() if table.is_sparse else vectors).astype(np.float64)
    dense -= dense.mean(axis=0)
    if dense.shape[1] > dense.shape[0]:
        left, singular, _ = np.linalg.svd(dense, full_matrices=False)
        return left[:, :wanted], singular[:wanted], float(np.sum(dense**2))
    _, axes = np.linalg.eigh(dense.T @ dense)
    coordinates = dense @ axes[:, ::-1][:, :wanted]
    singular = np.linalg.norm(coordinates, axis=0)
    left = coordinates / np.where(singular > 0, singular, 1)
    return left, singular, float(np.sum(dense**2))


def _principal_of_sparse(
    vectors: Any, wanted: int, seed: int
) -> tuple[NDArray[Any], NDArray[Any], float]:
    """Centre in passing: the centred matrix would be dense, its products need not be."""
    from scipy.sparse.linalg import LinearOperator, svds

    vectors = vectors.astype(np.float64)
    n, mean = vectors.shape[0], np.asarray(vectors.mean(axis=0)).ravel()
    centred = LinearOperator(
        vectors.shape,
        matvec=lambda x: vectors @ np.ravel(x) - mean @ np.ravel(x),
        rmatvec=lambda y: vectors.T @ np.ravel(y) - mean * np.sum(y),
        matmat=lambda X: vectors @ X - mean @ X,
        rmatmat=lambda Y: vectors.T @ Y - np.outer(mean, Y.sum(axis=0)),
        dtype=np.float64,
    )
    start = np.random.default_rng(seed).normal(size=min(vectors.shape))
    left, singular, _ = svds(centred, k=wanted, v0=start, tol=1e-4)
    order = np.argsort(-singular)
    total = float(vectors.multiply(vectors).sum() - n * np.sum(mean**2))
    return left[:, order], singular[order], total
