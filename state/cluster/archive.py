"""Archives of files (tar) between a container and this machine: what comes in may write nowhere but where it should."""

import io
import os
import shutil
import stat
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from state.operation import Refused
from state.printable import printable

_CHUNK = 64 * 1024
_MODE = 0o755


@dataclass(slots=True)
class Tally:
    """What was copied so far."""

    files: int = 0
    size: int = 0
    """Bytes."""
    skipped: int = 0
    """Links, devices and the like, which are not copied."""
    total: int = 0
    """Bytes there are in all; 0 where that is not known before the end."""


def unpack(stream: io.RawIOBase, name: str, target: Path, told: Callable[[Tally], None]) -> Tally:
    """Write the file or folder `name` of an archive to `target`, which must not be there; return what was copied.

    Links, devices and pipes are left out and counted. Raises Refused for an archive that would write outside, that
    holds something else or is broken off, and OSError when the disk takes no more; what was written is then left.
    """
    tally = Tally()
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for entry in archive:
                path = target.joinpath(*_below(entry.name, name))
                if entry.isdir():
                    path.mkdir(parents=True, exist_ok=True)
                elif entry.isreg():
                    _make_sure_of_room(entry, target)
                    # The one file that was asked for is all there is; of a folder the sum is not known.
                    tally.total = entry.size if path == target else 0
                    _write(archive, entry, path, tally, told)
                    tally.files += 1
                else:
                    tally.skipped += 1
                told(tally)
    except tarfile.TarError as error:
        raise Refused(f"what the container sends is no archive: {printable(str(error))}") from error
    if not target.exists():
        raise Refused("the container sent nothing that can be copied: links and devices are left out")
    return tally


def _make_sure_of_room(entry: tarfile.TarInfo, target: Path) -> None:
    """Raise Refused when a file is larger than what the disk takes. The folder above the target's may be to be made."""
    folder = next(one for one in target.parents if one.exists())
    free = shutil.disk_usage(folder).free
    if entry.size > free:
        raise Refused(f"{printable(entry.name)} has {amount(entry.size)}, the disk takes {amount(free)} more")


def amount(size: int) -> str:
    """Return a number of bytes in words, by thousands: `12 bytes`, `3.4 kB`, `5.6 MB`."""
    if size < 1000:
        return f"{size} byte{'' if size == 1 else 's'}"
    return f"{size / 1e3:.1f} kB" if size < 1e6 else f"{size / 1e6:,.1f} MB"


def _below(entry: str, name: str) -> tuple[str, ...]:
    """Return where an entry lies below the top one. Raises Refused when that is not below it."""
    path = PurePosixPath(entry)
    parts = path.parts
    if path.is_absolute() or ".." in parts or "\0" in entry:
        raise Refused(f"the container's archive would write outside the target: {printable(entry)}; nothing is kept")
    if not parts or parts[0] != name:
        raise Refused(f"the container's archive holds what was not asked for: {printable(entry)}; nothing is kept")
    return parts[1:]


def _write(
    archive: tarfile.TarFile, entry: tarfile.TarInfo, path: Path, tally: Tally, told: Callable[[Tally], None]
) -> None:
    source = archive.extractfile(entry)
    assert source is not None
    path.parent.mkdir(parents=True, exist_ok=True)
    # A name that comes twice is no reason to follow what the first one left.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    try:
        descriptor = os.open(path, flags, (entry.mode & _MODE) | 0o600)
    except FileExistsError:
        raise Refused(f"the container's archive holds {printable(entry.name)} twice; nothing is kept") from None
    with os.fdopen(descriptor, "wb") as file:
        while data := source.read(_CHUNK):
            file.write(data)
            tally.size += len(data)
            told(tally)


def pack(source: Path, name: str, told: Callable[[Tally], None]) -> Iterator[bytes]:
    """Yield an archive of a file or folder of this machine, under another name, in pieces.

    Links are archived as links, devices and the like left out. Raises OSError when something cannot be read, and
    Refused for a file that shrinks while it is read.
    """
    tally = Tally(total=size_of(source))
    for path, inside in _walk(source, name):
        about = path.lstat()
        entry = tarfile.TarInfo(inside)
        entry.mode, entry.mtime = stat.S_IMODE(about.st_mode) & _MODE, int(about.st_mtime)
        if stat.S_ISDIR(about.st_mode):
            entry.type = tarfile.DIRTYPE
            yield entry.tobuf(tarfile.GNU_FORMAT)
        elif stat.S_ISLNK(about.st_mode):
            entry.type, entry.linkname = tarfile.SYMTYPE, str(path.readlink())
            yield entry.tobuf(tarfile.GNU_FORMAT)
        elif stat.S_ISREG(about.st_mode):
            yield from _content(path, entry, tally, told)
        else:
            tally.skipped += 1
        told(tally)
    yield bytes(tarfile.RECORDSIZE)


def size_of(source: Path) -> int:
    """Return how many bytes the files of a file or folder have. Raises OSError when something cannot be read."""
    return sum(about.st_size for path, _ in _walk(source, "") if stat.S_ISREG((about := path.lstat()).st_mode))


def _content(path: Path, entry: tarfile.TarInfo, tally: Tally, told: Callable[[Tally], None]) -> Iterator[bytes]:
    """Yield a file's head and bytes; what it grows by meanwhile is left for another time."""
    with path.open("rb") as file:
        left = entry.size = os.fstat(file.fileno()).st_size
        yield entry.tobuf(tarfile.GNU_FORMAT)
        while left > 0:
            data = file.read(min(_CHUNK, left))
            if not data:
                raise Refused(f"{printable(entry.name)} became shorter while it was read")
            left -= len(data)
            tally.size += len(data)
            told(tally)
            yield data
        yield bytes(-entry.size % tarfile.BLOCKSIZE)
    tally.files += 1


def _walk(source: Path, name: str) -> Iterator[tuple[Path, str]]:
    yield source, name
    if source.is_symlink() or not source.is_dir():
        return
    for one in sorted(source.iterdir()):
        yield from _walk(one, f"{name}/{one.name}")
