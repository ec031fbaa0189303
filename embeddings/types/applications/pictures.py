"""Visual search: what is asked of the methods for pictures, and what has been measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from embeddings.types.measures import Interval
from embeddings.types.requests import FORMAT, Request
from embeddings.types.tables import read_only


@dataclass(frozen=True)
class VisualSearchSpec(Request):
    """A request for what embeds a new picture by each method, and how well each finds pictures."""

    kind: ClassVar[str] = "visual_search"
    collection: str = "digits"
    k: int = 10
    seed: int = 42
    format: int = FORMAT


@dataclass(frozen=True)
class Precision:
    """How many of a picture's nearest show the same as it does.

    Attributes
    ----------
    method : key of the method
    value : share of the k nearest, the mean over all held-out pictures
    interval : of that mean
    chance : the same where the k nearest are drawn by lot
    """

    method: str
    value: float
    interval: Interval
    chance: float


@dataclass(frozen=True, eq=False)
class VisualSearch:
    """What was learned from the first half of a collection, and measured on the other.

    Attributes
    ----------
    precisions : one for each method
    n_held_out : how many pictures were asked, each among the others of them
    weights : what PCA and the network have learned, by names that begin with the method's key
    notes : the network's accuracy on held-out pictures, the epochs, and the seconds it took
    """

    precisions: tuple[Precision, ...]
    n_held_out: int
    weights: Mapping[str, NDArray[np.float32]]
    notes: Mapping[str, Any]
    spec: VisualSearchSpec

    def __post_init__(self) -> None:
        for name, values in self.weights.items():
            if not np.isfinite(values).all():
                raise ValueError(f"{name} must be finite")
        whole = {name: read_only(values) for name, values in self.weights.items()}
        object.__setattr__(self, "weights", whole)
