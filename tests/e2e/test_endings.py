"""What a terminal does to a program, and how the program ends."""

import os
import select
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cockpit.demo_world import DemoWorld, Endpoints
from tests.e2e.conftest import AFTER_POINTS, BEFORE, CALM, Desk, cockpit_on, move_a_card
from tests.e2e.terminal import Terminal


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_told_to_end_it_saves_and_gives_the_terminal_back(
    terminal: Callable[..., Terminal], simulated: Endpoints, desk: Desk, number: signal.Signals
) -> None:
    cockpit = terminal(cockpit_on(simulated, desk, "--screen", "board"))
    move_a_card(cockpit)
    os.kill(cockpit.pid, number)
    assert cockpit.wait_for_end() == 0
    assert not cockpit.left_behind
    assert desk.points == AFTER_POINTS


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux's pidfd_open to see a stranger's end")
def test_a_terminal_that_is_closed_ends_it_with_everything_saved(
    terminal: Callable[..., Terminal], simulated: Endpoints, desk: Desk
) -> None:
    cockpit = terminal(cockpit_on(simulated, desk, "--screen", "board"))
    move_a_card(cockpit)
    process = os.pidfd_open(cockpit.pid)
    cockpit.close()
    ended, _, _ = select.select([process], [], [], 10)
    os.close(process)
    assert ended, "the program outlives its terminal"
    assert desk.points == AFTER_POINTS


def test_another_size_and_back(terminal: Callable[..., Terminal], simulated: Endpoints, desk: Desk) -> None:
    cockpit = terminal(cockpit_on(simulated, desk))
    cockpit.wait_for(CALM)
    cockpit.wait_for(r"^╭─ Cluster .*╮ ╭─ Alerts ")
    cockpit.resize(80, 24)
    small = cockpit.wait_for(r"^╭─ Alerts .*╮$")
    assert len(small.rstrip("\n").splitlines()) <= 24
    assert "│ │" not in small, "the panes stand under each other"
    cockpit.resize(120, 36)
    cockpit.wait_for(r"^╭─ Cluster .*╮ ╭─ Alerts ")
    cockpit.keys("q")
    assert cockpit.wait_for_end() == 0


def test_stopped_and_continued_it_goes_on(terminal: Callable[..., Terminal], simulated: Endpoints, desk: Desk) -> None:
    cockpit = terminal(cockpit_on(simulated, desk))
    cockpit.wait_for(CALM)
    os.kill(cockpit.pid, signal.SIGSTOP)
    cockpit.keys("5")
    os.kill(cockpit.pid, signal.SIGCONT)
    cockpit.wait_for(BEFORE)
    cockpit.keys("1")
    cockpit.wait_for(CALM)
    cockpit.keys("q")
    assert cockpit.wait_for_end() == 0


def test_servers_that_are_gone_are_called_stale_and_hold_up_nobody(
    terminal: Callable[..., Terminal], desk: Desk, tmp_path: Path
) -> None:
    with DemoWorld(tmp_path, options=("--story", "calm")) as world:
        cockpit = terminal(cockpit_on(world.wait(), desk))
        cockpit.wait_for(CALM)
        cockpit.wait_for(r"12 nodes · 21\d pods")
        os.kill(world.pid, signal.SIGKILL)
        cockpit.wait_for(r"◌ k8s \d+s +◌ prom \d+s +◌ alertmanager \d+s", timeout=25)
        assert "12 nodes · 21" in cockpit.screen, "what was known stays"
        begin = time.monotonic()
        cockpit.keys("C-q")
        assert cockpit.wait_for_end(timeout=5) == 0
        assert time.monotonic() - begin < 3


CRASHING = """
import sys
from pathlib import Path
from cockpit.run import run_app
from cockpit.start import Look

def start(show_object):
    password = "hunter2-hunter2"
    raise RuntimeError("a programming error\\x1b[31m with token=t0ken-t0ken")

sys.exit(run_app(start, Look(), "overview", "info", Path(sys.argv[1])))
"""


def test_a_crash_gives_the_terminal_back_and_names_the_log(terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    log = tmp_path / "cockpit.log"
    cockpit = terminal(["python", "-c", CRASHING, str(log)])
    assert cockpit.wait_for_end() == 1
    assert not cockpit.left_behind
    shown = cockpit.screen.replace("\n", "")
    assert f"cockpit: crashed: RuntimeError: a programming error with token=***; the log is {log}" in shown
    assert "Traceback" not in shown
    written = log.read_text()
    assert "RuntimeError: a programming error" in written
    assert not {word for word in ("hunter2", "t0ken-t0ken", "\x1b") if word in written + shown}


def test_killed_it_cannot_give_the_terminal_back(
    terminal: Callable[..., Terminal], simulated: Endpoints, desk: Desk
) -> None:
    """What the other endings are measured with sees a terminal that was left in a mess."""
    cockpit = terminal(cockpit_on(simulated, desk))
    cockpit.wait_for(CALM)
    os.kill(cockpit.pid, signal.SIGKILL)
    assert cockpit.wait_for_end() == 128 + signal.SIGKILL
    assert cockpit.left_behind == {"alternate screen", "mouse", "cursor hidden", "line discipline"}
