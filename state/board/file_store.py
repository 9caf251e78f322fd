"""A board in one file: TinyDB documents, written whole or not at all, its history beside it.

Order of a commit, under the lock: the changes to the history (synced), then the board to a new file (synced) that
takes the old one's place. Each batch in the history names the version it was made on and the one it makes. When the
file still is what the last batch was made on, the batch did not reach the file, and whoever comes next puts it there.
So a crash after the first step loses nothing, and a crash before its end leaves an unfinished batch that nobody was
told about, and that is cut off. When the file is neither, it was changed outside, by hand or by git: the next commit
first notes in the history what that changed.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from state.board import board_lock, numbers
from state.board import format as board_format
from state.board.backup_folder import BackupFolder
from state.board.board_file import BoardFile, version_of
from state.board.changes import Change, Step, apply, new_id, step
from state.board.difference import difference, replay
from state.board.errors import NewerSchema, NotSaved, Unreadable
from state.board.history import HistoryFile
from state.board.model import Board, empty_board
from state.board.store import NOTHING, Conflict, History, Version
from state.clock import SYSTEM, Clock
from state.disk import Disk, in_words, sweep

OUTSIDE = "the file"
"""Who has made the changes that came into the file without a cockpit: by hand, by a merge of git."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What lies on the disk."""

    version: Version
    stored: Board
    """The board with what the history alone had."""
    recovered: tuple[Change, ...]
    """What the history alone had."""
    renumbering: tuple[Change, ...]
    """What gives each card a number of its own."""

    @property
    def board(self) -> Board:
        return apply(self.stored, self.renumbering)


