"""Asks what to do with an order that a move would break."""

from collections.abc import Sequence
from typing import Literal

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from screens.dialogs.card_words import card_line
from screens.dialogs.choose import Choose, Option
from state.board.model import DROPPED, Board, Card, CardKind
from state.board.needs import Torn
from state.cell import Cell, Tone
from state.printable import printable
from widgets.cell_lines import CellLines, Line

Answer = Literal["with", "break"]


class TornDialog(Choose):
    """Shows what a move would tear apart; answers `with` to bring it along, `break` to break the order knowingly."""

    DEFAULT_CSS = """
    TornDialog > .dialog { width: 84; }
    TornDialog VerticalScroll { height: auto; max-height: 13; scrollbar-size-vertical: 1; margin-bottom: 1; }
    """

    def __init__(self, board: Board, torn: Torn, target: str) -> None:
        """`target` is the id of the phase that the move goes to."""
        phase = board.phase(target)
        self._target = printable(phase.name if phase else target)
        self._board = board
        self._torn = torn
        self._dropping = target == DROPPED
        count = len(torn.cards)
        total = sum(card.points or 0 for card in torn.cards if card.kind is CardKind.CAPABILITY)
        cards = "1 card" if count == 1 else f"{count} cards"
        super().__init__(
            f"Moving to {self._target} would break an order",
            (
                Option("with", Cell("bring them along"), Cell(f"{cards}, {total:g} points", Tone.QUIET)),
                Option("break", Cell("break it knowingly"), Cell("the cards that wait are marked", Tone.QUIET)),
            ),
        )

    def compose_dialog(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield CellLines(self._lines())
        yield from super().compose_dialog()

    def _lines(self) -> list[Line]:
        lines: list[Line] = []
        where = "what is dropped" if self._dropping else f"what goes to {self._target}"
        if self._torn.needed:
            lines += self._part(f"needed for it, but after {self._target}", self._torn.needed)
        if self._torn.waiting:
            gap: list[Line] = [()] if lines else []
            lines += [*gap, *self._part(f"these need {where}", self._torn.waiting)]
        return lines

    def _part(self, title: str, cards: Sequence[Card]) -> list[Line]:
        return [(Cell("▲ ", Tone.WARN), Cell(title, Tone.WARN)), *(card_line(self._board, card) for card in cards)]
