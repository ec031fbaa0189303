"""Errors that a person can act on: one line that says what was wrong and what to do next."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class UserError(ValueError):
    """Something the person gave cannot be used; ``str(error)`` is one line fit to be shown."""


class UnknownName(UserError):
    """A name that is not among the known ones; the message offers the nearest valid names."""

    def __init__(self, kind: str, got: str, valid: Iterable[str]) -> None:
        names = sorted(valid)
        shown = _short(got)
        near = difflib.get_close_matches(shown.lower(), names, n=3, cutoff=0.5)
        if near:
            advice = f"Did you mean {' or '.join(map(_short, near))}?"
        elif len(names) <= 20:
            advice = f"Choose one of: {', '.join(map(_short, names))}."
        else:
            advice = "Check the spelling."
        super().__init__(f"There is no {kind} called {shown!r}. {advice}")
        self.kind, self.got, self.suggestions = kind, got, tuple(near)


def _short(name: str) -> str:
    return name if len(name) <= 60 else name[:57] + "..."


class MissingPackage(UserError):
    """An optional package is not installed; the message is the exact command that installs it."""

    def __init__(self, package: str, purpose: str) -> None:
        super().__init__(f"{purpose} needs the package {package}: pip install {package}")
        self.package = package


class DamagedArtifact(Exception):
    """A stored file cannot be trusted: wrong checksum, truncated, or of another format."""


class Cancelled(Exception):
    """Somebody asked for this work to stop."""


class WorkFailed(UserError):
    """A job could not be done; the message says why and what to do next."""
