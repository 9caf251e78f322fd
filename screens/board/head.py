"""What stands over the board: the share, how it stands to the band, what is not saved, what some cards come to."""

from collections.abc import Sequence
from dataclasses import dataclass

from state.board.model import Phase
from state.cell import Cell, Tone
from state.planning.gauge_words import gauge_parts, percent_text, points_text
from state.planning.scope import Scope
from state.planning.share import Points, Share, Verdict
from widgets import gauge
from widgets.cell_lines import Bold, Line
from widgets.status_line import arrange

WAITING: Line = (Cell("reading the board…", Tone.QUIET),)
"""The line over a board that is not there yet."""


@dataclass(frozen=True, slots=True)
class Head:
    """The line over the board, and what of it goes beside the gauge because the line is full."""

    line: Sequence[Line]
    rest: Sequence[Line]


def head(found: Scope, proven: Points | None, unsaved: int, fresh: int, width: int) -> Head:
    """Return what is said of the board in `width` cells, what matters most first.

    `proven` is as `gauge_parts` takes it, `unsaved` counts steps, `fresh` the cards that others have changed.
    """
    first, *others = gauge_parts(found, proven)
    headline, *whole = first
    parts: list[tuple[Cell, ...]] = [(Bold(headline.text, headline.tone), *whole)]
    if unsaved:
        parts.append((Cell(f"unsaved {unsaved}", Tone.WARN),))
    verdict, *rest = others or [()]
    parts.append(verdict)
    if fresh:
        parts.append((Cell(f"{fresh} changed", Tone.FOCUS),))
    parts += rest
    fitting = len(arrange(parts, (), width))
    return Head(parts, parts[fitting:])


def gauge_share(found: Share, floor: float | None) -> gauge.Share:
    """Return a share and the floor's as the gauge shows them."""
    return gauge.Share(found.percent, floor or 0.0, *found.band)


def held_parts(found: Share, phase: Phase) -> Sequence[Line]:
    """Return what is said while cards are held over a phase: what the share would be with them there."""
    return [(Cell(f"MVP {percent_text(found)}", Tone.PLAN), Cell(f" in {phase.name}", Tone.QUIET)), (_stand(found),)]


def _stand(found: Share) -> Cell:
    if found.verdict is Verdict.MUCH:
        return Cell(f"{points_text(found.over)} over the band", Tone.WARN)
    if found.verdict is Verdict.THIN:
        return Cell(f"{points_text(found.under)} under the band", Tone.WARN)
    return Cell("in the band", Tone.WELL) if found.verdict is Verdict.IN_BAND else Cell("no verdict", Tone.WARN)
