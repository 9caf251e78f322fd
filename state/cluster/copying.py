"""Files from a container and to one: tar at the other end, as `kubectl cp` does it."""

import io
import queue
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from posixpath import basename, dirname, normpath

from state import threads
from state.cluster.archive import Tally, pack, unpack
from state.cluster.errors import Unreachable
from state.cluster.exec import Channel, Exit, Place, run
from state.cluster.transport import Transport
from state.operation import Refused
from state.printable import printable

_PIECES = 64
_SAID = 4096
Told = Callable[[Tally], None]


def copy_from(
    transport: Transport, place: Place, source: str, target: Path, told: Told, stopped: Callable[[], bool]
) -> Tally:
    """Copy a file or folder of a container to `target`; a file that is there is replaced, a folder is refused.

    It appears whole or not at all. Raises Refused, ClusterError, OSError.
    """
    source = _absolute(source)
    name = basename(source)
    if not name:
        raise Refused("the whole file system of a container is not copied; name a file or a folder")
    if target.is_dir():
        raise Refused(f"the folder {target} is there already; nothing is written into it")
    received = _Received(stopped)

    def fetch() -> None:
        try:
            command = ("tar", "cf", "-", "-C", dirname(source), "--", name)
            received.ended(run(transport, place, command, wrote=received.wrote, stopped=received.stopped), None)
        except Exception as error:
            received.ended(None, error)

    folder = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        threads.start(f"copy from {place.pod}", fetch)
        try:
            tally = unpack(received, name, folder / "copy", told)
        finally:
            # Where the other end failed, that says more than what became of its archive here.
            received.finish(place, source)
        (folder / "copy").replace(target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return tally


def copy_to(
    transport: Transport,
    place: Place,
    source: Path,
    target: str,
    told: Told,
    stopped: Callable[[], bool],
    *,
    replace: bool = False,
) -> Tally:
    """Copy a file or folder of this machine to `target` in a container; what is there is written over with `replace`.

    Raises Refused, ClusterError, OSError.
    """
    target = _absolute(target)
    if not replace and exists(transport, place, target):
        raise Refused(f"{printable(target)} is there already in {place}")
    last = Tally()

    def counted(tally: Tally) -> None:
        nonlocal last
        last = tally
        told(tally)

    said = bytearray()

    def wrote(channel: Channel, data: bytes) -> None:
        if channel is Channel.STDERR and len(said) < _SAID:
            said.extend(data)

    command = ("tar", "xmf", "-", "-C", dirname(target))
    stdin = pack(source, basename(target), counted)
    _check(run(transport, place, command, stdin=stdin, wrote=wrote, stopped=stopped), bytes(said), place, target)
    return last


def exists(transport: Transport, place: Place, path: str) -> bool:
    """Return whether a container has a file or folder. Raises Refused where it has no commands, ClusterError."""
    return _test(transport, place, "-e", path)


def is_folder(transport: Transport, place: Place, path: str) -> bool:
    """Return whether a path of a container is a folder. Raises as `exists`."""
    return _test(transport, place, "-d", path)


def _test(transport: Transport, place: Place, option: str, path: str) -> bool:
    ended = run(transport, place, ("test", option, _absolute(path)))
    if ended.code is None or ended.code > 1:
        raise Refused(f"{place} has no commands to copy with: {ended.message}")
    return ended.well


def _absolute(path: str) -> str:
    if not path.startswith("/"):
        raise Refused(f"{printable(path) or 'an empty path'} is no path from the root of a container: /tmp/file")
    if "\0" in path:
        raise Refused("a path holds no zero bytes")
    return "/" + normpath(path).lstrip("/")


def _check(ended: Exit, said: bytes, place: Place, path: str) -> None:
    """Raise Refused when tar did not end well."""
    if ended.well:
        return
    words = printable(said.decode(errors="replace").strip()) or ended.message
    if ended.code is None and "not found" in words:
        words = "it has no tar"
    raise Refused(f"{printable(path)} of {place} was not copied: {words}")


class _Received(io.RawIOBase):
    """What a command writes, for a reader on another thread."""

    def __init__(self, stopped: Callable[[], bool]) -> None:
        self._pieces: queue.Queue[bytes] = queue.Queue(_PIECES)
        self._rest = b""
        self._said = bytearray()
        self._exit: Exit | None = None
        self._error: Exception | None = None
        self._stopped = stopped
        self._finished = False
        self._over = False

    def wrote(self, channel: Channel, data: bytes) -> None:
        """Take what the command wrote; waits while the reader is behind."""
        if channel is Channel.STDERR:
            if len(self._said) < _SAID:
                self._said.extend(data)
            return
        self._put(data)

    def ended(self, exit: Exit | None, error: Exception | None) -> None:
        """The command has ended."""
        self._exit, self._error = exit, error
        self._put(b"")

    def stopped(self) -> bool:
        """Whether the command is to end: somebody asked for it, or nobody reads any more."""
        return self._stopped() or self._finished

    def finish(self, place: Place, path: str) -> None:
        """Let the command end and raise what went wrong at the other end. Waits for it."""
        whole = self._over
        self._finished = not whole
        while self._next():
            pass
        if self._error is not None:
            raise self._error
        if self._stopped():
            raise Refused(f"{printable(path)} of {place} was not copied: it was stopped")
        if self._exit is None:
            raise Unreachable(f"{place} broke off")
        if whole or self._exit.code is not None:
            _check(self._exit, bytes(self._said), place, path)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Return so many bytes, fewer at the end only."""
        found = self._rest
        while len(found) < size and (piece := self._next()):
            found += piece
        found, self._rest = found[:size], found[size:]
        return found

    def _next(self) -> bytes:
        if self._over:
            return b""
        piece = self._pieces.get()
        self._over = not piece
        return piece

    def _put(self, data: bytes) -> None:
        self._pieces.put(data)
