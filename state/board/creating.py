"""What `cockpit board new` does: a board file where there was none."""

from collections.abc import Sequence
from pathlib import Path

from state.board.changes import Change
from state.board.errors import NotSaved
from state.board.file_store import FileBoardStore
from state.board.store import Conflict


def create(path: Path, changes: Sequence[Change] = ()) -> None:
    """Make a board file of the empty board and `changes`, durable once this returns.

    Raises NotSaved when there is a file already or it cannot be written, Unreadable when a history lies there without
    its board, and ChangeRefused when the changes do not fit the empty board; nothing is made then.
    """
    if isinstance(FileBoardStore(path).begin(changes), Conflict):
        raise NotSaved(f"{path} is there already; choose another name, or move it away first")
