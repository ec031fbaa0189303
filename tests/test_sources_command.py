"""One's own data on the command line: brought, used elsewhere, taken along, forgotten."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from gensim.models import KeyedVectors
from PIL import Image

from embeddings.commands import cli


class Line:
    def __init__(self) -> None:
        self.runner = CliRunner()

    def __call__(self, *arguments: object, status: int = 0) -> str:
        done = self.runner.invoke(cli, [str(each) for each in arguments])
        assert done.exit_code == status, done.output
        assert "Traceback" not in done.output
        return done.output


@pytest.fixture
def line(monkeypatch, tmp_path: Path) -> Line:
    monkeypatch.setenv("LSE_CACHE", str(tmp_path / "cache"))
    return Line()


@pytest.fixture
def vectors(tmp_path: Path) -> Path:
    """Vectors as gensim writes them, of words that the packaged methods know."""
    words = ("king", "queen", "man", "woman", "bread", "water", "paris", "france")
    made = KeyedVectors(6)
    made.add_vectors(words, np.random.default_rng(3).normal(size=(8, 6)).astype(np.float32))
    path = tmp_path / "mine.bin"
    made.save_word2vec_format(str(path), binary=True)
    return path


def test_vectors_are_brought_searched_compared_and_taken_along(
    line: Line, vectors: Path, tmp_path: Path
) -> None:
    brought = json.loads(line("import", vectors, "--name", "mine", "--json"))
    assert (brought["kind"], brought["rows"], brought["dim"]) == ("vectors", 8, 6)
    assert [each["name"] for each in json.loads(line("sources", "--json"))] == ["mine"]
    theirs = KeyedVectors.load_word2vec_format(str(vectors), binary=True)
    near = json.loads(line("neighbors", "king", "--source", "mine", "-k", 3, "--json"))
    expected = theirs.most_similar("king", topn=3)
    assert [each["word"] for each in near["neighbors"]] == [word for word, _ in expected]
    assert np.allclose(
        [n["cosine"] for n in near["neighbors"]], [c for _, c in expected], atol=1e-5
    )
    line("neighbors", "king", "-m", "glove", "--source", "mine", "-k", 3)
    line("neighbors", "king", "-m", "mine", "-v", "mine", "-k", 3)
    out = tmp_path / "again.txt"
    line("export", "--source", "mine", "--out", out)
    again = KeyedVectors.load_word2vec_format(str(out))
    np.testing.assert_array_equal(again.vectors, theirs.vectors)
    line("export", "--source", "mine", "--out", tmp_path / "pair.tsv")
    assert {path.name for path in tmp_path.glob("pair.*")} == {
        "pair.vectors.tsv",
        "pair.metadata.tsv",
    }
    assert "gone" in line("forget", "mine")
    assert "no data called" in line("neighbors", "king", "--source", "mine", status=2)


def test_what_has_to_be_mended_is_said_and_mended_when_accepted(line: Line, tmp_path: Path) -> None:
    path = tmp_path / "films.csv"
    path.write_text("film,x,y\nHeat,1,2\nAlien,2,1\nHeat,1,2\n", "utf-8")
    assert "--accept repeated" in line("import", path, "--look")
    assert "line 4" in line("import", path, status=2)
    assert "2 rows" in line("import", path, "--accept", "repeated")


def test_a_text_is_read_by_the_methods_that_learn_from_one(line: Line, tmp_path: Path) -> None:
    path = tmp_path / "cats.txt"
    path.write_text("The cat sat on a mat. A dog ran to the cat, and the dog sat.\n\n" * 60)
    line("import", path, "--as", "text", "--name", "cats")
    near = line("neighbors", "cat", "--source", "cats", "-m", "cooccurrence", "-k", 3)
    assert len(near.splitlines()) == 3
    read = json.loads(line("contexts", "cat", "--source", "cats", "--json"))
    assert read["corpus"].startswith("own-")


def test_images_are_brought_and_searched_by_three_methods(line: Line, tmp_path: Path) -> None:
    for name, colour in (("red", (220, 0, 0)), ("crimson", (200, 0, 30)), ("blue", (0, 0, 220))):
        image = Image.new("RGB", (80, 80), colour)
        image.paste((255, 255, 255), (20, 20, 50, 60))
        image.save(tmp_path / f"{name}.png")
    (tmp_path / "notes.jpg").write_text("no image")
    said = line("import", *sorted(tmp_path.glob("*.*g")), "--name", "shapes")
    assert "notes.jpg is no PNG or JPEG image, and was left out." in said
    assert "shapes: 3 images. Use it as: --source 'shapes'" in said
    near = json.loads(line("neighbors", "red.png", "--source", "shapes", "-k", 2, "--json"))
    assert [each["word"] for each in near["neighbors"]] == ["crimson.png", "blue.png"]
    for method in ("images-pixels", "images-hog"):
        line("neighbors", "red.png", "-m", method, "-v", "shapes", "-k", 2)
    wrong = line("neighbors", "red.png", "-m", "glove", "-v", "shapes", status=2)
    assert "GloVe embeds words, and shapes has images" in wrong
    assert "No image" in line("import", tmp_path / "notes.jpg", status=2)


@pytest.mark.parametrize(
    "arguments",
    [
        ("import", "/nowhere.txt"),
        ("import",),
        ("forget", "../../etc"),
        ("export", "--out", "x.pickle"),
        ("export", "--method", "one_hot", "--out", "x.bin"),
        ("neighbors", "king", "--source", "<b>"),
    ],
)
def test_what_cannot_be_done_costs_one_line(line: Line, arguments: tuple[str, ...]) -> None:
    assert line(*arguments, status=2).strip()
