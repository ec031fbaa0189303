"""Whether a visitor may name a folder of the machine that the app runs on."""

from __future__ import annotations

from embeddings.errors import UserError
from embeddings.jobs.settings import Settings
from embeddings.methods import _models as models
from pages.shared import alone


def check(name: str) -> None:
    """See that this visitor may name this model.

    Raises
    ------
    UserError
        If it is a folder, and the visitor is not known to sit at this machine.
    """
    if models.kind_of(name) == "folder" and not allowed():
        raise UserError(
            "A folder can only be named where the app runs for one person: open it as localhost on "
            "its own machine, or have it started with LSE_FOLDERS=1."
        )


def allowed() -> bool:
    """Whether folders may be named: ``LSE_FOLDERS``, by default from this machine itself alone."""
    setting = Settings.from_environment().folders
    if setting is not None:
        return setting
    return alone.sits_here()
