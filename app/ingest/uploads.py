"""Files that came over the network: each in a folder of its own, never under the name it claims."""

import re
import secrets
import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from app.errors import Busy

KEPT_S = 24 * 3600
"""How long a file that was only looked at waits to be imported."""

ROOM = 4
"""How many files of the largest size are kept at once."""

LONGEST_NAME = 60
"""Characters kept of a name; in UTF-8 they fit any file system."""

TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Upload:
    """A file that was received whole.

    Attributes:
        token: By which its sender asks for it again; can't be guessed.
        path: Where it lies; its name is that of the sender, with what could do harm taken out.
    """

    token: str
    path: Path


class Uploads:
    """The folder of received files.

    Args:
        folder: Made when the first file comes; nothing else lies in it.
        limit_bytes: Largest size of one file.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        """Keep the settings; nothing is made yet."""
        self._folder = folder
        self._held: set[str] = set()
        self._lock = threading.Lock()
        self.limit_bytes = limit_bytes

    def new(self, claimed: str) -> Upload:
        """A place for a file that is about to come, in a folder that only this user can enter.

        It is held until it is let go or dropped.

        Raises:
            Busy: Files that are held take all the room.
        """
        with self._lock:
            if self._prune() < 0:
                raise Busy("too many files wait to be imported; try again later 待导入文件过多")
            token = secrets.token_hex(16)
            self._held.add(token)
        home = self._folder / token
        home.mkdir(mode=0o700, parents=True)
        return Upload(token, home / safe_name(claimed))

    def hold(self, upload: Upload) -> None:
        """Keep a file until it is let go or dropped, whatever else comes."""
        with self._lock:
            self._held.add(upload.token)

    def let_go(self, upload: Upload) -> None:
        """From now on a file may be deleted when it is old, or room is wanted."""
        with self._lock:
            self._held.discard(upload.token)

    def find(self, token: str) -> Upload | None:
        """A file that is still there; None where there is none by that token."""
        if TOKEN.fullmatch(token) is None:
            return None
        found = [each for each in (self._folder / token).glob("*") if each.is_file()]
        return Upload(token, found[0]) if found else None

    def drop(self, upload: Upload) -> None:
        """Delete a file."""
        self.let_go(upload)
        shutil.rmtree(self._folder / upload.token, ignore_errors=True)

    def prune(self) -> None:
        """Delete what is old, and the oldest where there is too much; what is held stays."""
        with self._lock:
            self._prune()

    def _prune(self) -> int:
        """Returns the bytes of room that are left; less than 0 where what is held takes more."""
        homes = sorted(self._folder.glob("*"), key=_changed_at, reverse=True)
        room = ROOM * self.limit_bytes
        for home in sorted(homes, key=lambda each: each.name not in self._held):
            size = sum(each.stat().st_size for each in home.glob("*") if each.is_file())
            old = time.time() - _changed_at(home) > KEPT_S
            if home.name not in self._held and (old or size > room):
                shutil.rmtree(home, ignore_errors=True)
            else:
                room -= size
        return room


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def safe_name(claimed: str) -> str:
    r"""The last part of a claimed name, of letters, digits and a few signs, with its endings.

    >>> safe_name("../../etc/pass\x00wd;.csv")
    'passwd.csv'
    >>> safe_name("C:\\数据\\风险点 2026.csv.gz")
    '风险点 2026.csv.gz'
    >>> safe_name("..")
    'file'
    """
    last = re.split(r"[/\\]", claimed)[-1]
    plain = "".join(c for c in last if c.isalnum() or c in "._-（）() ").strip(". ")
    stem, *endings = plain.split(".")
    kept = endings[-2:] if endings and endings[-1].lower() == "gz" else endings[-1:]
    middle = ".".join((stem, *endings[: len(endings) - len(kept)]))
    ending = "".join(f".{each[:10]}" for each in kept)
    return (middle[: LONGEST_NAME - len(ending)] or "file") + ending
