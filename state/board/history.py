"""The file beside a board that every change is appended to before the board itself is written."""

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from state.board.changes import Change
from state.board.store import NOTHING, History, Version
from state.disk import Disk

_TAIL = 64 * 1024


class Line(Change, frozen=True, kw_only=True, omit_defaults=True):
    """A change as it stands in the file. `base` is the version of the board that its batch was made on.

    `left` is how many lines of its batch follow. A batch without its last line was interrupted and never
    acknowledged. `made` is the version that the batch makes of the board, empty in lines of an older program.
    """

    base: str
    left: int = 0
    made: str = ""


_decoder = msgspec.json.Decoder(Line)
_change_decoder = msgspec.json.Decoder(Change)
_encoder = msgspec.json.Encoder()


class HistoryFile:
    """An append-only file, one JSON object a line. Hold the board's lock to append."""

    def __init__(self, path: Path, disk: Disk) -> None:
        self.path = path
        self._disk = disk

    def append(self, base: Version, changes: Sequence[Change], made: Version = NOTHING) -> int:
        """Add one batch; return the size before, once it is on the disk. Raises OSError; nothing is added then."""
        new = not self.path.exists()
        descriptor = self._disk.append(self.path)
        try:
            size = os.fstat(descriptor).st_size
            try:
                self._disk.write(descriptor, _batch(base, changes, made))
                self._disk.sync(descriptor)
                if new:
                    self._disk.sync_folder(self.path.parent)
            except BaseException:
                self._disk.truncate(descriptor, size)
                raise
        finally:
            self._disk.close(descriptor)
        return size

    def cut(self, size: int) -> None:
        """Keep the first `size` bytes only, once what follows could not be done. Raises OSError."""
        descriptor = self._disk.append(self.path)
        try:
            self._disk.truncate(descriptor, size)
            self._disk.sync(descriptor)
        finally:
            self._disk.close(descriptor)

    def mend(self) -> str:
        """Cut off what an interrupted append left at the end; return what was done in words, empty when nothing was.

        Only bytes that were never acknowledged go: a last line without its end, lines of a batch without its last
        one. A last line that is whole but for the newline gets it. Raises OSError.
        """
        data = self._end()
        whole = _whole(data)
        if len(whole) > len(data):
            self._put(b"\n")
        cut = max(0, len(data) - len(whole)) + _unfinished(whole)
        if not cut:
            return ""
        self.cut(self.path.stat().st_size - cut)
        return f"{self.path.name}: the last {cut} bytes belonged to a write that was interrupted, and were cut off"

    def pending(self, version: Version) -> tuple[Change, ...]:
        """Return the last batch when it was made on `version` and makes another: written here, not yet in the board."""
        return () if self.made() == version else self.last(version)

    def last(self, version: Version) -> tuple[Change, ...]:
        """Return the last batch when it was made on `version`."""
        found: list[Change] = []
        for raw in reversed(_whole(self._end()).splitlines()):
            line = _decoded(raw)
            if line is None or line.base != version or line.left != len(found):
                break
            found.append(_change_decoder.decode(raw))
        return tuple(reversed(found))

    def made(self) -> Version | None:
        """Return the version that the last batch makes of the board, NOTHING without one, None when it does not say."""
        last = _whole(self._end()).rstrip(b"\n").rpartition(b"\n")[2]
        line = _decoded(last)
        if line is None or not line.made:
            return None if last else NOTHING
        return Version(line.made)

    def since(self, version: Version) -> frozenset[str]:
        """Return the ids of all changes from the first one that was made on `version`; none when there is none."""
        ids: list[str] = []
        for raw in (self._disk.read(self.path) or b"").splitlines():
            line = _decoded(raw)
            if line is not None and (ids or line.base == version):
                ids.append(line.id)
        return frozenset(ids)

    def read(self) -> History:
        """Return all changes. A line that cannot be read is named and left out; an interrupted batch is left out."""
        found = self._disk.read(self.path) or b""
        data = _whole(found)
        kept = data[: len(data) - _unfinished(data)]
        changes: list[Change] = []
        flaws: list[str] = []
        for number, raw in enumerate(kept.splitlines(), 1):
            try:
                changes.append(_change_decoder.decode(raw))
            except (msgspec.DecodeError, UnicodeDecodeError):
                flaws.append(f"{self.path.name}, line {number}: no change can be read there; it is left out")
        if len(data) < len(found):
            number = 1 + data.count(b"\n")
            flaws.append(f"{self.path.name}, line {number}: its write was interrupted; it is left out")
        return History(tuple(changes), tuple(flaws))

    def _end(self) -> bytes:
        """The end of the file, at least the last batch whole."""
        try:
            with self.path.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                span = _TAIL
                while True:
                    start = max(0, size - span)
                    file.seek(start)
                    data = file.read(size - start)
                    if start == 0:
                        return data
                    data = data[data.find(b"\n") + 1 :]
                    if _has_beginning(data):
                        return data
                    span *= 4
        except FileNotFoundError:
            return b""

    def _put(self, data: bytes) -> None:
        descriptor = self._disk.append(self.path)
        try:
            self._disk.write(descriptor, data)
            self._disk.sync(descriptor)
        finally:
            self._disk.close(descriptor)


