"""Each file in ``bad/`` has its one clear message, and those that can be mended are mended."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from embeddings.errors import UserError
from embeddings.sources.inspection import Inspection
from embeddings.sources.limits import Limits
from embeddings.sources.options import Options
from embeddings.sources.problems import REPAIRS
from embeddings.sources.reading import File, inspect, read

BAD = Path(__file__).parent / "bad"
MESSAGES = json.loads((BAD / "messages.json").read_text(encoding="utf-8"))
LIMITS = replace(Limits(), line=4_000)


def brought(name: str) -> list[File]:
    return [File(BAD / name, name)]


def test_every_bad_file_has_a_message() -> None:
    assert {path.name for path in BAD.iterdir()} == {*MESSAGES, "messages.json"}


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_a_bad_file_is_told_what_is_wrong_and_what_to_do(name: str) -> None:
    found = inspect(brought(name), limits=LIMITS)
    assert str(found.problems[0]) == MESSAGES[name]
    assert "\n" not in MESSAGES[name] and str(BAD) not in MESSAGES[name]
    assert Inspection.from_json(found.to_json()) == found


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_a_bad_file_is_not_read_unless_its_repairs_are_accepted(name: str) -> None:
    with pytest.raises(UserError):
        read(brought(name), limits=LIMITS)
    found = inspect(brought(name), limits=LIMITS)
    keep = tuple(problem.repair for problem in found.needed)
    assert set(keep) <= set(REPAIRS)
    if found.fatal:
        with pytest.raises(UserError):
            read(brought(name), Options(keep=keep), LIMITS)
        return
    content = read(brought(name), Options(keep=keep), LIMITS)
    assert len(content) == found.rows
    counted = {k.removeprefix("repaired: "): n for k, n in content.origin.items() if "rep" in k}
    assert counted == {
        key: sum(p.count for p in found.needed if p.repair == key) for key in set(keep)
    }


def test_a_path_as_a_file_name_is_only_a_name(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_text("cat\ndog\n")
    content = read([File(path, "../../etc/passwd\n\x00.txt" + "x" * 1000)])
    assert content.labels == ("cat", "dog")
    assert len(str(content.origin["file"])) <= 100 and "\n" not in str(content.origin["file"])
    assert [each.name for each in tmp_path.iterdir()] == ["upload"]


def test_a_gzip_bomb_is_stopped_while_it_grows(tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(16):
            file.write(b"word\n" * 200_000)
    limits = replace(Limits(), expanded=10_000_000, rows=10**8)
    found = inspect([File(path, "bomb.txt.gz")], Options(keep=("repeated",)), limits)
    assert "grows beyond 10,000,000 bytes" in str(found.fatal)


def test_a_bomb_in_an_npz_is_stopped_by_its_header(tmp_path: Path) -> None:
    path = tmp_path / "bomb.npz"
    header = io.BytesIO()
    describes = {"descr": "<f4", "fortran_order": False, "shape": (500_000, 200)}
    np.lib.format.write_array_header_1_0(header, describes)
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("vectors.npy", "w") as file,
    ):
        file.write(header.getvalue())
        for _ in range(400):
            file.write(bytes(10**6))
    assert path.stat().st_size < 10**6
    limits = replace(Limits(), expanded=10**8)
    assert "100,000,000" not in str(inspect([File(path, "b.npz")]).fatal)
    assert "announces 400,000,000 bytes" in str(inspect([File(path, "b.npz")], limits=limits).fatal)


def test_too_many_flawed_rows_are_another_format(bring) -> None:
    rows = "".join(f"word{i} 1.5 2.5\n" for i in range(10)) + "odd 1.5\n" * 5
    fatal = inspect(bring(glove_txt=rows)).fatal
    assert "5 of 15 rows cannot be read" in str(fatal)


def test_what_is_not_accepted_stops_at_its_line(bring) -> None:
    files = bring(glove_txt="a 1.5 2\nb 1.5 2\nc nan 2\na 1 2\n")
    with pytest.raises(UserError, match=r"NaN.*line 3"):
        read(files)
    with pytest.raises(UserError, match=r"stands further up already \(line 4, “a”\)"):
        read(files, Options(keep=("finite",)))
    assert read(files, Options(keep=("finite", "repeated"))).labels == ("a", "b")


def test_without_files_or_with_three_there_is_one_line(bring) -> None:
    files = bring(a_txt="x\ny\n", b_txt="x\ny\n", c_txt="x\ny\n")
    assert "There are 3 files" in str(inspect(files).fatal)
    assert "There are 0 files" in str(inspect(()).fatal)
    assert "No file of the two holds vectors" in str(inspect(files[:2]).fatal)
