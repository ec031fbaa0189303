"""Images that somebody brings: each checked before it is decoded, and kept as a small square.

A browser sends a folder's worth as one file: a line of JSON with names and sizes, then the images
one after the other. What is no image costs itself alone: a line says why, and the rest is taken.
"""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import UserError
from embeddings.sources.content import Content
from embeddings.sources.context import File
from embeddings.sources.limits import MEGABYTE, Limits
from embeddings.sources.problems import short
from embeddings.types import Column, Progress, no_progress

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE = 64
"""Pixels on each side of what is kept of an image."""

FORMATS = ("PNG", "JPEG")
ENDINGS = (".png", ".jpg", ".jpeg")
PACKED = b'{"images":'
"""How the file begins in which a browser sends many images."""

LONGEST_HEAD = MEGABYTE
LONGEST_NAME = 80
FEWEST = 2

_NO_IMAGE = "is no PNG or JPEG image"


@dataclass(frozen=True)
class Brought:
    """One image as it came; ``size`` is known before a byte of it is read."""

    name: str
    size: int
    file: File
    start: int = 0

    def bytes(self) -> bytes:
        """Return the file's bytes."""
        with self.file.path.open("rb") as file:
            file.seek(self.start)
            return file.read(self.size)


def read(
    files: Sequence[File], limits: Limits | None = None, progress: Progress = no_progress
) -> tuple[Content, tuple[str, ...]]:
    """Return the images that can be read, and one line for each that cannot, or only in part.

    Raises
    ------
    UserError
        If they are too many or too large together, or fewer than two can be read.
    Cancelled
        If ``progress`` says so.
    """
    limits = limits or Limits()
    brought = [each for file in files for each in _unpacked(file)]
    if len(brought) > limits.images:
        raise UserError(
            f"You brought {len(brought):,} images, and {limits.images:,} is the most there may be: "
            "bring fewer, or raise LSE_IMAGES."
        )
    if sum(each.size for each in brought) > limits.images_bytes:
        raise UserError(
            f"The images have more than {limits.images_bytes // MEGABYTE:,} MiB together: bring "
            "fewer or smaller ones, or raise LSE_IMAGES_MB."
        )
    labels: dict[str, None] = {}
    pictures, sizes, said = [], [], []
    for i, each in enumerate(brought):
        progress(i / len(brought), f"Reading image {i + 1:,} of {len(brought):,}")
        name = plain_name(each.name)
        try:
            picture, size, remark = decode(each, limits)
        except UserError as error:
            said.append(f"{short(name)} {error}")
            continue
        labels[_distinct(name, labels)] = None
        pictures.append(picture)
        sizes.append(size)
        said += [f"{short(name)} {remark}"] if remark else []
    if len(pictures) < FEWEST:
        found = "Only one image" if pictures else "No image"
        why = f" ({said[0].rstrip('.')})" if said else ""
        raise UserError(f"{found} can be read{why}: bring at least two PNG or JPEG files.")
    progress(1.0, "Done")
    columns = tuple(
        Column(called, np.array([size[axis] for size in sizes], np.float64))
        for axis, called in enumerate(("Width", "Height"))
    )
    content = Content(
        "images",
        tuple(labels),
        columns=columns,
        origin={"format": "images", "left out": len(brought) - len(pictures)},
        pictures=np.stack(pictures),
    )
    return content, tuple(said)


