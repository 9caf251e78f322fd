"""A card written down in one line, and a card's fields to change."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.suggester import SuggestFromList
from textual.widgets import Input

from screens.dialogs.ask import Ask, wrong_by
from screens.dialogs.dialog import Dialog
from screens.dialogs.said import Said, refusal, sentence
from state.board.capture import capture, points
from state.board.model import Card, CardState, Moscow, Phase
from state.cell import Cell, Tone
from state.printable import printable
from widgets.cell_lines import CellLines
from widgets.key_line import Key

Points = int | float | None


def read_points(text: str) -> Points:
    """Return the points that a text says, None for an empty one. Raises CaptureError."""
    return points(text) if text.strip() else None


class NewCard(Ask):
    """Quick capture in one line, as `capture` reads it; a title is enough."""

    def __init__(self, phase: str, phases: Sequence[Phase]) -> None:
        """`phase` is the name of the phase it goes to, unless the line names one of `phases`."""
        super().__init__(
            f"New card in {phase}",
            hint="a title, and if you like #tag @owner !must *5 >phase",
            check=wrong_by(lambda line: capture(line, phases)),
        )


class AskPoints(Ask):
    """The points of a card, or of several at once; an empty answer takes the estimate away."""

    def __init__(self, title: str, points: Points = None) -> None:
        super().__init__(
            title,
            "" if points is None else f"{points:g}",
            hint="relative effort; empty: not estimated",
            check=wrong_by(read_points),
        )


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    label: str
    read: Callable[[str], Any]
    choices: tuple[str, ...] = ()


def _title(text: str) -> str:
    if not text.strip():
        raise ValueError("a card needs a title")
    return printable(text).strip()


def _text(text: str) -> str:
    return printable(text).strip()


def _state(text: str) -> CardState:
    try:
        return CardState(text.strip().lower())
    except ValueError:
        raise ValueError(f"the state is one of {', '.join(CardState)}, not “{printable(text)}”") from None


def _moscow(text: str) -> Moscow | None:
    if not text.strip():
        return None
    try:
        return Moscow(text.strip().lower())
    except ValueError:
        raise ValueError(f"the priority is one of {', '.join(Moscow)} or empty, not “{printable(text)}”") from None


_FIELDS = (
    _Field("title", "title", _title),
    _Field("points", "points", read_points),
    _Field("owner", "owner", _text),
    _Field("state", "state", _state, tuple(CardState)),
    _Field("moscow", "priority", _moscow, tuple(Moscow)),
    _Field("description", "description", _text),
)


class EditCard(Dialog[Mapping[str, Any]]):
    """A card's fields, one a line; answers the fields that differ with their new values, None when it was left."""

    DEFAULT_CSS = """
    EditCard .field { height: 1; }
    EditCard .field > CellLines { width: 13; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    def __init__(self, card: Card, about: str = "") -> None:
        """`about` says in a sentence what else there is to know: its needs, its evidence."""
        super().__init__(card.label)
        self._card = card
        self._about = about

    def compose_dialog(self) -> ComposeResult:
        for field in _FIELDS:
            with Horizontal(classes="field"):
                yield CellLines([(Cell(field.label, Tone.QUIET),)])
                yield Input(
                    _shown(getattr(self._card, field.name)),
                    id=f"card-{field.name}",
                    compact=True,
                    select_on_focus=False,
                    suggester=SuggestFromList(field.choices, case_sensitive=False) if field.choices else None,
                )
        yield Said([sentence(self._about)] if self._about else [], id="card-about")

    def keys(self) -> tuple[Key, ...]:
        return Key("tab", "next field"), Key("enter", "save"), Key("esc", "leave it")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        changed: dict[str, Any] = {}
        for field in _FIELDS:
            line = self.query_one(f"#card-{field.name}", Input)
            if line.value == _shown(getattr(self._card, field.name)):
                continue
            try:
                value = field.read(line.value)
            except ValueError as error:
                self.query_one("#card-about", Said).show(refusal(str(error)))
                line.focus()
                return
            changed[field.name] = value
        self.dismiss(changed)


def _shown(value: object) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, int | float) else str(value)
