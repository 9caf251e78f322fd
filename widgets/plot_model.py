"""What a plot shows, handed over by whoever knows the values."""

from collections.abc import Callable
from dataclasses import dataclass

from state.cell import Tone

Points = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class PlotLine:
    """One line: a value at each of the plot's moments, None where there is none. Later lines lie over earlier ones."""

    name: str
    points: Points
    tone: Tone = Tone.FOCUS


@dataclass(frozen=True, slots=True)
class PlotMark:
    """A moment that is marked on the time axis, in seconds since the epoch, with the glyph that stands for it.

    An upright mark goes through the whole plot.
    """

    when: float
    glyph: str
    tone: Tone
    upright: bool = False


@dataclass(frozen=True, slots=True)
class PlotData:
    """Lines over the time from `start` to `end`, in seconds since the epoch.

    `format` says a value in a few characters. The axis of values begins at 0; it goes up to the highest value, and to
    `limit` where that is not much higher. `note` is said when there is no value at all.
    """

    title: str
    start: float
    end: float
    lines: tuple[PlotLine, ...] = ()
    marks: tuple[PlotMark, ...] = ()
    limit: float | None = None
    format: Callable[[float], str] = "{:g}".format
    note: str = ""
