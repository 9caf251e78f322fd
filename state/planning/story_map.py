"""The story map: a developer's journey across, the phases down, and the holes where the MVP has nothing.

After Jeff Patton, "User Story Mapping": a release that leaves a step of the journey empty is no walking skeleton.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from state.board.model import MVP, STEPS, Board, Card, CardKind, Phase
from state.planning.share import Points, total
from state.planning.sums import Sum, sum_up

NO_STEP = ""
"""The column of cards without a step of the journey."""


@dataclass(frozen=True, slots=True)
class StoryCell:
    """The cards of one phase and one step, in rank order. Capabilities alone have points, or are not estimated."""

    cards: tuple[Card, ...] = ()
    points: Points = 0
    unestimated: int = 0


@dataclass(frozen=True, slots=True)
class StoryMap:
    """The board as a map. Every card that is shown and not dropped is in exactly one cell."""

    rows: tuple[Phase, ...]
    """The planned phases in order, then the ideas."""
    columns: tuple[str, ...]
    """The steps in order, then NO_STEP."""
    cells: Mapping[tuple[str, str], StoryCell]
    """By the phase's id and the step; there is one for each row and column."""
    holes: tuple[tuple[str, str], ...]
    """Phase and step where the MVP has no capability, whatever is shown."""

    def row(self, phase: str) -> Sum:
        """Return what the shown cards of a phase come to."""
        return _together(self.cells[phase, step] for step in self.columns)

    def column(self, step: str) -> Sum:
        """Return what the shown cards of a step come to."""
        return _together(self.cells[phase.id, step] for phase in self.rows)


def story_map(board: Board, shown: frozenset[str] | None = None) -> StoryMap:
    """Return the map of a board, of the cards `shown` alone when they are given.

    A step that is not one of the journey's counts as none.
    """
    columns = board.columns()
    rows = (*board.planned, board.phases[0])
    cells: dict[tuple[str, str], StoryCell] = {}
    for phase in rows:
        by_step: dict[str, list[Card]] = {step: [] for step in (*STEPS, NO_STEP)}
        for card in columns[phase.id]:
            if shown is None or card.uid in shown:
                by_step.get(card.step, by_step[NO_STEP]).append(card)
        for step, cards in by_step.items():
            cells[phase.id, step] = _cell(cards)
    holes = tuple((MVP, step) for step in uncovered(columns[MVP])) if MVP in columns else ()
    return StoryMap(rows, (*STEPS, NO_STEP), cells, holes)


def uncovered(cards: Iterable[Card]) -> tuple[str, ...]:
    """Return the steps of the journey, in order, for which there is no capability among cards."""
    covered = {card.step for card in cards if card.kind is CardKind.CAPABILITY}
    return tuple(step for step in STEPS if step not in covered)


def _cell(cards: list[Card]) -> StoryCell:
    both = sum_up(cards)
    return StoryCell(tuple(cards), both.points, both.unestimated)


def _together(cells: Iterable[StoryCell]) -> Sum:
    every = tuple(cells)
    return Sum(
        sum(len(cell.cards) for cell in every),
        total(cell.points for cell in every),
        sum(cell.unestimated for cell in every),
    )
