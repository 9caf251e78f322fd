"""Files that survive a crash: each step that can fail or be interrupted goes through `Disk`."""

import errno
import os
import secrets
from pathlib import Path


class Disk:
    """The steps of the operating system that durable files are made of. All but `close` raise OSError."""

    def read(self, path: Path) -> bytes | None:
        """Return a file's bytes, None when there is no such file."""
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None

    def create(self, path: Path, mode: int) -> int:
        """Make a new file, with a mode that the process's mask narrows, and return its descriptor for writing."""
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)

    def append(self, path: Path) -> int:
        """Return a descriptor that writes at the end of a file; the file is made when it is not there."""
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)

    def write(self, descriptor: int, data: bytes) -> None:
        """Write all of `data`; when it raises, a part may be in the file."""
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]

    def truncate(self, descriptor: int, size: int) -> None:
        """Cut a file to its first `size` bytes."""
        os.ftruncate(descriptor, size)

    def sync(self, descriptor: int) -> None:
        """Return once the file's bytes are on the disk."""
        os.fsync(descriptor)

    def close(self, descriptor: int) -> None:
        """Give a descriptor back. Raises nothing: all that matters was synced before."""
        try:
            os.close(descriptor)
        except OSError:
            pass

    def rename(self, old: Path, new: Path) -> None:
        """Put `old` in the place of `new`, whatever was there, in one step."""
        os.replace(old, new)  # noqa: PTH105  one call a step, named as the system names it

    def link(self, old: Path, new: Path) -> None:
        """Give a file a second name; a copy of it where the file system has no links."""
        try:
            os.link(old, new)
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.EXDEV):
                raise
            new.write_bytes(old.read_bytes())

    def unlink(self, path: Path) -> None:
        """Take a name away; nothing happens when it is not there."""
        path.unlink(missing_ok=True)

    def sync_folder(self, path: Path) -> None:
        """Return once the names in a folder are on the disk."""
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def replace(disk: Disk, path: Path, data: bytes) -> None:
    """Make `data` the content of a file: a reader finds the old content or the new, after any crash.

    The file keeps its mode and group. `path` must not be a symbolic link: resolve it before. Raises OSError; the
    old content then stands, unless only the last step failed, the folder's sync.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}{_TEMPORARY}")
    try:
        old = path.stat() if path.exists() else None
        descriptor = disk.create(temporary, 0o666 if old is None else 0o600)
        try:
            if old is not None:
                _like(descriptor, old)
            disk.write(descriptor, data)
            disk.sync(descriptor)
        finally:
            disk.close(descriptor)
        disk.rename(temporary, path)
    except BaseException:
        try:
            disk.unlink(temporary)
        except OSError:
            pass  # the first error says more; what is left is swept later
        raise
    disk.sync_folder(path.parent)


def sweep(disk: Disk, path: Path) -> None:
    """Take away what writers of a file left behind when they were killed. Hold the file's lock."""
    for left in path.parent.glob(f".{path.name}.*{_TEMPORARY}"):
        disk.unlink(left)


def in_words(error: OSError) -> str:
    """Return what a disk's error means, in a few words."""
    return _WORDS.get(error.errno or 0) or (error.strerror or str(error)).lower()


_TEMPORARY = ".new"
_WORDS = {
    errno.ENOSPC: "disk full",
    errno.EDQUOT: "disk quota used up",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "no permission",
    errno.EPERM: "no permission",
    errno.EIO: "the disk reports an error",
}


def _like(descriptor: int, old: os.stat_result) -> None:
    try:
        os.fchown(descriptor, -1, old.st_gid)
    except OSError:
        pass  # a user outside the group may write all the same
    os.fchmod(descriptor, old.st_mode & 0o7777)
