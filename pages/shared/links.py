"""Links within the app that need no new visit: the page is run with the address of the link.

Streamlit opens a link of HTML as a new visit: all is loaded again, and what the reader has typed is
lost. Links written as ``<a data-in-app href="?a=man">`` are followed within the visit; opened in a
new tab or copied they are what they seem.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote_plus, urlsplit

import streamlit as st

from pages.shared import frame

JS = """
export default function ({ parentElement, setTriggerValue }) {
  const follow = (event) => {
    const link = event.target.closest?.("a[data-in-app]");
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
    if (!link || !plain) return;
    event.preventDefault();
    document.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0 });
    setTriggerValue("followed", link.getAttribute("href"));
  };
  document.addEventListener("click", follow);
  return () => document.removeEventListener("click", follow);
}
"""

_component = st.components.v2.component("in_app_links", js=JS, isolate_styles=False)


def follow(page: str) -> None:
    """Follow the links of this page within the visit.

    Parameters
    ----------
    page : what tells this page's links from those of another one
    """
    key = f"{page}.links"
    _component(key=key, on_followed_change=lambda: _go(key))


def _go(key: str) -> None:
    href = st.session_state[key].get("followed")
    if href:
        frame.write(dict(parse_qsl(urlsplit(href).query, keep_blank_values=True)))


def link(text: str, query: Mapping[str, str], path: str = "", fragment: str = "") -> str:
    """Write a link to a page of the app; everything in it is escaped.

    Parameters
    ----------
    path : of another page, as "./compare", which is opened as a new visit; by default this one
    fragment : what the maps of that page keep in its address
    """
    asked = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in query.items())
    inside = "" if path else " data-in-app"
    target = html.escape(f"{path}?{asked}" + (f"#{fragment}" if fragment else ""))
    return f'<a{inside} href="{target}">{html.escape(text)}</a>'
