"""The command line: results that are right, and one line for whatever goes wrong."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from embeddings import collections, methods, recipes, store
from embeddings.commands import cli
from embeddings.commands.build import delete_strangers, judge, make, plan
from embeddings.commands.verify import (
    NOT_TRAINED,
    Report,
    can_be_scored,
    check_agreement,
    check_scorecard,
    check_trust,
    computed_again,
    put_in,
)
from embeddings.probes import scorecard
from embeddings.store import Store
from embeddings.types import (
    Agreement,
    AgreementSpec,
    EmbeddingTable,
    Neighbors,
    NeighborsSpec,
    Projection,
    ProjectionSpec,
    ScorecardSpec,
    Spec,
    Trust,
    TrustSpec,
    VocabularySpec,
    no_progress,
)

COMMANDS = (
    *("methods", "vocabularies", "neighbors", "analogy"),
    *(
        "recommend",
        "score",
        "contexts",
        "attention",
        "directions",
        "weat",
        "compare",
        "map",
        "train",
    ),
    *("build", "verify"),
)
HEAVY = ("torch", "transformers", "gensim", "numba", "umap", "sklearn", "distributed", "matplotlib")


def run(*arguments: str):
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def fails(*arguments: str, status: int = 2) -> str:
    """Run what must fail, and return its one line."""
    result = run(*arguments)
    assert result.exit_code == status, result.output
    assert "Traceback" not in result.output
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    return lines[0]


# Listings and help ----------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"python -m embeddings {command}" in result.output.split("Examples:")[1]
    assert command in run("--help").output


def test_methods_lists_every_method():
    result = run("methods")
    every = [key for kind in methods.kinds() for key in methods.available(kind)]
    assert [line.split()[0] for line in result.output.splitlines()] == every
    described = json.loads(run("methods", "--json").stdout)
    assert [one["key"] for one in described] == every
    assert all(one["parameters"] is not None and one["year"] for one in described)


def test_one_method_with_its_settings():
    result = run("methods", "word2vec")
    assert "window=5" in result.output and "n_neighbors=15" in result.output
    described = json.loads(run("methods", "word2vec", "--json").stdout)
    window = next(p for p in described["parameters"] if p["name"] == "window")
    assert (window["default"], window["low"]) == (5, 1)


def test_vocabularies():
    names = [one["name"] for one in json.loads(run("vocabularies", "--json").stdout)]
    words = ["topics", "common-2k", "common-10k", "glove-400k", "corpus", "wordpieces"]
    assert names == [*words, *collections.available()]
    assert run("vocabularies").output.count("\n") == len(names)


# Neighbours -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def common_words():
    """The vocabulary that most commands need; made at most once in a run."""
    return recipes.fetch(VocabularySpec("common-10k"))


@pytest.mark.usefixtures("common_words")
class TestNeighbors:
    def test_king_as_the_vectors_have_it(self):
        result = run("neighbors", "king", "--method", "glove")
        assert result.exit_code == 0
        rows = [line.split() for line in result.output.splitlines()]
        assert [row[1] for row in rows[:5]] == ["prince", "queen", "ii", "emperor", "son"]
        assert [float(row[2]) for row in rows[:2]] == pytest.approx([0.824, 0.784], abs=1e-3)
        assert len(rows) == 10

    def test_json(self):
        result = run("neighbors", "king", "-k", "3", "--set", "centred=true", "--json")
        found = json.loads(result.output)
        assert found["parameters"] == {"centred": True} and len(found["neighbors"]) == 3
        cosines = [near["cosine"] for near in found["neighbors"]]
        assert cosines == sorted(cosines, reverse=True) and cosines[0] < 1

    def test_one_hot_is_all_ties(self):
        found = json.loads(run("neighbors", "king", "-m", "one_hot", "--json").stdout)
        assert {near["cosine"] for near in found["neighbors"]} == {0}

    def test_the_seed_draws_the_ties(self):
        drawn = {}
        for seed in (1, 2, 2):
            found = json.loads(
                run("neighbors", "king", "-m", "one_hot", "--seed", seed, "--json").stdout
            )
            words = [near["word"] for near in found["neighbors"]]
            assert drawn.setdefault(seed, words) == words
        assert drawn[1] != drawn[2]

    def test_an_unknown_word_gets_suggestions(self):
        line = fails("neighbors", "kingg")
        assert "'kingg' is not among the 10,000 words" in line and "king" in line.split("mean")[1]
        assert "king" in fails("neighbors", "King").split("mean")[1]

    def test_a_long_or_odd_word_is_cut_short(self):
        assert len(fails("neighbors", "x" * 5000)) < 200
        fails("neighbors", "two\nlines")
        fails("neighbors", "")

    def test_a_word_that_another_vocabulary_has(self):
        line = fails("neighbors", "king", "--vocabulary", "topics", "-k", "0")
        assert "-k is 0" in line
        word = next(
            word
            for word in recipes.fetch(VocabularySpec("common-10k")).words
            if word not in recipes.fetch(VocabularySpec("topics")).index
        )
        line = fails("neighbors", word, "--vocabulary", "topics")
        assert "--vocabulary common" in line


def test_a_word_that_the_method_lacks_names_methods_that_have_it():
    spec = methods.get("word2vec").spec("topics")
    table = EmbeddingTable(("king",), np.ones((1, 2)), spec, ("tokyo",))
    from embeddings.commands.neighbors import unknown_word

    line = unknown_word("tokyo", table)
    assert "Word2Vec has no vector for 'tokyo'" in line and "glove" in line and "one_hot" in line


# Wrong input ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["neighbours", "king"], "Did you mean neighbors?"),
        (["neighbors"], "Missing argument 'WORD'. See: python -m embeddings neighbors --help"),
        (["neighbors", "king", "--metod", "glove"], "--method"),
        (["neighbors", "king", "--method", "glov"], "Did you mean glove?"),
        (["neighbors", "king", "--vocabulary", "comon-10k"], "common-10k"),
        (["neighbors", "king", "--vocabulary", "../../etc/passwd"], "no vocabulary"),
        (["neighbors", "king", "-k", "many"], "'many' is not a valid integer"),
        (["neighbors", "king", "-k", "100000"], "from 1 to 1000"),
        (["neighbors", "king", "--seed", "-1"], "--seed is -1"),
        (["neighbors", "king", "--set", "centred"], "name=value"),
        (["neighbors", "king", "-m", "word2vec", "--set", "windw=3"], "Did you mean window?"),
        (["neighbors", "king", "-m", "word2vec", "--set", "window=99"], "from 1 to 15"),
        (["neighbors", "king", "-m", "bert", "-v", "glove-400k"], "glove alone"),
        (["methods", "wordvec"], "Did you mean word2vec"),
        (["map"], "--out"),
        (["map", "-o", "x.gif"], ".html, .png, .svg, .csv"),
        (["map", "-o", "/no/such/folder/x.png"], "does not exist"),
        (["map", "-o", "x.png", "--size", "3"], "WIDTHxHEIGHT"),
        (["map", "-o", "x.png", "--theme", "drak"], "Did you mean dark?"),
        (["map", "-o", "x.png", "--color", "colour"], "colouring"),
        (["map", "-o", "x.csv", "--dimensions", "4"], "must be 2 or 3"),
        (["map", "-o", "x.csv", "--algorithm", "tsne"], "umap"),
        (["map", "-o", "x.csv", "--set", "n_neighbours=3"], "Did you mean n_neighbors"),
        (["map", "-o", "x.csv", "--set", "min_dist=7"], "from 0 to 0.99"),
        (["build", "--method", "brt"], "Did you mean bert?"),
        (["verify", "--sample", "0"], "from 1 to 1000"),
        (["verify", "--vocabulary", "none"], "no vocabulary"),
    ],
)
def test_wrong_input_is_one_line_and_status_two(arguments, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert said in fails(*arguments)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_package_is_one_line(monkeypatch):
    original = methods.importlib.util.find_spec
    monkeypatch.setattr(
        methods.importlib.util,
        "find_spec",
        lambda name: None if name == "torch" else original(name),
    )
    monkeypatch.setattr(recipes, "fetch", lambda spec, **_: methods.embed(spec, ["king"]))
    assert "pip install torch" in fails("neighbors", "king", "-m", "bert", status=1)


def test_a_missing_library_is_one_line(tmp_path, monkeypatch, maps):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    arguments = ("map", "-v", "topics", "--algorithm", "pca", "-o", tmp_path / "x.png")
    assert "matplotlib is not installed: pip install" in fails(*arguments, status=1)


def test_an_unwritable_folder_is_one_line(tmp_path, monkeypatch):
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    assert "Permission denied" in fails("map", "-o", tmp_path / "x.csv")


def test_a_full_disk_leaves_what_was_there(tmp_path, monkeypatch):
    from embeddings.commands.map import write

    path = tmp_path / "map.csv"
    path.write_text("before")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space"):
        write(path, b"after")
    assert path.read_text() == "before" and list(tmp_path.iterdir()) == [path]


# Maps -----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def maps(tmp_path_factory, common_words):
    """One map of the topics in each form."""
    folder = tmp_path_factory.mktemp("maps")
    for suffix in ("csv", "png", "svg", "html"):
        result = run(
            *("map", "-m", "glove", "-v", "topics", "--algorithm", "pca"),
            *("-o", folder / f"map.{suffix}", "--size", "800x450"),
        )
        assert result.exit_code == 0, result.output
        assert result.output.startswith(str(folder / f"map.{suffix}"))
        assert "GloVe 50d · PCA" in result.output
    return folder


def test_map_as_csv(maps):
    lines = (maps / "map.csv").read_text().splitlines()
    assert lines[0] == "word,x,y,topic,cluster,part_of_speech,count"
    words = recipes.fetch(VocabularySpec("topics")).words
    assert tuple(line.split(",")[0] for line in lines[1:]) == words


def test_map_as_picture(maps):
    from PIL import Image

    with Image.open(maps / "map.png") as image:
        assert image.size == (800, 450)
    assert "GloVe 50d" in (maps / "map.svg").read_text()


def test_map_as_page(maps):
    page = (maps / "map.html").read_text()
    assert "<title>GloVe: 601 words in 16 topics" in page
    assert '"standalone":true' in page and "http" not in page.split('id="data"')[1]


def test_nothing_but_the_map_is_left_behind(maps):
    assert sorted(path.name for path in maps.iterdir()) == [
        f"map.{suffix}" for suffix in ("csv", "html", "png", "svg")
    ]


# Comparing ------------------------------------------------------------------------------------


def test_two_methods_are_compared_beside_chance_and_noise():
    found = json.loads(run("compare", "bert", "glove", "-v", "topics", "-k", "5", "--json").stdout)
    assert found["methods"] == ["bert", "glove"] and found["words"] == found["sampled"] == 601
    for name, measure in found["measures"].items():
        assert measure["chance"] < measure["low"] < measure["value"] < measure["high"] < 0.6, name
        assert [floor["value"] for floor in measure["floors"].values()] == pytest.approx([1, 1])
        assert measure["state"] == "differ" and "not by noise" in measure["sentence"]
    assert len(found["differ"]) == 10
    for each in found["differ"]:
        near = [set(words) for words in each["neighbors"].values()]
        assert [len(words) for words in near] == [5, 5]
        assert each["overlap"] == pytest.approx(len(near[0] & near[1]) / len(near[0] | near[1]))
        assert each["overlap"] < each["floor"]


def test_a_comparison_in_words():
    result = run("compare", "bert", "glove", "-v", "topics")
    title, head, overlap, *_ = result.output.splitlines()
    assert title.startswith("BERT (MiniLM) and GloVe: 601 words of topics")
    assert head.index("floor of BERT") < head.index("floor of GloVe")
    assert overlap.startswith("overlap of 10 neighbours")
    assert "They differ, and not by noise" in overlap
    assert "nearest by GloVe" in result.output
    by_chance = run("compare", "glove", "one_hot", "-v", "topics").output
    assert by_chance.count("No more alike than chance.") == 3
    assert by_chance.endswith("No words stand out.\n")


def test_what_cannot_be_compared_is_said():
    assert "Did you mean glove" in fails("compare", "glove", "glov")
    assert "got glove twice" in fails("compare", "glove", "glove")
    assert "-k is 7" in fails("compare", "glove", "bert", "-k", "7")
    assert "topics" in fails("compare", "glove", "bert", "-v", "topic")


# Building and verifying -----------------------------------------------------------------------

SMALL = (("glove", "one_hot"), ("topics",))


@pytest.fixture(scope="session")
def built(tmp_path_factory, common_words):
    """A folder with what is shipped of two methods and the smallest vocabulary."""
    folder = tmp_path_factory.mktemp("precomputed")
    Store(None, folder).save(VocabularySpec("common-10k"), common_words)
    made = make(plan(*SMALL), folder, again=False)
    assert made == plan(*SMALL)
    return folder


@pytest.fixture
def shipped(built, tmp_path, monkeypatch):
    """A copy of it that a test may spoil, in the place of the project's own."""
    import shutil

    folder = shutil.copytree(built, tmp_path / "precomputed")
    monkeypatch.setattr(store, "SHIPPED", folder)
    return folder


