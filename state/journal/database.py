"""The journal's SQLite file: opened, written in batches, read."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from state.journal.entry import Entry
from state.journal.errors import JournalError

SCHEMA = 1
_BUSY = 3.0
_CREATE = """
CREATE TABLE IF NOT EXISTS entries (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    start REAL NOT NULL,
    event TEXT NOT NULL,
    at REAL NOT NULL,
    who TEXT NOT NULL,
    subject TEXT NOT NULL,
    operation TEXT NOT NULL,
    outcome TEXT NOT NULL,
    details TEXT NOT NULL,
    UNIQUE (source, fingerprint, start, event)
);
CREATE INDEX IF NOT EXISTS entries_at ON entries (at);
CREATE INDEX IF NOT EXISTS entries_subject ON entries (subject, at);
"""
_COLUMNS = "source, fingerprint, start, event, at, who, subject, operation, outcome, details"
_INSERT = (
    f"INSERT INTO entries ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (source, fingerprint, start, event) DO NOTHING"
)


class Database:
    """One connection. Belongs to the thread that opens it."""

    def __init__(self, path: Path) -> None:
        """Open or make the file. Raises JournalError; a file that is no journal is left as it is."""
        self._path = path
        with _said(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=_BUSY, isolation_level=None)
        try:
            with _said(path):
                self._prepare()
        except JournalError:
            self._connection.close()
            raise

    def write(self, entries: Sequence[Entry]) -> None:
        """Add entries, all or none; return once they are on the disk. Raises JournalError.

        Of those that are there already nothing changes.
        """
        rows = [_row(entry) for entry in entries]
        with _said(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._connection.executemany(_INSERT, rows)
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def read(
        self,
        *,
        since: float | None = None,
        until: float | None = None,
        source: str | None = None,
        fingerprint: str | None = None,
        subject: str | None = None,
        limit: int = 1000,
    ) -> tuple[Entry, ...]:
        """Return the newest entries that match, newest first, at most `limit`. Raises JournalError."""
        conditions = {
            "at >= ?": since,
            "at < ?": until,
            "source = ?": source,
            "fingerprint = ?": fingerprint,
            "subject = ?": subject,
        }
        wanted = {condition: value for condition, value in conditions.items() if value is not None}
        where = f" WHERE {' AND '.join(wanted)}" if wanted else ""
        query = f"SELECT {_COLUMNS} FROM entries{where} ORDER BY at DESC, id DESC LIMIT ?"
        with _said(self._path):
            rows = self._connection.execute(query, [*wanted.values(), limit]).fetchall()
            return tuple(_entry(row) for row in rows)

    def forget(self, before: float, most: int) -> int:
        """Take out the oldest entries from before a moment, at most so many; return how many. Raises JournalError."""
        with _said(self._path):
            oldest = "SELECT id FROM entries WHERE at < ? ORDER BY at LIMIT ?"
            return self._connection.execute(f"DELETE FROM entries WHERE id IN ({oldest})", [before, most]).rowcount

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    def _prepare(self) -> None:
        (schema,) = self._connection.execute("PRAGMA user_version").fetchone()
        if schema > SCHEMA:
            raise JournalError(
                f"{self._path} was written by a newer cockpit (schema {schema}, this one knows {SCHEMA}); "
                "it is left as it is"
            )
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        if schema < SCHEMA:
            self._connection.executescript(f"BEGIN IMMEDIATE;{_CREATE}PRAGMA user_version = {SCHEMA};COMMIT;")


def _row(entry: Entry) -> tuple[str | float, ...]:
    details = json.dumps(entry.details, ensure_ascii=False)
    texts = (entry.who, entry.subject, entry.operation, entry.outcome, details)
    return (
        _text(entry.source),
        _text(entry.fingerprint),
        entry.start,
        _text(entry.event),
        entry.at,
        *map(_text, texts),
    )


def _text(text: str) -> str:
    """What SQLite takes: a text from outside may hold half a surrogate pair."""
    return text.encode("utf-8", "replace").decode()


def _entry(row: tuple[Any, ...]) -> Entry:

    return Entry(*(*row[:-1], json.loads(row[-1])))


@contextmanager
def _said(path: Path) -> Iterator[None]:
    """Turn what SQLite and the disk raise into one sentence."""
    try:
        yield
    except (sqlite3.Error, OSError, ValueError) as error:
        words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise JournalError(f"the journal {path}: {words}") from None
