"""One's own data in a real browser: brought, looked at, compared, saved, and nobody else's."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from gensim.models import KeyedVectors
from playwright.sync_api import expect

from embeddings.types import VocabularySpec

BAD = Path(__file__).parents[1] / "sources" / "bad"
MESSAGES: dict[str, str] = json.loads((BAD / "messages.json").read_text("utf-8"))
for of_a_limit in ("no-line-end.txt", "open-quote.csv"):  # which is lower where these are tested
    del MESSAGES[of_a_limit]
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "=cmd|' /C calc'!A0",
    "</script><script>alert(2)</script>",
    "\u202eevil\u202c",
    "w" * 9_000,
    "__proto__",
    "[a](javascript:alert(3))",
    "![x](https://example.org/x.png)",
    "$\\sum$ `code` **bold** :red[x]",
    "new york",
    "三 🙂",
)


def read(page: Any, files: list[Path], title: str, *mend: str) -> str:
    """Bring files and have them read; return the name that they have in addresses."""
    look(page, files)
    for repair in mend:
        page.get_by_text(repair, exact=True).click()
    ready = page.get_by_role("button", name="Read it")
    expect(ready).to_be_enabled(timeout=120_000)
    page.get_by_label("Call it").fill(title)
    page.get_by_label("Call it").press("Tab")
    ready.click()
    page.wait_for_url(re.compile("source=own-"), timeout=120_000)
    page.locator(".lse-data-name").filter(has_text=title).wait_for()
    return re.search("source=(own-[0-9a-f]{20})", page.url)[1]


def look(page: Any, files: list[Path]) -> None:
    if "/your-data" not in page.url:
        page.goto("/your-data")
    page.locator("#lse-drop-input").wait_for(state="attached", timeout=60_000)
    page.set_input_files("#lse-drop-input", files)
    page.locator(".lse-data-file", has_text=Path(files[0]).name).wait_for(timeout=60_000)
    # Until the page has run to its end the form of the file before may still stand there.
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


@pytest.fixture(scope="module")
def data(shared_page):
    """The page, opened once for all tests of this file."""
    page, complaints = shared_page
    complaints.allow("404|400")  # what is not there, and what is refused
    page.on("dialog", lambda dialog: complaints.seen.append(f"a dialog: {dialog.message}"))
    page.goto("/your-data")
    return page


@pytest.fixture(scope="module")
def vectors():
    """Words that the packaged methods know, with vectors of their own."""
    from embeddings import recipes

    words = recipes.fetch(VocabularySpec("common-2k")).words[100:400]
    return words, np.random.default_rng(0).normal(size=(300, 12)).astype(np.float32)


@pytest.fixture(scope="module")
def files(vectors, tmp_path_factory) -> dict[str, list[Path]]:
    """The same vectors as gensim, GloVe, the Projector and pandas write them."""
    words, numbers = vectors
    folder = tmp_path_factory.mktemp("files")
    made = KeyedVectors(12)
    made.add_vectors(words, numbers)
    made.save_word2vec_format(str(folder / "gensim.bin"), binary=True)
    lines = [f"{w} {' '.join(map(str, row))}\n" for w, row in zip(words, numbers, strict=True)]
    (folder / "glove.txt").write_text("".join(lines))
    np.savetxt(folder / "vectors.tsv", numbers, delimiter="\t", fmt="%.9g")
    table = pd.DataFrame({"word": words, "letters": [len(word) for word in words]})
    table["ending"] = [word[-1] for word in words]
    table.to_csv(folder / "metadata.tsv", sep="\t", index=False)
    table.assign(vector=list(numbers)).to_parquet(folder / "pandas.parquet")
    return {
        "from gensim": [folder / "gensim.bin"],
        "like GloVe": [folder / "glove.txt"],
        "of the Projector": [folder / "vectors.tsv", folder / "metadata.tsv"],
        "from pandas": [folder / "pandas.parquet"],
    }


def test_files_of_other_programs_are_compared_with_the_packaged_methods(data, files) -> None:
    names = [read(data, paths, title) for title, paths in files.items()]
    maps = "|".join(f"{name},by:pca" for name in names[:3])
    for shown in (maps, f"{names[3]},by:pca|glove,by:pca|bert,by:pca"):
        data.goto(f"/compare?vocabulary={names[3]}&maps={shown}")
        data.wait_for_function(
            "() => { const maps = document.querySelector('.lm-root')?.linkedMaps;"
            " return maps?.views?.length === 3"
            " && maps.views.every(v => v.map && v.root.dataset.drawn === v.map.source.id); }",
            timeout=120_000,
        )
    data.goto("/your-data")
    data.get_by_role("button", name="Remove all").click()
    data.get_by_text("Nothing yet").wait_for()


def test_hostile_words_are_text_wherever_they_stand(data, tmp_path: Path) -> None:
    path = tmp_path / "<b>words.csv"
    numbers = np.random.default_rng(1).normal(size=(len(HOSTILE), 20))
    table = pd.DataFrame(numbers, columns=[f"x{i}" for i in range(20)])
    table.insert(0, "word", HOSTILE)
    table["kind <i>x</i>"] = ["<b>bold</b>", "=1+1"] * 5 + ["plain"]
    table.to_csv(path, index=False)
    name = read(data, [path], "hostile")
    for address in (
        f"/your-data?source={name}",
        f"/?method={name}&vocabulary={name}&algorithm=pca",
        f"/analogies?a=new+york&b=__proto__&c=new+york&vocabulary={name}",
        f"/directions?vocabulary={name}&methods={name}",
        f"/scorecard?vocabulary={name}",
        f"/compare?view=differences&vocabulary={name}&maps={name}|bert",
    ):
        data.goto(address)
        data.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for(
            timeout=60_000
        )
        data.wait_for_timeout(500)
        assert data.locator("img[src='x'], main b:text-is('bold')").count() == 0
        assert data.get_by_text("Something went wrong").count() == 0
    data.goto(f"/?method={name}&vocabulary={name}&algorithm=pca")
    data.wait_for_function(
        "() => document.querySelector('.lm-root')?.linkedMaps?.view?.map", timeout=60_000
    )
    shown = data.evaluate("document.querySelector('.lm-root').linkedMaps.vocabulary.words")
    assert shown[0] == HOSTILE[0] and shown[5] == "__proto__" and len(shown) == len(HOSTILE)


def test_two_browsers_never_see_each_others_data(browser, server, data, tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("king\nqueen\nsecret\nbread\nwater\n")
    name = read(data, [path], "mine")
    other = browser.new_context(base_url=server.url)
    page = other.new_page()
    try:
        for address in (f"/?vocabulary={name}", f"/your-data?source={name}"):
            page.goto(address)
            page.get_by_text("belong to another visit").first.wait_for(timeout=60_000)
            assert page.get_by_text("secret").count() == 0
        for route in (f"/data/vocabulary/{name}", f"/data/complete/{name}?q=s"):
            refused = page.request.get(server.url + route)
            assert refused.status == 404 and "secret" not in refused.text()
            assert "secret" in data.request.get(server.url + route).body().decode(errors="ignore")
    finally:
        other.close()


def test_a_saved_page_is_opened_by_another_visitor_with_its_data(
    browser, server, data, tmp_path: Path
) -> None:
    path = tmp_path / "saved.txt"
    path.write_text("king\nqueen\nman\nwoman\nbread\nwater\nmilk\n")
    name = read(data, [path], "to save")
    data.goto(f"/?method=glove&vocabulary={name}&algorithm=pca#colour=cluster")
    data.wait_for_function(
        "() => document.querySelector('.lm-root')?.linkedMaps?.view?.map", timeout=60_000
    )
    data.locator(".lse-save summary").click()
    with data.expect_download() as download:
        data.locator(".lse-save-now").click()
    download.value.save_as(tmp_path / "map.lse")
    other = browser.new_context(base_url=server.url)
    page = other.new_page()
    try:
        page.goto("/your-data")
        page.locator("#lse-drop-input").wait_for(state="attached", timeout=60_000)
        page.set_input_files("#lse-drop-input", tmp_path / "map.lse")
        page.get_by_role("link", name="Open Map").click(timeout=60_000)
        page.wait_for_function(
            "() => document.querySelector('.lm-root')?.linkedMaps?.view?.map", timeout=60_000
        )
        words = page.evaluate("document.querySelector('.lm-root').linkedMaps.vocabulary.words")
        assert words == ["king", "queen", "man", "woman", "bread", "water", "milk"]
        assert f"vocabulary={name}" in page.url and "algorithm=pca" in page.url
    finally:
        other.close()


def test_what_cannot_be_read_is_said_and_the_page_goes_on(data) -> None:
    data.goto("/your-data")
    data.locator("#lse-drop-input").wait_for(state="attached", timeout=60_000)
    for name, message in MESSAGES.items():
        if not (BAD / name).stat().st_size:
            data.set_input_files("#lse-drop-input", BAD / name)
            data.get_by_text("The file is empty.").wait_for(timeout=30_000)
            continue
        look(data, [BAD / name])
        said = data.get_by_role("alert").filter(has_text=" ".join(message.split()))
        said.first.wait_for(timeout=120_000)
        assert not data.get_by_role("button", name="Read it", disabled=False).count(), name
        away = data.get_by_role("button", name=re.compile("Put it away|Bring something else"))
        expect(away).to_have_count(1, timeout=60_000)  # what was there before has gone
        away.click()
        data.get_by_text("Drop files here").wait_for(timeout=30_000)


def test_what_can_be_mended_is_offered_and_counted(data, tmp_path: Path) -> None:
    path = tmp_path / "twice.txt"
    path.write_text("king\nqueen\nking\nbread\n")
    read(data, [path], "twice", "Keep the first of each word that is repeated")
    data.get_by_text("keep the first of each word that is repeated: 1").wait_for()
