"""Lines that were read and calibrated, kept until the line or a marker changes."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence

from app.db.reader import Reader
from app.db.versions import Versions
from app.lines.line import Line
from app.lines.read import STAKED, read_line, read_lines
from layers.declare import Layer

KEPT_AT_MOST = 256
"""Lines; one of a hundred kilometres takes some hundred kilobytes."""


class Lines:
    """Reads lines; one that has not changed is read once.

    What is given is never older than what was committed when it was asked for: the versions of
    both layers are looked up before the shelf, and before the line is read. A line that changes
    between the two is kept under the version before the change, and so read again at the next look.
    """

    def __init__(self, reader: Reader, versions: Versions, layers: Mapping[str, Layer]) -> None:
        """Keep the parts; nothing is read yet."""
        self._reader = reader
        self._versions = versions
        self._layers = layers
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, int], tuple[str, Line]] = OrderedDict()

    def one(self, layer_id: str, fid: int) -> Line:
        """Return a line.

        Raises:
            NotFound: The layer has no stakes, there is no such feature, or it has no line.
        """
        tag = self._tag(layer_id)
        known = self._known(tag, layer_id, fid)
        if known is not None:
            return known
        line = read_line(self._reader.all, self._layers, layer_id, fid)
        self._keep(tag, line)
        return line

    def several(self, layer_id: str, fids: Sequence[int]) -> dict[int, Line]:
        """Return lines of a layer by id, without those that are no line or do not exist.

        All that are not kept are read by two statements.
        """
        tag = self._tag(layer_id)
        found = {fid: line for fid in fids if (line := self._known(tag, layer_id, fid))}
        missing = [fid for fid in fids if fid not in found]
        if missing:
            for line in read_lines(self._reader.all, self._layers, layer_id, missing):
                self._keep(tag, line)
                found[line.name[1]] = line
        return found

    def _tag(self, layer_id: str) -> str:
        staked = STAKED.get(layer_id)
        return self._versions.tag_now([layer_id, staked.markers]) if staked else ""

    def _known(self, tag: str, layer_id: str, fid: int) -> Line | None:
        with self._lock:
            known = self._kept.get((layer_id, fid))
            if known is None or known[0] != tag:
                return None
            self._kept.move_to_end((layer_id, fid))
            return known[1]

    def _keep(self, tag: str, line: Line) -> None:
        name = line.name[:2]
        with self._lock:
            self._kept[name] = (tag, line)
            self._kept.move_to_end(name)
            while len(self._kept) > KEPT_AT_MOST:
                self._kept.popitem(last=False)
