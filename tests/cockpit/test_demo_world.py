import os
import select
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from cockpit.demo_world import DemoWorld, DemoWorldFailed

DEADLINE_SECONDS = 30.0

PARENT = """
import sys, threading, time
from pathlib import Path
from cockpit.demo_world import DemoWorld
found = []
def start():
    found.append(DemoWorld(Path(sys.argv[1]), options=("--story", "calm")))
    found[0].wait()
if sys.argv[2] == "main":
    start()
else:
    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
print(found[0].pid, flush=True)
sys.stdin.read()
"""


def ended(descriptor: int) -> bool:
    """Whether the process behind a pidfd ends within the deadline."""
    ready, _, _ = select.select([descriptor], [], [], DEADLINE_SECONDS)
    return bool(ready)


def test_it_is_ready_answers_and_ends_when_closed(tmp_path: Path) -> None:
    with DemoWorld(tmp_path, options=("--story", "calm")) as world:
        endpoints = world.wait()
        assert endpoints.kubeconfig == tmp_path / "kubeconfig"
        with urllib.request.urlopen(f"{endpoints.prometheus}/-/ready", timeout=DEADLINE_SECONDS) as answer:
            assert answer.status == 200
        assert world.running
    assert not world.running
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(endpoints.kubernetes, timeout=DEADLINE_SECONDS)


def test_two_run_side_by_side(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    with DemoWorld(folders[0]) as one, DemoWorld(folders[1]) as two:
        first, second = one.wait(), two.wait()
        assert first.kubernetes != second.kubernetes


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux's pidfd_open to see a stranger's end")
@pytest.mark.parametrize("thread", ["main", "other"])
def test_it_dies_with_a_parent_that_is_killed(tmp_path: Path, thread: str) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path), thread]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        descriptor = os.pidfd_open(child)
        parent.send_signal(signal.SIGKILL)
        parent.wait(DEADLINE_SECONDS)
        assert ended(descriptor)
        os.close(descriptor)


def test_one_that_cannot_start_says_why(tmp_path: Path) -> None:
    with DemoWorld(tmp_path, options=("--story", "sleepy")) as world, pytest.raises(DemoWorldFailed) as failed:
        world.wait()
    assert "'sleepy' is not one of" in str(failed.value)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DemoWorldFailed, match="No such file"):
        DemoWorld(tmp_path / "nowhere")


def test_one_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    with DemoWorld(tmp_path) as world:
        with pytest.raises(DemoWorldFailed, match=r"not ready within 0 s"):
            world.wait(0.0)
        assert not world.running
