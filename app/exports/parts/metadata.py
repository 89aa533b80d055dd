"""What is told of an export as a document of its own, whatever its format has room for."""

import hashlib
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.exports.form import Form, Order
from app.exports.parts.origin import origin_of

SUFFIX = "-metadata.json"
"""What is put behind the name of a file for the name of the file that describes it.

Source: W3C Model for Tabular Data and Metadata on the Web, 5.3.
"""


def metadata_of(
    name: str, form: Form, order: Order, digest: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Origin, count, format, size and SHA-256 of an export, ready for JSON.

    Args:
        name: Id of the format.
        form: The format.
        order: What is exported.
        digest: `bytes` and `sha256` of the file; None where nobody made it.
    """
    return {
        **origin_of(order),
        "format": name,
        "media_type": form.media_type,
        "file": f"{order.layer.id}.{form.ending}",
        "told_in": form.told_in,
        "resumes_by": resumes_by(form),
        **(digest or {"bytes": None, "sha256": None}),
    }


def resumes_by(form: Form) -> str | None:
    """How a download that broke off goes on: `Range`, `after`, or None: it must be begun again."""
    if form.filled:
        return "Range"
    return "after" if form.continues else None


def digest_of_file(file: Path) -> dict[str, Any]:
    """Size and SHA-256 of a file."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return {"bytes": file.stat().st_size, "sha256": digest}


def digest_of(form: Form, order: Order) -> dict[str, Any]:
    """Size and SHA-256 of the file of an order, which is made for that and let go."""
    if form.filled:
        with TemporaryDirectory(prefix="riskmap-export-") as folder:
            file = Path(folder) / f"{order.layer.id}.{form.ending}"
            form.filled(order, file)
            return digest_of_file(file)
    assert form.streamed is not None
    digest, size = hashlib.sha256(), 0
    for chunk in form.streamed(order):
        digest.update(chunk)
        size += len(chunk)
    return {"bytes": size, "sha256": digest.hexdigest()}


def write_beside(file: Path, told: dict[str, Any]) -> Path:
    """Write the description of a file beside it."""
    path = file.with_name(file.name + SUFFIX)
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path
