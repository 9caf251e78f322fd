"""A board of many cards: moving one, making it durable, counting the share."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from state.board import edits
from state.board.changes import Change, apply, step
from state.board.model import MVP, Board, empty_board
from state.board.store import NOTHING, Conflict, Version, open_file
from state.planning.scope import scope
from tests.bench.figures import Figure
from tests.bench.opening import COCKPIT
from tests.bench.places import Place, simulated
from tests.bench.processes import cpu_seconds
from tests.bench.terminal import Program

CARDS = 1_000
SHARED = 300
MOVES = 40
WRITES = 15


def measure(given: Place | None) -> Iterator[Figure]:
    """Measure the board's store, its arithmetic and its screen."""
    made, board = cards(CARDS)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "board.json"
        yield durable(path, made, board)
        yield share_of(cards(SHARED)[1])
        with simulated(pods=0) as place:
            yield moved(place, path)


def cards(count: int) -> tuple[list[Change], Board]:
    """Return a board of so many estimated cards in three phases, and what made it."""
    board, by, made = empty_board(), step("bench", 1_700_000_000.0), list[Change]()
    phases = (MVP, "phase-2", "phase-3")
    for at in range(count):
        change = edits.new_card(board, by, f"Card {at + 1}", phase=phases[at % 3], points=1 + at % 8)
        board = apply(board, [change])
        made.append(change)
    return made, board


def durable(path: Path, made: list[Change], board: Board) -> Figure:
    """Return the wall time of one small commit."""
    store = open_file(path)
    version = _stored(store.commit(NOTHING, made))
    uids = list(board.cards)
    took = []
    for at in range(WRITES):
        changes = edits.set_field(board, step("bench", 1_700_000_100.0 + at), [uids[at]], "points", 9)
        began = time.perf_counter()
        version = _stored(store.commit(version, changes))
        took.append(1000 * (time.perf_counter() - began))
        board = apply(board, changes)
    return Figure(f"board of {CARDS:,} cards, one durable write", "ms", 40.0, statistics.median(took))


def share_of(board: Board) -> Figure:
    """Return the CPU of the share, the floor and what is blocked."""
    took = []
    for _ in range(9):
        began = time.process_time()
        scope(board)
        took.append(1000 * (time.process_time() - began))
    return Figure(f"share and scope of {SHARED} cards, CPU", "ms", 20.0, statistics.median(took))


def moved(place: Place, path: Path) -> Figure:
    """Return the CPU of moving a card one down, the frame and the write included."""
    command = [COCKPIT, *place.options, "--data-dir", str(path.parent / "data"), "--board", str(path)]
    with Program([*command, "--screen", "board"]) as program:
        program.until(r"Card 1\b", 30)
        program.watch(3.0)
        before = cpu_seconds(program.pid)
        program.watch(MOVES * 0.2)
        idle = cpu_seconds(program.pid) - before
        before = cpu_seconds(program.pid)
        for _ in range(MOVES):
            program.press("J")
            program.watch(0.2)
        cpu = cpu_seconds(program.pid) - before - idle
    return Figure(f"board of {CARDS:,} cards, a card moved, CPU", "ms", 30.0, 1000 * cpu / MOVES, "the write included")


def _stored(answer: Version | Conflict) -> Version:
    if isinstance(answer, Conflict):
        raise RuntimeError("somebody else wrote the board")
    return answer
