"""What one key of a secret holds, for as long as the screen is open."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from screens import taking_along
from screens.commands import bindings
from screens.dialogs.choose import Choose, Option
from screens.text_screen import SearchedText
from state import threads
from state.cell import Cell, Tone
from state.cluster.errors import ClusterError
from state.cluster.object_text import SecretValues
from state.cluster.secrets import Holding, Value
from state.printable import printable
from widgets.cell_lines import Bold, CellLines
from widgets.text_view import TextView

ANSWER_SECONDS = 30.0


def size_of(count: int) -> str:
    """Return a number of bytes in words."""
    return f"{count:,} byte{'s' if count != 1 else ''}"


class RevealScreen(SearchedText):
    """A value as text, or what can be said of one that is no text. Nothing else keeps it."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("copy")]
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

    @property
    def text_view(self) -> TextView:
        return self._view

    def action_copy(self) -> None:
        """Copy what is selected, else the whole value."""
        taking_along.copy(self, self.get_selected_text() or self._value.text or "")


async def ask_and_reveal(screen: Screen[None], title: str, values: SecretValues) -> None:
    """Ask which key of a secret to show, and show it; or say why not."""
    try:
        held = await threads.call("keys of a secret", values.holdings, timeout=ANSWER_SECONDS)
        if not held:
            _warn(screen, f"{title} holds nothing")
            return
        options = [Option(one.key, *holding_words(one)) for one in held]
        key = await screen.app.push_screen_wait(Choose("Reveal which key?", options))
        if not isinstance(key, str):
            return
        value = await threads.call("a key of a secret", lambda: values.reveal(key), timeout=ANSWER_SECONDS)
    except TimeoutError:
        _warn(screen, f"no answer in {ANSWER_SECONDS:.0f} s")
    except ClusterError as error:
        _warn(screen, str(error))
    else:
        screen.app.push_screen(RevealScreen(title, value))


def _warn(screen: Screen[None], words: str) -> None:
    screen.app.notify(printable(words), severity="warning", markup=False)


def holding_words(holding: Holding) -> tuple[Cell, Cell]:
    """Return a key and the size of what it holds."""
    return Cell(printable(holding.key)), Cell(size_of(holding.size), Tone.QUIET)