class FileBoardStore:
    """The BoardStore of a JSON file; `NAME.history.jsonl` beside it, lock and backups in `.NAME.json.d`."""

    def __init__(self, path: Path, disk: Disk | None = None, clock: Clock = SYSTEM) -> None:
        # Several names of one file must mean one lock, and replacing a link would cut it off from its file.
        self.path = Path(os.path.realpath(path))
        self.notes: tuple[str, ...] = ()
        self._disk = disk or Disk()
        self._clock = clock
        self._aside = self.path.with_name(f".{self.path.name}.d")
        self._file = BoardFile(self.path, self._disk)
        self._history = HistoryFile(self.path.with_name(f"{self.path.stem}.history.jsonl"), self._disk)
        self.backups = BackupFolder(self._aside / "backups", self._disk, clock)
        self._board: tuple[Version, Board] | None = None
        self._seen: tuple[int, int, int] | None = None
        self._swept = False

    def load(self) -> tuple[Board, Version]:
        """Return the board and its version. See BoardStore; raises Unreadable and NotSaved."""
        with self._reading():
            found = self._current()
            if found.recovered:
                count = f"{len(found.recovered)} change{'s' if len(found.recovered) > 1 else ''}"
                self.notes += (f"{self.path.name}: {count} had reached the history only; taken from there",)
            new = {change.card: change.new for change in found.renumbering}
            self.notes += numbers.in_words(found.stored.cards.values(), new)
            return found.board, found.version

    def commit(self, base: Version, changes: Sequence[Change]) -> Version | Conflict:
        """Make changes durable. See BoardStore; raises Unreadable, NotSaved and ChangeRefused."""
        with self._writing():
            self._mend()
            found = self._current()
            if found.version != base:
                return Conflict(found.board, found.version, self._history.since(base))
            # A batch that comes to nothing in the end leaves the version as it is, and so can have landed before.
            landed = {change.id for change in self._history.last(base)}
            new = [change for change in changes if change.id not in landed]
            wanted = apply(found.board, new)
            if new:
                self._note_outside(found, new[0].when)
                self._save(base, wanted, [*found.renumbering, *new])
            return self._file.version

    def begin(self, changes: Sequence[Change]) -> Version | Conflict:
        """Make the file, of the empty board and changes; a Conflict when there is one. Raises as `commit` does."""
        with self._writing():
            self._mend()
            found = self._current()
            if found.version != NOTHING:
                return Conflict(found.board, found.version, frozenset())
            self._save(NOTHING, apply(found.board, changes), changes)
            return self._file.version

    def restore(self, backup: Path, who: str) -> Path | None:
        """Put a backup in the file's place; return the backup of what was there, None when nothing was.

        See `state.board.backups.restore`.
        """
        with self._writing():
            wanted = self._disk.read(backup)
            restored = board_format.board(board_format.decode(wanted or b"", backup), backup)
            by = step(who, self._clock.wall())
            try:
                self._mend()
                found = self._current()
                self._note_outside(found, by.when)
                present = found.stored
            except Unreadable:
                present = replay(self.history().changes)
            data = self._disk.read(self.path)
            kept = None if data is None else self.backups.take(self.path)
            self._write(version_of(data), difference(present, restored, by), wanted or b"")
            self._file.forget()
            return kept

    def changed(self) -> bool:
        """Return whether the file is another one than the last call of load or commit saw. Raises nothing."""
        return self._signature() != self._seen

    def changed_outside(self, version: Version) -> bool:
        """Return whether by hand or by git the file was changed since its history's last batch. Raises OSError."""
        return version != NOTHING and self._history.made() not in (version, None)

    def history(self) -> History:
        """Return all changes from the first on. Raises Unreadable."""
        try:
            return self._history.read()
        except OSError as error:
            raise Unreadable(f"{self._history.path}: {in_words(error)}") from None

    def _current(self) -> _Found:
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
        stored = apply(board, pending)
        self._seen = signature
        return _Found(version, stored, pending if stored != board else (), _renumbering(stored))

    def _read(self) -> Board:
        if self._file.version != NOTHING:
            return self._file.board()
        if self._history.path.exists() and not self._history.pending(NOTHING) and self.history().changes:
            raise Unreadable(f"{self.path} is not there, but its history is")
        return empty_board()

    def _advice(self) -> str:
        newest = self.backups.newest()
        if newest is None:
            return ""
        back = f"`cockpit board restore {newest.stem}` goes back to the newest backup"
        return f" {back}, `cockpit board undo` then to all that the history has."

    def _mend(self) -> None:
        """Finish or clear away what a crash left."""
        if not self._swept:
            sweep(self._disk, self.path)
            self._swept = True
        mended = self._history.mend()
        if mended:
            self.notes += (mended,)
        found = self._current()
        if found.recovered:
            data = self._file.stage(found.stored, found.recovered)
            self._flush(data)
            self._board = self._file.version, found.stored

    def _note_outside(self, found: _Found, when: datetime) -> None:
        """Add to the history what has changed the file since its last batch, when that was no batch."""
        if not self.changed_outside(found.version):
            return
        by = Step(new_id(), OUTSIDE, when)
        outside = difference(replay(self.history().changes), found.stored, by)
        if outside:
            self._history.append(found.version, outside, found.version)

    def _save(self, base: Version, board: Board, changes: Sequence[Change]) -> None:
        self._write(base, changes, self._file.stage(board, changes))
        self._board = self._file.version, board

    def _write(self, base: Version, changes: Sequence[Change], data: bytes) -> None:
        """The changes to the history, then the board to its file; both or none of them."""
        size = self._history.append(base, changes, version_of(data)) if changes else None
        try:
            self._flush(data)
        except Exception:
            if size is not None:
                self._history.cut(size)
            raise

    def _flush(self, data: bytes) -> None:
        if self.path.exists():
            self.notes += self.backups.keep(self.path)
        self._file.flush(data)
        self._seen = self._signature()

    def _signature(self) -> tuple[int, int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Read under the lock that all cockpits on this file take, where there is one."""
        self.notes = ()
        try:
            with board_lock.reading(self._aside):
                yield
        except OSError as error:
            raise Unreadable(f"{self.path}: {in_words(error)}") from None

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Write under the lock that all cockpits on this file take."""
        self.notes = ()
        try:
            with board_lock.writing(self.path, self._aside):
                yield
        except OSError as error:
            raise NotSaved(f"{self.path}: {in_words(error)}") from None


def _renumbering(board: Board) -> tuple[Change, ...]:
    """The changes that give each card a number of its own; the same numbers for whoever looks at the same board."""
    new = numbers.renumbered(board.cards.values())
    if not new:
        return ()
    by = step(OUTSIDE, SYSTEM.wall())
    return tuple(by.change(uid, "number", board.cards[uid].number, number) for uid, number in new.items())
