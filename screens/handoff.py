"""The hand-off on the screen: read, copied, saved."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Markdown

from screens.commands import bindings
from screens.frame import Frame
from state import threads
from state.cell import Cell, Tone
from state.printable import printable, printable_lines
from widgets.pane import Pane

READ_SECONDS = 10.0


class HandoffScreen(Frame):
    """Shows the Markdown that `read` gives; it blocks and may raise JournalError."""

    DEFAULT_CSS = """
    HandoffScreen VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
    HandoffScreen Markdown { padding: 0 1; background: transparent; }
    HandoffScreen MarkdownH1 { content-align: left middle; margin: 0 0 1 0; }
    HandoffScreen MarkdownH2 { margin: 1 0 1 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("handoff", "pushed")]
    AUTO_FOCUS = "VerticalScroll"

    def __init__(self, read: Callable[[], str], save_to: Path) -> None:
        """`save_to` is the file that it is saved to."""
        super().__init__()
        self._read = read
        self._save_to = save_to
        self._text = ""

    def compose_body(self) -> ComposeResult:
        with Pane(title="Hand-off"), VerticalScroll():
            yield Markdown(open_links=False)

    def on_mount(self) -> None:
        self.query_one(Pane).say_empty([(Cell("loading …", Tone.QUIET),)])
        self.run_worker(self._load(), exit_on_error=False)

    async def _load(self) -> None:
        try:
            self._text = await threads.call("hand-off", self._read, timeout=READ_SECONDS)
        except Exception as error:
            words = str(error) or f"no answer in {READ_SECONDS:.0f} s"
            self.query_one(Pane).say_empty([(Cell("✗ ", Tone.BAD), Cell(printable(words)))])
            return
        # It is read as it will be read elsewhere; what comes from outside was escaped when it was made.
        await self.query_one(Markdown).update(printable_lines(self._text))
        self.query_one(Pane).say_empty(None)
        self.keep_focus()

    def action_copy(self) -> None:
        """Copy the Markdown."""
        if self._text:
            self.app.copy_to_clipboard(self._text)
            self.app.notify("the hand-off is copied", markup=False)

    def action_save(self) -> None:
        """Write the Markdown to a file."""
        if self._text:
            self.run_worker(self._save(), exit_on_error=False)

    async def _save(self) -> None:
        def write() -> None:
            # What is there already is somebody's.
            with self._save_to.open("x", encoding="utf-8") as file:
                file.write(self._text)

        try:
            await threads.call("save hand-off", write, timeout=READ_SECONDS)
        except (OSError, TimeoutError) as error:
            why = getattr(error, "strerror", None) or "no answer"
            self.app.notify(printable(f"{self._save_to}: {why}"), severity="error", markup=False)
            return
        self.app.notify(printable(f"saved: {self._save_to}"), markup=False)

    def action_back(self) -> None:
        self.dismiss()
