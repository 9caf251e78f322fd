"""Asks before what was typed is thrown away."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from screens.dialogs.dialog import Dialog
from screens.dialogs.said import Said, Sentence
from state.cell import Cell, Tone
from widgets.key_line import Key


class LeaveForm(Dialog[str]):
    """Answers `save` or `leave`, None to go on writing."""

    DEFAULT_CSS = """
    LeaveForm > .dialog { width: 60; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s,ctrl+s", "answer('save')", show=False),
        Binding("y", "answer('leave')", show=False),
        Binding("n,enter", "cancel", show=False),
    ]

    def __init__(self, changed: Sequence[str]) -> None:
        """`changed` are the names of the fields that differ."""
        super().__init__("Leave without saving?")
        self._changed = ", ".join(changed)

    def compose_dialog(self) -> ComposeResult:
        yield Said([Sentence((Cell(""), Cell("not saved yet:", Tone.QUIET), Cell(self._changed, Tone.WARN)))])

    def keys(self) -> tuple[Key, ...]:
        return Key("s", "save"), Key("y", "throw it away"), Key("esc", "go on writing")

    def action_answer(self, answer: str) -> None:
        self.dismiss(answer)
