"""The scripts of small components, which Streamlit takes as one text each."""

from __future__ import annotations

from pathlib import Path

ASSETS = Path(__file__).parents[2] / "assets"


def joined(*names: str) -> str:
    """Return scripts of the folder ``assets`` as one, in this order; a pattern stands for several.

    Examples
    --------
    >>> joined("make.js", "training/*.js").count("function make(")
    1
    """
    paths = (path for name in names for path in sorted(ASSETS.glob(name)))
    return "\n".join(path.read_text("utf-8") for path in paths)
