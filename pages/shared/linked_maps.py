"""The maps on a page: a component that draws itself from the server's data routes.

Only keys and addresses travel with a run of the page; the bytes come over HTTP, once.
"""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from embeddings import captions, methods
from embeddings.probes import trust
from embeddings.types import ProjectionSpec, Request
from pages.shared import access

FOLDER = Path(__file__).parents[2] / "assets" / "linked_maps"

HTML = """
<div data-linked-maps class="lse-maps%s" role="region" aria-label="Map">
  <p class="lse-skeleton" role="status">Drawing the map …</p>
</div>
"""

ELSEWHERE = {"scales.js"}
"""Scripts that no map needs."""

NO_CLASS = 255
"""The class of a word for which there is no measure."""

# Streamlit calls the default export at every run and keeps what it returns for the end. It is
# called anew with new data before an older call's import may have come back: only the latest
# call may draw, and only the latest clean-up may clear.
BOOTSTRAP = """
function style(path) {
  const href = new URL(path, location.origin).href;
  if ([...document.styleSheets].some((sheet) => sheet.href === href)) return null;
  return new Promise((resolve) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href, onload: resolve, onerror: resolve });
    document.head.append(link);
  });
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const root = parentElement.querySelector("[data-linked-maps]");
  const own = (root.linkedMaps ??= { turn: 0, host: {}, instance: null });
  const turn = ++own.turn;
  if (data.embedded) root.style.setProperty("--lse-height", `${data.embedded}px`);
  Object.assign(own.host, { setStateValue, setTriggerValue });
  const draw = async () => {
    const module = import(new URL(data.module, location.origin).href);
    await Promise.all(data.styles.map(style));
    const { mount } = await module;
    if (own.turn !== turn) return;
    if (own.instance) return (await own.instance).update(data);
    root.replaceChildren();
    own.instance = mount(root, data, own.host);
    await own.instance;
  };
  draw().catch((error) => {
    console.error(error);
    const line = document.createElement("p");
    line.className = "lse-skeleton";
    line.setAttribute("role", "alert");
    line.textContent = "The map could not be drawn. Reload the page to try again.";
    own.instance = null;
    root.replaceChildren(line);
  });
  return () => {
    if (own.turn !== turn) return;
    own.turn++;
    const instance = own.instance;
    own.instance = null;
    Promise.resolve(instance).then((drawn) => drawn?.destroy()).catch(console.error);
  };
}
"""

_component = st.components.v2.component(
    "linked_maps", html=HTML % "", js=BOOTSTRAP, isolate_styles=False
)
_embedded = st.components.v2.component(
    "embedded_maps", html=HTML % " lse-embedded", js=BOOTSTRAP, isolate_styles=False
)


@dataclass(frozen=True)
class Measure:
    """What the page has measured of every word on every map, for the maps to be coloured by.

    Attributes
    ----------
    label : what the colours say, as "From man to woman"
    names : of the classes, from one end to the other
    classes : for each map the class of each word of the vocabulary, one byte (uint8) a word;
        ``NO_CLASS`` where there is none
    meaning : how it is measured, in a sentence
    diverging : whether the classes lead from one end over a middle to the other, or from less to
        more
    """

    label: str
    names: tuple[str, ...]
    classes: tuple[bytes, ...]
    meaning: str = ""
    diverging: bool = True


@dataclass(frozen=True)
class Spot:
    """What a page points at on its maps; words that a map does not show are passed over.

    Attributes
    ----------
    words : they are selected, and named before all others
    focus : the word that the maps draw lines from
    """

    words: tuple[str, ...] = ()
    focus: str | None = None
    measure: Measure | None = None


@dataclass(frozen=True)
class Files:
    """The component's modules and style sheets, named by the digest of all of them."""

    digest: str
    content: dict[str, bytes]


def files() -> Files:
    """Return the component's files as they are now; they are read again only when changed.

    Whether they have changed is looked up once in a second: a class asks for thousands at once.
    """
    return _files(int(time.monotonic()))


@lru_cache(maxsize=1)
def _files(_second: int) -> Files:
    return read_files(sorted(p for p in FOLDER.iterdir() if p.suffix in (".js", ".css")))


def read_files(paths: Sequence[Path]) -> Files:
    """Return files under one digest; they are read again only when changed."""
    return _read(tuple((path, path.stat().st_mtime_ns) for path in paths))


@lru_cache(maxsize=8)
def _read(stamps: tuple[tuple[Path, int], ...]) -> Files:
    content = {path.name: path.read_bytes() for path, _ in stamps}
    digest = hashlib.sha256()
    for name, text in content.items():
        digest.update(name.encode() + b"\\0" + text + b"\\0")
    return Files(digest.hexdigest()[:20], content)


def show(
    maps: Sequence[access.MapRequests],
    names: Sequence[str] = (),
    key: str = "maps",
    spot: Spot | None = None,
    height: int | None = None,
) -> Any:
    """Draw maps of one vocabulary, linked with each other; a new choice redraws in place.

    Parameters
    ----------
    names : what tells several maps apart
    key : of the component; several may be on a page
    spot : what the page points at; when it changes the maps follow without being drawn anew, and
        what the reader does himself stays
    height : pixels, for maps inside a page that scrolls: these have no panel, and keep nothing in
        the address; None for maps that fill the window
    """
    data = data_of(maps, names, base_path(), spot, height)
    if height is None:
        return _component(data=data, key=key, height="stretch")
    return _embedded(data=data, key=key, height=height)


