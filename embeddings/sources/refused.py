"""What is no file of ours, known by its first bytes whatever its name says: named, and refused."""

from __future__ import annotations

import re

from embeddings.sources.problems import refuse
from embeddings.sources.stream import encoding_of

_UNPACK = "Unpack it and bring the file that is in it."
_TEXT = "Save its text as a plain text file, or its table as CSV."
# As Python 2 wrote it: text, which begins with a module and a name in it, or a list or dictionary.
_OLD_PICKLE = re.compile(
    rb"c[a-z_][\w.]*\n[A-Za-z_]\w*\n(p0|[(q])|\(i?[ld]p[01]\n|\(i[\w.]+\n\w+\n"
)
_PICKLE = (
    "Such a file can run any program when it is opened: save the vectors as word2vec text, "
    "or as .npz."
)

MAGIC = (
    (b"PK\x05\x06", "an empty zip archive", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (b"Rar!", "a rar archive", _UNPACK),
    (b"BZh", "a bzip2 file", "Unpack it first; of the packed ones only .gz can be read."),
    (b"\xfd7zXZ\0", "an xz file", "Unpack it first; of the packed ones only .gz can be read."),
    (b"\x28\xb5\x2f\xfd", "a zstd file", "Unpack it first; of the packed ones only .gz."),
    (b"\x7fELF", "a program (ELF)", "Bring words, text or vectors."),
    (b"\xcf\xfa\xed\xfe", "a program (Mach-O)", "Bring words, text or vectors."),
    (b"\xca\xfe\xba\xbe", "a program", "Bring words, text or vectors."),
    (b"%PDF", "a PDF", _TEXT),
    (b"{\\rtf", "a rich text document", _TEXT),
    (b"\x89PNG", "a picture (PNG)", "Bring words, text or vectors."),
    (b"\xff\xd8\xff", "a picture (JPEG)", "Bring words, text or vectors."),
    (b"GIF8", "a picture (GIF)", "Bring words, text or vectors."),
    (b"\xd0\xcf\x11\xe0", "an old Office document", _TEXT),
    (b"SQLite format 3", "an SQLite database", "Save the table as CSV."),
    (b"\x89HDF", "an HDF5 file", "Save the vectors as .npz or parquet."),
    (b"ARROW1", "a feather file", "Save it with DataFrame.to_parquet."),
    (b"FEA1", "a feather file", "Save it with DataFrame.to_parquet."),
    (b"GGUF", "a GGUF model", "Save the vectors of its words as safetensors."),
    (b"\xba\x16\x4f\x2f", "fastText's own model", "Bring the .vec file that fastText writes too."),
)


def check(head: bytes) -> None:
    """Check that the first bytes of a file are not those of something else.

    Raises
    ------
    Refused
        With what it is, and what to do.
    """
    found = _found(head)
    if found:
        refuse(f"The file is {found[0]}.", found[1])


def _found(head: bytes) -> tuple[str, str] | None:
    for magic, name, advice in MAGIC:
        if head.startswith(magic) and (magic != b"BZh" or head[4:10] == b"1AY&SY"):
            return name, advice
    if head.startswith(b"PK\x03\x04"):
        return _zip(head)
    if head.startswith(b"MZ") and b"\0" in head[:128]:
        return "a program (Windows)", "Bring words, text or vectors."
    if head[257:262] == b"ustar":
        return "a tar archive", _UNPACK
    if head[:1] == b"\x80" and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        return "a pickle", _PICKLE
    if _OLD_PICKLE.match(head):
        return "a pickle", _PICKLE
    even, odd = head[:1000:2], head[1:1000:2]
    if (
        encoding_of(head) == "utf-8"
        and len(odd) > 4
        and any(
            zeros.count(0) > 0.7 * len(zeros) and not others.count(0)
            for zeros, others in ((even, odd), (odd, even))
        )
    ):
        return "text in UTF-16 without a byte-order mark", "Save it as UTF-8."
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "a web page (HTML)", "Download the file itself, not the page that shows it."
    if start.startswith(b"<?xml"):
        return "an XML file", _TEXT
    if start.startswith(b"version https://git-lfs"):
        return "only a pointer of Git LFS", "Download the file itself, with git lfs pull."
    return None


def _zip(head: bytes) -> tuple[str, str] | None:
    """Tell the zip files apart by the name of what is packed first."""
    name = head[30 : 30 + int.from_bytes(head[26:28], "little")]
    if name.endswith(b".npy"):
        return None
    if name == b"[Content_Types].xml" or name.startswith((b"xl/", b"word/")):
        return "an Office document", _TEXT
    if name.startswith(b"mimetype"):
        return "an OpenDocument file", _TEXT
    if name.endswith((b"data.pkl", b"/version", b".data/serialization_id")):
        return "a file of PyTorch, which is a pickle", "Save the vectors with safetensors."
    return "a zip archive", _UNPACK
