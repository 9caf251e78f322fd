"""Where a board is kept. What is here costs nothing to import; the stores themselves are opened on a thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NewType, Protocol

from state.board.changes import Change
from state.board.model import Board

Version = NewType("Version", str)
NOTHING = Version("")
"""The version of a board that nobody has stored yet."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """What stands there instead of the version that a commit was based on."""

    board: Board
    version: Version
    landed: frozenset[str]
    """The ids of the changes that are in it since that version, so that nobody sets them twice."""


@dataclass(frozen=True, slots=True)
class History:
    """The changes of a board, oldest first, and a sentence for each line that could not be read."""

    changes: tuple[Change, ...]
    flaws: tuple[str, ...] = ()


class BoardStore(Protocol):
    """Keeps one board. All calls block and raise BoardError; one thread at a time."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What the last call found out of order and mended, in sentences."""
        ...

    def load(self) -> tuple[Board, Version]:
        """Return the board and its version; the empty board and NOTHING when none is stored yet."""
        ...

    def commit(self, base: Version, changes: Sequence[Change]) -> Version | Conflict:
        """Make changes of version `base` durable, all or none of them.

        Returns the new version once it would survive a power cut; or a Conflict, with nothing changed, when the
        store holds another version. Raises NotSaved, and ChangeRefused when the changes do not fit.
        """
        ...

    def changed(self) -> bool:
        """Return whether somebody else may have changed the board since the last call of load or commit. Cheap."""
        ...

    def history(self) -> History:
        """Return all changes from the first on."""
        ...


def open_file(path: Path) -> BoardStore:
    """Return the store of a board file. Reads nothing yet. Takes 50 ms of imports the first time."""
    from state.board.file_store import FileBoardStore

    return FileBoardStore(path)
