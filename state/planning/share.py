"""The MVP's share of the whole platform: the number that everybody looks at.

The band of 20 to 40 % is the pattern's ("MVP Platform", cnpatterns.org); it gives no measure, the ones here are the
product's own. Points are relative effort, shares are percent, all unrounded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from math import fsum, inf, isfinite

from state.board.model import DROPPED, MVP, UNPLANNED, Baseline, Board, Card, CardKind

Points = int | float

_NOISE = 1e-9
"""Percent that sums and quotients of floats may be off by: 1.1 of 2.75 points is 40 %, not above it."""


class Verdict(Enum):
    """How a share stands to the band."""

    THIN = "too thin"
    IN_BAND = "in band"
    MUCH = "too much"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a whole, in points or in cards."""

    part: Points
    whole: Points

    @property
    def percent(self) -> float | None:
        """`100 · part / whole`, None when the whole is empty or beyond all numbers."""
        return 100 * self.part / self.whole if self.whole and isfinite(self.whole) else None


@dataclass(frozen=True, slots=True)
class Share:
    """The MVP's share. Capabilities alone count, done or not; ideas and dropped ones are in no whole.

    `points` leaves out what is not estimated, `valued` counts it at the median of its phase, `cards` counts cards.
    `unestimated` is the number of cards without points inside the MVP and in the other phases.
    """

    points: Part
    cards: Part
    valued: Part
    unestimated: tuple[int, int]
    band: tuple[Points, Points]

    @property
    def percent(self) -> float | None:
        """`100 · Σ points(capability, phase = mvp) / Σ points(capability, planned phases)`; None: nothing to divide."""
        return self.points.percent

    @property
    def interval(self) -> tuple[float, float] | None:
        """The share with all unestimated cards at nothing and at their phase's median, the smaller first."""
        ends = [end for end in (self.points.percent, self.valued.percent) if end is not None]
        return (min(ends), max(ends)) if ends else None

    @property
    def verdict(self) -> Verdict | None:
        """Where the share stands, both ends of the band inside.

        None when the whole is empty or the interval crosses an edge of the band.
        """
        if self.interval is None:
            return None
        low, high = (_stand(end, self.band) for end in self.interval)
        return low if low is high else None

    @property
    def over(self) -> float:
        """`mvp - high/100 · whole`: the points that would have to go to a later phase; 0 when there are none."""
        return self._beyond(self.points.part - self.band[1] * self.points.whole / 100)

    @property
    def under(self) -> float:
        """`low/100 · whole - mvp`: the points that the MVP lacks to reach the band; 0 when it does."""
        return self._beyond(self.band[0] * self.points.whole / 100 - self.points.part)

    def _beyond(self, points: float) -> float:
        return points if points > _NOISE * self.points.whole / 100 else 0.0


def share(board: Board) -> Share:
    """Return the MVP's share as the board stands."""
    planned = _planned(board)
    cards = planned.get(MVP, ())
    everything = [card for phase in planned.values() for card in phase]
    return Share(
        points=Part(_points(cards), _points(everything)),
        cards=Part(len(cards), len(everything)),
        valued=_valued(planned),
        unestimated=(_missing(cards), _missing(everything) - _missing(cards)),
        band=board.settings.band,
    )


@dataclass(frozen=True, slots=True)
class Drift:
    """How the share came from a baseline's to today's: `then + by_mvp + by_whole = now`, in percent."""

    baseline: Baseline
    then: Part
    now: Part
    over_then: float | None
    """Today's MVP over the baseline's whole: `100 · mvp / whole then`."""

    @property
    def mvp_moved(self) -> Points:
        """The points that the MVP gained, negative when it lost."""
        return self.now.part - self.then.part

    @property
    def whole_moved(self) -> Points:
        """The points that the whole gained, negative when it lost."""
        return self.now.whole - self.then.whole

    @property
    def by_mvp(self) -> float | None:
        """What the MVP's move did to the share, over the baseline's whole."""
        return None if self.over_then is None or self.then.percent is None else self.over_then - self.then.percent

    @property
    def by_whole(self) -> float | None:
        """What the whole's move did to the share."""
        return None if self.over_then is None or self.now.percent is None else self.now.percent - self.over_then

    @property
    def change(self) -> float | None:
        """Today's share less the baseline's, in percentage points."""
        now, then = self.now.percent, self.then.percent
        return None if now is None or then is None else now - then

    @property
    def diluted(self) -> bool:
        """Whether the share fell, and more because the whole grew than because the MVP shrank."""
        change, by_mvp, by_whole = self.change, self.by_mvp, self.by_whole
        if change is None or by_mvp is None or by_whole is None:
            return False
        return change < 0 and by_whole < 0 and by_whole < by_mvp


def drift(board: Board, baseline: Baseline, today: Share | None = None) -> Drift:
    """Return the change of the share since a baseline, split into what the MVP moved and what the whole moved.

    `today` is the board's share, for who has it already.
    """
    scope = {id: cards for id, cards in baseline.scope.items() if id not in (UNPLANNED, DROPPED)}
    then = Part(
        total(scope.get(MVP, {}).values()),
        total(points for cards in scope.values() for points in cards.values()),
    )
    now = (today or share(board)).points
    return Drift(baseline, then, now, Part(now.part, then.whole).percent)


def _stand(percent: float, band: tuple[Points, Points]) -> Verdict:
    if percent < band[0] - _NOISE:
        return Verdict.THIN
    return Verdict.MUCH if percent > band[1] + _NOISE else Verdict.IN_BAND


def _planned(board: Board) -> dict[str, list[Card]]:
    """The capabilities of each planned phase."""
    planned: dict[str, list[Card]] = {phase.id: [] for phase in board.planned}
    for card in board.cards.values():
        if card.kind is CardKind.CAPABILITY and card.phase in planned:
            planned[card.phase].append(card)
    return planned


def total(points: Iterable[Points | None]) -> Points:
    """Return the sum of what is estimated, the same in any order; infinity when no number is as large."""
    try:
        exact = fsum(value for value in points if value is not None)
    except OverflowError:
        return inf
    return int(exact) if exact.is_integer() else exact


def _points(cards: Iterable[Card]) -> Points:
    return total(card.points for card in cards)


def _missing(cards: Iterable[Card]) -> int:
    return sum(card.points is None for card in cards)


def _valued(planned: Mapping[str, list[Card]]) -> Part:
    """The share with what is not estimated at the median of its phase, of all phases where its own has none."""
    usual = _median(card for cards in planned.values() for card in cards)
    totals: dict[str, Points] = {}
    for id, cards in planned.items():
        each = _median(cards) or usual or 0
        totals[id] = _points(cards) + _missing(cards) * each
    return Part(totals.get(MVP, 0), total(totals.values()))


def _median(cards: Iterable[Card]) -> Points | None:
    known = sorted(card.points for card in cards if card.points is not None)
    # The standard library's median costs 4 ms of imports before the first frame.
    return (known[(len(known) - 1) // 2] + known[len(known) // 2]) / 2 if known else None
