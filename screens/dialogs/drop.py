"""Asks why cards are dropped."""

from collections.abc import Sequence

from textual.app import ComposeResult

from screens.dialogs.ask import Ask
from screens.dialogs.dialog import some
from state.board.model import Card
from state.cell import Cell, Tone
from state.printable import printable
from widgets.cell_lines import CellLines, Line

_MOST = 8


class DropCards(Ask):
    """Shows the cards; answers the reason, which may be empty. Dropped cards can be taken back."""

    DEFAULT_CSS = """
    DropCards #drop-cards { margin-bottom: 1; }
    """

    def __init__(self, cards: Sequence[Card]) -> None:
        super().__init__(
            f"Drop {cards[0].label}" if len(cards) == 1 else f"Drop {len(cards)} cards",
            hint="why? They keep where they came from and can be taken back",
        )
        self._cards = cards

    def compose_dialog(self) -> ComposeResult:
        yield CellLines(some([_line(card) for card in self._cards], _MOST), id="drop-cards")
        yield from super().compose_dialog()


def _line(card: Card) -> Line:
    points = Cell("   ?", Tone.WARN) if card.points is None else Cell(f"{card.points:>4g}")
    return Cell(f"{card.label:<5}", Tone.QUIET), points, Cell(f"  {printable(card.title)}")
