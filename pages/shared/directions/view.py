"""The four views of the page of directions."""

from __future__ import annotations

from embeddings.errors import UserError
from pages.shared import access, notices, progress
from pages.shared.directions import bias, one, plane, removing


def show(view: str, vocabulary: str) -> None:
    """Show one of the views; what cannot be shown is said in one line."""
    views = {"one": one.show, "plane": plane.show, "bias": bias.show, "removal": removing.show}
    try:
        missing = views[view](vocabulary)
    except access.NotBuilt as error:
        missing = [error.request]
    except UserError as error:
        missing = []
        notices.tell(error)
    progress.below(missing, "The rest is shown.")
