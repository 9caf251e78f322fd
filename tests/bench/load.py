"""A thousand changes a second: CPU, and how long a key waits for its frame."""

import tempfile
from collections.abc import Iterator

from tests.bench.figures import Figure
from tests.bench.opening import COCKPIT
from tests.bench.places import Place, simulated
from tests.bench.processes import cpu_seconds
from tests.bench.terminal import Program

SECONDS = 15.0
_LETTERS = "ßøþðæœłđħŋ" * 6
"""Letters that nothing else on the screen has, so that a frame with one is the frame of its key."""
_ALL = r"Pods +1\d{4}(?! +loading)"


def measure(given: Place | None) -> Iterator[Figure]:
    """Measure the grid of pods while they change, and while some are replaced as well and the order is by status."""
    if given is not None:
        yield Figure("1,000 changes a second", "% of a core", 10.0, None, "only measured with the simulator")
        return
    with simulated("--events-per-second", "1000") as place:
        cpu, p95 = under_load(place, "")
        yield Figure("1,000 changes a second, CPU", "% of a core", 10.0, cpu)
        yield Figure("key to frame meanwhile, p95", "ms", 50.0, p95)
    # A replaced pod is nine events: its end, and all steps of its successor's start. With 100 replacements a second
    # these 200 changes make it 1,050 events of pods a second, and 400 of the objects that own them.
    with simulated("--events-per-second", "200", "--replacements-per-second", "100") as place:
        cpu, p95 = under_load(place, "S")
        said = "100 of them replacements; pods by status"
        yield Figure("1,000 changes a second in an ordered view, CPU", "% of a core", 15.0, cpu, said)
        yield Figure("key to frame meanwhile, p95 ", "ms", 50.0, p95)


def under_load(place: Place, keys: str) -> tuple[float, float]:
    """Return the percent of a core, and the milliseconds from a key to its frame (p95)."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        Program([COCKPIT, *place.options, "--data-dir", folder, "--screen", "cluster"]) as program,
    ):
        program.until(_ALL, 60)
        program.press(keys)
        program.watch(5.0)
        before = cpu_seconds(program.pid)
        program.watch(SECONDS)
        cpu = 100 * (cpu_seconds(program.pid) - before) / SECONDS
        return cpu, keys_to_frames(program)


def keys_to_frames(program: Program, rounds: int = 1) -> float:
    """Return the milliseconds from a key, typed into the command line, to its frame (p95)."""
    program.press(":")
    program.watch(1.0)
    took = []
    for letter in _LETTERS * rounds:
        program.watch(0.13)
        program.press(letter)
        took.append(1000 * program.until(letter, 5.0))
        program.press("\x7f")
    took.sort()
    return took[int(0.95 * (len(took) - 1))]
