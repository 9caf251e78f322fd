"""What a list says of itself: in its edge how much there is and how fresh, in place of rows which empty it is."""

from typing import NamedTuple

from screens.cluster.stops import Way
from screens.cluster.words import crumbs, narrowing, notes
from screens.emptiness import emptiness
from state.cell import Cell, Tone
from state.freshness import Freshness
from state.pattern import TOO_SLOW
from state.query import Query
from widgets.cell_lines import Line

_EDGE = 8
"""Cells of the edge that are no words."""


class Seen(NamedTuple):
    """What there is to say of a list; equal when the same is to be said."""

    query: Query
    problem: str
    """What is wrong with the filter, in a sentence; empty when nothing is."""
    shown: int
    total: int
    sources: tuple[tuple[str, Freshness], ...]
    """The contexts with how fresh their rows are."""
    complete: bool
    """Whether all of it has been listed."""
    marked: int
    hidden: int
    """How many of the marked are not in sight."""
    wide: bool
    width: int
    """Cells of the whole list."""

    @property
    def _narrowed(self) -> bool:
        return bool(self.query.text or self.query.faults_only)

    @property
    def _whole(self) -> bool:
        return self.query.within is None and not self.query.namespaces

    def edge(self, way: Way, now: float) -> tuple[str, str]:
        """Return where one is, and what there is to say about it, at a wall-clock moment."""
        words = [f"{self.shown} of {self.total}" if self._narrowed and self._whole else str(self.shown)]
        if self.problem == TOO_SLOW:
            words.append(TOO_SLOW)
        words += narrowing(self.query, [name for name, _ in self.sources])
        if self.wide:
            words.append("wide")
        if self.marked:
            words.append(f"{self.marked} marked{f', {self.hidden} of them not shown' if self.hidden else ''}")
        said = notes(self.sources, now)
        if not self.complete and not said:
            words.append("loading …")
        about = "  ".join([*words, *said])
        return crumbs(way, self.width - len(about) - _EDGE), about

    def empty(self, plural: str, freshness: Freshness, now: float) -> list[Line] | None:
        """Return the lines that stand where rows would, None where there are rows."""
        if self.shown:
            return None
        if self.problem == TOO_SLOW:
            return [(Cell("▲ ", Tone.WARN), Cell(TOO_SLOW, Tone.WARN))]
        if self.total and self._narrowed:
            words = f"none of {self.total} matches" if self._whole else "none matches"
            return [(Cell(words, Tone.QUIET),)]
        return emptiness(freshness, now, f"no {plural}", self.total)
