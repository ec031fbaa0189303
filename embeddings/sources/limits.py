"""How much may be brought, and what reading it may cost: read from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from embeddings.environment import whole_number

MEGABYTE = 2**20


@dataclass(frozen=True)
class Limits:
    """What is too much; every amount in bytes is asked for in MiB, but that of a line.

    Attributes
    ----------
    uploads : bool
        Whether files may be brought at all (``LSE_UPLOADS``, 0 or 1).
    upload : int
        Bytes of one upload (``LSE_UPLOAD_MB``).
    rows : int
        Words, vectors or documents (``LSE_SOURCE_ROWS``).
    dim : int
        Numbers of a vector (``LSE_SOURCE_DIM``).
    numbers : int
        Rows x dim (``LSE_SOURCE_NUMBERS``).
    line : int
        Bytes of one line (``LSE_SOURCE_LINE``).
    seconds : int
        That reading may take (``LSE_SOURCE_SECONDS``).
    memory : int
        Bytes that the process which reads may take (``LSE_SOURCE_MEMORY_MB``).
    expanded : int
        Bytes that a compressed file may grow to (``LSE_SOURCE_EXPANDED_MB``).
    per_visitor : int
        Sources that one visitor may have (``LSE_SOURCES_PER_VISITOR``).
    stored : int
        Bytes that one visitor may have stored (``LSE_VISITOR_MB``).
    label : int
        Characters of a word or a category.
    columns : int
        Columns that are kept beside the words.
    categories : int
        Categories of one column.
    images : int
        Images that are brought together (``LSE_IMAGES``).
    image : int
        Bytes of one image (``LSE_IMAGE_MB``).
    images_bytes : int
        Bytes of all images that are brought together (``LSE_IMAGES_MB``).
    image_pixels : int
        Pixels of one image (``LSE_IMAGE_PIXELS``).
    """

    uploads: bool = True
    upload: int = 400 * MEGABYTE
    rows: int = 1_000_000
    dim: int = 4_096
    numbers: int = 120_000_000
    line: int = MEGABYTE
    seconds: int = 300
    memory: int = 2_048 * MEGABYTE
    expanded: int = 2_000 * MEGABYTE
    per_visitor: int = 12
    stored: int = 1_000 * MEGABYTE
    label: int = 10_000
    columns: int = 64
    categories: int = 1_000
    images: int = 500
    image: int = 10 * MEGABYTE
    images_bytes: int = 200 * MEGABYTE
    image_pixels: int = 40_000_000

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Limits:
        """Read the settings.

        Raises
        ------
        UserError
            Naming the variable that cannot be used, and what it may be.
        """
        given = os.environ if environment is None else environment
        return cls(
            uploads=bool(whole_number(given, "LSE_UPLOADS", 1, 0, 1)),
            upload=whole_number(given, "LSE_UPLOAD_MB", 400, 1, 100_000) * MEGABYTE,
            rows=whole_number(given, "LSE_SOURCE_ROWS", 1_000_000, 2, 10**8),
            dim=whole_number(given, "LSE_SOURCE_DIM", 4_096, 1, 10**6),
            numbers=whole_number(given, "LSE_SOURCE_NUMBERS", 120_000_000, 2, 10**11),
            line=whole_number(given, "LSE_SOURCE_LINE", MEGABYTE, 1_024, 2**30),
            seconds=whole_number(given, "LSE_SOURCE_SECONDS", 300, 1, 86_400),
            memory=whole_number(given, "LSE_SOURCE_MEMORY_MB", 2_048, 512, 10**6) * MEGABYTE,
            expanded=whole_number(given, "LSE_SOURCE_EXPANDED_MB", 2_000, 1, 10**6) * MEGABYTE,
            per_visitor=whole_number(given, "LSE_SOURCES_PER_VISITOR", 12, 1, 10_000),
            stored=whole_number(given, "LSE_VISITOR_MB", 1_000, 1, 10**6) * MEGABYTE,
            images=whole_number(given, "LSE_IMAGES", 500, 2, 2_000),
            image=whole_number(given, "LSE_IMAGE_MB", 10, 1, 1_000) * MEGABYTE,
            images_bytes=whole_number(given, "LSE_IMAGES_MB", 200, 1, 100_000) * MEGABYTE,
            image_pixels=whole_number(given, "LSE_IMAGE_PIXELS", 40_000_000, 1, 10**9),
        )
