"""One bad night in a real terminal: seen, acknowledged, repaired, planned for; then home."""

from collections.abc import Callable
from pathlib import Path

from state.journal.entry import Entry
from state.journal.journal import Journal
from tests.e2e.conftest import AFTER_POINTS, BEFORE, BEFORE_POINTS, CALM, Desk, move_a_card
from tests.e2e.terminal import Terminal, until


def focus(terminal: Terminal, key: str) -> None:
    """Press tab until the footer offers a key."""
    for _ in range(8):
        if key in terminal.screen.rstrip().rpartition("\n")[2]:
            return
        terminal.keys("Tab")
        terminal.settle()
    raise AssertionError(f"no pane offers {key!r}:\n{terminal.screen}")


def operations(folder: Path) -> dict[str, Entry]:
    """The operations in the journal, by their id."""
    return {entry.operation: entry for entry in Journal(folder / "journal.db").entries(source="operation")}


def test_a_night_is_seen_acknowledged_repaired_and_planned_for(
    terminal: Callable[..., Terminal], tmp_path: Path
) -> None:
    demo = terminal(["cockpit", "demo", "--speed", "20"])
    demo.wait_for(r"Cluster  12 nodes · 21\d pods")
    demo.wait_for(rf"MVP {BEFORE_POINTS} of 342 points")
    (folder,) = tmp_path.glob("cockpit-demo-*")

    demo.wait_for(r"payments/pay.*CrashLoopBackOff")
    demo.wait_for(r"✗ KubePodCrashLooping +payments")
    focus(demo, "a ack")
    demo.keys("a")
    demo.wait_for(r"y do it")
    demo.keys("y")
    demo.wait_for(r"Alerts .*· 2 acked")
    until(lambda: operations(folder).get("ack"), "the ack in the journal")
    assert operations(folder)["ack"].event == "done"

    # The alert that was acknowledged sinks, and the cursor goes with it: R means its workload.
    demo.keys("R")
    demo.wait_for(r"Roll back payments/payments-api to revision")
    demo.type("payments")
    demo.keys("Enter")
    demo.wait_for(r"that is not payments-api")
    demo.type("-api")
    demo.keys("Enter")
    demo.wait_for(r"payments/pay.*CrashLoopBackOff", gone=True)
    demo.wait_for(r"KubePodCrashLooping +payments", gone=True, timeout=30)
    until(lambda: operations(folder).get("roll-back"), "the rollback in the journal")
    rolled_back = operations(folder)["roll-back"]
    assert rolled_back.event == "done"
    assert "payments-api" in rolled_back.subject

    demo.keys("5")
    move_a_card(demo)
    until(lambda: Desk(folder).points == AFTER_POINTS, "the move on the disk")
    demo.keys("u")
    demo.wait_for(BEFORE)
    until(lambda: Desk(folder).points == BEFORE_POINTS, "the move taken back on the disk")

    demo.keys("q")
    assert demo.wait_for_end() == 0
    assert not demo.left_behind
    assert not list(tmp_path.glob("cockpit-demo-*")), "the demo leaves nothing"
    assert not list((tmp_path / "home").rglob("*")), "nor does it touch what is the user's"


def test_two_demos_do_not_know_of_each_other(terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    demos = [terminal(["cockpit", "demo", "--story", "calm", "--screen", "board"]) for _ in range(2)]
    for demo in demos:
        demo.wait_for(BEFORE)
    move_a_card(demos[0])
    assert BEFORE in demos[1].screen
    demos[0].keys("q")
    assert demos[0].wait_for_end() == 0
    demos[1].keys("1")
    demos[1].wait_for(CALM)
    demos[1].keys("q")
    assert demos[1].wait_for_end() == 0
    assert not list(tmp_path.glob("cockpit-demo-*"))
