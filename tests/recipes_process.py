"""Another process that wants the same slow result; prints how often it had to make it."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from embeddings import recipes
from embeddings.store import Store
from embeddings.types import Progress, Projection, ProjectionSpec, Spec

REQUEST = ProjectionSpec(Spec("test", "some"))


def main(folder: Path) -> None:
    made = []

    @recipes.make.register
    def _(request: ProjectionSpec, store: Store, progress: Progress) -> Projection:
        made.append(request)
        time.sleep(1)
        return Projection(np.ones((3, 2), np.float32), request)

    (folder / f"ready-{sys.argv[2]}").touch()
    while len(list(folder.glob("ready-*"))) < 2:
        time.sleep(0.01)
    result = recipes.fetch(REQUEST, Store(None, folder))
    assert isinstance(result, Projection) and result.spec == REQUEST
    print(len(made))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
