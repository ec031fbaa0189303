"""One HTML file that shows maps with no network and no server, opened from a disk or a mail.

The file holds the project's own modules (``assets/linked_maps``), its style sheet and the packs.
A browser loads no module from a ``file://`` address, so each becomes a ``data:`` address that an
import map gives a name, and imports between modules are rewritten to those names. Words are only
ever data: inside base64, or inside JSON that a parser reads.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from embeddings.figures.packs import unpack, vocabulary_pack
from embeddings.figures.sheets import sheet
from embeddings.types import Vocabulary

LINKED_MAPS = Path(__file__).parents[2] / "assets" / "linked_maps"
ENTRY = "main.js"
PREFIX = "linked-maps/"
"""Bare names of the modules in the import map, so that they mean nothing but these modules."""

IMPORT = re.compile(r"""(\bfrom\s*|\bimport\s*\(?\s*)(["'])([^"'\n]+\.js)\2""")


class Map(NamedTuple):
    """What is said of a map (id, method, title, caption), and its packs as far as there are any."""

    about: Mapping[str, Any]
    projection: bytes
    neighbors: bytes | None = None
    clusters: bytes | None = None
    trust: bytes | None = None


START = """\
import { mount } from "%(entry)s";
const element = document.getElementById("map");
try {
  const data = JSON.parse(document.getElementById("data").textContent);
  await mount(element, data, {});
} catch (error) {
  const line = document.createElement("p");
  line.setAttribute("role", "alert");
  line.textContent = "This map could not be drawn: " + (error && error.message || error);
  element.replaceChildren(line);
  throw error;
}
"""

PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="%(policy)s">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>%(title)s</title>
<style>
html, body { margin: 0; height: 100%%; }
#map { position: relative; width: 100%%; height: 100vh; height: 100dvh; overflow: hidden; }
</style>
<style>
%(style)s
</style>
<script type="importmap">%(imports)s</script>
</head>
<body class="lm-standalone">
<div id="map"></div>
<noscript>This map is drawn by JavaScript, which is switched off in this browser.</noscript>
<script type="application/json" id="data">%(data)s</script>
<script type="module">%(start)s</script>
</body>
</html>
"""


def standalone(
    title: str,
    vocabulary: Vocabulary,
    maps: Sequence[Map],
    folder: Path = LINKED_MAPS,
    opens: str = "",
) -> str:
    """Write maps of one vocabulary as one HTML document.

    Parameters
    ----------
    title : the document's title
    vocabulary : the words that every map draws
    maps : what is said of each map, and its packs; several are linked, and where ``align`` says
        how, laid onto the first
    folder : where the modules and the style sheets are
    opens : what the reader saw when it was saved (colours, filters, selection, view), as the
        fragment of an address says it

    Raises
    ------
    ValueError
        If there is no map, or a module imports something that is not beside it.
    """
    if not maps:
        raise ValueError("a document needs at least one map")
    imports = _json({"imports": modules(folder)})
    start = START % {"entry": PREFIX + ENTRY}
    data = {
        "vocabulary": data_url(vocabulary_pack(vocabulary)),
        "pictures": None
        if vocabulary.pictures is None
        else data_url(sheet(vocabulary.pictures), "image/png"),
        "definitions": None,
        "maps": _each_once([_described(one) for one in maps]),
        "dimensions": unpack(maps[0].projection)[0]["dimensions"],
        "standalone": True,
        **({"opens": opens} if opens else {}),
    }
    return PAGE % {
        "policy": _policy(imports, start),
        "title": html.escape(title),
        "style": _style(folder),
        "imports": imports,
        "data": _json(data),
        "start": start,
    }


def data_url(content: bytes, kind: str = "application/octet-stream") -> str:
    """Return the content as a ``data:`` address."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


@cache
def modules(folder: Path) -> Mapping[str, str]:
    """Return every module that the entry needs: bare name to ``data:`` address.

    Raises
    ------
    ValueError
        If a module imports something that is not beside it.
    """
    found: dict[str, str] = {}
    waiting = [ENTRY]
    while waiting:
        name = waiting.pop()
        if PREFIX + name in found:
            continue
        source = (folder / name).read_text("utf-8")
        for _, _, wanted in IMPORT.findall(source):
            if not re.fullmatch(r"\./[\w-]+\.js", wanted) or not (folder / wanted).is_file():
                raise ValueError(f"{name} imports {wanted}, which is not a module beside it")
            waiting.append(wanted[2:])
        rewritten = IMPORT.sub(lambda m: f'{m[1]}"{PREFIX}{m[3][2:]}"', source)
        found[PREFIX + name] = data_url(rewritten.encode(), "text/javascript")
    return found


def _described(one: Map) -> dict[str, Any]:
    said = ("id", "method", "title", "caption")
    described: dict[str, Any] = {name: one.about[name] for name in said}
    described |= {name: one.about[name] for name in ("name", "align") if name in one.about}
    packs = one._asdict()
    described |= {
        name: data_url(packs[name]) if packs[name] else None
        for name in ("projection", "neighbors", "clusters", "trust")
    }
    return described | dict.fromkeys(("vector", "nearest", "csv", "parquet", "html"))


def _each_once(maps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Write a pack that several maps share, as two maps of the same vectors do, only once.

    In its place a later map has the number of the first map that has it.
    """
    for name in ("neighbors", "clusters"):
        seen: dict[str, int] = {}
        for i, one in enumerate(maps):
            first = seen.setdefault(one[name], i) if one[name] else i
            one[name] = one[name] if first == i else first
    return maps


def _json(value: Any) -> str:
    """Write JSON that cannot end its script element, nor break an old parser's line."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _style(folder: Path) -> str:
    style = "\n".join(path.read_text("utf-8") for path in sorted(folder.glob("*.css")))
    if "</" in style:
        raise ValueError("a style sheet contains </")
    return style


def _policy(*scripts: str) -> str:
    """Allow these scripts, modules and data from inside the document, and nothing else."""
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    allowed = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return (
        f"default-src 'none'; script-src {allowed} data:; style-src 'unsafe-inline'; "
        "connect-src data:; img-src data: blob:; worker-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )
