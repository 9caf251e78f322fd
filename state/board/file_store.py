"""A board in one file: TinyDB documents, written whole or not at all, its history beside it.

Order of a commit, under the lock: the changes to the history (synced), then the board to a new file (synced) that
takes the old one's place. Each batch in the history names the version it was made on. When that version is still
the file's, the batch did not reach the file, and whoever comes next puts it there. So a crash after the first step
loses nothing, and a crash before its end leaves an unfinished batch that nobody was told about, and that is cut off.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Document, Table

from state.board import format as board_format
from state.board.backups import Backups
from state.board.changes import Change, apply
from state.board.errors import NewerSchema, NotSaved, Unreadable
from state.board.history import HistoryFile
from state.board.model import Board, empty_board
from state.board.store import NOTHING, Conflict, History, Version
from state.disk import Disk, in_words, replace, sweep

_PATIENCE = 5.0
_READING_PATIENCE = 1.0
_UNSURE = Version("?")


class _File(Storage):
    """TinyDB's storage over a file that is read and written once a commit, not once a document."""

    def __init__(self, path: Path, disk: Disk) -> None:
        self.path = path
        self.version = NOTHING
        self._disk = disk
        self._tables: dict[str, dict[str, Any]] = {}

    def read(self) -> dict[str, dict[str, Any]]:
        return self._tables

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        self._tables = data
        self.version = _UNSURE

    def fetch(self) -> None:
        """Take over what the file holds now. Raises Unreadable and OSError."""
        data = self._disk.read(self.path)
        version = _version(data)
        if version != self.version:
            self._tables = {} if data is None else board_format.decode(data, self.path)
            self.version = version

    def flush(self) -> None:
        """Make the documents the file's content. Raises OSError; the file then holds what it held before."""
        data = board_format.encode(self._tables)
        version = _version(data)
        try:
            replace(self._disk, self.path, data)
        except OSError:
            # Only the folder's sync can have failed when the new content is there; the history is on the disk,
            # and puts it there again should the power go now.
            if _version(self._disk.read(self.path)) != version:
                raise
        self.version = version


class _Table(Table):
    # The documents are in memory already, and another program may change the file.
    default_query_cache_capacity = 0


class _Database(TinyDB):
    table_class = _Table


class FileBoardStore:
    """The BoardStore of a JSON file; `NAME.history.jsonl` beside it, lock and backups in `.NAME.json.d`."""

    def __init__(self, path: Path, disk: Disk | None = None) -> None:
        # Several names of one file must mean one lock, and replacing a link would cut it off from its file.
        self.path = Path(os.path.realpath(path))
        self.notes: tuple[str, ...] = ()
        self._disk = disk or Disk()
        self._aside = self.path.with_name(f".{self.path.name}.d")
        self._file = _File(self.path, self._disk)
        self._database = _Database(storage=lambda: self._file)
        self._history = HistoryFile(self.path.with_name(f"{self.path.stem}.history.jsonl"), self._disk)
        self._backups = Backups(self._aside / "backups", self._disk)
        self._board: tuple[Version, Board] | None = None
        self._seen: tuple[int, int, int] | None = None
        self._swept = False

    def load(self) -> tuple[Board, Version]:
        """Return the board and its version. See BoardStore; raises Unreadable and NotSaved."""
        self.notes = ()
        with self._locked(reading=True):
            board, version, pending = self._current()
            if pending:
                count = f"{len(pending)} change{'s' if len(pending) > 1 else ''}"
                self.notes += (f"{self.path.name}: {count} had reached the history only; taken from there",)
            return board, version

    def commit(self, base: Version, changes: Sequence[Change]) -> Version | Conflict:
        """Make changes durable. See BoardStore; raises Unreadable, NotSaved and ChangeRefused."""
        self.notes = ()
        with self._locked():
            self._mend()
            board, version, _ = self._current()
            if version != base:
                return Conflict(board, version, self._history.since(base))
            # A batch that comes to nothing in the end leaves the version as it is, and so can have landed before.
            landed = {change.id for change in self._history.pending(version)}
            new = [change for change in changes if change.id not in landed]
            wanted = apply(board, new)
            if not new:
                return version
            size = self._history.append(base, new)
            try:
                self._store(wanted, new)
            except Exception:
                self._history.cut(size)
                raise
            return self._file.version

    def changed(self) -> bool:
        """Return whether the file is another one than the last call of load or commit saw. Raises nothing."""
        return self._signature() != self._seen

    def history(self) -> History:
        """Return all changes from the first on. Raises Unreadable."""
        try:
            return self._history.read()
        except OSError as error:
            raise Unreadable(f"{self._history.path}: {in_words(error)}") from None

    def _current(self) -> tuple[Board, Version, tuple[Change, ...]]:
        """The board, the version of the file, and the changes in the board that the file lacks."""
        signature, self._seen = self._signature(), None
        try:
            self._file.fetch()
            version = self._file.version
            if self._board is None or self._board[0] != version:
                self._board = version, self._read()
        except NewerSchema:
            raise
        except Unreadable as error:
            raise Unreadable(f"{error}.{self._advice()}") from None
        board = self._board[1]
        pending = self._history.pending(version)
        recovered = apply(board, pending)
        self._seen = signature
        return recovered, version, pending if recovered != board else ()

    def _read(self) -> Board:
        if self._file.version != NOTHING:
            return board_format.board(self._file.read(), self.path)
        if self._history.path.exists() and not self._history.pending(NOTHING) and self.history().changes:
            raise Unreadable(f"{self.path} is not there, but its history is")
        return empty_board()

    def _advice(self) -> str:
        newest = self._backups.newest()
        return f" The newest backup is {newest}; copy it over {self.path.name} to go on from there." if newest else ""

    def _mend(self) -> None:
        """Finish or clear away what a crash left."""
        if not self._swept:
            sweep(self._disk, self.path)
            self._swept = True
        mended = self._history.mend()
        if mended:
            self.notes += (mended,)
        board, _, pending = self._current()
        if pending:
            self._store(board, pending)

    def _store(self, board: Board, changes: Sequence[Change]) -> None:
        """Write the documents that the changes touch; all others stay as they were found."""
        if self._file.version == NOTHING:
            self._file.write(board_format.tables(board))
        else:
            self.notes += self._backups.keep(self.path)
            touched: dict[str, dict[str, None]] = {}
            for change in changes:
                touched.setdefault(change.table, {})[change.card] = None
            for name, keys in touched.items():
                self._put(name, [board_format.stored(board, name, key) for key in keys])
        self._file.flush()
        self._board = self._file.version, board
        self._seen = self._signature()

    def _put(self, name: str, documents: Sequence[tuple[int, dict[str, Any] | None]]) -> None:
        table = self._database.table(name)
        table.remove(doc_ids=[id for id, _ in documents if table.contains(doc_id=id)])
        table.insert_multiple(Document(document, id) for id, document in documents if document is not None)

    def _signature(self) -> tuple[int, int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    @contextmanager
    def _locked(self, *, reading: bool = False) -> Iterator[None]:
        """Hold the lock that all cockpits on this file take. Who only reads makes no lock where there is none."""
        lock: FileLock | None = None
        try:
            if not reading:
                self._prepare()
                lock = self._lock(_PATIENCE)
            elif (self._aside / "lock").exists():
                try:
                    lock = self._lock(_READING_PATIENCE)
                except (Timeout, OSError):
                    lock = None  # reading is safe without: a file is only ever replaced whole
            yield
        except Timeout:
            raise NotSaved(f"{self.path}: another program has held its lock for {_PATIENCE:.0f} seconds") from None
        except OSError as error:
            kind = Unreadable if reading else NotSaved
            raise kind(f"{self.path}: {in_words(error)}") from None
        finally:
            if lock is not None:
                lock.release()

    def _lock(self, patience: float) -> FileLock:
        lock = FileLock(self._aside / "lock", mode=0o666)
        lock.acquire(timeout=patience, poll_interval=0.01)
        return lock

    def _prepare(self) -> None:
        if not self._aside.is_dir():
            self._aside.mkdir(parents=True, exist_ok=True)
            (self._aside / ".gitignore").write_text("*\n")


def _version(data: bytes | None) -> Version:
    return NOTHING if data is None else Version(hashlib.sha256(data).hexdigest())
