"""Images: what is one is taken, what is none costs itself alone, and a file can do no harm."""

from __future__ import annotations

import io
import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from embeddings.errors import UserError
from embeddings.sources import apart, bundle, pictures, put
from embeddings.sources.bundle import Page
from embeddings.sources.content import Content, digest, load
from embeddings.sources.context import File
from embeddings.sources.limits import MEGABYTE, Limits
from embeddings.sources.options import Options

RED, BLUE = (255, 0, 0), (0, 0, 255)
SIDE = pictures.SIDE


def encoded(image: Image.Image, form: str = "PNG", **options) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def halves(left=RED, right=BLUE, size=(100, 100)) -> Image.Image:
    image = Image.new("RGB", size, left)
    image.paste(right, (size[0] // 2, 0, *size))
    return image


GOOD = encoded(halves())


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that says it is so large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(b"\0" * 100)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.fixture
def bring(tmp_path: Path):
    """Return a function that writes images, each as (name, bytes), into files of their own."""

    def write(*images: tuple[str, bytes]) -> tuple[File, ...]:
        files = []
        for i, (name, content) in enumerate(images):
            path = tmp_path / f"{i}.upload"
            path.write_bytes(content)
            files.append(File(path, name))
        return tuple(files)

    return write


@pytest.fixture
def packed(tmp_path: Path):
    """Return a function that writes images into one file, as a browser sends them."""

    def write(*images: tuple[str, bytes], head: bytes | None = None) -> tuple[File, ...]:
        listed = {"images": [[name, len(content)] for name, content in images]}
        first = json.dumps(listed, separators=(",", ":")).encode() + b"\n" if head is None else head
        path = tmp_path / "upload"
        path.write_bytes(first + b"".join(content for _, content in images))
        return (File(path, "images"),)

    return write


def only(bring, content: bytes, limits: Limits | None = None) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return the picture of one image, and what was said of it."""
    found, said = pictures.read(bring(("x", content), ("good", GOOD), ("2", GOOD)), limits)
    assert found.labels[0] == "x" and found.pictures is not None
    return found.pictures[0], said


def test_the_middle_square_is_kept_in_its_colours(bring) -> None:
    picture, said = only(bring, encoded(halves(size=(300, 100))))
    assert said == () and picture.shape == (SIDE, SIDE, 3)
    assert (picture[:, : SIDE // 2 - 2] == RED).all() and (
        picture[:, SIDE // 2 + 2 :] == BLUE
    ).all()


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_jpeg_is_taken_in_any_colours(bring, mode: str) -> None:
    grey = Image.new("RGB", (500, 400), (120, 120, 120)).convert(mode)
    picture, said = only(bring, encoded(grey, "JPEG"))
    assert said == () and abs(picture.astype(int) - 120).max() <= 3


def test_its_width_and_height_are_those_of_the_file(bring) -> None:
    large = encoded(halves(size=(1200, 900)), "JPEG")
    found, _ = pictures.read(bring(("a", large), ("b", GOOD)))
    width, height = found.columns
    assert width.values.tolist() == [1200, 100] and height.values.tolist() == [900, 100]


def test_sixteen_bits_a_palette_and_transparency_are_taken_as_they_look(bring) -> None:
    deep = Image.fromarray(np.full((70, 70), 128 * 257, np.uint16))
    assert (only(bring, encoded(deep))[0] == 128).all()
    few = halves().convert("P", palette=Image.Palette.ADAPTIVE)
    assert (only(bring, encoded(few))[0][5, 5] == RED).all()
    clear = Image.new("RGBA", (70, 70), (0, 0, 0, 0))
    assert (only(bring, encoded(clear))[0] == 255).all()
    assert (only(bring, encoded(Image.new("1", (70, 70), 1)))[0] == 255).all()


@pytest.mark.parametrize("way", range(1, 9))
def test_an_image_lies_as_the_camera_says(bring, way: int) -> None:
    from PIL import ImageOps

    image = Image.new("RGB", (128, 128), "white")
    image.paste(RED, (0, 0, 64, 64))
    image.paste(BLUE, (64, 0, 128, 64))
    exif = Image.Exif()
    exif[0x0112] = way
    file = encoded(image, exif=exif)
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(file)))
    corners = np.ix_([4, -5], [4, -5])
    expected = np.asarray(upright.resize((SIDE, SIDE)))[corners]
    np.testing.assert_array_equal(only(bring, file)[0][corners], expected)


def test_of_what_moves_the_first_picture_is_taken(bring) -> None:
    frames = [Image.new("RGB", (20, 20), BLUE)]
    moving = encoded(Image.new("RGB", (20, 20), RED), save_all=True, append_images=frames)
    picture, said = only(bring, moving)
    assert (picture == RED).all() and said == ("x moves: its first picture was taken.",)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is no PNG or JPEG image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is no PNG or JPEG image"),
        (encoded(halves(), "GIF"), "is no PNG or JPEG image"),
        (encoded(halves(), "BMP"), "is no PNG or JPEG image"),
        (GOOD[: len(GOOD) // 2], "is damaged or cut off"),
        (encoded(halves(), "JPEG")[:-200], "is damaged or cut off"),
        (bomb(100_000, 100_000), "has more than 40 million pixels"),
        (bomb(6_400, 6_400), "has more than 40 million pixels"),
        (bomb(6_000, 6_000), "is damaged or cut off"),
        (GOOD + b"\0" * 11 * MEGABYTE, "has more than 10 MiB"),
    ],
)
def test_what_cannot_be_taken_costs_itself_alone(packed, content: bytes, says: str) -> None:
    files = packed(("a.png", GOOD), ("bad.png", content), ("b.png", GOOD))
    found, said = pictures.read(files)
    assert found.labels == ("a.png", "b.png")
    assert said == (f"bad.png {says}, and was left out.",)


def test_names_are_distinct_and_lead_nowhere(packed) -> None:
    names = [
        "../../x.png",
        "C:\\x.png",
        "x.png",
        "<img src=x>.png",
        "",
        "a\nb\u202e.png",
        "é" * 300,
    ]
    found, said = pictures.read(packed(*[(name, GOOD) for name in names]))
    assert said == ()
    assert found.labels[:5] == ("x.png", "x.png (2)", "x.png (3)", "<img src=x>.png", "image")
    assert found.labels[5] == "a b .png" and len(found.labels[6]) == pictures.LONGEST_NAME


@pytest.mark.parametrize(
    "head",
    [
        b'{"images":[["a",5]]}\n',
        b'{"images":[["a",-1]]}\n',
        b'{"images":[["a"]]}\n',
        b'{"images":{"a":1}}\n',
        b'{"images":' + b"[" * 100_000,
        b'{"images":[["a",1e400]]}\n',
        b'{"images":',
    ],
)
def test_a_list_that_does_not_fit_is_refused(packed, head: bytes) -> None:
    with pytest.raises(UserError, match="did not arrive whole"):
        pictures.read(packed(head=head))


def test_limits_are_held(packed) -> None:
    files = packed(*[(f"{i}.png", GOOD) for i in range(5)])
    with pytest.raises(UserError, match="You brought 5 images, and 4 is the most"):
        pictures.read(files, Limits(images=4))
    with pytest.raises(UserError, match="more than 0 MiB together"):
        pictures.read(files, Limits(images_bytes=4 * len(GOOD)))
    with pytest.raises(UserError, match=r"No image can be read \(0.png has more than 0.0099 mill"):
        pictures.read(files, Limits(image_pixels=9_900))
    with pytest.raises(UserError, match=r"Only one image can be read: bring at least two"):
        pictures.read(packed(("a.png", GOOD)))


def test_they_are_read_apart_kept_and_saved_with_a_page(
    packed, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setenv("LSE_CACHE", str(tmp_path / "cache"))
    files = packed(("a.png", GOOD), ("b.png", b"no"), ("c.png", encoded(halves(BLUE, RED))))
    read = apart.read_apart(files, Options(kind="images"), None, tmp_path / "read")
    assert (read.kind, read.rows) == ("images", 2) and len(read.said) == 1
    content = load(tmp_path / "read")
    here, _ = pictures.read(files)
    assert content.labels == here.labels == ("a.png", "c.png")
    np.testing.assert_array_equal(content.pictures, here.pictures)
    assert [column.name for column in content.columns] == ["Width", "Height"]
    assert digest(content, "x") == digest(here, "x")
    other = Content("images", here.labels, None, here.columns, pictures=here.pictures[::-1])
    assert digest(other, "x") != digest(here, "x")
    name = put(content, "mine")
    bundle.write(
        Page("", {"vocabulary": name}, sources=((name, "mine"),)), True, tmp_path / "p.lse"
    )
    _, ((title, again),) = bundle.read(tmp_path / "p.lse")
    assert put(again, title) == name
