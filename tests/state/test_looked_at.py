"""What is remembered of how contexts were looked at, from one run to the next and beside another cockpit."""

import queue
from pathlib import Path

import msgspec
import pytest

from state.clock import Clock
from state.disk import Disk
from state.looked_at import COMMANDS, SAVE_AFTER, AlertsLooked, Looked, LookedAt, Memory

PODS = LookedAt("pods", ("shop",), {"pods": Looked("status:crash", "AGE", True, True)})


def read(path: Path) -> Memory:
    memory = Memory(path)
    memory.read()
    return memory


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "views.json"


def test_another_run_finds_what_was_kept(path: Path) -> None:
    memory = read(path)
    assert memory.of("prod") == LookedAt()
    memory.keep("prod", PODS)
    memory.typed("pods shop")
    memory.save()
    again = read(path)
    assert again.of("prod") == PODS
    assert again.of("staging") == LookedAt()
    assert again.commands == ("pods shop",)


def test_how_alerts_were_put_together_is_kept_beside(path: Path) -> None:
    memory, looked = read(path), AlertsLooked("label team", ("shop",), "AGE", True)
    memory.keep("prod", PODS)
    memory.keep_alerts("prod", looked)
    memory.save()
    again = read(path)
    assert (again.alerts_of("prod"), again.of("prod")) == (looked, PODS)
    assert again.alerts_of("staging") == AlertsLooked()


def test_two_cockpits_keep_what_each_changed(path: Path) -> None:
    one, other = read(path), read(path)
    one.keep("prod", PODS)
    one.typed("pods")
    other.keep("staging", LookedAt("nodes"))
    other.typed("nodes")
    one.save()
    other.save()
    found = read(path)
    assert (found.of("prod"), found.of("staging")) == (PODS, LookedAt("nodes"))
    assert found.commands == ("pods", "nodes")


def test_a_kind_that_is_looked_at_as_it_begins_needs_no_memory() -> None:
    assert PODS.with_kind("pods", Looked()).kinds == {}
    assert set(PODS.with_kind("nodes", Looked(sort="AGE")).kinds) == {"pods", "nodes"}


def test_a_line_is_remembered_once_and_the_oldest_go(path: Path) -> None:
    memory = read(path)
    for number in range(COMMANDS + 5):
        memory.typed(f"pods ns-{number}")
    memory.typed("pods ns-10")
    assert len(memory.commands) == COMMANDS
    assert memory.commands[-1] == "pods ns-10"
    assert memory.commands.count("pods ns-10") == 1
    assert "pods ns-0" not in memory.commands


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"contexts": 5}', b"\xff\xfe", b""])
def test_a_file_that_cannot_be_read_is_as_none(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    memory = read(path)
    assert memory.of("prod") == LookedAt()
    memory.keep("prod", PODS)
    memory.save()
    assert read(path).of("prod") == PODS


def test_what_a_later_version_adds_does_no_harm(path: Path) -> None:
    path.write_bytes(msgspec.json.encode({"contexts": {"prod": {"kind": "nodes", "new": 1}}, "more": True}))
    assert read(path).of("prod").kind == "nodes"


def test_a_disk_that_refuses_costs_the_memory_alone(path: Path) -> None:
    class Full(Disk):
        def create(self, path: Path, mode: int) -> int:
            raise OSError(28, "No space left on device")

    memory = Memory(path, Full())
    memory.keep("prod", PODS)
    memory.save()
    assert memory.of("prod") == PODS
    assert not path.exists()


def test_what_changes_is_written_a_moment_later_and_once(path: Path) -> None:
    now = [0.0]
    memory = Memory(path, clock=Clock(lambda: 0.0, lambda: now[0]))
    saved: queue.Queue[bool] = queue.Queue()
    memory.save = lambda: saved.put(True)  # type: ignore[method-assign]
    memory.pump()
    memory.keep("prod", PODS)
    memory.keep("prod", PODS)
    memory.pump()
    now[0] = SAVE_AFTER
    memory.pump()
    memory.pump()
    assert saved.get(timeout=10)
    assert saved.empty()
