"""Results as named arrays with a few words of JSON, and back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, astuple
from typing import Any, TypeAlias, cast

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from embeddings.errors import DamagedArtifact
from embeddings.store import searching
from embeddings.types import (
    CURVES,
    TRUST_ARRAYS,
    Agreement,
    AgreementSpec,
    Answers,
    Attention,
    AttentionSpec,
    Clusters,
    ClustersSpec,
    Column,
    Company,
    CompanySpec,
    ContextMap,
    ContextMapSpec,
    Contexts,
    ContextsSpec,
    Cost,
    EmbeddingTable,
    FillIn,
    Filling,
    FillInSpec,
    Findings,
    HeldOut,
    HeldOutSpec,
    ImportSpec,
    InspectionSpec,
    Interval,
    Measure,
    ModelSpec,
    Nearby,
    NearbySpec,
    Neighbors,
    NeighborsSpec,
    OneWay,
    OpeningSpec,
    PairScore,
    Precision,
    Projection,
    ProjectionSpec,
    QuestionsSpec,
    Ratings,
    RatingsSpec,
    Replies,
    Reply,
    Request,
    Result,
    ScaleSpec,
    Scaling,
    ScorecardSpec,
    Sentences,
    SentencesSpec,
    Spec,
    Token,
    Tokens,
    TokensSpec,
    Training,
    TrainingSpec,
    Trust,
    TrustSpec,
    VisualSearch,
    VisualSearchSpec,
    Vocabulary,
    VocabularySpec,
)

LARGE = 50_000
"""Maps of more words than this keep their coordinates in 16 bits when they are compact."""

NOT_ASKED = 65535
"""What stands for a word of which a number is not known; the others are from 0 to 65534."""

Arrays: TypeAlias = dict[str, NDArray[Any]]
Meta: TypeAlias = dict[str, Any]


def encode(result: Result, compact: bool, vocabulary: Vocabulary | None) -> tuple[Arrays, Meta]:
    """Return a result as named arrays, and what they mean as JSON can hold it.

    Parameters
    ----------
    compact : vectors as float16 and the rest in the smallest types
    vocabulary : where it has all words of a table, they are written as its rows
    """
    if isinstance(result, searching.SEARCHING):
        return searching.encode(result, compact)
    if isinstance(result, Vocabulary):
        return _encode_vocabulary(result)
    if isinstance(result, EmbeddingTable):
        return _encode_table(result, compact, vocabulary)
    if isinstance(result, Neighbors):
        return _encode_neighbors(result, compact)
    if isinstance(result, Projection):
        return _encode_projection(result, compact)
    if isinstance(result, Agreement):
        return _encode_agreement(result)
    if isinstance(result, Trust):
        return _encode_trust(result, compact)
    if isinstance(result, Replies):
        return {}, {"searched": result.searched, "replies": [astuple(e) for e in result.replies]}
    if isinstance(result, Answers):
        return _encode_answers(result)
    if isinstance(result, Training):
        return _encode_training(result)
    if isinstance(result, Company):
        return _encode_company(result)
    if isinstance(result, Contexts):
        return _encode_contexts(result, compact)
    if isinstance(result, ContextMap):
        return _encode_context_map(result, compact)
    if isinstance(result, Sentences):
        return {"texts": _from_words(result.texts)}, {}
    if isinstance(result, Tokens):
        return {"mean": result.mean.astype(np.float16)}, {
            "alike": list(result.alike),
            "alike_centred": list(result.alike_centred),
        }
    if isinstance(result, Attention):
        return _encode_attention(result)
    if isinstance(result, Findings):
        return {}, {"content": dict(result.content)}
    if isinstance(result, Ratings):
        return _encode_ratings(result)
    if isinstance(result, HeldOut):
        return _encode_held_out(result)
    if isinstance(result, VisualSearch):
        return _encode_visual_search(result)
    if isinstance(result, FillIn):
        return {}, {name: value for name, value in asdict(result).items() if name != "spec"}
    if isinstance(result, Scaling):
        costs = [astuple(each) for each in result.costs]
        return {}, {"costs": costs, "dim": result.dim, "machine": dict(result.machine)}
    if isinstance(result, Nearby):
        found = [astuple(each) for each in result.found]
        return {}, {"found": found, "size": result.size, "place": result.place}
    return {"labels": result.labels}, {"names": list(result.names), "notes": dict(result.notes)}


def decode(request: Request, arrays: Arrays, meta: Meta, vocabulary: Vocabulary | None) -> Result:
    """Rebuild the result of a request.

    Raises
    ------
    DamagedArtifact
        If what is there does not fit together.
    """
    try:
        if isinstance(request, searching.SEARCHED):
            return cast(Result, searching.decode(request, arrays, meta))
        if isinstance(request, VocabularySpec):
            return _decode_vocabulary(request, arrays, meta)
        if isinstance(request, Spec):
            return _decode_table(request, arrays, meta, vocabulary)
        if isinstance(request, NeighborsSpec):
            return _decode_neighbors(request, arrays, meta)
        if isinstance(request, ProjectionSpec):
            return Projection(_decode_coordinates(arrays), request, meta["notes"])
        if isinstance(request, AgreementSpec):
            return _decode_agreement(request, arrays, meta)
        if isinstance(request, TrustSpec):
            return _decode_trust(request, arrays, meta)
        if isinstance(request, QuestionsSpec):
            return _decode_replies(request, meta)
        if isinstance(request, ScorecardSpec):
            return _decode_answers(request, arrays, meta)
        if isinstance(request, TrainingSpec):
            return _decode_training(request, arrays, meta)
        if isinstance(request, CompanySpec):
            return _decode_company(request, arrays, meta)
        if isinstance(request, ContextsSpec):
            return _decode_contexts(request, arrays, meta)
        if isinstance(request, ContextMapSpec):
            places = _decode_coordinates(arrays)
            return ContextMap(places, request, meta["notes"])
        if isinstance(request, SentencesSpec):
            return Sentences(_to_words(arrays["texts"]), request)
        if isinstance(request, TokensSpec):
            mean = arrays["mean"].astype(np.float32)
            return Tokens(mean, tuple(meta["alike"]), tuple(meta["alike_centred"]), request)
        if isinstance(request, AttentionSpec):
            return _decode_attention(request, arrays, meta)
        if isinstance(request, FillInSpec):
            return _decode_fill_in(request, meta)
        if isinstance(request, InspectionSpec | ImportSpec | OpeningSpec | ModelSpec):
            return Findings(meta["content"], request)
        if isinstance(request, RatingsSpec):
            return _decode_ratings(request, arrays, meta)
        if isinstance(request, HeldOutSpec):
            return _decode_held_out(request, arrays, meta)
        if isinstance(request, VisualSearchSpec):
            return _decode_visual_search(request, arrays, meta)
        if isinstance(request, ScaleSpec):
            costs = tuple(Cost(*each) for each in meta["costs"])
            return Scaling(costs, int(meta["dim"]), meta["machine"], request)
        if isinstance(request, NearbySpec):
            found = (OneWay(e[0], tuple(e[1]), tuple(e[2]), *e[3:]) for e in meta["found"])
            return Nearby(tuple(found), int(meta["size"]), str(meta["place"]), request)
        spec = cast(ClustersSpec, request)
        return Clusters(arrays["labels"], tuple(meta["names"]), spec, meta["notes"])
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise DamagedArtifact(f"its content does not fit together ({error})") from error


def _encode_vocabulary(result: Vocabulary) -> tuple[Arrays, Meta]:
    arrays: Arrays = {
        "words": _from_words(result.words),
        "topic": result.topic,
        "part_of_speech": result.part_of_speech,
        "count": result.count,
    }
    meta: Meta = {"topics": result.topics, "parts_of_speech": result.parts_of_speech}
    if result.columns:
        arrays |= {f"column_{i}": column.values for i, column in enumerate(result.columns)}
        meta["columns"] = [[column.name, column.categories] for column in result.columns]
    if not result.are_words:
        meta |= {"noun": result.noun, "nouns": result.nouns}
    if result.pictures is not None:
        arrays["pictures"] = result.pictures
    return arrays, meta


def _decode_vocabulary(request: VocabularySpec, arrays: Arrays, meta: Meta) -> Vocabulary:
    return Vocabulary(
        request.name,
        _to_words(arrays["words"]),
        tuple(meta["topics"]),
        arrays["topic"],
        tuple(meta["parts_of_speech"]),
        arrays["part_of_speech"],
        arrays["count"],
        tuple(
            Column(name, arrays[f"column_{i}"], tuple(categories))
            for i, (name, categories) in enumerate(meta.get("columns", ()))
        ),
        meta.get("noun", Vocabulary.noun),
        meta.get("nouns", Vocabulary.nouns),
        arrays.get("pictures"),
    )


def _encode_table(
    table: EmbeddingTable, compact: bool, vocabulary: Vocabulary | None
) -> tuple[Arrays, Meta]:
    meta: Meta = {"sparse": table.is_sparse}
    arrays = _encode_vectors(table, compact)
    if vocabulary is None:
        return {
            **arrays,
            "words": _from_words(table.words),
            "missing_words": _from_words(table.missing),
        }, meta
    meta |= {"vocabulary": vocabulary.name, "words_sha256": digest(vocabulary.words)}
    arrays["missing"] = _rows(table.missing, vocabulary)
    if table.words != vocabulary.words:
        arrays["rows"] = _rows(table.words, vocabulary)
    return arrays, meta


def _decode_table(
    request: Spec, arrays: Arrays, meta: Meta, vocabulary: Vocabulary | None
) -> EmbeddingTable:
    if vocabulary is None:
        words, missing = _to_words(arrays["words"]), _to_words(arrays["missing_words"])
    else:
        everything = vocabulary.words
        words = tuple(everything[i] for i in arrays["rows"]) if "rows" in arrays else everything
        missing = tuple(everything[i] for i in arrays["missing"])
    return EmbeddingTable(words, _decode_vectors(arrays, meta), request, missing)


def _encode_vectors(table: EmbeddingTable, compact: bool) -> Arrays:
    if not table.is_sparse:
        return _pack_values("vectors", table.vectors, compact)
    vectors: Any = table.vectors.copy()
    vectors.sort_indices()
    # Steps from one column to the next are small numbers and compress several times better.
    steps = np.diff(vectors.indices.astype(np.int64), prepend=0)
    return {
        **_pack_values("data", vectors.data, compact),
        "steps": steps.astype(np.int32),
        "indptr": vectors.indptr.astype(np.int64),
        "shape": np.array(vectors.shape, dtype=np.int64),
    }


def _decode_vectors(arrays: Arrays, meta: Meta) -> Any:
    if not meta["sparse"]:
        return _unpack_values("vectors", arrays)
    indices = np.cumsum(arrays["steps"], dtype=np.int64).astype(np.int32)
    rows, columns = (int(length) for length in arrays["shape"])
    parts = (_unpack_values("data", arrays), indices, arrays["indptr"])
    vectors = sp.csr_array(parts, shape=(rows, columns))
    vectors.check_format(full_check=True)
    return vectors


def _pack_values(name: str, values: NDArray[Any], compact: bool) -> Arrays:
    """Put counts into the smallest whole numbers, all else into float16 with a scale.

    The scale is a power of two, so that it costs nothing, and keeps float16 in its good range.
    """
    largest = float(np.abs(values).max(initial=0))
    if not compact or largest == 0:
        return {name: values}
    if values.min() >= 0 and largest < 2**24 and np.array_equal(values, np.rint(values)):
        return {name: values.astype(np.min_scalar_type(int(largest)))}
    scale = np.float32(2.0 ** np.floor(np.log2(largest)))
    return {name: (values / scale).astype(np.float16), f"{name}_scale": np.array(scale)}


def _unpack_values(name: str, arrays: Arrays) -> NDArray[np.float32]:
    values = arrays[name].astype(np.float32, copy=False)
    scale = arrays.get(f"{name}_scale")
    return values if scale is None else values * scale


def _encode_neighbors(result: Neighbors, compact: bool) -> tuple[Arrays, Meta]:
    meta: Meta = {"notes": dict(result.notes)}
    if not compact:
        return {"indices": result.indices, "similarities": result.similarities}, meta
    # Cosines fall slowly along a row: their differences in 16 bits compress to half the size.
    largest = float(np.abs(result.similarities).max(initial=0))
    scale = 32767 / largest if largest > 1 else 32767.0
    steps = np.diff(np.rint(result.similarities * scale).astype(np.int32), axis=1, prepend=0)
    small = len(result.indices) <= 65536
    return {
        "indices": result.indices.astype(np.uint16 if small else np.uint32),
        "steps": steps.astype(np.uint16),
    }, meta | {"scale": scale}


def _decode_neighbors(request: NeighborsSpec, arrays: Arrays, meta: Meta) -> Neighbors:
    indices = arrays["indices"]
    if indices.size and indices.max() >= len(indices):
        raise ValueError("a neighbour lies outside the table")
    if "similarities" in arrays:
        return Neighbors(indices, arrays["similarities"], request, meta["notes"])
    values = np.cumsum(arrays["steps"], axis=1, dtype=np.uint16).view(np.int16)
    similarities = values.astype(np.float32) / np.float32(meta["scale"])
    return Neighbors(indices, similarities, request, meta["notes"])


def _encode_projection(result: Projection, compact: bool) -> tuple[Arrays, Meta]:
    coordinates = result.coordinates
    meta: Meta = {"notes": dict(result.notes)}
    if not compact or len(coordinates) <= LARGE:
        return {"coordinates": coordinates}, meta
    return _quantised(coordinates), meta


def _quantised(coordinates: NDArray[np.float32]) -> Arrays:
    """Return places in steps of a 65,535th of the whole map."""
    low, high = coordinates.min(axis=0), coordinates.max(axis=0)
    step = np.where(high > low, (high - low).astype(np.float64) / 65535, 1)
    return {
        "quantised": np.rint((coordinates - low) / step).astype(np.uint16),
        "low": low,
        "high": high,
    }


def _decode_coordinates(arrays: Arrays) -> NDArray[np.float32]:
    if "coordinates" in arrays:
        return arrays["coordinates"]
    low, high = arrays["low"], arrays["high"]
    return (low + arrays["quantised"] * ((high - low) / 65535)).astype(np.float32)


def _encode_agreement(result: Agreement) -> tuple[Arrays, Meta]:
    """Write steps from one shared word to the next, which are nearly all 1, and counts by k."""
    arrays: Arrays = {
        "id_steps": np.diff(result.ids.astype(np.int64), prepend=0).astype(np.uint32),
        "common": result.common.T,
        "only_left": _from_words(result.only_left),
        "only_right": _from_words(result.only_right),
    }
    return arrays, {
        "ks": list(result.ks),
        "overlaps": [astuple(each) for each in result.overlaps],
        "cka": astuple(result.cka),
        "rsa": astuple(result.rsa),
        "n_sampled": result.n_sampled,
        "notes": dict(result.notes),
    }


def _decode_agreement(request: AgreementSpec, arrays: Arrays, meta: Meta) -> Agreement:
    return Agreement(
        np.cumsum(arrays["id_steps"], dtype=np.uint32),
        arrays["common"].T,
        tuple(meta["ks"]),
        tuple(Measure(*each) for each in meta["overlaps"]),
        Measure(*meta["cka"]),
        Measure(*meta["rsa"]),
        int(meta["n_sampled"]),
        _to_words(arrays["only_left"]),
        _to_words(arrays["only_right"]),
        request,
        meta["notes"],
    )


def _encode_trust(result: Trust, compact: bool) -> tuple[Arrays, Meta]:
    values = {name: getattr(result, name) for name in TRUST_ARRAYS}
    if compact:
        steps = {name: np.rint(each * (NOT_ASKED - 1)) for name, each in values.items()}
        values = {
            name: np.nan_to_num(each, nan=NOT_ASKED).astype(np.uint16)
            for name, each in steps.items()
        }
    return values, {"summary": dict(result.summary)}


def _decode_trust(request: TrustSpec, arrays: Arrays, meta: Meta) -> Trust:
    found = [_decode_shares(arrays[name]) for name in TRUST_ARRAYS]
    return Trust(found[0], found[1], found[2], meta["summary"], request)


def _decode_shares(values: NDArray[Any]) -> NDArray[np.float32]:
    if values.dtype != np.uint16:
        return values
    shares = values.astype(np.float32) / np.float32(NOT_ASKED - 1)
    return np.where(values == NOT_ASKED, np.float32(np.nan), shares)


def _decode_replies(request: QuestionsSpec, meta: Meta) -> Replies:
    replies = (Reply(tuple(e[0]), tuple(e[1]), *e[2:]) for e in meta["replies"])
    return Replies(tuple(replies), int(meta["searched"]), request)


def _encode_answers(result: Answers) -> tuple[Arrays, Meta]:
    """Write a bit for each question, and the answers of those alone that were attempted."""
    answer = result.answer[result.attempted] + 1
    arrays: Arrays = {
        "attempted": np.packbits(result.attempted),
        "right": np.packbits(result.right[result.attempted]),
        "nearest": np.packbits(result.nearest[result.attempted]),
        "answer": answer.astype(np.min_scalar_type(len(result.words))),
        "words": _from_words(result.words),
    }
    return arrays, {
        "questions": len(result.attempted),
        "searched": result.searched,
        "intervals": [each and astuple(each) for each in result.intervals],
        "pairs": [astuple(each) for each in result.pairs],
    }


def _decode_answers(request: ScorecardSpec, arrays: Arrays, meta: Meta) -> Answers:
    n = meta["questions"]
    attempted = np.unpackbits(arrays["attempted"], count=n).astype(bool)

    def spread(values: NDArray[Any], rest: int) -> NDArray[Any]:
        everything = np.full(n, rest, values.dtype)
        everything[attempted] = values
        return everything

    bits = (np.unpackbits(arrays[name], count=attempted.sum()) for name in ("right", "nearest"))
    right, nearest = (spread(each.astype(bool), False) for each in bits)
    return Answers(
        attempted,
        right,
        nearest,
        spread(arrays["answer"].astype(np.int32) - 1, -1),
        _to_words(arrays["words"]),
        tuple(_to_interval(each) for each in meta["intervals"]),
        tuple(map(_to_pair_score, meta["pairs"])),
        int(meta["searched"]),
        request,
    )


_BY_MOMENT = ("coordinates", "neighbors", "closeness")


def _encode_training(result: Training) -> tuple[Arrays, Meta]:
    """Write what each word does from moment to moment in one place: it changes little at last."""
    arrays: Arrays = {name: getattr(result, name) for name in (*CURVES, "cosines")}
    arrays |= {name: np.moveaxis(getattr(result, name), 0, 1) for name in _BY_MOMENT}
    arrays |= {"shown": result.shown.astype(np.uint16), "words": _from_words(result.words)}
    numbers = {name: getattr(result, name) for name in _NUMBERS}
    return arrays, {"pairs": [list(pair) for pair in result.pairs], **numbers}


_NUMBERS = ("questions", "judged", "n_words", "n_tokens")


def _decode_training(request: TrainingSpec, arrays: Arrays, meta: Meta) -> Training:
    parts: dict[str, Any] = {name: arrays[name] for name in (*CURVES, "cosines")}
    parts |= {name: np.moveaxis(arrays[name], 1, 0) for name in _BY_MOMENT}
    parts |= {name: int(meta[name]) for name in _NUMBERS}
    return Training(
        words=_to_words(arrays["words"]),
        shown=arrays["shown"].astype(np.int32),
        pairs=tuple((first, second) for first, second in meta["pairs"]),
        spec=request,
        **parts,
    )


def _encode_visual_search(result: VisualSearch) -> tuple[Arrays, Meta]:
    return dict(result.weights), {
        "precisions": [
            [each.method, each.value, each.interval.low, each.interval.high, each.chance]
            for each in result.precisions
        ],
        "n_held_out": result.n_held_out,
        "notes": dict(result.notes),
    }


def _decode_visual_search(request: VisualSearchSpec, arrays: Arrays, meta: Meta) -> VisualSearch:
    precisions = tuple(
        Precision(method, value, Interval(low, high), chance)
        for method, value, low, high, chance in meta["precisions"]
    )
    return VisualSearch(precisions, meta["n_held_out"], arrays, meta["notes"], request)


def _encode_company(result: Company) -> tuple[Arrays, Meta]:
    arrays: Arrays = {name: getattr(result, name) for name in ("columns", "counts", "ppmi")}
    arrays["contexts"] = _from_words(result.contexts)
    return arrays, {"occurrences": result.occurrences, "n_contexts": result.n_contexts}


def _decode_company(request: CompanySpec, arrays: Arrays, meta: Meta) -> Company:
    return Company(
        _to_words(arrays["contexts"]),
        arrays["columns"],
        arrays["counts"],
        arrays["ppmi"],
        int(meta["occurrences"]),
        int(meta["n_contexts"]),
        request,
    )


def _encode_ratings(result: Ratings) -> tuple[Arrays, Meta]:
    """Write half stars: all of them are small whole numbers then."""
    return {
        "person": result.person.astype(np.min_scalar_type(result.n_people)),
        "film": result.film.astype(np.min_scalar_type(result.n_films)),
        "half_stars": np.rint(2 * result.stars).astype(np.uint8),
    }, {"n_people": result.n_people, "n_films": result.n_films}


def _decode_ratings(request: RatingsSpec, arrays: Arrays, meta: Meta) -> Ratings:
    return Ratings(
        arrays["person"].astype(np.int32),
        arrays["film"].astype(np.int32),
        arrays["half_stars"].astype(np.float32) / np.float32(2),
        int(meta["n_people"]),
        int(meta["n_films"]),
        request,
    )


_OF_HELD_OUT = ("people", "held", "ranks", "shown", "counts")


def _encode_held_out(result: HeldOut) -> tuple[Arrays, Meta]:
    arrays: Arrays = {name: getattr(result, name) for name in _OF_HELD_OUT}
    return arrays, {"n_candidates": result.n_candidates, "seconds": result.seconds}


def _decode_held_out(request: HeldOutSpec, arrays: Arrays, meta: Meta) -> HeldOut:
    return HeldOut(
        **{name: arrays[name] for name in _OF_HELD_OUT},
        n_candidates=int(meta["n_candidates"]),
        seconds=float(meta["seconds"]),
        spec=request,
    )


def _to_pair_score(stored: list[Any]) -> PairScore:
    name, total, attempted, spearman, pearson, ends = stored
    return PairScore(name, total, attempted, spearman, pearson, _to_interval(ends))


def _to_interval(ends: list[float] | None) -> Interval | None:
    return None if ends is None else Interval(*ends)


FEW = 8
"""So many occurrences of a word keep their vectors when they are compact; more are only drawn."""


def _encode_contexts(result: Contexts, compact: bool) -> tuple[Arrays, Meta]:
    arrays: Arrays = {
        "numbers": result.numbers,
        "spans": result.spans,
        "groups": result.groups.astype(np.int8),
    }
    if result.vectors is not None and not (compact and len(result) > FEW):
        arrays["vectors"] = result.vectors
    return arrays, {
        "words": [list(each) for each in result.words],
        "typical": [list(each) for each in result.typical],
        "statistics": {name: list(each) for name, each in result.statistics.items()},
        "notes": dict(result.notes),
    }


def _decode_contexts(request: ContextsSpec, arrays: Arrays, meta: Meta) -> Contexts:
    return Contexts(
        arrays["numbers"],
        arrays["spans"],
        arrays["groups"],
        tuple(map(tuple, meta["words"])),
        tuple(map(tuple, meta["typical"])),
        {name: tuple(each) for name, each in meta["statistics"].items()},
        meta["notes"],
        request,
        arrays.get("vectors"),
    )


def _encode_context_map(result: ContextMap, compact: bool) -> tuple[Arrays, Meta]:
    meta: Meta = {"notes": dict(result.notes)}
    if not compact or not result.coordinates.size:
        return {"coordinates": result.coordinates}, meta
    flat = _quantised(result.coordinates.reshape(-1, 2))
    return flat | {"quantised": flat["quantised"].reshape(result.coordinates.shape)}, meta


def _encode_attention(result: Attention) -> tuple[Arrays, Meta]:
    arrays = {name: getattr(result, name) for name in ("weights", "favours", "uniform")}
    return arrays, {
        "tokens": [astuple(token) for token in result.tokens],
        "asked": result.asked,
        "read": result.read,
        "total": result.total,
        "model": result.model,
    }


def _decode_attention(request: AttentionSpec, arrays: Arrays, meta: Meta) -> Attention:
    return Attention(
        tuple(Token(*each) for each in meta["tokens"]),
        arrays["weights"],
        arrays["favours"],
        arrays["uniform"],
        tuple(meta["asked"]),
        (int(meta["read"][0]), int(meta["read"][1])),
        int(meta["total"]),
        str(meta["model"]),
        request,
    )


def _decode_fill_in(request: FillInSpec, meta: Meta) -> FillIn:
    fillings = tuple(
        Filling(each["sees"], tuple(each["words"]), tuple(each["probabilities"]), each["bits"])
        for each in meta["fillings"]
    )
    return FillIn(
        tuple(meta["tokens"]),
        int(meta["blank"]),
        fillings,
        int(meta["total"]),
        int(meta["known"]),
        str(meta["model"]),
        request,
    )


def _rows(words: tuple[str, ...], vocabulary: Vocabulary) -> NDArray[np.uint32]:
    return np.array([vocabulary.index[word] for word in words], dtype=np.uint32)


def _from_words(words: tuple[str, ...]) -> NDArray[np.uint8]:
    text = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)


def _to_words(stored: NDArray[np.uint8]) -> tuple[str, ...]:
    return tuple(json.loads(stored.tobytes().decode("utf-8", "surrogatepass")))


def digest(words: tuple[str, ...]) -> str:
    """Return the SHA-256 of a list of words, by which a changed vocabulary is noticed."""
    return hashlib.sha256("\n".join(words).encode("utf-8", "surrogatepass")).hexdigest()