ONLY = ("-m", "glove", "-m", "one_hot", "-v", "topics")


def test_the_plan_holds_every_method_and_vocabulary():
    requests = plan(tuple(methods.available()), ("topics", "common-2k", "common-10k", "glove-400k"))
    assert len(set(requests)) == len(requests)
    for kind in ("neighbors", "clusters", "projection"):
        shown = {
            (r.table.method, r.table.vocabulary)
            for r in requests
            if r.kind == kind and r.table.vocabulary != "glove-400k"
        }
        assert len(shown) == 3 * len(methods.available())
    scored = [r for r in requests if isinstance(r, ScorecardSpec)]
    assert len(scored) == 2 * 7 + 2 * 6 + 1  # own vocabularies but GloVe's were not asked for
    requests = [r for r in requests if r not in scored]
    big = [r for r in requests if getattr(r, "table", Spec("")).vocabulary == "glove-400k"]
    assert {r.table.method for r in big} == {"glove"}
    assert {r.kind for r in big} == {"projection", "clusters"}
    agreements = [r for r in requests if isinstance(r, AgreementSpec)]
    floors = [r for r in agreements if r.left.method == r.right.method]
    assert len(floors) == 3 * 7 and len(agreements) - len(floors) == 3 * 21
    assert {r.projection for r in requests if isinstance(r, TrustSpec)} == {
        r for r in requests if isinstance(r, ProjectionSpec) and r not in big
    }
    tables = {r.method for r in requests if isinstance(r, Spec)}
    assert tables == set(methods.available()) - {"one_hot", "glove"}


