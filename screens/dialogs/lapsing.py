"""Asks, before the cockpit ends, about the acks that nobody would keep up then."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from screens.dialogs.dialog import Dialog, some
from screens.dialogs.said import Said, sentence
from state.age import age
from state.cell import Cell, Tone
from state.printable import printable
from widgets.cell_lines import Line
from widgets.key_line import Key

EXTEND, LEAVE = "extend", "leave"
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Lapse:
    """An ack in words: what it holds, how many seconds it has left, and where, empty for here."""

    name: str
    left: float
    context: str = ""


class LapsingAcks(Dialog[str]):
    """Answers `extend` or `leave`, None to stay."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", f"answer('{EXTEND}')", show=False),
        Binding("n,q,ctrl+q", f"answer('{LEAVE}')", show=False),
    ]

    def __init__(self, lapses: Sequence[Lapse], extended: float) -> None:
        """`extended` is the seconds by which `y` extends them."""
        count = len(lapses)
        super().__init__(f"{count} ack{'' if count == 1 else 's'} of yours will lapse" if count else "Leave")
        self._lapses = lapses
        self._extended = extended

    def compose_dialog(self) -> ComposeResult:
        lines: list[Line] = [
            (
                Cell("● ", Tone.WARN),
                Cell(printable(one.name)),
                Cell(f"  {printable(one.context)}" if one.context else "", Tone.QUIET),
                Cell(f"  ends in {age(one.left)}", Tone.QUIET),
            )
            for one in self._lapses
        ]
        why = "The cockpit extends acks while it runs, and what these hold still fires."
        yield Said([*some(lines, _SHOWN), (), sentence(why)])

    def keys(self) -> tuple[Key, ...]:
        return Key("y", f"extend to {age(self._extended)} and quit"), Key("n", "quit"), Key("esc", "stay")

    def action_answer(self, answer: str) -> None:
        self.dismiss(answer)
