"""The map's data over HTTP: each block of bytes is made once, compressed once, cached for good.

Everything here answers without running a page. Names and keys are looked up among known ones;
nothing of an address is ever used as a path.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import wraps
from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from embeddings import captions, collections, corpus, methods
from embeddings.errors import UserError
from embeddings.figures import packs, sheets, standalone, tables
from embeddings.probes import trust as trusts
from embeddings.sources import writing
from embeddings.types import (
    AttentionSpec,
    Clusters,
    ClustersSpec,
    Column,
    EmbeddingTable,
    NeighborsSpec,
    Projection,
    ProjectionSpec,
    Spec,
    TrainingSpec,
    TrustSpec,
    Vocabulary,
)
from embeddings.vocabulary import topics
from pages.shared import (
    access,
    comparison,
    completion,
    linked_maps,
    own,
    peek,
    saving,
    uploading,
    visitors,
)
from pages.shared.attention import component as heads
from pages.shared.attention import pack as attention_packs
from pages.shared.classroom import routes as classroom
from pages.shared.digits import answering
from pages.shared.operations import health, metrics

FOR_GOOD = "public, max-age=31536000, immutable"
FOR_A_DAY = "public, max-age=86400"
NEIGHBORS_SHOWN = 15
LONGEST_WORD = 64
LONGEST_STATE = 20_000
"""Characters of what a reader saw of a map, which a saved file opens with."""

Answer = Callable[[Request], Response]


@dataclass(frozen=True)
class Block:
    """Bytes ready to be sent, kept compressed: few browsers ask for anything else."""

    zipped: bytes
    etag: str

    @property
    def plain(self) -> bytes:
        """The bytes as they were."""
        return gzip.decompress(self.zipped)

    @classmethod
    def of(cls, content: bytes) -> Block:
        """Compress once."""
        etag = '"' + hashlib.sha256(content).hexdigest()[:20] + '"'
        return cls(gzip.compress(content, 6, mtime=0), etag)


def routes(base: str = "") -> Sequence[BaseRoute]:
    """Return the routes of the app.

    Parameters
    ----------
    base : str
        Streamlit's ``server.baseUrlPath``.
    """
    prefix = "/" + base.strip("/") if base.strip("/") else ""
    answers = {
        "/data/vocabulary/{name}": vocabulary,
        "/data/pictures/{name}": pictures,
        "/data/projection/{key}": projection,
        "/data/neighbors/{key}": near,
        "/data/clusters/{key}": clusters,
        "/data/trust/{key}": trust,
        "/data/definition/{word:path}": definition,
        "/data/text/{name}/{id}": text,
        "/data/vector/{key}/{version}/{id}": vector,
        "/data/nearest/{key}/{version}/{id}": nearest,
        "/data/complete/{name}": complete,
        "/data/titles/{name}": titles,
        "/data/digits/near": near_drawing,
        "/data/training/{key}": training,
        "/data/training/{key}/vectors.{form}": trained_vectors,
        "/data/take/{key}/{form}": taken,
        "/data/page": saving.saved,
        "/data/download/{key}.csv": download_csv,
        "/data/download/{key}.parquet": download_parquet,
        "/data/download/{keys}.html": download_html,
        "/data/attention/{key}": attention,
        "/linked_maps/{digest}/{file}": component,
        "/attention_view/{digest}/{file}": heads_component,
        # Without these Streamlit would answer with its start page, as if all were well.
        "/data/{rest:path}": nothing,
        "/linked_maps/{rest:path}": nothing,
        "/attention_view/{rest:path}": nothing,
    }
    into = Route(f"{prefix}/data/upload", uploading.upload, methods=["PUT"])
    files = (Route(prefix + path, _safely(answer)) for path, answer in answers.items())
    return [into, *classroom.routes(prefix), *operations(prefix), *files]


def operations(prefix: str) -> list[BaseRoute]:
    """Return the routes for who runs the server."""
    return [
        Route(f"{prefix}/health/live", health.live),
        Route(f"{prefix}/health/ready", health.ready),
        Route(f"{prefix}/metrics", metrics.show),
    ]


def _safely(answer: Answer) -> Answer:
    """Answer for the visitor who asks; turn what a person can cause into one line of JSON."""

    @wraps(answer)
    def safe(request: Request) -> Response:
        with visitors.of_request(request), own.watching() as looked_at_own:
            try:
                response = answer(request)
            except UserError as error:
                response = JSONResponse({"error": str(error)}, status_code=404)
                response.headers["Cache-Control"] = "no-store"
            if looked_at_own():
                response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    return safe


def _send(request: Request, block: Block, media_type: str, **headers: str) -> Response:
    common = {"ETag": block.etag, "Vary": "Accept-Encoding", "Cache-Control": FOR_GOOD, **headers}
    if block.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=common)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            block.zipped, headers=common | {"Content-Encoding": "gzip"}, media_type=media_type
        )
    return Response(block.plain, headers=common, media_type=media_type)


def nothing(request: Request) -> Response:
    """Say that there is nothing at this address."""
    raise UserError("There is nothing at this address.")


# ---------------------------------------------------------------------------------------- packs


def vocabulary(request: Request) -> Response:
    """Send the words and what is known of each."""
    words = access.word_list(request.path_params["name"])
    return _pack(request, f"vocabulary {words.name}", lambda: packs.vocabulary_pack(words))


def pictures(request: Request) -> Response:
    """Send the pictures of what a vocabulary holds, as one."""
    of = access.word_list(request.path_params["name"])
    drawn = of.pictures
    if drawn is None:
        raise UserError(f"{of.name} has no pictures.")
    make = lambda: sheets.sheet(drawn)  # noqa: E731
    block = Block.of(make()) if own.touched() else _block(f"pictures {of.name}", make)
    return _send(request, block, "image/png")


def projection(request: Request) -> Response:
    """Send where each word lies."""
    spec = access.known(ProjectionSpec, request.path_params["key"])
    result, of = access.projection(spec), spec.table
    if access.requests_for(spec).neighbors is None:
        access.warm(of)

    def make() -> bytes:
        words = access.words(of, len(result.coordinates))
        return packs.projection_pack(result, words, access.word_list(of.vocabulary))

    return _pack(request, spec.key, make)


def near(request: Request) -> Response:
    """Send the nearest words of every word."""
    spec = access.known(NeighborsSpec, request.path_params["key"])
    result, of = access.near(spec), spec.table

    def make() -> bytes:
        words = access.words(of, len(result.indices))
        vocabulary = access.word_list(of.vocabulary)
        return packs.neighbors_pack(result, words, vocabulary, k=NEIGHBORS_SHOWN)

    return _pack(request, spec.key, make)


def clusters(request: Request) -> Response:
    """Send the group of each word."""
    spec = access.known(ClustersSpec, request.path_params["key"])
    result, of = access.groups(spec), spec.table

    def make() -> bytes:
        words = access.words(of, len(result.labels))
        return packs.clusters_pack(result, words, access.word_list(of.vocabulary))

    return _pack(request, spec.key, make)


def trust(request: Request) -> Response:
    """Send how far each dot can be trusted."""
    spec = access.known(TrustSpec, request.path_params["key"])
    result, of = access.trust(spec), spec.projection.table

    def make() -> bytes:
        words = access.words(of, len(result.trustworthiness))
        return packs.trust_pack(result, words, access.word_list(of.vocabulary))

    return _pack(request, spec.key, make)


def near_drawing(request: Request) -> Response:
    """Answer a drawing with its nearest pictures by each method."""
    found = answering.answer(request.query_params)
    return JSONResponse(found, headers={"Cache-Control": "no-store"})


def attention(request: Request) -> Response:
    """Send where the tokens of a text look, in every head."""
    spec = access.known(AttentionSpec, request.path_params["key"])
    result = access.attention(spec)
    return _pack(request, spec.key, lambda: attention_packs.pack(result))


def _pack(request: Request, key: str, make: Callable[[], bytes]) -> Response:
    """Send a pack: made once for everybody, or anew where it is of what a visitor brought."""
    block = Block.of(make()) if own.touched() else _block(key, make)
    return _send(request, block, "application/octet-stream")


@st.cache_resource(max_entries=96, show_spinner=False)
def _block(key: str, _make: Callable[[], bytes]) -> Block:
    return Block.of(_make())


def training(request: Request) -> Response:
    """Send what was seen of a training, moment by moment."""
    seen = access.training(access.known(TrainingSpec, request.path_params["key"]))
    return _pack(request, seen.spec.key, lambda: packs.training_pack(seen, topics()))


def trained_vectors(request: Request) -> Response:
    """Send the vectors at the end of a training as a file, of every word that it knows."""
    spec = access.known(TrainingSpec, request.path_params["key"])
    form = request.path_params["form"]
    if form not in ("txt", "npz"):
        raise UserError("Vectors can be had as txt, the format of word2vec, and as npz.")
    table = access.fresh(spec.table)
    return _taken(table, (), form, f"{spec.table.method}-{spec.table.corpus}-{spec.key[:6]}")


def taken(request: Request) -> Response:
    """Send vectors, with what is known of their words, in a format that other programs read."""
    spec = access.known(Spec, request.path_params["key"])
    table, words = access.fresh(spec), access.word_list(spec.vocabulary)
    columns = writing.columns_of(words, table)
    name = "-".join(captions.in_a_file_name(each) for each in (spec.method, spec.vocabulary))
    return _taken(table, columns, request.path_params["form"], name)


def _taken(
    table: EmbeddingTable, columns: Sequence[Column], form: str, name: str
) -> StreamingResponse:
    blocks = writing.write(table, columns, form)
    of = writing.FORMS[form]
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{of.ending}"',
        "Cache-Control": "private, max-age=3600",
    }
    return StreamingResponse(blocks, headers=headers, media_type=of.media_type)


# ------------------------------------------------------------------------------------- one word


def definition(request: Request) -> Response:
    """Send what the dictionary says of a word."""
    word = request.path_params["word"]
    if not word or len(word) > LONGEST_WORD or not word.isprintable():
        raise UserError(f"A word has 1 to {LONGEST_WORD} printable characters.")
    found = [asdict(each) for each in corpus.definitions(word)]
    content = {"word": word, "definitions": found, "source": "GCIDE"}
    return JSONResponse(content, headers={"Cache-Control": FOR_A_DAY})


def text(request: Request) -> Response:
    """Send one text of a collection of texts."""
    found = access.texts(request.path_params["name"])
    content = {"text": found.text(_number(request, len(found)))}
    return JSONResponse(content, headers={"Cache-Control": FOR_A_DAY})


def vector(request: Request) -> Response:
    """Send the vector of a word; of a sparse one only what is not zero."""
    table, row, word = _row(request)
    content = {"word": word, "dim": table.dim, **peek.describe_vector(table, row, peek.LABELLED)}
    return JSONResponse(content, headers={"Cache-Control": FOR_GOOD})


def nearest(request: Request) -> Response:
    """Send the nearest words of one word, searched now."""
    table, own, word = _row(request)
    of = access.word_list(table.spec.vocabulary)
    rows, cosines = access.nearest(table, own, NEIGHBORS_SHOWN)
    found = []
    for row, cosine in zip(rows.tolist(), cosines.tolist(), strict=True):
        text = table.words[row]
        number = row if len(table) == len(of) else of.index[text]
        found.append({"word": number, "text": text, "similarity": round(cosine, 4)})
    return JSONResponse(
        {"word": word, "metric": "cosine", "neighbors": found},
        headers={"Cache-Control": FOR_GOOD},
    )


def complete(request: Request) -> Response:
    """Send the words that begin as somebody has begun to type."""
    typed = request.query_params.get("q", "")[:LONGEST_WORD]
    found = completion.of_vocabulary(request.path_params["name"]).begin_with(typed)
    return JSONResponse({"words": found}, headers={"Cache-Control": FOR_A_DAY})


def titles(request: Request) -> Response:
    """Send the titles of a collection that hold what somebody has begun to type."""
    name, typed = request.path_params["name"], request.query_params.get("q", "")[:LONGEST_WORD]
    if not collections.is_name(name):
        raise UserError("This is no collection of things with titles.")
    found = completion.of_vocabulary(name).holding(typed)
    return JSONResponse({"words": found}, headers={"Cache-Control": FOR_A_DAY})


def _row(request: Request) -> tuple[EmbeddingTable, int, str]:
    """Return the table, the row and the word that an address names by the vocabulary's index."""
    table = access.table(access.known(Spec, request.path_params["key"]))
    words = access.word_list(table.spec.vocabulary).words
    number = _number(request, len(words))
    word = words[number]
    if len(table) == len(words):
        return table, number, word
    if word not in table.index:
        raise UserError(f"{word} has no vector by this method.")
    return table, table.index[word], word