def plain_name(name: str) -> str:
    """Return what an image is called: its file's name without folders, on one line."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return " ".join(short(last, LONGEST_NAME).split()) or "image"


def _distinct(name: str, taken: dict[str, None]) -> str:
    number, distinct = 1, name
    while distinct in taken:
        number += 1
        distinct = f"{name} ({number})"
    return distinct


def _unpacked(file: File) -> Iterator[Brought]:
    """Yield the images of a file that holds many, or the one that it is.

    Raises
    ------
    UserError
        If what it says of its images does not fit what it holds.
    """
    size = file.path.stat().st_size
    with file.path.open("rb") as opened:
        if opened.read(len(PACKED)) != PACKED:
            yield Brought(file.name, size, file)
            return
        opened.seek(0)
        head = opened.readline(LONGEST_HEAD)
    start = len(head)
    try:
        listed = [(str(name), int(length)) for name, length in json.loads(head)["images"]]
        fits = all(length >= 0 for _, length in listed)
        fits &= start + sum(length for _, length in listed) == size
    except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError):
        fits = False
    if not fits:
        raise UserError("The images did not arrive whole: bring them once more.")
    for name, length in listed:
        yield Brought(name, length, file, start)
        start += length


def decode(brought: Brought, limits: Limits) -> tuple[NDArray[np.uint8], tuple[int, int], str]:
    """Return the middle square of an image, its width and height, and what is to be said of it.

    Returns
    -------
    uint8 array of shape (SIDE, SIDE, 3), in red, green and blue; (width, height); a remark or ""

    Raises
    ------
    UserError
        If it is no image, too large or damaged; the message goes on after its name.
    """
    from PIL import Image, ImageFile, PngImagePlugin

    if brought.size > limits.image:
        raise UserError(f"has more than {limits.image // MEGABYTE:,} MiB, and was left out.")
    # Their size is looked at here; the library's own limit is a second wall behind it.
    Image.MAX_IMAGE_PIXELS = limits.image_pixels
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    PngImagePlugin.MAX_TEXT_MEMORY = MEGABYTE
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(brought.bytes()), formats=FORMATS) as image:
                width, height = image.size
                if width * height > limits.image_pixels:
                    raise Image.DecompressionBombError
                return _shrunk(image)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        most = limits.image_pixels / 1e6
        raise UserError(f"has more than {most:,.4g} million pixels, and was left out.") from None
    except Image.UnidentifiedImageError:
        raise UserError(f"{_NO_IMAGE}, and was left out.") from None
    except MemoryError:
        raise UserError("needs too much memory, and was left out.") from None
    except Exception:  # a damaged file raises whatever its damage makes of the library's code
        raise UserError("is damaged or cut off, and was left out.") from None


def _shrunk(image: Image) -> tuple[NDArray[np.uint8], tuple[int, int], str]:
    from PIL import ImageOps

    remark = ""
    if getattr(image, "n_frames", 1) > 1 and image.format == "PNG":
        remark = "moves: its first picture was taken."
    size = image.size
    # A JPEG is decoded no larger than needed, which changes its size; others stay as they are.
    image.draft("RGB", (4 * SIDE, 4 * SIDE))
    small = ImageOps.fit(_as_rgb(image), (SIDE, SIDE))
    # Turned when it is small: the middle of an image is its middle however it lies.
    turned = _turned(image)
    if turned is not None:
        small = small.transpose(turned)
    return np.asarray(small, np.uint8), size, remark


def _as_rgb(image: Image) -> Image:
    """Return an image in red, green and blue; what is transparent lies on white."""
    import PIL.Image

    if image.mode.startswith("I"):  # 16 bits of grey, which would be clipped at 255
        grey = np.clip(np.asarray(image, np.float64) / 257, 0, 255)
        return PIL.Image.fromarray(np.rint(grey).astype(np.uint8), "L").convert("RGB")
    if image.has_transparency_data:
        ink = image.convert("RGBA")
        paper = PIL.Image.new("RGBA", ink.size, "white")
        return PIL.Image.alpha_composite(paper, ink).convert("RGB")
    return image.convert("RGB")


def _turned(image: Image) -> Any:
    """Return how an image is to be turned, as the camera that took it says; None where it lies."""
    from PIL import ExifTags
    from PIL.Image import Transpose as Turn

    ways = (
        Turn.FLIP_LEFT_RIGHT,
        Turn.ROTATE_180,
        Turn.FLIP_TOP_BOTTOM,
        Turn.TRANSPOSE,
        Turn.ROTATE_270,
        Turn.TRANSVERSE,
        Turn.ROTATE_90,
    )
    try:
        way = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # notes of a camera that are damaged say nothing
        return None
    return ways[way - 2] if isinstance(way, int) and 2 <= way <= 8 else None