def is_history(data: bytes) -> bool:
    """Return whether a file's first line is one of a history."""
    return _decoded(data.lstrip().partition(b"\n")[0]) is not None


def union(ours: bytes, theirs: bytes) -> bytes:
    """Return the batches of two histories, each once, in the order of their times; each side keeps its own order.

    Lines stay as they are, also those that cannot be read. What an interrupted write has left at an end goes.
    """
    sides = [_batches(data) for data in (ours, theirs)]
    made: dict[bytes, None] = {}
    places = [0, 0]
    while True:
        heads = []
        for at, side in enumerate(sides):
            while places[at] < len(side) and side[places[at]][1] in made:
                places[at] += 1
            if places[at] < len(side):
                heads.append((side[places[at]], at))
        if not heads:
            return b"".join(made)
        (_, batch), _ = min(heads)
        made[batch] = None


def _batches(data: bytes) -> list[tuple[float, bytes]]:
    """The batches of a history with their times. A line that cannot be read is a batch of the time before it."""
    whole = _whole(data)
    whole = whole[: len(whole) - _unfinished(whole)]
    found: list[tuple[float, bytes]] = []
    batch: list[bytes] = []
    when = 0.0
    for raw in whole.splitlines(keepends=True):
        line = _decoded(raw)
        if line is not None and not batch:
            when = line.when.timestamp()
        batch.append(raw)
        if line is None or not line.left:
            found.append((when, b"".join(batch)))
            batch = []
    return found


def _batch(base: Version, changes: Sequence[Change], made: Version) -> bytes:
    last = len(changes) - 1
    return b"".join(
        _encoder.encode(Line(**msgspec.structs.asdict(change), base=base, left=last - at, made=made)) + b"\n"
        for at, change in enumerate(changes)
    )


def _decoded(raw: bytes) -> Line | None:
    try:
        return _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _whole(data: bytes) -> bytes:
    """The lines that are whole. The last one may lack its newline, as some editors leave it."""
    end = data.rfind(b"\n") + 1
    if end < len(data) and _decoded(data[end:]) is not None:
        return data + b"\n"
    return data[:end]


def _unfinished(data: bytes) -> int:
    """How many bytes at the end are whole lines of a batch whose last line is missing."""
    count = 0
    follows = 0
    for raw in reversed(data.splitlines(keepends=True)):
        line = _decoded(raw)
        if line is None or line.left <= follows:
            break
        follows = line.left
        count += len(raw)
    return count


def _has_beginning(data: bytes) -> bool:
    """Whether the batch that ends here also begins here: the line before it belongs to another one."""
    after: int | None = None
    for raw in reversed(_whole(data).splitlines()):
        line = _decoded(raw)
        if line is None or (after is not None and line.left <= after):
            return True
        after = line.left
    return False
