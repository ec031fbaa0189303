"""Plain text: documents are what empty lines stand between, or lines where there are none."""

from __future__ import annotations

from embeddings.sources.context import Reading
from embeddings.sources.formats import Format, named
from embeddings.sources.heads import lines_of
from embeddings.sources.problems import refuse
from embeddings.sources.stream import head


def recognise(head: bytes, name: str) -> float:
    """Return how sure it is: it is text, and nothing better may be found."""
    if not any(line.strip() for line in lines_of(head)):
        return 0.0
    return 0.4 if named(name, (".txt", ".md", ".text")) else 0.35


def read(reading: Reading) -> None:
    """Read the documents."""
    reading.kind = "text"
    start = lines_of(head(reading.path), 10_000)
    by_line = not any(not line.strip() for line in start) and len(start) > 1
    said = "Each line" if by_line else "What stands between empty lines"
    reading.notes.append(f"{said} is a document.")
    pending: list[str] = []
    begun, size = 1, 0
    for block in reading.lines():
        for number, raw in enumerate(block.lines, block.first):
            line = raw.decode()
            if line.strip() and not by_line:
                begun = begun if pending else number
                pending.append(line)
                size += len(line)
                if size < reading.limits.line:
                    continue
                # A document is never longer than a line may be: it goes on in the next one.
                line = ""
            whole = line if by_line else "\n".join(pending)
            if whole.strip():
                reading.gather.add_documents([whole], [number if by_line else begun])
            pending, size = [], 0
    if pending:
        reading.gather.add_documents(["\n".join(pending)], [begun])
    if not reading.gather.n_documents:
        refuse("There is no text.", "Bring a file with at least one sentence.")


FORMAT = Format(
    key="text",
    label="Plain text",
    kinds=("text",),
    endings=(".txt",),
    recognise=recognise,
    read=read,
)
