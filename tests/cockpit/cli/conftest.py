"""`cockpit board` run in this process, on a board of its own."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cockpit.cli.root import cockpit
from state.board import edits
from state.board.changes import apply, step
from state.board.model import Board, empty_board
from state.board.store import NOTHING, Conflict, open_file

NOON = 1_790_000_000.0


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Run = Callable[..., Ended]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A board of six cards: C01 to C04 in the MVP, C05 and C06 in phase 2; C06 needs C05, C02 needs C01."""
    path = tmp_path / "team.json"
    board = empty_board()
    for at in range(6):
        by = step("founder", NOON + at)
        made = [edits.new_card(board, by, f"Card {at + 1}", phase="mvp" if at < 4 else "phase-2", points=at + 1)]
        board = _commit(path, board, made)
    uids = {card.label: card.uid for card in board.cards.values()}
    for card, need in (("C06", "C05"), ("C02", "C01")):
        board = _commit(path, board, edits.set_needs(board, step("founder", NOON + 60), uids[card], [uids[need]]))
    return path


def _commit(path: Path, board: Board, changes: Any) -> Board:
    store = open_file(path)
    version = store.load()[1] if path.exists() else NOTHING
    assert not isinstance(store.commit(version, changes), Conflict)
    return apply(board, changes)


@pytest.fixture
def run(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `cockpit board …` as ana on that board."""
    for name in ("COCKPIT_CONFIG", "COCKPIT_CONTEXT", "COCKPIT_DATA_DIR", "KUBECONFIG"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("COCKPIT_BOARD", str(path))
    monkeypatch.setenv("COCKPIT_WHO", "ana")

    def run(*arguments: str, stdin: str | bytes | None = None) -> Ended:
        found = CliRunner().invoke(cockpit, ["board", *arguments], input=stdin)
        if found.exception is not None and not isinstance(found.exception, SystemExit):
            raise found.exception
        return Ended(found.exit_code, found.stdout, found.stderr)

    return run


@pytest.fixture
def board(path: Path) -> Callable[[], Board]:
    """Reads the board as it is in the file."""
    return lambda: open_file(path).load()[0]
