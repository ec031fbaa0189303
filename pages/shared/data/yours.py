"""What a visitor has brought: a list, and of the one that is open what it is and what to do."""

from __future__ import annotations

import html
from collections.abc import Callable

import streamlit as st

from embeddings import methods, sources
from embeddings.errors import UserError
from embeddings.sources import Source
from embeddings.sources.problems import REPAIRS
from embeddings.types import Request
from pages.shared import alone, links, notices
from pages.shared.data import coverage, taking, visit
from pages.shared.data.visit import PROBLEM
from pages.shared.own import desk

MANY = 20_000
"""Vectors from which on the link to their map asks for fewer epochs than usual."""

KINDS = {
    "words": "words",
    "text": "a text",
    "vectors": "vectors",
    "model": "a model",
    "images": "images",
}


def show() -> list[Request]:
    """Show what was brought; return what has to be computed for that."""
    mine = [source for name in desk.mine() if (source := _get(name))]
    st.subheader("Yours", anchor=False)
    if desk.has_uploads() and visit.files() is None:
        st.button("Remove files that were not read", on_click=_remove_all)
    if not mine:
        st.caption("Nothing yet. What you bring is listed here, and offered on every page.")
        return []
    missing: list[Request] = []
    for source in mine:
        is_open = source.name == visit.chosen() or len(mine) == 1
        with st.container(key=f"data-source-{source.name}", border=True):
            _head(source, is_open)
            if is_open:
                missing += _body(source)
    if len(mine) > 1 and not all(desk.is_kept(source.name) for source in mine):
        st.button("Remove all", key="data.remove all", type="tertiary", on_click=_remove_all)
    return missing


def _get(name: str) -> Source | None:
    try:
        return sources.get(name)
    except UserError:
        return None


def _head(source: Source, is_open: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        about = f"{KINDS[source.kind]}, {_size(source)}"
        stays = " · stays on this computer" if desk.is_kept(source.name) else ""
        st.html(
            f'<p class="lse-data-name"><b>{html.escape(source.title)}</b> '
            f"<span>{html.escape(about + stays)}</span></p>"
        )
        if not is_open:
            st.button(
                "Open",
                key=f"data.open.{source.name}",
                on_click=visit.open_source,
                args=(source.name,),
            )


def _size(source: Source) -> str:
    if source.kind == "text":
        size = (source.folder / "source" / "text.txt").stat().st_size
        return f"{size / 1e6:,.1f} MB" if size > 1e5 else f"{size:,} bytes"
    if source.kind == "model":
        origin = source.content.origin
        return f"{origin.get('layers', 0)} layers of {origin.get('dim', 0):,} numbers"
    n = len(source.content.labels)
    if source.kind == "images":
        return f"{n:,} of them"
    many = f"{n:,} {'label' if n == 1 else 'labels'}"
    return f"{many} of {source.dim:,} numbers" if source.dim else many


def _body(source: Source) -> list[Request]:
    told = _origin(source)
    if told:
        st.caption(notices.plain(told))
    st.html(_ways_on(source))
    if told := coverage.script(source):
        st.caption(told)
    missing = coverage.show(source)
    if source.kind == "vectors":
        spec = methods.get(source.name).spec(source.name)
        wanted = taking.needed(spec)
        missing += wanted
        if not wanted:
            st.html(taking.ways_out(spec))
    with st.container(horizontal=True):
        if alone.may_keep() and not desk.is_kept(source.name):
            st.button(
                "Keep on this computer",
                key=f"data.keep.{source.name}",
                on_click=_safely(desk.keep),
                args=(source.name,),
            )
        st.button(
            "Remove",
            key=f"data.remove.{source.name}",
            on_click=_safely(_remove),
            args=(source.name,),
        )
    return missing


def _origin(source: Source) -> str:
    origin = source.content.origin
    if source.kind == "model":
        return f"{origin.get('model')}"
    told = [f"from {origin['file']}" if origin.get("file") else ""]
    mended = {
        name.partition(": ")[2]: n for name, n in origin.items() if name.startswith("repaired")
    }
    told += [f"{REPAIRS.get(key, key).lower()}: {n}" for key, n in mended.items()]
    if source.content.columns:
        told.append("columns: " + ", ".join(column.name for column in source.content.columns))
    return " · ".join(filter(None, told))


def _ways_on(source: Source) -> str:
    """Return links to the pages on which this can be looked at."""
    name = source.name
    usual = {"vocabulary": name}
    ways: list[tuple[str, str, dict[str, str]]] = []
    if source.kind == "vectors":
        # So many take minutes with the usual 400 epochs; where they lie is clear much sooner.
        fewer = {"settings": "n_epochs:150"} if len(source.content.labels) > MANY else {}
        ways.append(("Map", "./", {"method": name, **usual, **fewer}))
        maps = [name, *coverage.knowing(source)][:4]
        ways.append(("Compare", "./compare", {**usual, "maps": "|".join(maps)}))
        ways.append(("Analogies", "./analogies", usual))
        ways.append(("Directions", "./directions", {"vocabulary": name}))
        ways.append(("Scorecard", "./scorecard", {"vocabulary": name}))
    elif source.kind == "model":
        words = {"vocabulary": "common-10k"}
        beside = "|".join((name, "bert", "glove"))
        ways.append(("Map", "./", {"method": name, **words}))
        ways.append(("Compare", "./compare", {**words, "maps": beside}))
        ways.append(("Attention", "./attention", {"model": str(source.content.origin["model"])}))
    elif source.kind == "images":
        ways.append(("Map", "./", usual))
        ways.append(("Compare", "./compare", usual))
        ways.append(("Visual search", "./digits", {}))
    elif source.kind == "text":
        text = f"text:{name}"
        ways.append(("Map", "./", {"method": "word2vec", **usual, "settings": text}))
        maps = [f"{each},{text}" for each in ("cooccurrence", "word2vec", "bert_in_context")]
        ways.append(("Compare", "./compare", {**usual, "maps": "|".join([*maps, "glove"])}))
        ways.append(("Training", "./training", {"run": text}))
        ways.append(("Contexts", "./contexts", {"word": "time", "text": name}))
    else:
        known = coverage.knowing(source)
        ways.append(("Map", "./", {"method": (known or ["bert"])[0], **usual}))
        ways.append(("Compare", "./compare", {**usual, "maps": "|".join(known[:4])}))
        ways.append(("Analogies", "./analogies", usual))
        ways.append(("Directions", "./directions", usual))
    made = [links.link(text, query, path) for text, path, query in ways]
    return f'<p class="lse-data-ways">{" ".join(made)}</p>'


def _safely(act: Callable[[str], None]) -> Callable[[str], None]:
    def safe(name: str) -> None:
        try:
            act(name)
        except UserError as error:
            st.session_state[PROBLEM] = str(error)

    return safe


def _remove(name: str) -> None:
    desk.remove(name)
    if visit.chosen() == name:
        visit.open_source("")


def _remove_all() -> None:
    desk.remove_all()
    visit.open_source("")
