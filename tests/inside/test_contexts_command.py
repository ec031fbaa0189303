"""The command that reads a word in its sentences."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from embeddings.commands import cli


def run(*arguments: str):
    return CliRunner().invoke(cli, ["contexts", *arguments])


def test_a_word_as_json_and_in_words(tmp_path) -> None:
    own = tmp_path / "own.txt"
    own.write_text(
        "money: The bank lends.\nriver: The bank is wet.\nriver: a bank\nno such word\n", "utf-8"
    )
    result = run("bank", "--own", str(own), "--most", "5", "--json")
    assert result.exit_code == 0 and "Line 4 is left out" in result.stderr
    said = json.loads(result.stdout)
    assert len(said["occurrences"]) == 8 and len(said["statistics"]["alike"]) == 7
    last = said["occurrences"][-1]
    assert last["sentence"][last["start"] : last["end"]] == "bank" and last["label"] == "river"
    shown = run("bank", "--own", str(own), "--most", "5")
    assert "8 occurrences read" in shown.stdout and "labels_within" in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["river bank"], "is 2 words"),
        (["1234"], "is no word"),
        (["bank", "--most", "5000"], "from 0 to 1000"),
        (["bank", "--own", "nowhere.txt"], "does not exist"),
    ],
)
def test_wrong_input_is_one_line(arguments: list[str], said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2 and said in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_word_that_never_occurs_is_no_error() -> None:
    result = run("qqqq")
    assert result.exit_code == 0 and "0 occurrences read" in result.stdout


def test_what_is_shipped_is_read_again_and_a_change_is_found(tmp_path) -> None:
    from dataclasses import replace

    from embeddings import recipes
    from embeddings.commands.build import describe
    from embeddings.commands.verify import Report, check_contexts, is_read_again
    from embeddings.jobs.worker import describe as doing
    from embeddings.store import SHIPPED, Store
    from embeddings.types import ContextsSpec, no_progress

    wanted = [r for r in recipes.shipped_contexts() if isinstance(r, ContextsSpec)]
    assert sum(is_read_again(each) for each in wanted) == 11
    request = next(each for each in wanted if not each.most)
    assert describe(request) == "contexts of bank, two sentences"
    assert doing(request) == "reading bank in its sentences"
    report, store = Report(), Store(SHIPPED, tmp_path)
    check_contexts(request, store, report, no_progress)
    assert not report.failures and len(report.rows) == 1
    stored = store.load(request)
    false = {**stored.statistics, "alike": (0.0,) * 7}
    changed = Store(SHIPPED, tmp_path / "changed")
    load = changed.load
    changed.load = lambda r: replace(stored, statistics=false) if r == request else load(r)
    check_contexts(request, changed, report, no_progress)
    assert "a mean cosine differs" in report.failures[0]