def test_what_is_there_and_intact_is_left_alone(shipped):
    before = {path: path.stat().st_mtime_ns for path in shipped.rglob("*")}
    result = run("build", *ONLY)
    assert "0 made" in result.output
    assert {path: path.stat().st_mtime_ns for path in shipped.rglob("*")} == before


def test_what_is_damaged_is_made_again(shipped):
    request = next(r for r in plan(*SMALL) if isinstance(r, NeighborsSpec))
    path = shipped / "neighbors" / f"{request.key}.npz"
    path.write_bytes(path.read_bytes()[:-9])
    assert Store(shipped).load(request) is None
    report = json.loads(run("build", *ONLY, "--json").stdout)
    assert [one["key"] for one in report["artifacts"] if one["made"]] == [request.key]
    assert isinstance(Store(shipped).load(request), Neighbors)


def test_maps_carry_their_quality(shipped):
    maps = [r for r in plan(*SMALL) if isinstance(r, ProjectionSpec)]
    for request in maps:
        shown = Store(shipped).load(request)
        assert isinstance(shown, Projection)
        assert 0 <= shown.notes["recall_15"] <= 1 and 0 <= shown.notes["trustworthiness"] <= 1
    by_glove = Store(shipped).load(maps[0])
    assert by_glove.notes["recall_15"] > 0.4 and by_glove.notes["trustworthiness"] > 0.9


