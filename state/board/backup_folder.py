"""Older states of a board file, kept beside it under the time they were taken."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from state.board.errors import Unreadable
from state.board.format import decode
from state.clock import SYSTEM, Clock
from state.disk import Disk, in_words

_EVERY = 3600.0
_KEPT = 20
_NAME = "%Y-%m-%dT%H-%M-%SZ.json"


class BackupFolder:
    """A folder of backups: at most one an hour, the newest twenty, and those that were asked for."""

    def __init__(self, folder: Path, disk: Disk, clock: Clock = SYSTEM) -> None:
        self._folder = folder
        self._disk = disk
        self._clock = clock

    def all(self) -> list[Path]:
        """Return the backups, oldest first."""
        return sorted(self._folder.glob("*.json"))

    def keep(self, path: Path) -> tuple[str, ...]:
        """Keep the file as it is now when the newest backup is older than an hour; return what went wrong in words.

        A backup that fails is no reason not to save.
        """
        try:
            kept = self.all()
            if kept and taken(kept[-1]) > self._clock.wall() - _EVERY:
                return ()
            made = self.take(path)
            for old in [*kept, made][:-_KEPT]:
                self._disk.unlink(old)
        except OSError as error:
            return (f"no backup of {path.name} could be kept: {in_words(error)}",)
        return ()

    def take(self, path: Path) -> Path:
        """Keep the file as it is now, whatever it holds, and return the backup. Raises OSError."""
        self._folder.mkdir(exist_ok=True)
        now = datetime.fromtimestamp(self._clock.wall(), UTC)
        while True:
            made = self._folder / now.strftime(_NAME)
            try:
                self._disk.link(path, made)
            except FileExistsError:
                now += timedelta(seconds=1)
            else:
                return made

    def newest(self) -> Path | None:
        """Return the newest backup that can be read, or None."""
        for path in reversed(self.all()):
            try:
                decode(self._disk.read(path) or b"", path)
            except (Unreadable, OSError):
                continue
            return path
        return None


def taken(path: Path) -> float:
    """Return when a backup was taken by its name, in seconds since the epoch; 0 for a name of another form."""
    try:
        return datetime.strptime(path.name, _NAME).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0
