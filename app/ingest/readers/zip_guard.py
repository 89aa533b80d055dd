"""Packed files before they are opened: what would fill the machine or leave its folder."""

import zipfile
import zlib
from pathlib import Path, PurePosixPath

from app.errors import ImportRefused

LARGEST_BYTES = 4 * 2**30
"""What a packed file may hold unpacked."""

WORST_RATIO = 500
"""Bytes unpacked for a byte packed, beyond which it is a bomb; sheets reach 40."""

SMALL_BYTES = 50 * 2**20
"""Below it the ratio does not matter."""

MOST_MEMBERS = 10_000

CHUNK = 1 << 20
"""Bytes that are unpacked at once."""


def members_of(path: Path) -> list[zipfile.ZipInfo]:
    """The members of a packed file.

    Raises:
        ImportRefused: No such archive, too much in it, or a member that leaves the folder.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as fault:
        raise ImportRefused(f"{path.name}: can't be unpacked: {fault} 文件损坏") from None
    whole = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    if len(members) > MOST_MEMBERS or whole > LARGEST_BYTES:
        raise ImportRefused(f"{path.name}: holds too much: {whole:,} bytes 压缩包内容过大")
    if whole > SMALL_BYTES and whole / packed > WORST_RATIO:
        raise ImportRefused(f"{path.name}: is packed {whole // packed} times 疑似压缩炸弹")
    if any(not member.filename for member in members):
        raise ImportRefused(f"{path.name}: a member has no name 压缩包内有无名文件")
    for member in members:
        parts = PurePosixPath(member.filename.replace("\\", "/")).parts
        if ".." in parts or member.filename.startswith(("/", "\\")):
            raise ImportRefused(
                f"{path.name}: {member.filename[:80]!r} leaves the folder 压缩包内含非法路径"
            )
    return members


def require_short_runs(path: Path, member: zipfile.ZipInfo, longest: int) -> None:
    """Refuse a member of XML that holds more than `longest` bytes without a tag.

    A parser holds such a run in memory whole, whatever it makes of it. A broken member is left to
    the reader, which tells what is wrong with it.

    Raises:
        ImportRefused: There is such a run; it is not unpacked to its end.
    """
    run = 0
    if member.file_size <= longest:
        return
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as stream:
            while chunk := stream.read(CHUNK):
                first = chunk.find(b"<")
                run += len(chunk) if first < 0 else first
                if run > longest:
                    break
                if first >= 0:
                    run = len(chunk) - 1 - chunk.rfind(b"<")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError):
        return
    if run > longest:
        raise ImportRefused(
            f"{path.name}: {member.filename[:80]} holds a value of more than {longest:,} bytes "
            "单元格文本过大"
        )