def test_strangers_are_named_and_deleted_only_when_asked(shipped):
    names = [
        "neighbors/" + "0" * 20 + ".json",
        "projection/.half.tmp",
        "table/" + "1" * 20 + ".npz.damaged",
    ]
    for name in names:
        (shipped / name).parent.mkdir(exist_ok=True)
        (shipped / name).write_text("{}")
    (shipped / "README.md").write_text("a note")
    run("build", *ONLY)
    result = run("verify", *ONLY)
    assert result.exit_code == 1
    assert all(name in result.stderr for name in names) and "README" not in result.stderr
    assert len(result.stderr.splitlines()) == 1 and "build --prune" in result.stderr
    assert delete_strangers(shipped) == names
    assert not any((shipped / name).exists() for name in names)
    assert (shipped / "README.md").exists()
    assert all(Store(shipped).has(request) for request in plan(*SMALL))


def test_verify_finds_nothing_wrong_with_what_was_just_built(shipped):
    result = run("verify", *ONLY, "--json")
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    checks = json.loads(result.stdout)
    assert checks["failures"] == []
    assert {check["verdict"] for check in checks["checks"]} == {"ok"}
    assert any("100.0% of 15" in check["result"] for check in checks["checks"])
    again = {c["what"] for c in checks["checks"] if c["check"].startswith("measured again")}
    assert {"glove topics noise floor", "glove one_hot topics agreement"} <= again
    redrawn = {check["what"] for check in checks["checks"] if "drawn again" in check["check"]}
    assert redrawn == {f"{m} topics map {d}" for m in ("glove", "one_hot") for d in ("2D", "3D")}


