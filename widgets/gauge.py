"""The share of the whole as a line with its band: how much is floor, how much is chosen, how much is too much."""

from collections.abc import Sequence
from dataclasses import dataclass

from state.cell import Cell, Tone
from widgets.cell_lines import Line, LineWidget, line_width
from widgets.cell_text import width_of
from widgets.meter import EMPTY, FULL

_BETWEEN = 2


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark under the line at `percent` of the whole. Of two that would touch, the earlier given one stays."""

    percent: float
    label: str


@dataclass(frozen=True, slots=True)
class Share:
    """What a gauge shows. All are percent of the whole; `percent` None means that there is no whole yet."""

    percent: float | None
    floor: float = 0.0
    low: float = 20.0
    high: float = 40.0


def share_line(share: Share, width: int) -> tuple[Cell, ...]:
    """Return the share as `width` cells: the floor, the rest up to the band's end, what is over it, what is not in.

    A share under the band has what it lacks drawn in the warning's colour, so both faults are seen at once.
    """

    def cells(percent: float) -> int:
        return round(max(0.0, min(100.0, percent)) / 100 * width)

    if share.percent is None:
        return (Cell(EMPTY * width, Tone.FAINT),)
    end = cells(share.percent)
    if share.percent > 0:
        end = max(end, min(1, width))
    inside = min(end, cells(share.high))
    if share.percent > share.high:
        inside = min(inside, max(0, end - 1))
    floor = min(inside, cells(share.floor))
    lacking = max(0, cells(share.low) - end) if share.percent < share.low else 0
    parts = (
        Cell(FULL * floor, Tone.PLAN),
        Cell(FULL * (inside - floor), Tone.PLAN_DIM),
        Cell(FULL * (end - inside), Tone.WARN),
        Cell(EMPTY * lacking, Tone.WARN),
        Cell(EMPTY * (width - end - lacking), Tone.FAINT),
    )
    return tuple(part for part in parts if part.text)


def tick_line(ticks: Sequence[Tick], width: int, aside: Sequence[Line] = (), *, firm: bool = False) -> tuple[Cell, ...]:
    """Return the line under a share of `width` cells: each tick under its place with its label behind it.

    What is said `aside` stands at the right end; of its parts the first stay longest. It gives way to the ticks,
    unless it is `firm`: then they give way to it.
    """
    parts = [part for part in aside if line_width(part)]
    free = width
    if firm:
        parts = _fitting(parts, width)
        free = width - _aside_width(parts) - _BETWEEN if parts else width
    line = [" "] * width
    for tick in ticks:
        at = min(width - 1, round(max(0.0, min(100.0, tick.percent)) / 100 * width))
        label = "╵" + tick.label
        end = at + width_of(label)
        if at < 0 or end > free or any(cell != " " for cell in line[max(0, at - 1) : end + 1]):
            continue
        line[at:end] = label
    drawn = "".join(line).rstrip()
    if not firm:
        parts = _fitting(parts, width - len(drawn) - _BETWEEN)
    if not parts:
        return (Cell(drawn, Tone.QUIET),)
    said: list[Cell] = []
    for part in parts:
        said += [Cell(" " * _BETWEEN)] if said else []
        said += part
    return Cell(drawn.ljust(width - _aside_width(parts)), Tone.QUIET), *said


def _fitting(parts: Sequence[Line], width: int) -> list[Line]:
    """Return the first parts, as many as fit."""
    kept = list(parts)
    while kept and _aside_width(kept) > width:
        kept.pop()
    return kept


def _aside_width(parts: Sequence[Line]) -> int:
    return sum(line_width(part) for part in parts) + _BETWEEN * (len(parts) - 1)


class Gauge(LineWidget):
    """The share's line over its ticks, and beside those what else there is to say."""

    DEFAULT_CSS = """
    Gauge { height: 2; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._share = Share(None)
        self._ticks: tuple[Tick, ...] = ()
        self._aside: tuple[Line, ...] = ()
        self._firm = False

    def show_share(self, share: Share, ticks: Sequence[Tick] | None = None) -> None:
        """Show a share; without ticks of your own, the ends of the band are marked, and the floor where it fits."""
        self._share = share
        self._ticks = tuple(
            ticks
            if ticks is not None
            else (
                Tick(share.low, f"{share.low:g} %"),
                Tick(share.high, f"{share.high:g} %"),
                *([Tick(share.floor, "floor")] if share.floor else []),
            )
        )
        self.update()

    def say_aside(self, parts: Sequence[Line], *, firm: bool = False) -> None:
        """Say something at the right end of the ticks, what matters most first; `firm`: rather than the ticks."""
        self._aside, self._firm = tuple(parts), firm
        self.update()

    def lines_at(self, width: int) -> Sequence[Line]:
        return [share_line(self._share, width), tick_line(self._ticks, width, self._aside, firm=self._firm)]
