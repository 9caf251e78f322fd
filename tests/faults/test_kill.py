"""kill -9 while cards move, and two programs on one file."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from state.board import edits
from state.board.changes import apply, step
from state.board.file_store import FileBoardStore
from state.board.model import empty_board
from state.board.store import NOTHING

_MOVER = Path(__file__).with_name("mover.py")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A board file with thirty cards."""
    board, changes = empty_board(), []
    for number in range(30):
        change = edits.new_card(board, step("ana", 0), f"Card {number}", phase="mvp", points=3, description="x" * 200)
        board = apply(board, [change])
        changes.append(change)
    path = tmp_path / "team.json"
    FileBoardStore(path).commit(NOTHING, changes)
    return path


def _mover(path: Path, who: str, seed: int, steps: int) -> subprocess.Popen[str]:
    command = [sys.executable, str(_MOVER), str(path), who, str(seed), str(steps)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _acknowledged(mover: subprocess.Popen[str], lines: int | None = None) -> list[str]:
    """The ids that a mover has said: so many, or all until its end. A line cut by the kill was not said."""
    assert mover.stdout is not None
    if lines is None:
        return [line.strip() for line in mover.stdout if line.endswith("\n")]
    said = [mover.stdout.readline() for _ in range(lines)]
    assert all(said), "the mover ended by itself"
    return [line.strip() for line in said]


def _end(mover: subprocess.Popen[str]) -> None:
    assert mover.stdout is not None
    mover.stdout.close()
    mover.wait(30)


def _check(path: Path, acknowledged: list[str]) -> None:
    store = FileBoardStore(path)
    board, _ = store.load()
    history = store.history()
    ids = [change.id for change in history.changes]
    assert set(acknowledged) <= set(ids), "an acknowledged move is lost"
    assert len(set(ids)) == len(ids), "a move is doubled"
    assert apply(empty_board(), history.changes) == board
    numbers = [card.number for card in board.cards.values()]
    assert len(set(numbers)) == len(numbers)


def test_no_acknowledged_move_is_lost_by_kill_9(path: Path) -> None:
    chance = random.Random(20)
    acknowledged: list[str] = []
    for number in range(8):
        mover = _mover(path, "ana", number, 100_000)
        acknowledged += _acknowledged(mover, chance.randint(1, 60))
        mover.send_signal(signal.SIGKILL)
        acknowledged += _acknowledged(mover)
        _end(mover)
        assert mover.returncode == -signal.SIGKILL
        _check(path, acknowledged)


def test_two_programs_on_one_file_lose_nothing(path: Path) -> None:
    movers = [_mover(path, who, seed, 40) for seed, who in enumerate(("ana", "ben"))]
    acknowledged = [_acknowledged(mover) for mover in movers]
    for mover in movers:
        _end(mover)
        assert mover.returncode == 0
    assert all(len(ids) >= 20 for ids in acknowledged)
    _check(path, [id for ids in acknowledged for id in ids])
    assert {change.who for change in FileBoardStore(path).history().changes} == {"ana", "ben"}


def test_two_programs_on_one_file_under_kill_9(path: Path) -> None:
    acknowledged: list[str] = []
    for round in range(2):
        movers = [_mover(path, who, seed + 10 * round, 100_000) for seed, who in enumerate(("ana", "ben"))]
        for mover in movers:
            acknowledged += _acknowledged(mover, 15)
        for mover in movers:
            mover.send_signal(signal.SIGKILL)
        for mover in movers:
            acknowledged += _acknowledged(mover)
            _end(mover)
        _check(path, acknowledged)
