"""Boards to test with."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from state.board import edits
from state.board.changes import Change, Step, apply, step
from state.board.file_store import FileBoardStore
from state.board.model import Board, empty_board

# Laws are about what holds, not about how busy the machine is.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

NOON = 1_790_000_000.0


@pytest.fixture
def ana() -> Callable[[], Step]:
    """Makes a new step of ana's."""
    return lambda: step("ana", NOON)


@pytest.fixture
def ben() -> Callable[[], Step]:
    """Makes a new step of ben's."""
    return lambda: step("ben", NOON + 60)


@pytest.fixture
def founding() -> tuple[Change, ...]:
    """The changes that add six cards to the empty board: C01 to C04 in the MVP, C05 and C06 in phase 2."""
    board, made = empty_board(), []
    for at in range(6):
        by = step("founder", NOON)
        change = edits.new_card(board, by, f"Card {at + 1}", phase="mvp" if at < 4 else "phase-2", points=at + 1)
        board = apply(board, [change])
        made.append(change)
    return tuple(made)


@pytest.fixture
def board(founding: tuple[Change, ...]) -> Board:
    """The board of those six cards."""
    return apply(empty_board(), founding)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a board file can be."""
    return tmp_path / "team.json"


@pytest.fixture
def stored(path: Path, founding: tuple[Change, ...]) -> FileBoardStore:
    """A store that holds the board of six cards."""
    store = FileBoardStore(path)
    _, base = store.load()
    store.commit(base, founding)
    return store
