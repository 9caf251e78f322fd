"""The cluster in pictures: how full its nodes are, pods and restarts over time, who uses most."""

import logging
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from screens.commands import bindings
from screens.emptiness import stale_note
from screens.frame import Frame
from screens.panes.wanting import Wanting
from screens.pulse_lines import load_tone, mean, node_lines, pod_lines
from screens.table import Table
from screens.wanted import ObjectWanted, Target
from state import threads
from state.cell import Cell, Tone
from state.clock import SYSTEM, Clock
from state.cluster.kinds.nodes import NODE
from state.cluster.kinds.pods import POD
from state.cluster.usage import Measured, UsageSource, Used
from state.cluster.usage_columns import cores, mebibytes
from state.cluster.vitals import (
    Consumer,
    NodeLoad,
    Sample,
    consumers,
    requested_loads,
    used_loads,
)
from state.freshness import Health
from state.metrics.history import history, joined
from state.metrics.model import MetricsClient, MetricsError
from state.platform import Platform
from state.printable import printable
from widgets.cell_lines import Line, LineWidget
from widgets.grid import Grid
from widgets.grid_model import GridColumn
from widgets.meter import percent
from widgets.pane import Pane

EVERY = 5.0
ANSWER_SECONDS = 20.0
"""Seconds between two pictures, when nothing new was measured before."""
CONSUMERS = 30
_log = logging.getLogger(__name__)
_COLUMNS = (
    GridColumn("NAME", 20, grows=True, middle=True, importance=0),
    GridColumn("NAMESPACE", 14, importance=2),
    GridColumn("USED", 8, right=True, importance=0),
    GridColumn("%R", 5, right=True, importance=1),
    GridColumn("%L", 5, right=True, importance=1),
)


class Lines(LineWidget):
    """Lines that are made for the width they are given."""

    DEFAULT_CSS = "Lines { padding: 0 1; height: 1fr; }"

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._make: Callable[[int, int], Sequence[Line]] = lambda width, height: ()

    def draw_by(self, make: Callable[[int, int], Sequence[Line]]) -> None:
        """Draw what `make` gives for a width and a height from now on."""
        self._make = make
        self.update()

    def lines_at(self, width: int) -> Sequence[Line]:
        return self._make(width, max(1, self.size.height))


