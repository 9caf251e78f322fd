"""Port-forwards: how one is opened, and the list of all with what goes through them."""

import re
from collections.abc import Callable
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from screens.commands import bindings
from screens.dialogs.ask import Ask
from screens.doing import Doing
from screens.frame import Frame
from screens.shell import asked
from screens.table import Table
from state.age import short_age
from state.cell import Cell, Tone
from state.clock import SYSTEM, Clock
from state.cluster.forwards import Forwarded, Forwards, Way
from state.cluster.local_ports import free_port
from state.cluster.operations.forward import OpenForward
from state.cluster.pod_choice import PodChoice, choice_of, ports_of
from state.cluster.transport import Transport
from state.perform import perform
from state.printable import printable
from state.ref import Ref
from widgets.grid import Grid
from widgets.grid_model import GridColumn
from widgets.pane import Pane

COLUMNS = (
    GridColumn("", 1, importance=0),
    GridColumn("LOCAL", 15, importance=0),
    GridColumn("TO", 26, grows=True, middle=True, importance=0),
    GridColumn("PORT", 5, right=True, importance=0),
    GridColumn("POD", 24, middle=True, importance=5),
    GridColumn("CONTEXT", 14, importance=7),
    GridColumn("OPEN", 4, right=True, importance=2),
    GridColumn("SENT", 9, right=True, importance=3),
    GridColumn("RECEIVED", 9, right=True, importance=3),
    GridColumn("AGE", 5, right=True, importance=6, ticks=True),
    GridColumn("STATE", 14, grows=True, importance=1),
)
_LOOKS = {Way.READY: ("●", Tone.WELL), Way.FAILING: ("✗", Tone.BAD), Way.STOPPED: ("○", Tone.QUIET)}
_PAIR = re.compile(r"(?:(\d{1,5}):)?(\d{1,5})\Z")
_UNITS = ("B", "kB", "MB", "GB", "TB")


async def open_forward(
    screen: Screen[None], doing: Doing, forwards: Forwards, transport: Callable[[], Transport], ref: Ref
) -> None:
    """Ask which local port shall lead to which port of an object's pods, and open it."""

    def look() -> tuple[PodChoice, list[tuple[int, str, str]], str]:
        choice = choice_of(transport(), ref)
        ports = ports_of(choice.choose(transport()))
        return choice, ports, suggested(ports[0][0]) if ports else ""

    found = await asked(screen, f"port-forward to {ref.path}", look)
    if found is None:
        return
    choice, ports, text = found
    named = ", ".join(f"{number}{f' {name}' if name else ''}" for number, name, _ in ports[:8])
    hint = f"local port:port of the pod, which names {named or 'none'}; 0 takes a free one"
    answer: Any = await screen.app.push_screen_wait(
        Ask(f"Forward a port to {ref.path}", text, hint=hint, check=lambda typed: read_ports(typed)[1])
    )
    if answer is None:
        return
    (local, remote), _ = read_ports(answer)
    operation = OpenForward(transport, forwards, ref, choice, local, remote)
    # Nothing of the cluster is changed by it: it is open to read-only cockpits, too.
    outcome = await asked(screen, operation.title, lambda: perform(operation, doing.journal, False, doing.who))
    if outcome is not None:
        screen.app.notify(printable(outcome.summary), markup=False)


def suggested(port: int) -> str:
    """Return which local port shall lead to one of a pod: the same, if it is free, as it is typed."""
    # Below 1024 a port needs more rights than a user has.
    return f"{free_port(port if port >= 1024 else port + 8000)}:{port}"


def read_ports(text: str) -> tuple[tuple[int, int], str]:
    """Return local and remote port of `8080:80` or `80`, and an empty string; or what is wrong with the text."""
    found = _PAIR.match(text.strip())
    if found is None:
        return (0, 0), "two port numbers with a colon between them, as 8080:80"
    remote = int(found[2])
    local = int(found[1]) if found[1] is not None else remote
    if not 0 < remote < 65536:
        return (0, 0), f"{remote} is no port of a pod: they go from 1 to 65535"
    if local > 65535:
        return (0, 0), f"{local} is no port of this machine: they go from 1 to 65535, and 0 is any free one"
    return (local, remote), ""


class ForwardsScreen(Frame):
    """All port-forwards with their state; they are stopped here, and end with the program."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("forwards", "pushed")]
    AUTO_FOCUS = "Grid"
    STREAMS = True

    def __init__(self, forwards: Forwards, clock: Clock = SYSTEM) -> None:
        super().__init__()
        self._forwards = forwards
        self._clock = clock
        self._shown: tuple[Forwarded, ...] | None = None
        self._second = 0
        self._grid = Grid(COLUMNS, marking=False)
        self._pane = Pane(self._grid, title="Port-forwards")

    def compose_body(self) -> ComposeResult:
        yield self._pane

    def update(self) -> None:
        now, every = self._clock.wall(), self._forwards.list()
        if every == self._shown and int(now) == self._second:
            return
        self._shown, self._second = every, int(now)
        self._pane.name_it("Port-forwards", f"{len(every)} on this machine alone" if every else "")
        self._pane.say_empty(
            None
            if every
            else [
                (Cell("nothing is forwarded", Tone.QUIET),),
                (Cell("a forward begins at a pod, a workload or a service in the cluster's lists", Tone.FAINT),),
            ]
        )
        self._grid.show(Table.of({one.number: cells(one, now) for one in every}))

    def action_stop(self) -> None:
        """End the forward under the cursor."""
        stopped = self._forwards.stop(self._number) if self._number is not None else None
        if stopped is not None:
            self.app.notify(f"{stopped.address} leads nowhere any more", markup=False)
            self.update()

    def action_back(self) -> None:
        """Back to what it lies on."""
        self.dismiss()

    def action_copy(self) -> None:
        """Copy the address of the forward under the cursor."""
        found = next((one for one in self._forwards.list() if one.number == self._number), None)
        if found is not None:
            self.app.copy_to_clipboard(found.address)
            self.app.notify(f"copied {found.address}", markup=False)

    @property
    def _number(self) -> int | None:
        key = self._grid.cursor_key
        return key if isinstance(key, int) else None


def cells(one: Forwarded, now: float) -> tuple[Cell, ...]:
    """Return a forward's row."""
    glyph, tone = _LOOKS[one.way]
    return (
        Cell(glyph, tone),
        Cell(one.address),
        Cell(f"{one.namespace}/{one.target}"),
        Cell(str(one.remote)),
        Cell(one.pod, Tone.QUIET),
        Cell(one.cluster, Tone.QUIET),
        Cell(str(one.open), Tone.TEXT if one.open else Tone.QUIET),
        Cell(size(one.sent), Tone.QUIET),
        Cell(size(one.received), Tone.QUIET),
        Cell(short_age(max(0.0, now - one.since)), Tone.QUIET),
        Cell(one.error or one.way.value, tone if one.error else Tone.QUIET),
    )


def size(count: int) -> str:
    """Return bytes in three digits, by thousands: `1.2 MB`."""
    value = float(count)
    for unit in _UNITS:
        if value < 999.5 or unit == _UNITS[-1]:
            return f"{value:.0f} {unit}" if unit == "B" or value >= 99.5 else f"{value:.1f} {unit}"
        value /= 1000
    raise AssertionError