def data_of(
    maps: Sequence[access.MapRequests],
    names: Sequence[str] = (),
    base: str = "",
    spot: Spot | None = None,
    height: int | None = None,
) -> dict[str, Any]:
    """Return what the component is told: addresses, short texts, and how maps are aligned."""
    component, first = files(), maps[0]
    folder = f"{base}/linked_maps/{component.digest}"
    of = first.table.vocabulary
    version = access.version(first.vocabulary)
    has_pictures = access.word_list(of).pictures is not None
    return {
        "base": base,
        "module": f"{folder}/main.js",
        "styles": [f"{folder}/{name}" for name in component.content if name.endswith(".css")],
        "vocabulary": f"{base}/data/vocabulary/{of}?v={version}",
        "pictures": f"{base}/data/pictures/{of}?v={version}" if has_pictures else None,
        "definitions": f"{base}/data/definition/",
        "texts": f"{base}/data/text/{of}/" if first.texts and access.has(first.texts) else None,
        "dimensions": first.projection.dimensions,
        "maps": [
            described | beside
            for described, beside in zip(
                (describe(requests, base) for requests in maps),
                together(maps, names) if len(maps) > 1 else [{}],
                strict=True,
            )
        ],
        "together": {"html": _together_address(maps, base)} if len(maps) > 1 else None,
        "embedded": height,
        "spot": describe_spot(spot, len(maps)) if spot else None,
    }


def module(name: str) -> dict[str, Any]:
    """Return what another component is told that is drawn by one of these files."""
    folder = f"{base_path()}/linked_maps/{files().digest}"
    styles = [f"{folder}/{name}" for name in files().content if name.endswith(".css")]
    return {"module": f"{folder}/{name}", "styles": styles}


def describe_spot(spot: Spot, n_maps: int) -> dict[str, Any]:
    """Return what the component is told of a spot; a byte a word travels as base64.

    Raises
    ------
    ValueError
        If there is not one list of classes for each map.
    """
    said: dict[str, Any] = {"words": list(spot.words), "focus": spot.focus, "measure": None}
    if measure := spot.measure:
        if len(measure.classes) != n_maps:
            raise ValueError(f"{len(measure.classes)} lists of classes for {n_maps} maps")
        said["measure"] = {
            "label": measure.label,
            "meaning": measure.meaning,
            "names": list(measure.names),
            "diverging": measure.diverging,
            "classes": [base64.b64encode(each).decode() for each in measure.classes],
        }
    return said


def together(maps: Sequence[access.MapRequests], names: Sequence[str]) -> list[dict[str, Any]]:
    """Return what is said of each of several maps besides: its name, and how it is turned."""
    onto = maps[0].projection
    return [
        {"name": name, "align": None if i == 0 else _turn(each.projection, onto)}
        for i, (each, name) in enumerate(zip(maps, names, strict=True))
    ]


def _turn(moving: ProjectionSpec, onto: ProjectionSpec) -> dict[str, Any]:
    found = access.alignment(moving, onto)
    return {
        "matrix": found.matrix.tolist(),
        "scale": found.scale,
        "from": found.source.tolist(),
        "to": found.target.tolist(),
    }


def _together_address(maps: Sequence[access.MapRequests], base: str) -> str:
    return f"{base}/data/download/{'.'.join(each.projection.key for each in maps)}.html"


def preloads(
    maps: Sequence[access.MapRequests], names: Sequence[str] = (), base: str = ""
) -> list[str]:
    """Return what a browser should fetch before it knows why, as values of a Link header."""
    data = data_of(maps, names, base)
    folder = data["module"].rpartition("/")[0]
    scripts = [name for name in files().content if name.endswith(".js") and name not in ELSEWHERE]
    modules = [f"<{folder}/{name}>; rel=modulepreload" for name in scripts]
    styles = [f"<{path}>; rel=preload; as=style" for path in data["styles"]]
    packs = [data["vocabulary"]]
    packs += [
        each[name] for each in data["maps"] for name in ("projection", "neighbors", "clusters")
    ]
    wanted = dict.fromkeys(filter(None, packs))
    fetched = [f"<{path}>; rel=preload; as=fetch; crossorigin" for path in wanted]
    return modules + styles + fetched


def describe(requests: access.MapRequests, base: str = "") -> dict[str, Any]:
    """Return what the component needs to know of one map: names and addresses."""
    table, key = requests.table, requests.projection.key
    near = requests.neighbors
    drawn = access.projection(requests.projection)
    missing = len(access.word_list(table.vocabulary)) - len(drawn.coordinates)
    groups = requests.clusters
    has_near = near is not None and access.has(near)
    judged = trust.spec(requests.projection)
    access.remember(judged)
    return {
        "id": key,
        "method": table.method,
        "title": methods.get(table.method).label,
        "caption": captions.caption(drawn.spec, len(drawn.coordinates), drawn.notes),
        "file": captions.file_name(drawn.spec),
        "missing": missing,
        "projection": _address(requests.projection, base),
        "neighbors": _address(near, base) if near and has_near else None,
        "clusters": _address(groups, base) if access.has(groups) else None,
        "trust": _address(judged, base) if access.has(judged) else None,
        # What asks adds the number of a word: so the version is a part of the path here.
        "vector": f"{base}/data/vector/{table.key}/{access.vectors_version(table)}/",
        "nearest": None
        if has_near
        else f"{base}/data/nearest/{table.key}/{access.vectors_version(table)}/",
        "csv": f"{base}/data/download/{key}.csv",
        "parquet": f"{base}/data/download/{key}.parquet",
        "html": f"{base}/data/download/{key}.html",
    }


def _address(request: Request, base: str) -> str:
    return f"{base}/data/{request.kind}/{request.key}?v={access.version(request)}"


def base_path() -> str:
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""
