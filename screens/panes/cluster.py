"""The overview's cluster: how full it is and what is worst."""

from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from screens.commands import bindings
from screens.emptiness import emptiness, stale_note
from screens.panes.wanting import Wanting
from screens.table import Table
from screens.wanted import ObjectWanted, Target
from state.age import short_age
from state.cell import GLYPHS, Cell, Tone
from state.cluster.live import Feed
from state.metrics.pulse import Pulse, Usage
from state.polled import Polled
from state.worst import Faulty, Worst
from widgets.cell_lines import CellLines
from widgets.grid import Grid
from widgets.grid_model import GridColumn
from widgets.meter import Meter
from widgets.spark import spark

COLUMNS = (
    GridColumn("", 1, importance=0),
    GridColumn("NAME", 24, grows=True, middle=True, importance=0),
    GridColumn("WHAT", 26, importance=0),
    GridColumn("AGE", 5, right=True, importance=2),
)
_HISTORY = 12


@dataclass(frozen=True, slots=True)
class ClusterParts:
    """What the pane shows."""

    nodes: Feed[Any]
    pods: Feed[Any]
    worst: Worst
    pulse: Polled[Pulse] | None


class ClusterPane(Wanting):
    """Use of the cluster, and its objects that are not well, worst first."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("object")]

    def __init__(self, parts: ClusterParts) -> None:
        super().__init__(title="Cluster", id="cluster-pane")
        self._parts = parts
        self._seen: object = None
        self._faulty: dict[str, Faulty] = {}

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield Meter("cpu", id="cpu")
        yield Meter("mem", id="mem")
        yield Grid(COLUMNS, header=False, marking=False, letters_shift=False, focus_holds=False, id="worst")
        yield CellLines(id="well")

    def update_at(self, now: float) -> None:
        """Take over what changed; `now` in seconds since the epoch."""
        parts = self._parts
        freshness = parts.pods.freshness
        counts = (len(parts.nodes.mirror), len(parts.pods.mirror))
        parts.worst.update(now)
        pulse = parts.pulse.value if parts.pulse else None
        seen = (parts.worst.revision, counts, freshness, pulse, int(now))
        if seen == self._seen:
            return
        self._seen = seen
        note = stale_note(freshness, now)
        nodes = f"{counts[0]} nodes · " if counts[0] else ""
        self.name_it("Cluster", f"{nodes}{counts[1]} pods" + (f"  {note}" if note else ""))
        if pulse is not None:
            self._meter("cpu", pulse.cpu)
            self._meter("mem", pulse.memory)
        self.set_class(pulse is None, "-no-usage")
        if not counts[1] and not parts.worst.faulty:
            self.say_empty(emptiness(freshness, now, "no pods", counts[1]))
            return
        self.say_empty(None)
        self._faulty = {faulty.uid: faulty for faulty in parts.worst.faulty[:200]}
        self.query_one("#worst", Grid).show(Table.of({uid: _cells(f, now) for uid, f in self._faulty.items()}), None)
        loading = "" if parts.pods.complete else f"loading, {counts[1]} pods so far"
        well = loading or f"{parts.worst.well()} objects well"
        self.query_one("#well", CellLines).show([(Cell(well, Tone.FAINT),)])

    def _meter(self, id: str, usage: Usage) -> None:
        tone = Tone.WARN if (usage.now or 0.0) >= 0.9 else Tone.FOCUS
        history = spark(usage.history, _HISTORY, high=1.0)
        self.query_one(f"#{id}", Meter).measure(usage.now, tone, (Cell(history, Tone.QUIET),))

    def want(self, verb: str) -> None:
        faulty = self._faulty.get(str(self.query_one("#worst", Grid).cursor_key))
        if faulty is not None:
            self.post_message(ObjectWanted(verb, Target(faulty.ref, faulty.uid)))


def _cells(faulty: Faulty, now: float) -> tuple[Cell, ...]:
    fault = faulty.fault
    age = short_age(now - fault.since) if fault.since is not None else ""
    return (
        Cell(GLYPHS.get(fault.tone, "▲"), fault.tone),
        Cell(faulty.ref.path),
        Cell(fault.text, fault.tone),
        Cell(age, Tone.QUIET),
    )