class Consumers(Wanting):
    """The pods that use most of something."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("object")]

    def __init__(
        self,
        name: str,
        cluster: str,
        most: Callable[[Used], float],
        told: Callable[[float], str],
        whole: Callable[[Consumer], tuple[float, float]],
    ) -> None:
        """`most` is what of the usage counts, `whole` the request and the limit of it."""
        super().__init__(title=name, id=f"top-{name}")
        self._what, self._cluster = name, cluster
        self._most, self._told, self._whole = most, told, whole
        self._shown: dict[str, Consumer] = {}

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield Grid(_COLUMNS, marking=False, letters_shift=False, focus_holds=False)

    def show(self, pods: Any, measured: Measured | None, problem: str) -> None:
        """Show the greatest of some pods, or why nothing is known."""
        found = consumers(pods, measured.by_name, self._most, CONSUMERS) if measured is not None else []
        self._shown = {one.pod.uid: one for one in found}
        self.name_it(f"Most {self._what}", "")
        if not found:
            words = problem or ("nothing is used" if measured is not None else "loading …")
            self.say_empty([(Cell("▲ " if problem else "◌ ", Tone.QUIET), Cell(printable(words), Tone.QUIET))])
            return
        self.say_empty(None)
        self.query_one(Grid).show(Table.of({uid: self._cells(one) for uid, one in self._shown.items()}), None)

    def _cells(self, one: Consumer) -> tuple[Cell, ...]:
        used = self._most(one.used)
        request, limit = self._whole(one)
        return (
            Cell(printable(one.pod.name)),
            Cell(printable(one.pod.namespace), Tone.QUIET),
            Cell(self._told(used)),
            Cell(f"{used / request * 100:.0f}" if request else "–", Tone.TEXT if request else Tone.FAINT),
            Cell(f"{used / limit * 100:.0f}" if limit else "–", load_tone(used / limit if limit else None)),
        )

    def want(self, verb: str) -> None:
        one = self._shown.get(str(self.query_one(Grid).cursor_key))
        if one is not None:
            self.post_message(ObjectWanted(verb, Target(POD.ref(self._cluster, one.pod), one.pod.uid, POD)))


class PulseScreen(Frame):
    """One picture of the cluster, a second old at most. `PulseScreen(platform)`."""

    DEFAULT_CSS = """
    PulseScreen .pulse { layout: grid; grid-size: 2 2; grid-gutter: 0 1; height: 1fr; }
    .-narrow PulseScreen .pulse, PulseScreen.-narrow .pulse { layout: vertical; }
    """
    STREAMS = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("overview", "pushed")]
    AUTO_FOCUS = "#top-cpu Grid"

    def __init__(self, platform: Platform, clock: Clock = SYSTEM) -> None:
        super().__init__()
        self._platform = platform
        self._clock = clock
        self._drawn = float("-inf")
        self._counted = -1
        self._before: Sequence[Sample] = ()
        """What Prometheus knows of the time before the program began."""
        self._usage: tuple[UsageSource, UsageSource] | None = None
        self._heat_map, self._phases = Lines(id="pulse-nodes"), Lines(id="pulse-pods")
        cluster = platform.cluster.name
        self._cpu = Consumers(
            "cpu", cluster, lambda used: used.cpu, cores, lambda one: (one.pod.cpu_request, one.pod.cpu_limit)
        )
        self._memory = Consumers(
            "memory",
            cluster,
            lambda used: used.memory,
            mebibytes,
            lambda one: (one.pod.memory_request, one.pod.memory_limit),
        )

    def compose_body(self) -> ComposeResult:
        with Container(classes="pulse"):
            yield Pane(self._heat_map, title="Nodes", id="pulse-nodes-pane")
            yield Pane(self._phases, title="Pods", id="pulse-pods-pane")
            yield self._cpu
            yield self._memory

    def on_mount(self) -> None:
        cluster = self._platform.cluster
        name, way, elsewhere = cluster.name, cluster.transport, cluster.measured_elsewhere
        self._usage = (
            UsageSource(
                name,
                way,
                pods=True,
                namespaces=lambda: cluster.namespaces,
                elsewhere=elsewhere,
                clock=self._clock,
            ),
            UsageSource(name, way, pods=False, elsewhere=elsewhere, clock=self._clock),
        )

        if self._platform.metrics is not None:
            self.run_worker(self._look_back(self._platform.metrics), exit_on_error=False)

    async def _look_back(self, metrics: MetricsClient) -> None:
        """Ask Prometheus once for the hour before; where it has none, what was seen since is all there is."""
        now, namespaces = self._clock.wall(), self._platform.cluster.namespaces
        try:
            self._before = await threads.call(
                "history of pods", lambda: history(metrics, now, namespaces), timeout=ANSWER_SECONDS
            )
        except (MetricsError, TimeoutError) as error:
            _log.info("Prometheus tells nothing of pods before this began: %s", error)
        else:
            self._counted = -1

    def on_unmount(self) -> None:
        for source in self._usage or ():
            source.stop()

    def update(self) -> None:
        now = self._clock.elapsed()
        if self._usage is None:
            return
        of_pods, of_nodes = self._usage
        new_pods, new_nodes = of_pods.look(), of_nodes.look()
        vitals = self._platform.vitals.revision
        late = now - self._drawn >= EVERY
        view = self._platform.view
        nodes, pods = view.feed(NODE.resource.group_kind), view.feed(POD.resource.group_kind)
        if late or new_nodes:
            measured = of_nodes.measured
            if measured is not None and measured.by_name:
                loads, how = used_loads(nodes.mirror, pods.mirror, measured.by_name), "used"
            else:
                loads, how = requested_loads(nodes.mirror, pods.mirror), "requested"
            self._show_nodes(loads, how, of_nodes.problem, nodes.freshness.health is Health.DENIED)
        if late or vitals != self._counted:
            self._counted = vitals
            self._show_pods(pods, self._clock.wall())
        if late or new_pods:
            for pane in (self._cpu, self._memory):
                pane.show(pods.mirror, of_pods.measured, of_pods.problem)
        if late:
            self._drawn = now

    def _show_nodes(self, loads: Sequence[NodeLoad], how: str, problem: str, denied: bool) -> None:
        pane = self.query_one("#pulse-nodes-pane", Pane)
        known = [one for one in loads if one.cpu is not None or one.memory is not None]
        cpu, memory = (mean([getattr(one, part) for one in known]) for part in ("cpu", "memory"))
        words = f"{len(loads)} · cpu {percent(cpu)} · mem {percent(memory)} {how}" if known else str(len(loads))
        pane.name_it("Nodes", words)
        if not loads:
            pane.say_empty([(Cell("may not be read" if denied else "no nodes", Tone.QUIET),)])
            return
        pane.say_empty(None)
        note = printable(problem) if how == "requested" and problem else ""
        self._heat_map.draw_by(lambda width, height: node_lines(loads, width, height, self._clock.wall(), note))

    def _show_pods(self, pods: Any, now: float) -> None:
        pane = self.query_one("#pulse-pods-pane", Pane)
        samples = joined(self._before, self._platform.vitals.samples)
        how = "from Prometheus and as seen here" if self._before else "since this began at most"
        note = stale_note(pods.freshness, now)
        pane.name_it("Pods", f"{len(pods.mirror)}  {note}".rstrip())
        self._phases.draw_by(lambda width, height: pod_lines(samples, width, now, how))

    # --- keys ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "zoom":
            return False
        return super().check_action(action, parameters)

    def action_back(self) -> None:
        self.dismiss()
