"""What one key of a secret holds, for as long as the screen is open."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from screens.commands import bindings
from screens.frame import Frame
from state.cell import Cell, Tone
from state.cluster.secrets import Holding, Value
from state.printable import printable
from widgets.cell_lines import Bold, CellLines
from widgets.text_view import TextView


def size_of(count: int) -> str:
    """Return a number of bytes in words."""
    return f"{count:,} byte{'s' if count != 1 else ''}"


class RevealScreen(Frame):
    """A value as text, or what can be said of one that is no text. Nothing else keeps it."""

    DEFAULT_CSS = "RevealScreen > CellLines { padding: 0 1; }"
    FILTERS = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("text", "search", "pushed")]
    AUTO_FOCUS = "TextView"

    def __init__(self, title: str, value: Value) -> None:
        super().__init__()
        self._title = printable(title)
        self._value = value
        self._view = TextView()

    def compose_body(self) -> ComposeResult:
        value = self._value
        yield CellLines(
            [
                (
                    Bold(printable(value.key)),
                    Cell(f" of {self._title}  {size_of(value.size)}"),
                    Cell("  revealed", Tone.WARN),
                )
            ]
        )
        yield self._view

    def on_mount(self) -> None:
        value = self._value
        if value.text is None:
            lines = ["no text", f"size    {size_of(value.size)}", f"sha256  {value.digest}"]
        else:
            lines = value.text.splitlines() or ["empty"]
        self._view.show(lines)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "clear":
            return bool(self._view.pattern)
        if action == "search":
            return True if self._view.pattern else None
        return super().check_action(action, parameters)

    def action_back(self) -> None:
        self.dismiss()

    def action_wrap(self) -> None:
        self._view.set_wrap(not self._view.wrap)

    @property
    def filter_text(self) -> str:
        return self._view.pattern

    def filter_by(self, text: str) -> str:
        """Look for a regular expression, from where the screen is."""
        wrong = self._view.search(text)
        if not wrong:
            self._view.go_to_match(1, here=True)
            self.show_keys()
        return wrong

    def action_search(self, direction: int) -> None:
        self._view.go_to_match(direction)

    def action_clear(self) -> None:
        self.filter_by("")


def holding_words(holding: Holding) -> tuple[Cell, Cell]:
    """Return a key and the size of what it holds."""
    return Cell(printable(holding.key)), Cell(size_of(holding.size), Tone.QUIET)
