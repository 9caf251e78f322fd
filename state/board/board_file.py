"""The board's file as TinyDB's storage: read and written once a commit, not once a document."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Document, Table

from state.board import format as board_format
from state.board.change import Change
from state.board.model import Board
from state.board.store import NOTHING, Version
from state.disk import Disk, replace

_UNSURE = Version("?")


class BoardFile(Storage):
    """The documents of a board file. `version` is that of the file that they were read from or written to.

    What is staged is in memory alone until `flush`; `fetch` forgets it.
    """

    def __init__(self, path: Path, disk: Disk) -> None:
        self.path = path
        self.version = NOTHING
        self._disk = disk
        self._tables: dict[str, dict[str, Any]] = {}
        self._database = _Database(storage=lambda: self)

    def read(self) -> dict[str, dict[str, Any]]:
        """Return the documents."""
        return self._tables

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Take over documents, in memory."""
        self._tables = data
        self.version = _UNSURE

    def fetch(self) -> None:
        """Take over what the file holds now. Raises Unreadable and OSError."""
        data = self._disk.read(self.path)
        version = version_of(data)
        if version != self.version:
            self._tables = {} if data is None else board_format.decode(data, self.path)
            self.version = version

    def forget(self) -> None:
        """Read the file again at the next `fetch`: what it holds are not the documents here."""
        self.version = _UNSURE

    def board(self) -> Board:
        """Return the board of the documents. Raises Unreadable."""
        return board_format.board(self._tables, self.path)

    def stage(self, board: Board, changes: Iterable[Change]) -> bytes:
        """Put in the documents of `board` that the changes touch, and return the bytes of the file that makes.

        All other documents stay as they were found.
        """
        if self.version == NOTHING:
            self.write(board_format.tables(board))
            return board_format.encode(self._tables)
        touched: dict[str, dict[str, None]] = {}
        for change in changes:
            touched.setdefault(change.table, {})[change.card] = None
        for name, keys in touched.items():
            self._put(name, [board_format.stored(board, name, key) for key in keys])
        return board_format.encode(self._tables)

    def flush(self, data: bytes) -> None:
        """Make `data` the file's content. Raises OSError; the file then holds what it held before."""
        version = version_of(data)
        try:
            replace(self._disk, self.path, data)
        except OSError:
            # Only the folder's sync can have failed when the new content is there; the history is on the disk,
            # and puts it there again should the power go now.
            if version_of(self._disk.read(self.path)) != version:
                raise
        self.version = version

    def _put(self, name: str, documents: Sequence[tuple[int, Mapping[str, Any] | None]]) -> None:
        table = self._database.table(name)
        table.remove(doc_ids=[id for id, _ in documents if table.contains(doc_id=id)])
        table.insert_multiple(Document(document, id) for id, document in documents if document is not None)


class _Table(Table):
    # The documents are in memory already, and another program may change the file.
    default_query_cache_capacity = 0


class _Database(TinyDB):
    table_class = _Table


def version_of(data: bytes | None) -> Version:
    """Return the version of a file's content, NOTHING when there is no file."""
    return NOTHING if data is None else Version(hashlib.sha256(data).hexdigest())
