"""The cost of a frame against the number of rows."""

import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.places import Place
from tests.bench.terminal import Program

FEW, MANY = 1_000, 50_000
RUNS = 3


def measure(given: Place | None) -> Iterator[Figure]:
    """Draw the same pages of a short and of a long list."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        out = Path(folder) / "frame"
        took: dict[int, list[float]] = {FEW: [], MANY: []}
        for _ in range(RUNS):
            for rows, frames in took.items():
                with Program([sys.executable, "-m", "tests.bench.inside.grid", str(rows), str(out)]) as program:
                    while not program.ended:
                        program.watch(0.5)
                frames.append(float(out.read_text()))
    few, many = statistics.median(took[FEW]), statistics.median(took[MANY])
    said = f"{few:.1f} ms with {FEW:,} rows, {many:.1f} ms with {MANY:,}"
    yield Figure("a frame of a page, CPU, against rows", "× with fewer rows", 1.25, many / few, said)
