"""A long operation while it runs: how far it is, and a key that stops it."""

from collections.abc import Callable
from textwrap import wrap
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from screens.dialogs.dialog import Dialog, some
from state.cell import Cell, Tone
from state.cluster.operations.evictions import DrainProgress
from state.cluster.operations.following import RolloutsProgress
from state.operation import Course, Progress
from state.printable import printable
from widgets.cell_lines import CellLines, Line
from widgets.key_line import Key

LOOK = 0.2
_MOST = 10
_WIDTH = 68
"""Cells for how far it is."""


class Following(Dialog[None]):
    """Shows the last that an operation told. Closed, the operation goes on; it says what came of it by itself."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("s", "stop", "stop", show=False)]

    def __init__(
        self,
        title: str,
        course: Course,
        told: Callable[[], Progress | None],
        ended: Callable[[], bool],
        *,
        stops: bool = True,
    ) -> None:
        """`told` gives the last progress, `ended` whether the operation is over; `stops`: whether it can be stopped."""
        super().__init__(printable(title))
        self._course = course
        self._told = told
        self._ended = ended
        self._stops = stops
        self._gone = False
        self._lines = CellLines()

    def compose_dialog(self) -> ComposeResult:
        yield self._lines

    def keys(self) -> tuple[Key, ...]:
        close = Key("esc", "let it go on in the background")
        return (Key("s", "stop"), close) if self._stops else (close,)

    def on_mount(self) -> None:
        self._look()
        self.set_interval(LOOK, self._look)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self._stops if action == "stop" else super().check_action(action, parameters)

    def action_stop(self) -> None:
        self._course.stop()
        self._look()

    def action_cancel(self) -> None:
        self._close()

    def _close(self) -> None:
        # Until it has gone it is looked at, and may be left by a key, once more.
        if not self._gone:
            self._gone = True
            self.dismiss(None)

    def _look(self) -> None:
        if self._ended() or self._gone:
            self._close()
            return
        self._lines.show(progress_lines(self._told(), stopping=self._course.stopped))


def progress_lines(progress: Progress | None, *, stopping: bool) -> list[Line]:
    """Return what there is to say of a progress, None for none yet."""
    lines: list[Line] = []
    if stopping:
        lines.append((Cell("◌ ", Tone.WARN), Cell("stopping …", Tone.WARN)))
    if progress is None:
        return [*lines, (Cell("begins …", Tone.QUIET),)]
    count = f"{progress.done} of {progress.total}  " if progress.total else ""
    first, *others = wrap(printable(progress.text), _WIDTH - len(count)) or [""]
    lines.append((Cell(count, Tone.FOCUS), Cell(first)))
    lines += [(Cell(other),) for other in others]
    if isinstance(progress, RolloutsProgress):
        waits: list[Line] = [
            (Cell("rolls  ", Tone.QUIET), Cell(printable(path)), Cell(f"  {printable(words)}", Tone.QUIET))
            for path, words in progress.waiting
        ]
        lines += some(waits, _MOST) if waits else []
    if isinstance(progress, DrainProgress):
        rest: list[Line] = [(Cell("ends   ", Tone.QUIET), Cell(printable(name))) for name in progress.ending]
        rest += [
            (Cell("waits  ", Tone.QUIET), Cell(printable(name)), Cell(f"  {printable(why)}", Tone.WARN))
            for name, why in progress.refused
        ]
        lines += some(rest, _MOST) if rest else []
    return lines
