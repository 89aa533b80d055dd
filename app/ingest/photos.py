"""Photos of captures: read, turned upright, made small, and kept without what the camera told."""

import hashlib
import io
from typing import Any
from uuid import UUID

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import Engine, select
from sqlalchemy.dialects.postgresql import insert

from app.db.captures import CAPTURE_PHOTOS, CAPTURES
from app.db.guard import guarded
from app.errors import BadDocument, CaptureDiffers, NotFound

LARGEST_BYTES = 12_000_000
"""Bytes of a photo as it is sent."""

LARGEST_PIXELS = 80_000_000
"""Pixels of a photo as it is sent; a small file may unfold to far more."""

LONGEST_SIDE = 2000
"""Pixels of the longer side as it is kept."""

MOST = 9
"""Photos of a capture."""

QUALITY = 82

FORMATS = ("JPEG", "PNG", "WEBP")


def small(content: bytes) -> bytes:
    """A photo as JPEG, upright, its longer side 2 000 pixels at most.

    Nothing that the camera wrote beside the picture is kept: neither place nor device.

    Raises:
        BadDocument: It is none of JPEG, PNG and WebP, is broken, or has too many pixels.
    """
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as photo:
            if photo.width * photo.height > LARGEST_PIXELS:
                raise BadDocument("", "has more than 80 million pixels 像素过多")
            upright = ImageOps.exif_transpose(photo).convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        raise BadDocument("", "is no JPEG, PNG or WebP that can be read 不是可读的照片") from None
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    kept = io.BytesIO()
    upright.save(kept, "JPEG", quality=QUALITY, optimize=True)
    return kept.getvalue()


def write_photo(engine: Engine, key: UUID, number: int, content: bytes) -> bool:
    """Keep a photo of a capture; returns whether it is new.

    Args:
        engine: One that may write.
        key: Of the capture, which must be there.
        number: From 1.
        content: As the phone sent it.

    Raises:
        BadDocument: It is no photo.
        NotFound: There is no such capture.
        CaptureDiffers: Another photo has that number.
    """
    digest = hashlib.sha256(content).hexdigest()
    with guarded(), engine.connect() as connection:
        known = connection.execute(select(CAPTURES.c.key).where(CAPTURES.c.key == key)).first()
    if known is None:
        raise NotFound(f"there is no capture {key}")
    # Reading a photo takes long: no connection waits for it.
    kept = small(content)
    with guarded(), engine.begin() as connection:
        values = {"key": key, "number": number, "sha256": digest, "content": kept}
        added = connection.execute(
            insert(CAPTURE_PHOTOS).values(values).on_conflict_do_nothing()
        ).rowcount
        if added:
            return True
        same = (CAPTURE_PHOTOS.c.key == key) & (CAPTURE_PHOTOS.c.number == number)
        stored = connection.execute(select(CAPTURE_PHOTOS.c.sha256).where(same)).scalar_one()
    if stored != digest:
        raise CaptureDiffers(f"photo {number} of {key} is another one 该序号已有另一张照片")
    return False


def photo_of(key: UUID, number: int) -> Any:
    """Statement for the JPEG of a photo."""
    return select(CAPTURE_PHOTOS.c.content).where(
        CAPTURE_PHOTOS.c.key == key, CAPTURE_PHOTOS.c.number == number
    )
