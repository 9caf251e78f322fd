"""Thousands of alerts that come and go: CPU, and how long a key waits for its frame."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.load import keys_to_frames
from tests.bench.opening import SETTLE
from tests.bench.places import Place, simulated
from tests.bench.processes import cpu_seconds
from tests.bench.terminal import Program

ALERTS, CHANGES = 3_000, 300
SECONDS = 30.0
_ALL = r"\b3\d{3} active"
"""The two servers are not asked at the same moment: some are told by one of them alone."""


def measure(given: Place | None) -> Iterator[Figure]:
    """Measure the table of alerts in a storm."""
    if given is not None:
        yield Figure("a storm of alerts", "% of a core", 35.0, None, "only measured with the simulator")
        return
    said = f"{ALERTS:,} alerts, {CHANGES} changes a second, told by Alertmanager and by Prometheus"
    with (
        simulated(pods=0) as place,
        storm(ALERTS, CHANGES) as url,
        tempfile.TemporaryDirectory(prefix="bench-") as kept,
    ):
        out = Path(kept) / "stalls.json"
        options = ["--prometheus", url, "--alertmanager", url, "--screen", "alerts", "--data-dir", f"{kept}/data"]
        command = [sys.executable, "-m", "tests.bench.inside.stalls", str(out), "0", *place.options, *options]
        with Program(command) as program:
            program.until(_ALL, 60)
            program.watch(SETTLE)
            # Its loop is watched from here on.
            os.kill(program.pid, signal.SIGUSR2)
            before = cpu_seconds(program.pid)
            program.watch(SECONDS)
            cpu = 100 * (cpu_seconds(program.pid) - before) / SECONDS
            yield Figure("a storm of alerts, CPU", "% of a core", 35.0, cpu, said)
            # Several looks at the servers fall into it.
            yield Figure("key to frame in the storm, p95", "ms", 50.0, keys_to_frames(program, rounds=4))
            worst = json.loads(out.read_text())["after"]
            yield Figure("longest stall of the loop in the storm", "ms", 50.0, worst)


@contextmanager
def storm(alerts: int, changes: float) -> Iterator[str]:
    """Run servers that tell of so many alerts; yield their address."""
    command = [sys.executable, "-m", "tests.bench.inside.alert_storm", str(alerts), str(changes)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.kill()
