"""Many small pictures as one: what a browser fetches once, to draw each of them from its place."""

from __future__ import annotations

import io
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

SEAM = 1
"""Empty pixels around each picture: drawn larger, it must not show the edge of the next one."""


def layout(pictures: NDArray[np.uint8]) -> dict[str, Any]:
    """Say how pictures lie in their sheet.

    Width and height of one, seam, columns, and whether they are in colour: those of ink alone are
    to be drawn in any colour.
    """
    return {
        "width": pictures.shape[2],
        "height": pictures.shape[1],
        "seam": SEAM,
        "columns": math.ceil(math.sqrt(len(pictures))),
        "coloured": pictures.ndim == 4,
    }


def sheet(pictures: NDArray[np.uint8]) -> bytes:
    """Return a PNG file of all pictures, row by row; where there is no ink it is transparent.

    Parameters
    ----------
    pictures : uint8 array of shape (n, height, width), or (n, height, width, 3)
    """
    from PIL import Image

    n, height, width = pictures.shape[:3]
    columns = layout(pictures)["columns"]
    cells = np.zeros(
        (columns * math.ceil(n / columns), height + 2 * SEAM, width + 2 * SEAM, 4), np.uint8
    )
    inside = cells[:n, SEAM:-SEAM, SEAM:-SEAM]
    if pictures.ndim == 4:
        inside[..., :3], inside[..., 3] = pictures, 255
    else:
        inside[..., 3] = pictures
    rows = cells.reshape(-1, columns, *cells.shape[1:]).swapaxes(1, 2)
    whole = rows.reshape(-1, columns * cells.shape[2], 4)
    file = io.BytesIO()
    Image.fromarray(whole, "RGBA").save(file, "PNG", optimize=True)
    return file.getvalue()
