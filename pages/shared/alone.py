"""Whether the app runs for one person, who sits at the machine that it runs on."""

from __future__ import annotations

import ipaddress
import logging
import os

import streamlit as st

from embeddings.environment import switch
from embeddings.errors import UserError

log = logging.getLogger(__name__)

FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")
"""Headers by which another server says that it speaks for somebody else."""


def sits_here() -> bool:
    """Whether the visitor's browser runs on the machine of the app, as far as can be known."""
    headers = st.context.headers
    forwarded = any(name in headers for name in FORWARDED)
    return st.context.ip_address is None and not forwarded and is_loopback(headers.get("Host", ""))


def may_keep() -> bool:
    """Whether what the visitor brings may stay here: ``LSE_KEEP``, else where he sits here."""
    try:
        setting = switch(os.environ, "LSE_KEEP")
    except UserError as problem:
        log.error("%s Nothing stays.", problem)
        return False
    return sits_here() if setting is None else setting


def is_loopback(host: str) -> bool:
    """Whether the host of an address, with or without a port, is this machine itself."""
    name = host.partition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
