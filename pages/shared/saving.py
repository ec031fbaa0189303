"""A page as one file: what was chosen there, its seeds and versions, and the visitor's own data."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from urllib.parse import parse_qsl

import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from embeddings import sources
from embeddings.errors import UserError
from embeddings.sources import bundle
from embeddings.sources.bundle import Page
from pages.shared import address, comparison, frame, linked_maps, scripts
from pages.shared.own import desk

PAGES = {
    "": "Map",
    "compare": "Compare",
    "analogies": "Analogies",
    "directions": "Directions",
    "scorecard": "Scorecard",
    "contexts": "Contexts",
    "attention": "Attention",
    "training": "Training",
    "films": "What to watch next",
    "people": "Whom to follow",
    "digits": "Visual search",
    "search": "Search by meaning",
    "scale": "How it scales",
}
"""What can be saved, by its name in the address."""

JS = scripts.joined("data/save.js")
_OWN = re.compile("own-[0-9a-f]{20}")

_component = st.components.v2.component("save_page", js=JS, isolate_styles=False)


def button(here: str) -> None:
    """Show the button that saves the page that is looked at.

    Parameters
    ----------
    here : the page's name in the address
    """
    data = {"here": here, "address": f"{linked_maps.base_path()}/data/page", "pages": list(PAGES)}
    _component(data=data, key="save_page")


def saved(request: Request) -> Response:
    """Send a page as a file.

    Raises
    ------
    UserError
        If it cannot be saved, or speaks of what another visitor brought.
    """
    asked = request.query_params
    name = asked.get("page", "").strip("/")
    if name not in PAGES:
        raise UserError(f"This page cannot be saved; these can: {', '.join(PAGES.values())}.")
    query = frame.of_page(
        dict(parse_qsl(asked.get("query", "").lstrip("?"), keep_blank_values=True))
    )
    names = sorted({each for value in query.values() for each in _OWN.findall(value)})
    for each in names:
        desk.check_name(each)
    page = Page(
        name,
        query,
        asked.get("fragment", "").lstrip("#"),
        requests(name, query),
        tuple((each, sources.title(each)) for each in names),
    )
    # Beside what visitors brought: nobody else on this machine reads it, and it goes with the rest.
    path = desk.place / f"page-{secrets.token_hex(10)}{bundle.ENDING}"
    try:
        bundle.write(page, asked.get("data") == "1", path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return _SentOnce(
        path,
        filename=f"{name or 'map'}{bundle.ENDING}",
        media_type="application/octet-stream",
        headers={"Cache-Control": "private, no-store"},
    )


class _SentOnce(FileResponse):
    """A file that is removed when it was sent, or could not be."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            Path(self.path).unlink(missing_ok=True)


def requests(name: str, query: dict[str, str]) -> tuple[str, ...]:
    """Return what a page of maps is made from: methods, parameters, seeds and versions."""
    if name == "":
        return (address.projection_of(address.read(query)[0]).canonical,)
    if name == "compare":
        maps = comparison.read(query)[0].maps
        return tuple(address.projection_of(each).canonical for each in maps)
    return ()
