"""Files are recognised by what is in them, and their columns by name and content."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.errors import UnknownName, UserError
from embeddings.sources.formats import available, get
from embeddings.sources.inspection import Inspection
from embeddings.sources.options import Options
from embeddings.sources.reading import inspect, read

WORDS = ["cat", "dog", "bird", "New York", "8½"]
VECTORS = np.round(np.random.default_rng(0).normal(size=(5, 10)), 3).astype(np.float32)
ROWS = "".join(
    f"{word.replace(' ', '_')} {' '.join(map(str, row))}\n"
    for word, row in zip(WORDS, VECTORS, strict=True)
)
SENTENCE = "The cat sat on the mat and looked at the dog, which was not amused at all."


def table(**more: Any) -> pd.DataFrame:
    frame = pd.DataFrame(VECTORS, index=WORDS)
    for name, values in more.items():
        frame[name] = values
    return frame


def parquet(frame: pd.DataFrame) -> bytes:
    file = io.BytesIO()
    frame.columns = frame.columns.astype(str)
    frame.to_parquet(file)
    return file.getvalue()


def lists() -> pd.DataFrame:
    return pd.DataFrame({"word": WORDS, "embedding": VECTORS.tolist(), "kind": list("aabbb")})


CASES: list[tuple[str, str | bytes, str, str, tuple[int, int]]] = [
    ("w_txt", "5 10\n" + ROWS, "word2vec-text", "vectors", (5, 10)),
    ("w_vec", "5 10\n" + ROWS, "fasttext", "vectors", (5, 10)),
    ("w_txt", ROWS, "glove", "vectors", (5, 10)),
    ("w", ROWS, "glove", "vectors", (5, 10)),
    ("w_csv", table().to_csv(), "delimited", "vectors", (5, 10)),
    ("w_tsv", table().to_csv(sep="\t"), "delimited", "vectors", (5, 10)),
    ("w_csv", table().to_csv(header=False), "delimited", "vectors", (5, 10)),
    ("w_csv", table().to_csv(sep=";"), "delimited", "vectors", (5, 10)),
    ("w_csv", lists().to_csv(index=False), "delimited", "vectors", (5, 10)),
    ("w_parquet", parquet(table()), "parquet", "vectors", (5, 10)),
    ("w_parquet", parquet(lists()), "parquet", "vectors", (5, 10)),
    ("w_jsonl", lists().to_json(orient="records", lines=True), "jsonl", "vectors", (5, 10)),
    ("w_txt", "\n".join(WORDS), "words", "words", (5, 0)),
    ("w_txt", ", ".join(WORDS), "words", "words", (5, 0)),
    ("w_txt", "\t".join(WORDS) + "\n", "words", "words", (5, 0)),
    ("w_csv", "word,topic\ncat,animal\ndog,animal\nrose,plant\n", "delimited", "words", (3, 0)),
    ("w_csv", "label,year\ncat,1999\ndog,2001\nrose,2005\n", "delimited", "words", (3, 0)),
    ("t_txt", f"{SENTENCE}\n{SENTENCE}\n\n{SENTENCE}\n", "text", "text", (2, 0)),
    ("t_txt", f"{SENTENCE} {SENTENCE}", "text", "text", (1, 0)),
    ("t_csv", f'id,text\n1,"{SENTENCE}"\n2,"{SENTENCE}"\n', "delimited", "text", (2, 0)),
    ("t_jsonl", json.dumps({"id": 1, "text": SENTENCE}) + "\n", "jsonl", "text", (1, 0)),
    ("t_parquet", parquet(pd.DataFrame({"body": [SENTENCE] * 3})), "parquet", "text", (3, 0)),
]


@pytest.mark.parametrize(("name", "content", "format", "kind", "shape"), CASES)
def test_files_are_recognised(bring, name, content, format, kind, shape) -> None:
    files = bring(**{name: content})
    found = inspect(files)
    assert (found.fatal, found.problems) == (None, ())
    assert (found.format, found.kind, (found.rows, found.dim)) == (format, kind, shape)
    content = read(files)
    assert (content.kind, len(content)) == (kind, shape[0])
    if kind == "vectors":
        np.testing.assert_array_equal(content.vectors, VECTORS)
        assert [label.replace("_", " ") for label in content.labels] == WORDS


NUMBERS = st.sampled_from(["0", "1", "-2", "0.5", "-0.0625", "1e-05", "12.25", "3.5e+10"])
TOKENS = st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=6)


@given(
    st.integers(2, 4).flatmap(
        lambda dim: st.lists(
            st.tuples(TOKENS, st.lists(NUMBERS, min_size=dim, max_size=dim)), min_size=1, max_size=4
        )
    ),
    st.sampled_from(["\n", "\r\n", " \n"]),
    st.booleans(),
)
def test_the_smallest_word2vec_text_is_no_binary(rows, end, is_whole) -> None:
    lines = [f"{len(rows)} {len(rows[0][1])}", *(f"{w} {' '.join(n)}" for w, n in rows)]
    head = (end.join(lines) + (end if is_whole else "")).encode()
    sure = {key: format.recognise(head, "tiny.txt") for key, format in available().items()}
    assert max(sure, key=lambda key: sure[key]) == "word2vec-text"


def test_every_format_can_be_found_and_says_what_it_is() -> None:
    assert len(available()) == 13
    for key, format in available().items():
        assert get(key) is format and format.label and format.endings
        assert set(format.kinds) <= {"words", "text", "vectors"}
    with pytest.raises(UnknownName, match="word2vec-text"):
        get("word2vec-txt")


def test_other_columns_become_columns_about_the_words(bring) -> None:
    kinds = ["animal", "animal", "animal", "", "number"]
    frame = table(kind=kinds, count=[3, 1, 2, np.nan, 5])
    found = inspect(bring(w_csv=frame.to_csv()))
    roles = {column.name: column.role for column in found.columns}
    assert (roles["kind"], roles["count"], roles["3"]) == ("category", "number", "vector")
    content = read(bring(w_csv=frame.to_csv()))
    kind, count = content.columns
    assert kind.categories == ("animal", "number") and kind.values.tolist() == [0, 0, 0, -1, 1]
    assert count.is_number and np.isnan(count.values[3]) and count.values[4] == 5
    only = read(bring(w_csv=frame.to_csv()), Options(columns=("count",), categories=("count",)))
    assert only.columns[0].categories == ("3.0", "1.0", "2.0", "5.0")


def test_what_was_chosen_goes_before_what_was_guessed(bring) -> None:
    csv = "word,other,a,b\ncat,x,0.5,1\ndog,y,0.25,2\n"
    assert inspect(bring(t_csv=csv)).kind == "words"
    chosen = Options(word="other", vectors=("b", "a"))
    content = read(bring(t_csv=csv), chosen)
    assert content.labels == ("x", "y")
    np.testing.assert_array_equal(content.vectors, [[1, 0.5], [2, 0.25]])
    with pytest.raises(UserError, match="There is no column “c”"):
        read(bring(t_csv=csv), Options(word="c"))
    as_text = read(bring(t_csv=csv), Options(kind="text", text="word"))
    assert as_text.documents == ("cat", "dog")


def test_few_numbered_columns_are_a_question(bring) -> None:
    csv = "word,x1,x2\ncat,0.5,1\ndog,0.25,2\n"
    found = inspect(bring(t_csv=csv))
    assert (found.kind, found.dim) == ("vectors", 2)
    assert "one vector, or columns about the words" in found.ambiguous[0]
    assert dict(found.choices)["vectors"] == ("word", "x1", "x2")


AXES = "word,x,y\ncat,0.5,1\ndog,0.25,2\n"
FACTS = "word,price,weight\ncat,0.5,1\ndog,0.25,2\n"


@pytest.mark.parametrize(("csv", "kind"), [(AXES, "vectors"), (FACTS, "words")])
def test_a_few_numbers_can_be_read_in_both_ways(bring, csv, kind) -> None:
    found = inspect(bring(t_csv=csv))
    assert found.kind == kind and found.either == ("vectors", "words")
    assert Inspection.from_json(found.to_json()) == found
    names = csv.splitlines()[0].split(",")[1:]
    for chosen in found.either:
        asked = Options(kind=chosen)
        again, content = inspect(bring(t_csv=csv), asked), read(bring(t_csv=csv), asked)
        assert (again.kind, again.either) == (content.kind, found.either) == (chosen, found.either)
        columns = [column.name for column in content.columns]
        if chosen == "words":
            assert content.vectors is None and columns == names
            assert f"the columns “{names[0]}”, “{names[1]}”" in again.will
        else:
            np.testing.assert_array_equal(content.vectors, [[0.5, 1], [0.25, 2]])
            assert columns == [] and "vectors of 2 numbers" in again.will


def test_a_table_of_texts_is_no_question_of_vectors(bring) -> None:
    csv = f'user,likes,shares,text\ncat,1,2,"{SENTENCE}"\ndog,3,4,"{SENTENCE}"\n'
    found = inspect(bring(t_csv=csv))
    assert (found.kind, found.either) == ("text", ())


def test_one_number_is_a_column_and_many_are_a_vector(bring) -> None:
    assert inspect(bring(t_csv="word,price\ncat,0.5\ndog,1\n")).either == ()
    found = inspect(bring(t_csv=table().to_csv()))
    assert (found.kind, found.either) == ("vectors", ())


def test_only_the_words_of_vectors_can_be_taken(bring) -> None:
    content = read(bring(w_txt=ROWS), Options(kind="words"))
    assert (content.kind, content.vectors, len(content)) == ("words", None, 5)
    with pytest.raises(UserError, match="no file with vectors in it"):
        read(bring(w_txt="cat\ndog\n"), Options(kind="vectors"))


def test_small_letters_bring_words_together(bring) -> None:
    files = bring(w_txt="Cat\ncat\nDOG\n")
    (problem,) = inspect(files, Options(lower=True)).problems
    assert (problem.repair, problem.line) == ("repeated", 2)
    assert read(files, Options(lower=True, keep=("repeated",))).labels == ("cat", "dog")


def test_a_list_of_words_must_be_as_long_as_the_vectors(bring) -> None:
    file = io.BytesIO()
    np.save(file, VECTORS)
    for order in (("v_npy", "w_txt"), ("w_txt", "v_npy")):
        contents = {"v_npy": file.getvalue(), "w_txt": "cat\n\ndog\nbird\ncow\n"}
        files = bring(**{name: contents[name] for name in order})
        (problem,) = inspect(files).problems
        assert (problem.repair, problem.line) == ("empty", 2)
        content = read(files, Options(keep=("empty",)))
        assert content.labels == ("cat", "dog", "bird", "cow")
        np.testing.assert_array_equal(content.vectors, VECTORS[[0, 2, 3, 4]])
    short = bring(v_npy=file.getvalue(), w_txt="cat\ndog\n")
    assert "There are 2 words and 5 vectors" in str(inspect(short).fatal)


def test_the_projectors_metadata_of_one_column_has_no_header(bring) -> None:
    vectors = "\n".join("\t".join(map(str, row)) for row in VECTORS)
    content = read(bring(vectors_tsv=vectors, metadata_tsv='word\n"\n=cmd\n<b>\nlast\n'))
    assert content.labels == ("word", '"', "=cmd", "<b>", "last")


def test_numbers_as_the_projectors_labels_are_no_vectors(bring) -> None:
    vectors = "1.5\t2\n3.5\t4\n5.5\t6\n"
    for order in (("labels_tsv", "vectors_tsv"), ("vectors_tsv", "labels_tsv")):
        contents = {"labels_tsv": "7\n3\n7\n", "vectors_tsv": vectors}
        files = bring(**{name: contents[name] for name in order})
        content = read(files, Options(keep=("repeated",)))
        assert content.labels == ("7", "3")
        np.testing.assert_array_equal(content.vectors, [[1.5, 2], [3.5, 4]])


def test_a_decimal_comma_is_read_where_semicolons_separate(bring) -> None:
    files = bring(w_csv="word;d0;d1\ncat;0,5;-1\ndog;1,25;2e3\nbird;nan;\n")
    assert "decimal comma" in inspect(files).will
    content = read(files, Options(keep=("finite",)))
    np.testing.assert_array_equal(content.vectors, [[0.5, -1], [1.25, 2000]])


def test_remarks_above_a_table_are_offered_to_be_left_out(bring) -> None:
    files = bring(w_tsv="# about these words\nword\ttopic\ncat\tanimal\nrose\tplant\n")
    (problem,) = inspect(files).problems
    assert (problem.repair, problem.line) == ("length", 1)
    assert read(files, Options(keep=("length",))).labels == ("cat", "rose")


def test_lists_of_a_fixed_size_in_parquet(bring) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = io.BytesIO()
    flat = pa.array(VECTORS.ravel())
    lists = pa.FixedSizeListArray.from_arrays(flat, 10)
    pq.write_table(pa.table({"name": pa.array(WORDS).dictionary_encode(), "v": lists}), file)
    content = read(bring(w_parquet=file.getvalue()))
    assert content.labels == tuple(WORDS)
    np.testing.assert_array_equal(content.vectors, VECTORS)


def test_options_are_pairs_of_scalars_and_come_back() -> None:
    options = Options(
        word="a", vectors=("b", "c"), columns=(), lower=True, keep=("length", "empty")
    )
    assert all(isinstance(value, str | bool) for _, value in options.pairs)
    assert Options.from_pairs(options.pairs) == options
    assert Options.from_pairs(()) == Options() and Options().pairs == ()
    assert hash(options) == hash(Options.from_pairs(options.pairs))
    for wrong in ((("nonsense", 1),), (("vectors", "no json"),), (("word", 3),), (("kind", "x"),)):
        with pytest.raises(UserError):
            Options.from_pairs(wrong)
