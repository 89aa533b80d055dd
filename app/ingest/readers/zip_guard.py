"""Packed files before they are opened: what would fill the machine or leave its folder."""

import zipfile
from pathlib import Path, PurePosixPath

from app.errors import ImportRefused

LARGEST_BYTES = 4 * 2**30
"""What a packed file may hold unpacked."""

WORST_RATIO = 500
"""Bytes unpacked for a byte packed, beyond which it is a bomb; sheets reach 40."""

SMALL_BYTES = 50 * 2**20
"""Below it the ratio does not matter."""

MOST_MEMBERS = 10_000


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