def test_verify_finds_a_missing_and_a_damaged_file(shipped):
    damaged, missing = [r for r in plan(*SMALL) if isinstance(r, ProjectionSpec)][:2]
    content = bytearray((shipped / "projection" / f"{damaged.key}.npz").read_bytes())
    content[100] ^= 1
    (shipped / "projection" / f"{damaged.key}.npz").write_bytes(content)
    (shipped / "projection" / f"{missing.key}.json").unlink()
    result = run("verify", *ONLY)
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 2
    assert "its checksum is wrong" in result.stderr and "is not shipped" in result.stderr


def test_verify_finds_false_neighbours_and_a_changed_map(shipped):
    """Files whose checksums are right and whose content is not what the method gives."""
    target = Store(None, shipped)
    near = next(r for r in plan(*SMALL) if isinstance(r, NeighborsSpec))
    assert near.table.method == "glove"
    stored = target.load(near)
    rolled = Neighbors(np.roll(stored.indices, 7, axis=0), stored.similarities, near)
    target.save(near, rolled, compact=True)
    shown = next(r for r in plan(*SMALL) if isinstance(r, ProjectionSpec))
    drawn = target.load(shown)
    target.save(shown, Projection(drawn.coordinates[::-1], shown, drawn.notes), compact=True)
    result = run("verify", *ONLY)
    assert result.exit_code == 1
    assert "of 15 neighbours are the same" in result.stderr
    assert "recall_15 is" in result.stderr and "when it was made" in result.stderr


def test_verify_finds_a_map_that_umap_would_not_draw(shipped):
    """Its file is intact and its notes are true, but it is no UMAP of these vectors."""
    target = Store(None, shipped)
    request = next(r for r in plan(*SMALL) if isinstance(r, ProjectionSpec))
    drawn = target.load(request)
    false = Projection(np.random.default_rng(0).permutation(drawn.coordinates), request)
    notes = judge(false, target, lambda fraction, message: None)
    target.save(request, Projection(false.coordinates, request, notes), compact=True)
    result = run("verify", "-m", "glove", "-v", "topics")
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert len([line for line in lines if line.startswith("glove topics map 2D")]) == 2
    assert "drawn again its recall_15 is" in result.stderr
    assert all(line.startswith(("glove topics map 2D", "glove topics trust 2D")) for line in lines)


def test_verify_finds_what_methods_and_maps_are_falsely_said_to_be(shipped, tmp_path):
    target, report = Store(None, shipped), Report()
    source = Store(shipped, tmp_path / "scratch")
    pair = next(r for r in plan(*SMALL) if isinstance(r, AgreementSpec) and not is_floor(r))
    stored = target.load(pair)
    assert isinstance(stored, Agreement)
    judged = next(r for r in plan(*SMALL) if isinstance(r, TrustSpec))
    trust = target.load(judged)
    assert isinstance(trust, Trust)
    check_agreement(pair, source, report, no_progress)
    check_trust(judged, source, False, report, no_progress)
    assert len(report.rows) == 5 and not report.failures
    target.save(pair, replace(stored, rsa=replace(stored.rsa, value=0.02)), compact=True)
    target.save(judged, replace(trust, continuity=trust.continuity * 0.9), compact=True)
    check_agreement(pair, source, report, no_progress)
    check_trust(judged, source, False, report, no_progress)
    told = report.failures
    assert len(told) == 2
    assert told[0].startswith("glove one_hot topics agreement: its RSA is 0.0000, and 0.0200 as")
    assert told[1].startswith("glove topics trust 2D: its continuity is")


def is_floor(request):
    return request.left.method == request.right.method


