"""The append-only log of what was observed and done on this machine."""

import logging
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from state import threads
from state.journal.entry import Entry

if TYPE_CHECKING:
    from state.journal.database import Database

_BATCH = 500
_FORGOTTEN = 2000
"""How many entries are taken out in one go: what is to be written waits no longer than that takes."""
_FORGET_EVERY = 86400.0
_HELD = 100_000
_RETRY = (0.5, 1.0, 2.0, 5.0, 10.0)
_log = logging.getLogger(__name__)


class Journal:
    """Takes entries at once, and one thread makes them durable. Nothing that goes wrong with the file gets out.

    `record`, `unsaved` and `error` may be used from any thread.
    """

    def __init__(self, path: Path, keep: float | None = None) -> None:
        """`keep` is the seconds that an entry stays in the file, None for ever."""
        self.path = path
        self._keep = keep
        self._changed = threading.Condition()
        self._waiting: list[Entry] = []
        self._error = ""
        self._lost = 0
        self._hurry = False
        self._stopped = False

    @property
    def error(self) -> str:
        """Why entries cannot be written right now, one sentence; empty while all is well."""
        return self._error

    @property
    def unsaved(self) -> int:
        """How many entries are not on the disk yet."""
        return len(self._waiting)

    def start(self) -> None:
        """Begin to write."""
        threads.start("journal", self._run)
        if self._keep is not None:
            threads.start("journal's past", self._forget_daily)

    def record(self, entry: Entry) -> None:
        """Take an entry; it is on the disk soon after. Never blocks on the disk, raises nothing.

        A hundred thousand entries are held while the disk refuses them; then the newest are let go, and `error`
        says how many.
        """
        with self._changed:
            if len(self._waiting) < _HELD:
                self._waiting.append(entry)
            else:
                self._lost += 1
            self._changed.notify_all()

    def drain(self, seconds: float) -> bool:
        """Wait until all is durable, at most so long; return whether it is. Blocks."""
        end = time.monotonic() + seconds
        with self._changed:
            self._hurry = True
            self._changed.notify_all()
            while self._waiting and (left := end - time.monotonic()) > 0:
                self._changed.wait(left)
            return not self._waiting

    def close(self) -> None:
        """Stop the thread; what is not durable by now will not be."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def entries(
        self,
        *,
        since: float | None = None,
        until: float | None = None,
        source: str | None = None,
        fingerprint: str | None = None,
        subject: str | None = None,
        limit: int = 1000,
    ) -> tuple[Entry, ...]:
        """Return the newest durable entries that match, newest first; times in seconds since the epoch, end outside.

        Blocks; call it off the loop. Raises JournalError. A journal that is not there yet has no entries.
        """
        if not self.path.exists():
            return ()
        database = _database(self.path)
        try:
            return database.read(
                since=since, until=until, source=source, fingerprint=fingerprint, subject=subject, limit=limit
            )
        finally:
            database.close()

    def forget(self, before: float) -> int:
        """Take out all that happened before a moment, in seconds since the epoch; return how many entries that were.

        Blocks; what is to be written comes in between. Raises JournalError.
        """
        if not self.path.exists():
            return 0
        database = _database(self.path)
        total = 0
        try:
            while not self._stopped and (count := database.forget(before, _FORGOTTEN)):
                total += count
        finally:
            database.close()
        return total

    def _forget_daily(self) -> None:
        assert self._keep is not None
        while not self._stopped:
            try:
                count = self.forget(time.time() - self._keep)
            except Exception as error:
                _log.info("%s", error)
            else:
                if count:
                    _log.info("%s: %d entries older than %d s are gone", self.path, count, self._keep)
            end = time.monotonic() + _FORGET_EVERY
            with self._changed:
                while not self._stopped and (left := end - time.monotonic()) > 0:
                    self._changed.wait(left)

    def _run(self) -> None:
        database: Database | None = None
        failures = 0
        try:
            while batch := self._next(failures):
                try:
                    database = database or _database(self.path)
                    database.write(batch)
                    failures = 0
                except Exception as error:
                    failures += 1
                    if failures == 1:
                        _log.warning("%s", error)
                    # A file that was replaced or a disk that came back needs a new connection.
                    if database is not None:
                        database.close()
                        database = None
                    self._settle(0, str(error))
                else:
                    self._settle(len(batch), "")
        finally:
            if database is not None:
                database.close()

    def _next(self, failures: int) -> tuple[Entry, ...]:
        """Wait for entries, or for the time to try again; return them, none when it is time to stop."""
        with self._changed:
            end = time.monotonic() + (_RETRY[min(failures, len(_RETRY)) - 1] if failures else 0)
            while not self._stopped:
                left = end - time.monotonic()
                if self._waiting and (left <= 0 or self._hurry):
                    self._hurry = False
                    return tuple(self._waiting[:_BATCH])
                self._changed.wait(left if failures and left > 0 else None)
            return ()

    def _settle(self, written: int, error: str) -> None:
        with self._changed:
            del self._waiting[:written]
            lost = f"{self._lost} entries are lost" if self._lost else ""
            self._error = "; ".join(filter(None, (error, lost)))
            self._changed.notify_all()


def _database(path: Path) -> "Database":
    # SQLite is imported by the first thread that needs it.
    from state.journal.database import Database

    return Database(path)
