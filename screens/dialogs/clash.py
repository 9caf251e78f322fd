"""Asks which of two values stands, where two people set one field differently."""

from typing import Any

from textual.app import ComposeResult

from screens.dialogs.choose import Choose, Option
from screens.dialogs.said import Said, sentence
from state.board.change import CARDS
from state.board.changes import Clash
from state.board.wording import RANK
from state.cell import Cell, Tone
from state.printable import printable, shorten


class ClashDialog(Choose):
    """Shows both values; answers `mine` or `theirs`. Theirs stands until it is answered."""

    DEFAULT_CSS = """
    ClashDialog > .dialog { width: 84; }
    ClashDialog #clash-words { margin-bottom: 1; }
    """

    def __init__(self, clash: Clash) -> None:
        super().__init__(
            "Two of you set the same",
            (
                Option("theirs", Cell("leave theirs"), _shown(clash, clash.theirs, "where it stands now")),
                Option("mine", Cell("set mine"), _shown(clash, clash.mine.new, "where you put it")),
            ),
        )
        self._clash = clash

    def compose_dialog(self) -> ComposeResult:
        yield Said([sentence(printable(self._clash.words), Tone.WARN)], id="clash-words")
        yield from super().compose_dialog()


def _shown(clash: Clash, value: Any, place: str) -> Cell:
    """Return a value; of a card's rank, which says nothing to a person, what it stands for."""
    return Cell(place) if (clash.mine.table, clash.mine.field) == (CARDS, RANK) else _value(value)


def _value(value: Any) -> Cell:
    if value in (None, "", [], {}):
        return Cell("empty", Tone.FAINT)
    if isinstance(value, list):
        value = ", ".join(
            str(item.get("what") or item.get("text") or "…") if isinstance(item, dict) else str(item) for item in value
        )
    if isinstance(value, dict):
        value = value.get("title") or value.get("name") or value.get("why") or value.get("reason") or "as it is there"
    return Cell(shorten(printable(str(value)), 60))