def test_word2vec_is_trained_again_only_when_asked():
    method = methods.get("word2vec")
    table = EmbeddingTable(("king",), np.ones((1, 2)), method.spec("common-10k"))
    said = computed_again(method, table, ("king",), False, lambda fraction, message: None)
    assert said == (table, NOT_TRAINED)
    assert "--full" in run("verify", "--help").output


def test_recomputed_vectors_take_the_place_of_the_shipped_ones():
    table = EmbeddingTable(("a", "b", "c"), np.eye(3), Spec("glove"))
    some = EmbeddingTable(("b",), np.array([[5, 6, 7]]), Spec("glove"))
    assert put_in(table, some).vectors.tolist() == [[1, 0, 0], [5, 6, 7], [0, 0, 1]]


# Analogies ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("common_words")
class TestAnalogy:
    def test_man_is_to_king_as_woman_is_to_queen(self):
        result = run("analogy", "man", "king", "woman", "--method", "glove", "--expect", "queen")
        assert result.exit_code == 0
        lines = result.output.splitlines()
        assert lines[0] == "king - man + woman = ?  GloVe, 9,997 words"
        assert lines[1].split() == ["1", "queen", "0.852"]
        assert "Left out: man, king, woman" in result.output
        assert "Expected: queen, place 1 of 9,997." in result.output

    def test_json_says_how_it_was_asked(self):
        found = json.loads(run("analogy", "man", "king", "woman", "--json").stdout)
        assert found["answers"][0]["word"] == "queen" and len(found["answers"]) == 10
        assert found["excluded"] == ["man", "king", "woman"] and found["searched"] == 9997
        assert found["terms"] == {"king": 1, "man": -1, "woman": 1} and found["way"] == "add"
        assert found["nearest_to_c"] == "girl" and found["rank"] is None
        let_in = json.loads(
            run("analogy", "man", "king", "woman", "--allow-inputs", "-k", 2, "--json").stdout
        )
        assert [one["word"] for one in let_in["answers"]] == ["king", "queen"]
        assert let_in["excluded"] == [] and let_in["searched"] == 10_000

    def test_a_formula(self):
        result = run("analogy", "--formula", "paris - france + germany", "--way", "mul", "-k", 1)
        assert result.output.splitlines()[1].split()[1] == "berlin"

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["man", "king"], "takes three words, and got 2"),
            ([], "takes three words, as in: analogy man king woman"),
            (["man", "king", "woman", "--formula", "king"], "or --formula and no words"),
            (["man", "king", ""], "third word is empty"),
            (["man", "king", "womann"], "Did you mean woman"),
            (["--formula", "king ?? man"], "Column 6 near 'king ?? man'"),
            (["--formula", "king-man"], "stands between spaces: king - man"),
            (["--formula", "king - man", "--way", "pair"], "PairDirection compares two pairs"),
            (["man", "king", "woman", "-k", "0"], "-k is 0"),
            (["man", "king", "woman", "--way", "sum"], "add"),
            (["man", "king", "woman", "--expect", "queeen"], "Did you mean queen"),
        ],
    )
    def test_wrong_input_is_one_line(self, arguments, said):
        assert said in fails("analogy", *arguments)


def test_shipped_scores_are_measured_again(tmp_path, monkeypatch):
    request = scorecard.spec(methods.get("glove").spec("common-2k"))
    real = Store(store.SHIPPED, tmp_path / "scratch")
    report = Report()
    check_scorecard(request, real, report, no_progress)
    assert not report.failures and len(report.rows) == 4
    kept = real.load(request)
    one = np.flatnonzero(kept.attempted & ~kept.nearest)[:60]
    spoiled = np.array(kept.nearest)
    spoiled[one] = True
    load = real.load
    wrong = replace(kept, nearest=spoiled)
    monkeypatch.setattr(real, "load", lambda asked: wrong if asked == request else load(asked))
    check_scorecard(request, real, report, no_progress)
    assert len(report.failures) == 1 and "nearest word to c" in report.failures[0]


def test_scores_of_vectors_that_are_not_shipped_are_taken_as_they_are():
    def asked(key, words, full, **given):
        table = methods.get(key).spec(words, parameters=given)
        return can_be_scored(scorecard.spec(table), full)

    assert asked("word2vec", "common-10k", False) and asked("one_hot", "common-2k", True)
    assert not asked("one_hot", "common-10k", False)
    assert not asked("bert", "common-10k", True, layer=0)
    assert not asked("bert", "wordpieces", True) and not asked("glove", "glove-400k", False)
    assert asked("glove", "glove-400k", True)


