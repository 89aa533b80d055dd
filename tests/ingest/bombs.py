"""Workbooks that are small until they are unpacked, and a program that tells what reading takes."""

import os
import zipfile
from pathlib import Path

from tests.ingest.sheets import HEADERS, ROW, workbook

READ = """
import json, resource, sys
from pathlib import Path
from app.errors import ImportRefused
from app.ingest.read import endings, read

def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

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


def bomb(path: Path, member: str, piece: bytes, pieces: int) -> Path:
    """A workbook of one line in which a member holds a piece many times."""
    workbook(path, [HEADERS, ROW])
    packed = path.with_suffix(".new")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            if each != member:
                new.writestr(each, old.read(each))
        with new.open(member, "w", force_zip64=True) as stream:
            for _ in range(pieces):
                stream.write(piece)
    packed.rename(path)
    return path


def noise(many: int) -> bytes:
    """Text that packs a hundred times, as a bomb does that keeps below a ratio."""
    return os.urandom(many // 100).hex().encode() + b"0" * (many * 98 // 100)
