"""Asks for one line of text."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.widgets import Input

from screens.dialogs.dialog import Dialog, refusal
from state.cell import Cell, Tone
from state.printable import printable
from widgets.cell_lines import CellLines
from widgets.key_line import Key


class Ask(Dialog[str]):
    """One line; answers the printable text, None when it was left.

    `check` gives an empty string, or the sentence that says what is wrong with the text.
    """

    def __init__(
        self, title: str, text: str = "", *, hint: str = "", check: Callable[[str], str] = lambda text: ""
    ) -> None:
        super().__init__(title)
        self._text = text
        self._hint = hint
        self._check = check

    def compose_dialog(self) -> ComposeResult:
        yield Input(self._text, compact=True)
        yield CellLines([(Cell(self._hint, Tone.QUIET),)] if self._hint else [], id="ask-hint")

    def keys(self) -> tuple[Key, ...]:
        return Key("enter", "take it"), Key("esc", "leave it")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        text = printable(event.value).strip()
        wrong = self._check(text)
        if wrong:
            self.query_one("#ask-hint", CellLines).show(refusal(wrong))
        else:
            self.dismiss(text)
