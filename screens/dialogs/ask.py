"""Asks for one line of text."""

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.suggester import SuggestFromList
from textual.widgets import Input

from screens.dialogs.dialog import Dialog
from screens.dialogs.said import Said, refusal, sentence
from state.printable import printable
from widgets.key_line import Key


class Ask(Dialog[str]):
    """One line; answers the printable text, None when it was left.

    `check` gives an empty string, or the sentence that says what is wrong with the text.
    """

    def __init__(
        self,
        title: str,
        text: str = "",
        *,
        hint: str = "",
        choices: Sequence[str] = (),
        check: Callable[[str], str] = lambda text: "",
    ) -> None:
        """`choices` are suggested while typing."""
        super().__init__(title)
        self._text = text
        self._hint = hint
        self._choices = choices
        self._check = check

    def compose_dialog(self) -> ComposeResult:
        suggester = SuggestFromList(self._choices, case_sensitive=False) if self._choices else None
        yield Input(self._text, compact=True, suggester=suggester)
        yield Said([sentence(self._hint)] if self._hint else [], id="ask-hint")

    def keys(self) -> tuple[Key, ...]:
        return Key("enter", "take it"), Key("esc", "leave it")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        text = printable(event.value).strip()
        wrong = self._check(text)
        if wrong:
            self.query_one("#ask-hint", Said).show(refusal(wrong))
        else:
            self.dismiss(text)


def wrong_by(read: Callable[[str], object]) -> Callable[[str], str]:
    """Return a check that says what `read` raises as a ValueError."""

    def check(text: str) -> str:
        try:
            read(text)
        except ValueError as error:
            return str(error)
        return ""

    return check
