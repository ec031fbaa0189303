"""What the tests of sources share: files made on the spot, read as somebody would bring them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from embeddings.sources.reading import File

Bring = Callable[..., tuple[File, ...]]
BAD = Path(__file__).parent / "bad"


@pytest.fixture
def bring(tmp_path: Path) -> Bring:
    """Return a function that writes files by name, and gives them as they were brought."""

    def write(**contents: bytes | str) -> tuple[File, ...]:
        files = []
        for i, (name, content) in enumerate(contents.items()):
            path = tmp_path / f"{i}.upload"
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            # A keyword holds no dot: words_txt stands for words.txt.
            files.append(File(path, name.replace("_", ".")))
        return tuple(files)

    return write