# Attention ------------------------------------------------------------------------------------


class TestAttention:
    TEXT = "Mary asked John for help because she was tired"

    def test_one_head_token_by_token(self):
        result = run("attention", self.TEXT, "--layer", 2, "--head", 4)
        assert result.exit_code == 0
        she = next(line for line in result.output.splitlines() if line.startswith("she"))
        assert she.split()[1:3] == ["mary", "0.54"]

    def test_without_a_head_it_is_said_what_each_favours(self):
        result = run("attention", self.TEXT)
        rows = [line.split() for line in result.output.splitlines()]
        assert ["1", "3", "previous", "1.00", "0.09"] in rows
        assert "of all attention" in result.output

    def test_json_of_a_pair_and_the_rollout(self):
        found = json.loads(
            run("attention", "The cat sat.", "--pair", "It slept.", "--rollout", "--json").stdout
        )
        assert found["pair"] == "It slept." and found["shown"] == "rollout"
        assert len(found["heads"]) == 72 and found["tokens"].count("[SEP]") == 2
        np.testing.assert_allclose(np.sum(found["matrix"], axis=1), 1, atol=0.01)

    def test_what_is_cut_off_is_said(self):
        result = run("attention", "word " * 200)
        assert "Cut off: 128 of 202 tokens are read." in result.stderr

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ([" "], "There is no text"),
            (["x", "--layer", "7"], "--layer is 7; this model has 6"),
            (["x", "--layer", "1", "--head", "0"], "--head is 0"),
            (["x", "--head", "1"], "--head needs --layer"),
            (["x", "--model", "./nowhere"], "There is no folder './nowhere'"),
            (["x", "--model", "a b"], "not the name of a model"),
        ],
    )
    def test_wrong_input_is_one_line(self, arguments, said):
        assert said in fails("attention", *arguments)


# Scores ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("common_words")
class TestScore:
    def test_json_has_every_section_and_what_was_attempted(self):
        found = json.loads(run("score", "-m", "glove", "--limit", 3000, "--json").stdout)
        assert found["searched"] == found["limit"] == 3000
        assert len(found["sections"]) == 14 and found["analogies"]["total"] == 19_544
        for each in found["sections"]:
            assert each["correct"] <= each["attempted"] <= each["total"]
            if each["attempted"]:
                assert each["accuracy"] == each["correct"] / each["attempted"]
                assert each["interval"][0] <= each["accuracy"] <= each["interval"][1]
        assert set(found["pairs"]) == {"wordsim353", "simlex999"}
        assert found["pairs"]["wordsim353"]["total"] == 353

    def test_a_table_for_people(self):
        result = run("score", "-m", "glove", "--limit", 300)
        lines = result.output.splitlines()
        assert lines[0] == "GloVe, 300 words" and lines[1].startswith("analogies")
        assert "all analogies" in result.output and "SimLex-999" in lines[-1]
        currency = next(line.split() for line in lines if line.startswith("currency"))
        assert currency == ["currency", "0", "866", "-", "-", "0.0", "-"]

    def test_one_hot_has_no_order_to_compare(self):
        found = json.loads(run("score", "-m", "one_hot", "-v", "topics", "--json").stdout)
        assert found["analogies"]["accuracy"] < 0.02
        assert found["pairs"]["simlex999"]["spearman"] is None

    def test_wrong_input_is_one_line(self):
        assert "--limit is 0" in fails("score", "--limit", "0")
        assert "Did you mean glove" in fails("score", "-m", "glov")
        assert "for the method glove alone" in fails("score", "-m", "bert", "-v", "glove-400k")


