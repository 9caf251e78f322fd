"""What `cockpit board backups` lists and `cockpit board restore` brings back."""

from dataclasses import dataclass
from pathlib import Path

from state.board import format as board_format
from state.board.backup_folder import taken
from state.board.errors import BoardError, Unreadable
from state.board.file_store import FileBoardStore


@dataclass(frozen=True, slots=True)
class Backup:
    """An older state of a board file."""

    name: str
    """What names it on the command line: the time it was taken, `2026-11-24T12-30-00Z`."""
    path: Path
    taken: float
    """When it was taken, in seconds since the epoch; 0 when its name does not say."""
    size: int
    """In bytes."""
    cards: int | None
    """How many cards it holds; None when it cannot be read as a board."""

    def age(self, now: float) -> float:
        """Return how old it is at a moment in seconds since the epoch, in seconds."""
        return max(0.0, now - self.taken)


def backups(path: Path) -> list[Backup]:
    """Return the backups of a board file, newest first; none when there are none. Raises Unreadable."""
    try:
        return [_backup(found) for found in reversed(FileBoardStore(path).backups.all())]
    except OSError as error:
        raise Unreadable(f"the backups of {path} cannot be read: {error.strerror}") from None


def named(path: Path, name: str) -> Backup:
    """Return the backup of that name. Raises BoardError, which names those that there are."""
    found = backups(path)
    for backup in found:
        if backup.name == name.removesuffix(".json"):
            return backup
    there = ", ".join(backup.name for backup in found[:_SAID]) + (", …" if len(found) > _SAID else "")
    raise BoardError(f"{path} has no backup {name}; there {f'are {there}' if found else 'is none'}")


def restore(path: Path, backup: Backup, who: str = "restore") -> Path | None:
    """Make a backup the content of the board file; return the new backup of what it held, None when there was no file.

    The history gets the changes of doing so, under the name `who`, and so it can be seen and taken back. A file that
    cannot be read is replaced too. Raises Unreadable when the backup itself cannot be read, NotSaved when the file
    cannot be written; the file is then as it was.
    """
    return FileBoardStore(path).restore(backup.path, who)


_SAID = 5


def _backup(path: Path) -> Backup:
    data = path.read_bytes()
    try:
        tables = board_format.decode(data, path)
        cards: int | None = len(board_format.board(tables, path).cards)
    except Unreadable:
        cards = None
    return Backup(path.stem, path, taken(path), len(data), cards)
