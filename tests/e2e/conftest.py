"""Terminals to run the cockpit in, and where tmux is missing what to do about it."""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from cockpit.demo.board import demo_changes
from cockpit.demo_world import Endpoints
from state.board.model import MVP
from state.board.store import NOTHING, open_file
from tests.e2e.terminal import Terminal

PROGRAMS = Path(sys.executable).parent
BEFORE_POINTS, AFTER_POINTS = 163, 155
BEFORE, AFTER = f"% {BEFORE_POINTS} of 342 points", f"% {AFTER_POINTS} of 342 points"
CALM = r"^ cockpit .*● (k8s +)?● (prom +)?● (alertmanager )?"
"""All three sources are live; where there is little room a dot says so alone."""
MISSING = "these tests run the cockpit in tmux, which is not installed: `apt-get install tmux` or `brew install tmux`"
_OURS = ("COCKPIT_", "XDG_", "KUBECONFIG", "KUBERNETES_", "TMUX")
_SIZE = ("COLUMNS", "LINES")


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """Open a terminal on a command: `terminal(["cockpit", …], size=(120, 36))`. All are closed at the end."""
    if shutil.which("tmux") is None:
        if os.environ.get("COCKPIT_REQUIRE_SERVERS"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    home = tmp_path / "home"
    home.mkdir()
    env = {"HOME": str(home), "TMPDIR": str(tmp_path), "PYTHONUTF8": "1"}
    # A size in the environment would hold whatever becomes of the terminal.
    unset = [f"--unset={name}" for name in os.environ if name.startswith(_OURS)] + [f"--unset={name}" for name in _SIZE]
    with ExitStack() as opened:

        def open_one(command: Sequence[str], size: tuple[int, int] = (120, 36)) -> Terminal:
            # tmux takes socket paths of a hundred characters at most, and a test's folder has more.
            folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="e2e-")))
            program = [str(PROGRAMS / command[0]), *command[1:]] if (PROGRAMS / command[0]).exists() else command
            return opened.enter_context(Terminal(["env", *unset, *program], folder, size, env))

        yield open_one


class Desk:
    """A data folder with a board in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def points(self) -> float:
        """The MVP's points on the disk."""
        board, _ = open_file(self.folder / "board.json").load()
        return sum(card.points or 0 for card in board.cards.values() if card.phase == MVP)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A data folder with the demo's board."""
    folder = tmp_path / "data"
    folder.mkdir()
    open_file(folder / "board.json").commit(NOTHING, demo_changes(time.time()))
    return Desk(folder)


def cockpit_on(world: Endpoints, desk: Desk, *more: str) -> list[str]:
    """Return the command that shows a running platform with a board."""
    return [
        "cockpit",
        *("--kubeconfig", str(world.kubeconfig), "--context", "prod-eu", "--data-dir", str(desk.folder)),
        *("--prometheus", world.prometheus, "--alertmanager", world.alertmanager, *more),
    ]


def move_a_card(terminal: Terminal) -> None:
    """On the board, move a card that no other needs out of the MVP; return as soon as the screen shows it."""
    terminal.wait_for(BEFORE)
    terminal.keys("#")
    terminal.wait_for(r"Go to card")
    terminal.type("C24")
    terminal.keys("Enter")
    terminal.wait_for(r"Go to card", gone=True)
    terminal.keys("S-Right")
    terminal.wait_for(AFTER)
