"""Workbooks that are small until they are unpacked, and a program that tells what reading takes."""

import os
import zipfile
from collections.abc import Iterable
from pathlib import Path

from tests.ingest.sheets import HEADERS, ROW, workbook

READ = """
import json, sys
from pathlib import Path
from app.errors import ImportRefused
from app.ingest.read import endings, read

def peak_mb():
    # Not ru_maxrss: that of a new program begins at what its parent takes.
    told = Path("/proc/self/status").read_text().partition("VmHWM:")[2]
    return int(told.split()[0]) / 1024

endings()
told, start = {}, peak_mb()
for name in sys.argv[1:]:
    try:
        with read(Path(name)) as table:
            told[name] = f"{sum(1 for _ in table.records)} records"
    except ImportRefused as fault:
        told[name] = str(fault)
    told[name] = [told[name], peak_mb() - start]
print(json.dumps(told))
"""
"""Reads the files that it is given; tells as JSON what each gave, and the memory beyond the start."""


SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
"""Members of a workbook: its sheet, and the texts that its cells share."""

NO_TEXTS = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'

PART = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/'
    b'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)


def bomb(path: Path, member: str, pieces: Iterable[bytes]) -> Path:
    """A workbook of one line in which a member is put together of pieces."""
    workbook(path, [HEADERS, ROW])
    packed = path.with_suffix(".new")
    with (
        zipfile.ZipFile(path) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for each in old.namelist():
            if each != member:
                new.writestr(each, old.read(each).replace(b"</Types>", PART + b"</Types>"))
        if member != TEXTS:
            new.writestr(TEXTS, NO_TEXTS)
        with new.open(member, "w", force_zip64=True) as stream:
            for piece in pieces:
                stream.write(piece)
    packed.rename(path)
    return path


def noise(many: int) -> bytes:
    """Text that packs a hundred times, as a bomb does that keeps below a ratio."""
    return os.urandom(many // 100).hex().encode() + b"0" * (many * 98 // 100)
