"""What everything at once costs in memory, what of it goes again, and how long the loop stands still meanwhile."""

import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from state.cluster.live import LINGER
from tests.bench.figures import Figure
from tests.bench.places import Place, simulated
from tests.bench.processes import rss_mb, sockets, threads
from tests.bench.terminal import Gave, Program

KINDS = 10
KEPT = 1
CHANGES = 1_000
SETTLE = 10.0
"""Seconds until what is to go is gone."""
_ALL = r"\b1\d{4} pods"


def measure(given: Place | None) -> Iterator[Figure]:
    """Measure the whole program with ten kinds live from the start and ten more for a while.

    A simulated cluster of 10,000 pods has 2,000 replica sets and 10,000 events.
    """
    if given is not None:
        yield from _whole(given)
        return
    with simulated() as place:
        yield from _whole(place, closed)
    with simulated("--events-per-second", str(CHANGES)) as place:
        yield from _whole(place, everything)


def _whole(place: Place, more: Callable[[Program, Path], Iterator[Figure]] | None = None) -> Iterator[Figure]:
    """Open the overview, do something more with it, and tell of its loop."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        out = Path(folder) / "stalls.json"
        command = [sys.executable, "-m", "tests.bench.inside.stalls", str(out), str(KINDS), *place.options]
        with Program([*command, "--data-dir", f"{folder}/data"]) as program:
            program.until(_ALL, 120)
            _until(program, lambda: "after" in _phases(out), 60)
            program.watch(SETTLE)
            if more is not None:
                yield from more(program, out)
            worst = _phases(out)
            program.quit()
        said = f"{CHANGES:,} changes a second" if more is everything else ""
        yield Figure("longest stall of the loop, clients imported", "ms", 50.0, worst["opening"], said)
        yield Figure("longest stall of the loop, ten kinds listed", "ms", 50.0, worst["listing"], said)
        if more is not None:
            yield Figure("longest stall of the loop, ten more kinds", "ms", 50.0, worst["extra kinds"], said)
        yield Figure("longest stall of the loop afterwards", "ms", 50.0, worst["after"], said)


def everything(program: Program, out: Path) -> Iterator[Figure]:
    """Open more kinds."""
    _open_more(program, out)
    said = f"2,000 replica sets, 10,000 events, ten more kinds, {CHANGES:,} changes a second"
    yield Figure("memory with everything", "MB", 130.0, rss_mb(program.pid), said)


def closed(program: Program, out: Path) -> Iterator[Figure]:
    """Open more kinds and close them again."""
    pid = program.pid
    before = rss_mb(pid), threads(pid), sockets(pid)
    _open_more(program, out)
    most = rss_mb(pid)
    os.kill(pid, signal.SIGUSR2)
    program.watch(LINGER + SETTLE)
    said = f"{before[0]:.0f} MB before, {most:.0f} MB with them"
    yield Figure("memory left by ten kinds closed", "MB", 10.0, rss_mb(pid) - before[0], said)
    yield Figure("threads left by ten kinds closed", "", 0, threads(pid) - before[1])
    left = sockets(pid) - before[2]
    yield Figure("sockets left by ten kinds closed", "", KEPT, left, "the connection that the probe keeps")


def _open_more(program: Program, out: Path) -> None:
    os.kill(program.pid, signal.SIGUSR1)
    _until(program, lambda: "given" in _phases(out), 60)
    program.watch(SETTLE)


def _phases(out: Path) -> dict[str, float]:
    try:
        found: dict[str, float] = json.loads(out.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found


def _until(program: Program, holds: Callable[[], bool], seconds: float) -> None:
    for _ in range(int(seconds / 0.2)):
        if holds():
            return
        program.watch(0.2)
    raise Gave(f"what was waited for did not come within {seconds:g} s")
