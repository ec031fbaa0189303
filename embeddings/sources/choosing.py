"""Which format files are of: by what is in them, and by names only where that leaves a doubt."""

from __future__ import annotations

from collections.abc import Sequence

from embeddings.sources import refused
from embeddings.sources.context import File
from embeddings.sources.formats import Format, available, get
from embeddings.sources.limits import Limits
from embeddings.sources.options import Options
from embeddings.sources.problems import refuse, short
from embeddings.sources.stream import head


def check_files(files: Sequence[File], limits: Limits) -> None:
    """Check how many files there are, and how large they are.

    Raises
    ------
    Refused
        If there are none, more than two, or more bytes than may be brought.
    """
    if not 1 <= len(files) <= 2:
        refuse(
            f"There are {len(files):,} files.",
            "Bring one, or two where vectors and words lie in files of their own.",
        )
    size = sum(file.path.stat().st_size for file in files)
    if size > limits.upload:
        refuse(
            f"The files have {size:,} bytes; at most {limits.upload:,} can be brought.",
            "Bring a part of them, or raise LSE_UPLOAD_MB.",
        )
    for file in files:
        if not file.path.stat().st_size:
            refuse(f"“{short(file.name)}” is empty.", "Bring a file with something in it.")


def choose(files: Sequence[File], options: Options) -> tuple[Format, tuple[File, ...]]:
    """Return the format, and the files in the order in which it wants them.

    Raises
    ------
    Refused
        If the files are something else, or nothing that is known.
    UnknownName
        If a format was chosen that does not exist.
    """
    heads = {file: head(file.path) for file in files}
    for start in heads.values():
        refused.check(start)
    if len(files) == 2:
        return _pair(files, heads, options)
    file = files[0]
    if options.format:
        return get(options.format), (file,)
    able = [f for f in available().values() if not options.kind or options.kind in f.kinds]
    # Vectors hold words too: then only those are read.
    if options.kind == "words":
        able = list(available().values())
    sure = {f.key: f.recognise(heads[file], file.name) for f in able}
    if options.kind == "words":
        sure["text"] = 0.0
        sure["words"] *= 1.2
    best = max(able, key=lambda f: sure[f.key])
    if not sure[best.key]:
        _refuse_unknown(file, options)
    return best, (file,)


def _pair(
    files: Sequence[File], heads: dict[File, bytes], options: Options
) -> tuple[Format, tuple[File, ...]]:
    able = [f for f in available().values() if f.pair != "never"]
    if options.format:
        able = [get(options.format)]
        if able[0].pair == "never":
            refuse(f"{able[0].label} is one file, and there are two.", "Bring them one by one.")
    sure = {(f.key, file): f.recognise(heads[file], file.name) for f in able for file in files}
    key, first = max(sure, key=lambda each: sure[each])
    if not sure[key, first]:
        refuse(
            "No file of the two holds vectors that the other could name.",
            "Two files are .npy, .npz, safetensors or the Projector's vectors.tsv, with words.",
        )
    second = next(file for file in files if file is not first)
    return get(key), (first, second)


def _refuse_unknown(file: File, options: Options) -> None:
    of = f" with {options.kind} in it" if options.kind else ""
    endings = sorted({e for f in available().values() for e in f.endings})
    refuse(
        f"“{short(file.name)}” is no file{of} that is known here.",
        f"Known are, by their usual endings: {', '.join(endings)}; text also as .gz.",
    )
