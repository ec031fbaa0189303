"""A text file as blocks of whole lines in UTF-8, whatever it was, and never more than it may be."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from embeddings.sources.limits import Limits
from embeddings.sources.problems import Ledger, refuse

CHUNK = 2**20
HEAD = 2**16
# UTF-32 first: its mark begins as that of UTF-16 does.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)
GZIP = b"\x1f\x8b"
UNREADABLE = "\ufffd"


@dataclass(frozen=True)
class Block:
    """Whole lines, without their ends; ``first`` is the number of the first, from 1."""

    lines: list[bytes]
    first: int


def open_stream(path: Path) -> IO[bytes]:
    """Open a file to be read once, expanded as it is read where it is gzip."""
    with path.open("rb") as file:
        is_gzip = file.read(2) == GZIP
    return gzip.open(path) if is_gzip else path.open("rb")  # type: ignore[return-value]


def head(path: Path) -> bytes:
    """Return the first 64 KiB, of what is in it where it is gzip.

    Raises
    ------
    Refused
        If it is gzip, and damaged.
    """
    with open_stream(path) as file:
        return _read(file, HEAD)


def _read(file: IO[bytes], size: int) -> bytes:
    try:
        return file.read(size)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        refuse("The gzip file is damaged or cut off.", "Compress or upload it again.")


def encoding_of(start: bytes) -> str:
    """Return the encoding that a byte-order mark says; without one it is UTF-8."""
    return next((name for mark, name in MARKS if start.startswith(mark)), "utf-8")


class Lines:
    """The lines of a text file, once.

    Parameters
    ----------
    moved : called after each block with how much was read, from 0 to 1
    """

    def __init__(
        self, path: Path, limits: Limits, ledger: Ledger, moved: Callable[[float], None]
    ) -> None:
        self.path, self.limits, self.ledger, self.moved = path, limits, ledger, moved
        start = head(path)
        self.encoding = encoding_of(start)
        if self.encoding == "utf-8" and "latin-1" in ledger.accepted:
            self.encoding = "latin-1"
        # Only where no line ends otherwise is a lone CR the end of one; elsewhere it is a space.
        self.lone_cr = b"\n" not in start and b"\r" in start

    def __iter__(self) -> Iterator[Block]:
        number, carry = 1, b""
        for data in self._decoded():
            data = carry + data
            cut = data.rfind(b"\n") + 1
            carry = data[cut:]
            self._check_line(carry, number + data.count(b"\n", 0, cut))
            if cut:
                block = self._block(data[: cut - 1], number)
                yield block
                number += len(block.lines)
        if carry:
            yield self._block(carry, number)

    def _block(self, data: bytes, number: int) -> Block:
        lines = data.split(b"\n")
        if len(data) > self.limits.line:
            for i, line in enumerate(lines):
                self._check_line(line, number + i)
        try:
            data.decode("utf-8")
            damaged = b"\0" in data
        except UnicodeDecodeError:
            damaged = True
        if damaged:
            lines = [self._mended(line, number + i) for i, line in enumerate(lines)]
        return Block(lines, number)

    def _mended(self, line: bytes, number: int) -> bytes:
        try:
            text = line.decode("utf-8")
            saying = "A line with NUL bytes"
        except UnicodeDecodeError:
            text = line.decode("utf-8", errors="replace")
            saying = "A line with bytes that are not UTF-8"
            self.ledger.note("bytes", saying, number, text)
        if "\0" not in text:
            return text.encode()
        self.ledger.note("bytes", "A line with NUL bytes", number, text)
        return text.replace("\0", UNREADABLE).encode()

    def _check_line(self, line: bytes, number: int) -> None:
        if len(line) > self.limits.line:
            refuse(
                f"Line {number:,} is longer than {self.limits.line:,} bytes.",
                "Is it a text file with line ends? Break the line, or raise LSE_SOURCE_LINE.",
                number,
            )

    def _decoded(self) -> Iterator[bytes]:
        """Yield pieces in UTF-8 in which every line ends with LF."""
        held = b""
        for raw in self._transcoded():
            data = held + raw
            held = b""
            if data.endswith(b"\r"):
                data, held = data[:-1], b"\r"
            yield self._with_ends(data) if b"\r" in data else data
        if held:
            yield b"\n"

    def _with_ends(self, data: bytes) -> bytes:
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n" if self.lone_cr else b" ")

    def _transcoded(self) -> Iterator[bytes]:
        if self.encoding in ("utf-8", "utf-8-sig"):
            pieces = self._pieces()
            yield next(pieces, b"").removeprefix(codecs.BOM_UTF8)
            yield from pieces
            return
        decoder = codecs.getincrementaldecoder(self.encoding)(errors="replace")
        line = 1
        for piece in self._pieces():
            text = decoder.decode(piece)
            if UNREADABLE in text:
                where = line + text[: text.index(UNREADABLE)].count("\n")
                self.ledger.note("bytes", f"Text that is not {self.encoding.upper()}", where)
            line += text.count("\n")
            yield text.encode("utf-8", errors="replace")
        if rest := decoder.decode(b"", final=True):
            self.ledger.note("bytes", f"Text that is not {self.encoding.upper()}", line)
            yield rest.encode("utf-8", errors="replace")

    def _pieces(self) -> Iterator[bytes]:
        size = max(1, self.path.stat().st_size)
        total = 0
        step = min(CHUNK, self.limits.line)
        with self.path.open("rb") as raw, _expanded(raw) as file:
            while piece := _read(file, step):
                total += len(piece)
                if total > self.limits.expanded:
                    refuse(
                        f"The file grows beyond {self.limits.expanded:,} bytes when expanded.",
                        "Bring a part of it, or raise LSE_SOURCE_EXPANDED_MB.",
                    )
                yield piece
                self.moved(min(1.0, raw.tell() / size))


def _expanded(raw: IO[bytes]) -> IO[bytes]:
    start = raw.read(2)
    raw.seek(0)
    return gzip.GzipFile(fileobj=raw) if start == GZIP else raw  # type: ignore[return-value]