# Bias -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("common_words")
class TestWeat:
    def test_the_tests_are_listed(self):
        lines = run("weat").output.splitlines()
        assert len(lines) == 10 and lines[0].startswith("flowers-insects")
        listed = json.loads(run("weat", "--json").stdout)
        assert len(listed[0]["groups"]["Flowers"]) == 25

    def test_a_test_of_the_paper(self):
        result = run("weat", "instruments-weapons", "--method", "glove")
        assert "Effect size d: 1.46" in result.output and "One-sided p: 0.0002" in result.output
        assert "not known: bagpipe" in result.output and "not equally many" in result.output
        found = json.loads(run("weat", "instruments-weapons", "--json").stdout)
        assert found["exact"] and found["divisions"] == 116_280
        assert "guitar" in found["used"]["Instruments"]
        assert "bagpipe" in found["missing"]["Instruments"]
        assert set(found["associations"]) == {"Instruments", "Weapons"}

    def test_words_of_ones_own(self):
        groups = ("--targets", "doctor, judge", "--others", "nurse maid")
        groups += ("--like", "he man", "--unlike", "she woman")
        found = json.loads(run("weat", *groups, "--json").stdout)
        assert found["test"] == "own" and found["effect"] > 1 and found["divisions"] == 6

    def test_wrong_input_is_one_line(self):
        assert "Did you mean flowers-insects" in fails("weat", "flower-insects")
        assert "--like is empty" in fails("weat", "--targets", "a b", "--others", "c d")
        assert "not both" in fails("weat", "math-arts", "--like", "he man")
        assert "at least 2 words" in fails("weat", "young-old")


# Real processes -------------------------------------------------------------------------------


def process(*arguments: str, **options) -> subprocess.Popen:
    command = [sys.executable, "-m", "embeddings", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, **{**pipes, **options})


def test_listing_and_help_import_nothing_heavy(repo):
    code = (
        "import sys\nfrom embeddings.commands import cli\n"
        "try: cli(sys.argv[1:])\nexcept SystemExit: pass\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    for arguments in (["methods"], ["neighbors", "--help"]):
        command = [sys.executable, "-c", code, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd=repo, check=True)
        assert done.stdout.splitlines()[-1] == "[]", done.stdout


def test_as_a_module(repo):
    with process("methods", "glov", cwd=repo) as running:
        out, err = running.communicate()
    assert running.returncode == 2 and out == ""
    assert err == "There is no method called 'glov'. Did you mean glove?\n"


def test_no_progress_bar_where_there_is_no_terminal(repo, common_words):
    with process("neighbors", "king", cwd=repo) as running:
        out, err = running.communicate()
    assert running.returncode == 0 and "prince" in out and err == ""


def test_interrupted_by_the_keyboard(repo, tmp_path):
    """Ctrl-C while something is computed: one line, status 130."""
    environment = {**os.environ, "LSE_CACHE": str(tmp_path)}
    trained_anew = ("-m", "word2vec", "--set", "window=3")
    # A shell that starts the tests in its background lets all of them ignore Ctrl-C.
    heeding = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
    where = {"cwd": repo, "env": environment}
    with process("neighbors", "king", *trained_anew, **where, **heeding) as running:
        # Long enough to be at work, wherever that is: reading the corpus, training.
        time.sleep(3)
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert err.strip().splitlines()[-1] == "Stopped." and "Traceback" not in err


def test_a_reader_that_goes_away(repo):
    with process("methods", "--json", cwd=repo) as running:
        running.stdout.close()
        err = running.stderr.read()
        running.wait(timeout=60)
    assert "Traceback" not in err and "BrokenPipe" not in err


def test_a_training_is_told_moment_by_moment_and_its_vectors_are_written(tmp_path):
    settings = ("--text", "wikipedia", "--set", "epochs=1", "--set", "dimensions=10")
    out = tmp_path / "vectors.npz"
    result = run("train", *settings, "--out", out, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["moments"][0]["epochs"] == 0 and told["moments"][-1]["epochs"] == 1
    with np.load(out, allow_pickle=False) as found:
        assert found["vectors"].shape == (told["words"], 10)
    text = tmp_path / "vectors.txt"
    assert run("train", *settings, "--out", text).exit_code == 0
    assert text.read_text().split("\n")[0] == f"{told['words']} 10"


def test_what_cannot_be_trained_is_one_line(tmp_path):
    short = tmp_path / "short.txt"
    short.write_text("three short words")
    assert "a training takes 20" in fails("train", "--text", str(short))
    numbers = tmp_path / "numbers.txt"
    numbers.write_text("1 2 3, 4 - 5!", encoding="utf-8")
    assert "no word" in fails("train", "--text", str(numbers))
    assert "no corpus called" in fails("train", "--text", str(tmp_path / "none.txt"))
    assert "must end in" in fails("train", "--out", str(tmp_path / "vectors.bin"))
    assert "epochs is" in fails("train", "--set", "epochs=0")
