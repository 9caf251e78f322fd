"""New cards written down, one a line."""

from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import TextArea

from screens.dialogs.dialog import Dialog
from screens.dialogs.leave import LeaveForm
from screens.dialogs.said import Said, refusal, sentence
from state.board.capture import CaptureError, capture_all
from state.board.model import Phase
from state.printable import pasted_lines, printable
from widgets.key_line import Key

_HINT = "a title, and if you like #tag @owner !must *5 >phase; pasted lines become a card each"


class _Lines(TextArea):
    """Enter takes the lines; a paste brings as many as it has."""

    DEFAULT_CSS = """
    _Lines, _Lines:focus { border: none; padding: 0; height: auto; max-height: 12; background: $panel; }
    """
    BINDINGS = [Binding("enter", "screen.save", show=False, priority=True)]

    async def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self.replace(pasted_lines(event.text), *self.selection, maintain_selection_offset=False)


class NewCards(Dialog[str]):
    """Quick capture: a card a line, as `capture_all` reads them. Answers the text; a title is enough."""

    BINDINGS = [Binding("ctrl+s", "save", show=False), Binding("ctrl+j,alt+enter", "line", show=False)]

    def __init__(self, phase: str, phases: Sequence[Phase]) -> None:
        """`phase` is the name of the phase they go to, unless a line names one of `phases`."""
        super().__init__(f"New card in {printable(phase)}")
        self._phases = phases

    def compose_dialog(self) -> ComposeResult:
        yield _Lines(compact=True, highlight_cursor_line=False, soft_wrap=True)
        yield Said(id="capture-said")

    def on_mount(self) -> None:
        self._say()

    def keys(self) -> tuple[Key, ...]:
        return Key("enter", "take it"), Key("ctrl+j", "another line"), Key("esc", "leave it")

    @property
    def _text(self) -> str:
        return self.query_one(_Lines).text

    def _say(self, wrong: str = "") -> None:
        lines = sum(bool(line.strip()) for line in self._text.splitlines())
        told = _HINT if lines < 2 else f"{lines} lines, a card each"
        self.query_one("#capture-said", Said).show(refusal(wrong) or [sentence(told)])

    @on(TextArea.Changed)
    def _typed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._say()

    def action_line(self) -> None:
        self.query_one(_Lines).insert("\n")

    def action_save(self) -> None:
        try:
            found = capture_all(self._text, self._phases)
        except CaptureError as error:
            self._say(str(error))
            return
        if found:
            self.dismiss(self._text)
        else:
            self._say("a card needs a title")

    def action_cancel(self) -> None:
        if len(self._text.splitlines()) > 1:
            self.app.push_screen(LeaveForm(["new cards"]), self._leave)
        else:
            self.dismiss(None)

    def _leave(self, answer: str | None) -> None:
        if answer == "leave":
            self.dismiss(None)
        elif answer == "save":
            self.action_save()