def _number(request: Request, n: int) -> int:
    number = str(request.path_params["id"])
    if not (number.isascii() and number.isdigit() and len(number) < 8 and int(number) < n):
        raise UserError(f"They are numbered from 0 to {n - 1:,}.")
    return int(number)


# ------------------------------------------------------------------------------------ downloads


def download_csv(request: Request) -> Response:
    """Send the map as a table."""
    spec = access.known(ProjectionSpec, request.path_params["key"])
    text = tables.map_csv(*_on_map(spec))
    return Response(text, headers=_attachment(spec, "csv"), media_type="text/csv; charset=utf-8")


def download_parquet(request: Request) -> Response:
    """Send the map as a table of numbers and names."""
    spec = access.known(ProjectionSpec, request.path_params["key"])
    content, kind = tables.map_parquet(*_on_map(spec)), "application/vnd.apache.parquet"
    return Response(content, headers=_attachment(spec, "parquet"), media_type=kind)


def _on_map(spec: ProjectionSpec) -> tuple[Projection, Sequence[str], Vocabulary, Clusters | None]:
    """Return what a map shows: places, words, what is known of them, and groups if there are."""
    result, groups = access.projection(spec), access.requests_for(spec).clusters
    return (
        result,
        access.words(spec.table, len(result.coordinates)),
        access.word_list(spec.table.vocabulary),
        access.groups(groups) if access.has(groups) else None,
    )


