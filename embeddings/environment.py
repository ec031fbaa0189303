"""Settings that are read from the environment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from embeddings.errors import UserError


def whole_number(given: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    """Return a setting that is a whole number, or the default where it is not set.

    Raises
    ------
    UserError
        Naming the variable, what it is, and what it may be.
    """
    text = given.get(name, "").strip() or str(default)
    # A number of thousands of digits is none: Python refuses to read it.
    if not (text.isascii() and text.isdecimal()) or not low <= int(text[:20]) <= high:
        raise UserError(f"{name} is {text[:60]!r}; it must be a whole number from {low} to {high}.")
    return int(text)


def switch(given: Mapping[str, str], name: str) -> bool | None:
    """Return whether a setting is 1 or 0; None where it is not set. Raises ``UserError``."""
    return bool(whole_number(given, name, 0, 0, 1)) if given.get(name, "").strip() else None


def address(given: Mapping[str, str], name: str, schemes: Sequence[str]) -> str:
    """Return a setting that is an address or an absolute path; "" where it is not set.

    Parameters
    ----------
    schemes : what may stand before "://"

    Raises
    ------
    UserError
        Naming the variable, and what it may be.
    """
    text = given.get(name, "").strip()
    if not text or text.startswith("/"):
        return text
    try:
        parts = urlsplit(text)
        usable = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        allowed = ", ".join(f"{scheme}://" for scheme in schemes)
        raise UserError(
            f"{name} cannot be used: it must be an address that begins with one of {allowed}, or "
            "an absolute path."
        )
    return text
