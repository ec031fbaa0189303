"""Whether a visitor may name a folder of the machine that the app runs on."""

from __future__ import annotations

import ipaddress

import streamlit as st

from embeddings.errors import UserError
from embeddings.inside import models
from embeddings.jobs.settings import Settings

FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")
"""Headers by which another server says that it speaks for somebody else."""


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
    headers = st.context.headers
    host = headers.get("Host", "")
    forwarded = any(name in headers for name in FORWARDED)
    return st.context.ip_address is None and not forwarded and is_loopback(host)


def is_loopback(host: str) -> bool:
    """Whether the host of an address, with or without a port, is this machine itself."""
    name = host.partition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
