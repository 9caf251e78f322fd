"""What of a run will be kept: whether the places of board and journal can be written, before anything is."""

import os
from pathlib import Path

_NOT_KEPT = "is lost when you leave, unless that is mended before"


def doubts(board: Path, data: Path) -> tuple[str, ...]:
    """Return in sentences what cannot be kept as things stand. Nothing is written to find out.

    `board` is the board's file, `data` the folder of the journal. A disk may still refuse later; board and journal
    say so themselves then.
    """
    at_board, at_data = refusal_of(board.parent), refusal_of(data)
    if not at_board and board.exists() and not os.access(board, os.W_OK):
        at_board = f"{board} is read-only"
    if at_board and at_board == at_data:
        return (f"{at_data}: what you change on the board and what is journalled {_NOT_KEPT}",)
    said = (
        (at_board, f"{at_board}: what you change on the board {_NOT_KEPT}"),
        (at_data, f"{at_data}: what is journalled {_NOT_KEPT}"),
    )
    return tuple(sentence for refusal, sentence in said if refusal)


def nearest(folder: Path) -> Path:
    """Return a folder, or the nearest one above it that is there: what it would be made in."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def refusal_of(folder: Path) -> str:
    """Return why nothing can be written into a folder, or where it would be made; empty when something can."""
    there = nearest(folder)
    if not there.is_dir():
        return f"{there} is no folder"
    if not os.access(there, os.W_OK | os.X_OK):
        return f"{there} cannot be written"
    disk = os.statvfs(there)
    # Some file systems tell no size at all.
    if disk.f_blocks and not disk.f_bavail:
        return f"the disk of {there} is full"
    return ""
