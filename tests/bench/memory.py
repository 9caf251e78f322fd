"""What everything at once costs in memory, what of it goes again, and how long the loop stands still meanwhile."""

import json
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from state.cluster.live import LINGER
from state.cluster.transport import Request
from tests.bench.figures import Figure
from tests.bench.places import Place, simulated
from tests.bench.processes import rss_mb, sockets, threads
from tests.bench.terminal import Program

REPLICA_SETS, EVENTS, KINDS = 2_000, 10_000, 10
CHANGES = 1_000
SETTLE = 10.0
"""Seconds until what is to go is gone."""
_SEEDERS = 4
_ALL = r"\b1\d{4} pods"


def measure(given: Place | None) -> Iterator[Figure]:
    """Measure the whole program with ten kinds live from the start and ten more for a while."""
    if given is not None:
        yield from _whole(given, 0)
        return
    with simulated("--events-per-second", str(CHANGES)) as place:
        seed(place)
        yield from _whole(place, KINDS)


def _whole(place: Place, extra: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        out = Path(folder) / "stalls.json"
        command = [sys.executable, "-m", "tests.bench.inside.stalls", str(out), str(extra), *place.options]
        with Program([*command, "--data-dir", f"{folder}/data"]) as program:
            program.until(_ALL, 120)
            _until(program, lambda: "after" in _phases(out), 60)
            program.watch(SETTLE)
            if extra:
                yield from _more_kinds(program, out, extra)
            program.quit()
        worst = _phases(out)
        yield Figure("longest stall of the loop, clients imported", "ms", 50.0, worst["opening"])
        yield Figure("longest stall of the loop, ten kinds listed", "ms", 50.0, worst["listing"])
        if extra:
            yield Figure("longest stall of the loop, ten more kinds", "ms", 50.0, worst["extra kinds"])
        yield Figure("longest stall of the loop afterwards", "ms", 50.0, worst["after"])


def _more_kinds(program: Program, out: Path, extra: int) -> Iterator[Figure]:
    """Open more kinds, wait until they are listed, and close them."""
    pid = program.pid
    few = rss_mb(pid), threads(pid), sockets(pid)
    os.kill(pid, signal.SIGUSR1)
    _until(program, lambda: "given" in _phases(out), 60)
    program.watch(SETTLE)
    most = rss_mb(pid)
    said = f"2,000 replica sets, 10,000 events, ten more kinds, {CHANGES:,} changes a second"
    yield Figure("memory with everything", "MB", 130.0, most, said)
    os.kill(pid, signal.SIGUSR2)
    program.watch(LINGER + SETTLE)
    yield Figure("memory left by ten kinds closed", "MB", 10.0, rss_mb(pid) - few[0], f"{few[0]:.0f} MB before")
    yield Figure("threads left by ten kinds closed", "", 0, threads(pid) - few[1])
    yield Figure("sockets left by ten kinds closed", "", 0, sockets(pid) - few[2])


def _phases(out: Path) -> dict[str, float]:
    try:
        found: dict[str, float] = json.loads(out.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found


def seed(place: Place) -> None:
    """Put replica sets without pods and events into a simulated cluster."""
    bodies = [("/apis/apps/v1/namespaces/default/replicasets", _replica_set(at)) for at in range(REPLICA_SETS)]
    bodies += [("/api/v1/namespaces/default/events", _event(at)) for at in range(EVENTS)]
    failed: list[int] = []

    def post(mine: list[tuple[str, dict[str, Any]]]) -> None:
        transport = place.connect()
        for path, body in mine:
            answer = transport.call(Request(path, method="POST", body=json.dumps(body).encode()))
            if answer.status >= 300:
                failed.append(answer.status)

    seeders = [threading.Thread(target=post, args=(bodies[at::_SEEDERS],)) for at in range(_SEEDERS)]
    for seeder in seeders:
        seeder.start()
    for seeder in seeders:
        seeder.join()
    if failed:
        raise RuntimeError(f"{len(failed)} objects were refused, the first with {failed[0]}")


def _replica_set(at: int) -> dict[str, Any]:
    labels = {"app": f"app-{at % 200}", "pod-template-hash": f"{at:09x}", "team": f"team-{at % 20}"}
    container = {"name": "main", "image": f"registry.example/app-{at % 200}:1.{at}"}
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {"name": f"app-{at % 200}-{at:09x}", "labels": labels},
        "spec": {
            "replicas": 0,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }


def _event(at: int) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"app-{at}.{at:016x}", "namespace": "default"},
        "involvedObject": {"kind": "Pod", "namespace": "default", "name": f"app-{at}", "uid": f"{at:032x}"},
        "type": "Warning" if at % 5 == 0 else "Normal",
        "reason": ("Pulled", "Created", "Started", "Scheduled", "BackOff")[at % 5],
        "message": f'Container image "registry.example/app-{at % 200}:1.{at}" already present on machine',
        "source": {"component": "kubelet", "host": f"node-{at % 12}"},
        "count": 1 + at % 7,
    }


def _until(program: Program, holds: Callable[[], bool], seconds: float) -> None:
    for _ in range(int(seconds / 0.2)):
        if holds():
            return
        program.watch(0.2)
    raise RuntimeError(f"what was waited for did not come within {seconds:g} s")