def download_html(request: Request) -> Response:
    """Send a map, or several that are linked, as one file that needs no server."""
    keys = request.path_params["keys"].split(".")
    if len(keys) > comparison.MOST:
        raise UserError(f"A file holds at most {comparison.MOST} maps.")
    specs = [access.known(ProjectionSpec, key) for key in keys]
    if len({(spec.table.vocabulary, spec.dimensions) for spec in specs}) > 1:
        raise UserError("Maps of one file show the same words in as many dimensions.")
    maps = [access.requests_for(spec) for spec in specs]
    several = len(maps) > 1
    names = captions.names(specs) if several else [methods.get(specs[0].table.method).label]
    title = f"{' – '.join(names)} · Latent Space Explorer"
    beside = linked_maps.together(maps, names) if several else [{}]
    of = access.word_list(specs[0].table.vocabulary)
    written = [_written(each, more) for each, more in zip(maps, beside, strict=True)]
    opens = request.query_params.get("opens", "")[:LONGEST_STATE]
    text = standalone.standalone(title, of, written, opens=opens)
    headers = _attachment(specs[0], "html", "-".join(spec.table.method for spec in specs[1:]))
    return Response(text, headers=headers, media_type="text/html; charset=utf-8")


def _written(requests: access.MapRequests, more: dict[str, Any]) -> standalone.Map:
    """Return a map and all that belongs to it, as far as it is there."""
    spec = requests.projection
    result, of = access.projection(spec), access.word_list(spec.table.vocabulary)
    words = access.words(spec.table, len(result.coordinates))
    near = group = judged = None
    if requests.neighbors and access.has(requests.neighbors):
        near = packs.neighbors_pack(access.near(requests.neighbors), words, of, k=NEIGHBORS_SHOWN)
    if access.has(requests.clusters):
        group = packs.clusters_pack(access.groups(requests.clusters), words, of)
    if access.has(trusts.spec(spec)):
        judged = packs.trust_pack(access.trust(trusts.spec(spec)), words, of)
    about = linked_maps.describe(requests) | more
    return standalone.Map(about, packs.projection_pack(result, words, of), near, group, judged)


def _attachment(spec: ProjectionSpec, ending: str, others: str = "") -> dict[str, str]:
    name = captions.file_name(spec) + (f"-beside-{others}" if others else "")
    return {
        "Content-Disposition": f'attachment; filename="{name}.{ending}"',
        "Cache-Control": "private, max-age=3600",
    }


# ------------------------------------------------------------------------------ the map's script


def component(request: Request) -> Response:
    """Send a file of the component that draws the maps."""
    return _send_file(request, linked_maps.files())


def heads_component(request: Request) -> Response:
    """Send a file of the component that draws the heads of a model."""
    return _send_file(request, heads.files())


def _send_file(request: Request, files: linked_maps.Files) -> Response:
    name = request.path_params["file"]
    if request.path_params["digest"] != files.digest or name not in files.content:
        raise UserError("There is no such file. Reload the page.")
    kind = "text/css" if name.endswith(".css") else "text/javascript"
    block = _file_block(files.digest, name, files.content[name])
    return _send(request, block, f"{kind}; charset=utf-8")


@st.cache_resource(max_entries=64, show_spinner=False)
def _file_block(digest: str, name: str, _content: bytes) -> Block:
    return Block.of(_content)
