"""The lock that all who write one board file take. The kernel gives it back when its holder dies."""

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from state.board.errors import NotSaved
from state.printable import printable, shorten

PATIENCE = 5.0
READING_PATIENCE = 1.0
_NO_LOCKS = frozenset({errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS})


@contextmanager
def writing(path: Path, aside: Path) -> Iterator[None]:
    """Hold the lock of the board file `path`, which lies in the folder `aside`; the folder is made when it must be.

    Raises NotSaved when somebody else holds it for longer than PATIENCE seconds, when the folder's file system gives
    no locks, and when the file is not to be written; OSError when the folder refuses.
    """
    if path.is_file() and not (os.access(path, os.W_OK) and path.stat().st_mode & 0o222):
        raise NotSaved(f"{path} is read-only; nothing is changed until you may write to it")
    if not aside.is_dir():
        aside.mkdir(parents=True, exist_ok=True)
        (aside / ".gitignore").write_text("*\n")
    try:
        lock = _taken(aside / "lock", PATIENCE)
    except Timeout:
        holder = _holder(aside / "lock")
        raise NotSaved(f"{path}: another program{holder} has held its lock for {PATIENCE:g} seconds") from None
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
        raise NotSaved(
            f"{path}: its folder's file system gives no locks, so two writers could undo each other's work. "
            "Keep the board on a local disk, and share it through git."
        ) from None
    try:
        _sign(aside / "lock")
        yield
    finally:
        lock.release()


@contextmanager
def reading(aside: Path) -> Iterator[None]:
    """Hold the lock when there is one and it comes soon. A file is only ever replaced whole: one can do without."""
    lock: FileLock | None = None
    if (aside / "lock").exists():
        try:
            lock = _taken(aside / "lock", READING_PATIENCE)
        except (Timeout, OSError):
            lock = None
    try:
        yield
    finally:
        if lock is not None:
            lock.release()


def _taken(path: Path, patience: float) -> FileLock:
    # A lock file that merely is there, filelock's way out, would outlive a holder on another machine.
    lock = FileLock(path, mode=0o666, fallback_to_soft=False)
    lock.acquire(timeout=patience, poll_interval=0.01)
    return lock


def _sign(lock: Path) -> None:
    """Say who holds it, for those who wait in vain."""
    try:
        lock.write_text(f"process {os.getpid()} on {socket.gethostname()}")
    except OSError:
        pass  # the words are a help, the lock is held all the same


def _holder(lock: Path) -> str:
    try:
        said = lock.read_text(errors="replace")
    except OSError:
        return ""
    return f" ({shorten(printable(said), 80)})" if said else ""
