"""Locks held on files: the kernel lets go of them when the holder dies, however it dies."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


class FileLock:
    """A lock on a file, exclusive or shared, released by `release` or by the end of the process."""

    def __init__(self, path: Path) -> None:
        """Name the file; it is made when it is first locked and never deleted."""
        self.path = path
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds its lock."""
        return self._descriptor is not None

    def take(self, *, shared: bool = False, wait: bool = True) -> bool:
        """Take the lock and return True; with `wait=False` return False where others hold it."""
        if self._descriptor is not None:
            return True
        # Programs that we start do not inherit it: Python opens with O_CLOEXEC.
        descriptor = os.open(self.path, os.O_RDONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        _give_to_owner_of(self.path.parent, descriptor)
        mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(descriptor, mode if wait else mode | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Let go; nothing happens where it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def taken(self, *, shared: bool = False) -> bool:
        """Return whether a lock of this kind would have to wait for somebody now."""
        probe = FileLock(self.path)
        try:
            free = probe.take(shared=shared, wait=False)
        finally:
            probe.release()
        return not free


def _give_to_owner_of(folder: Path, descriptor: int) -> None:
    """Leave nothing of root's in a user's folder, where it would shut the user out later."""
    if os.geteuid() == 0 and os.fstat(descriptor).st_uid == 0:
        owner = folder.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)


@contextmanager
def one_at_a_time(path: Path, say: Callable[[str], None], waiting: str) -> Iterator[None]:
    """Hold the lock on `path` within the block; say `waiting` where another process has it."""
    lock = FileLock(path)
    if not lock.take(wait=False):
        say(waiting)
        lock.take()
    try:
        yield
    finally:
        lock.release()
