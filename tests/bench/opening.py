"""From the start of the process to all pods: the first frame, the first rows, the list, memory, and standing still."""

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.places import Place, simulated
from tests.bench.processes import cpu_of, cpu_seconds, rss_mb
from tests.bench.terminal import Program

RUNS = 5
IDLE_SECONDS = 20.0
COCKPIT = str(Path(sys.executable).with_name("cockpit"))
_ANY_ROWS = r"Pods +[1-9]\d*"
_ALL_ROWS = r"Pods +[1-9]\d{4,}(?! +loading)"
_ALL_COUNTED = r"\b[1-9]\d{4,} pods"
SETTLE = 10.0
"""Seconds after which nothing of the opening is left to do."""


def measure(given: Place | None) -> Iterator[Figure]:
    """Measure what a user waits for, and pays while nothing happens."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, nullcontext(given) if given else simulated() as place:
        data = Path(folder)
        yield first_frame(place, data)
        yield list_cpu(place)
        yield from whole_program(place, data)


def first_frame(place: Place, data: Path) -> Figure:
    """Return the ratio of the first frame's CPU to that of importing Textual, medians of alternating runs."""
    imports, frames = [], []
    for _ in range(RUNS):
        imports.append(cpu_of(["-c", "from textual.app import App"]))
        out = data / "first-frame"
        command = [sys.executable, "-m", "tests.bench.inside.first_frame", str(out), *place.options]
        with Program([*command, "--data-dir", str(data / "data")]) as program:
            while not program.ended:
                program.watch(0.2)
        frames.append(float(out.read_text()))
    base, frame = statistics.median(imports), statistics.median(frames)
    said = f"{1000 * frame:.0f} ms, the import alone {1000 * base:.0f} ms"
    return Figure("first frame, CPU", "× import textual", 1.45, frame / base, said)


def list_cpu(place: Place) -> Figure:
    """Return the CPU that listing all pods into an ordered grid takes."""
    command = [sys.executable, "-m", "tests.bench.inside.listing", str(place.kubeconfig), place.context]
    took = []
    for _ in range(3):
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        took.append(float(said[0]))
    return Figure(f"{said[1]} pods listed into a grid, CPU", "s", 0.6, statistics.median(took))


def whole_program(place: Place, data: Path) -> Iterator[Figure]:
    """Measure the program on its terminal."""
    command = [COCKPIT, *place.options, "--data-dir", str(data / "data"), "--screen", "cluster"]
    first, everything = [], []
    for run in range(3):
        with Program(command) as program:
            first.append(program.until(_ANY_ROWS, 60))
            everything.append(first[-1] + program.until(_ALL_ROWS, 60))
            if run < 2:
                continue
            yield Figure("first rows of 10,000 pods", "s", 1.5, statistics.median(first))
            yield Figure("all rows of 10,000 pods", "s", 4.0, statistics.median(everything))
            program.watch(5.0)
            yield Figure("memory with 10,000 pods", "MB", 100.0, rss_mb(program.pid))
            yield Figure("standing still, 10,000 pods, CPU", "% of a core", 1.0, idle_cpu(program))
            yield Figure("end", "s", 1.0, program.quit())
    with Program([COCKPIT, *place.options, "--data-dir", str(data / "data"), "--screen", "overview"]) as program:
        program.until(_ALL_COUNTED, 60)
        program.watch(SETTLE)
        yield Figure("standing still on the overview, CPU", "% of a core", 1.0, idle_cpu(program))


def idle_cpu(program: Program) -> float:
    """Return the percent of a core it takes while no key is pressed."""
    before = cpu_seconds(program.pid)
    program.watch(IDLE_SECONDS)
    return 100 * (cpu_seconds(program.pid) - before) / IDLE_SECONDS
