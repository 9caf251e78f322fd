"""The line to type in: `/` narrows what is shown, `:` goes somewhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input

from state.cell import Cell, Tone
from state.printable import printable
from widgets.cell_lines import CellLines

Complete = Callable[[str], Sequence[str]]
"""What could be meant by a text: whole texts, the likeliest first."""

_REMEMBERED = 50


class _Completions(Suggester):
    def __init__(self, complete: Complete) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._complete = complete

    async def get_suggestion(self, value: str) -> str | None:
        return next((text for text in self._complete(value) if text.startswith(value) and text != value), None)


class _Line(Input):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "clear", show=False),
        Binding("up", "older(1)", "older", show=False),
        Binding("down", "older(-1)", "newer", show=False),
        Binding("tab", "next_completion(1)", "complete", show=False),
        Binding("shift+tab", "next_completion(-1)", "complete", show=False),
    ]

    def allow_focus(self) -> bool:
        """Never while the bar is closed: keys would be typed into what nobody sees."""
        return self.bar.is_open

    def action_leave(self) -> None:
        self.bar.leave()

    def action_older(self, by: int) -> None:
        self.bar.recall(by)

    def action_next_completion(self, by: int) -> None:
        self.bar.complete(by)

    @property
    def bar(self) -> "FilterBar":
        return next(node for node in self.ancestors if isinstance(node, FilterBar))


class FilterBar(Horizontal):
    """One line that opens on a prefix, completes, remembers, and shows in place what is wrong with it.

    The screen answers `Submitted` with `close` or `refuse`. Escape empties the line and closes it.
    """

    DEFAULT_CSS = """
    FilterBar { height: 1; padding: 0 1; background: $panel; display: none; }
    FilterBar.-open { display: block; }
    FilterBar > #filter-prefix { width: 2; }
    FilterBar > #filter-error { width: auto; max-width: 60%; }
    FilterBar > _Line { width: 1fr; border: none; padding: 0; height: 1; background: $panel; }
    FilterBar > _Line:focus { border: none; background-tint: transparent; }
    """

    @dataclass
    class Changed(Message):
        """The text is another now; also when a history entry or a completion came in."""

        bar: "FilterBar"
        prefix: str
        text: str

        @property
        def control(self) -> "FilterBar":
            return self.bar

    @dataclass
    class Submitted(Message):
        """Enter was pressed on this text."""

        bar: "FilterBar"
        prefix: str
        text: str

        @property
        def control(self) -> "FilterBar":
            return self.bar

    @dataclass
    class Left(Message):
        """Escape was pressed: the text was cleared and the line is closed."""

        bar: "FilterBar"
        prefix: str

        @property
        def control(self) -> "FilterBar":
            return self.bar

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._prefix = ""
        self._complete: Complete | None = None
        self._history: dict[str, list[str]] = {}
        self._back = 0
        self._typed = ""
        self._offers: list[str] = []
        self._before: Widget | None = None

    def compose(self) -> ComposeResult:
        yield CellLines(id="filter-prefix")
        yield _Line(compact=True, select_on_focus=False)
        yield CellLines(id="filter-error")

    @property
    def is_open(self) -> bool:
        """Whether the line can be typed in now."""
        return self.has_class("-open")

    @property
    def prefix(self) -> str:
        """What it was opened on last."""
        return self._prefix

    @property
    def text(self) -> str:
        """What is typed."""
        return printable(self._line.value)

    def open(
        self, prefix: str, text: str = "", complete: Complete | None = None, past: Sequence[str] | None = None
    ) -> None:
        """Open the line on a prefix with a text to begin with. `past` are the texts of this prefix that can be brought
        back, the newest last; None: those that were submitted here."""
        if past is not None:
            self._history[prefix] = list(past)
        if not self.is_open:
            self._before = self.screen.focused
        self._prefix, self._complete, self._back, self._offers = prefix, complete, 0, []
        self.query_one("#filter-prefix", CellLines).show([(Cell(prefix, Tone.FOCUS),)])
        self._say("")
        line = self._line
        line.suggester = _Completions(complete) if complete else None
        with self.prevent(Input.Changed):
            line.value = text
        line.cursor_position = len(text)
        self.add_class("-open")
        line.focus()

    def close(self) -> None:
        """Close the line, remember its text, and give the focus back to where it was."""
        text = self.text
        if text:
            past = self._history.setdefault(self._prefix, [])
            if text in past:
                past.remove(text)
            past.append(text)
            del past[:-_REMEMBERED]
        self._hide()

    def refuse(self, sentence: str) -> None:
        """Say beside the text what is wrong with it."""
        self._say(sentence)

    def leave(self) -> None:
        """Empty the line and close it, as escape does."""
        with self.prevent(Input.Changed):
            self._line.value = ""
        self._hide()
        self.post_message(self.Left(self, self._prefix))

    def recall(self, by: int) -> None:
        """Bring back the text submitted `by` before this one; negative goes forward again."""
        past = self._history.get(self._prefix, [])
        back = max(0, min(len(past), self._back + by))
        if back == self._back:
            return
        if self._back == 0:
            self._typed = self._line.value
        self._back = back
        self._set(past[-back] if back else self._typed)

    def complete(self, by: int) -> None:
        """Replace the text with its next completion, over and over."""
        if self._complete is None:
            return
        value = self._line.value
        if value not in self._offers:
            self._offers = [text for text in self._complete(value) if text != value]
            if by < 0:
                self._offers.reverse()
            if self._offers:
                self._offers.append(value)
                self._set(self._offers[0])
            return
        self._set(self._offers[(self._offers.index(value) + by) % len(self._offers)])

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._say("")
        if event.value not in self._offers:
            self._offers = []
        self.post_message(self.Changed(self, self._prefix, self.text))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Submitted(self, self._prefix, self.text))

    @property
    def _line(self) -> Input:
        return self.query_one(_Line)

    def _set(self, text: str) -> None:
        self._line.value = text
        self._line.cursor_position = len(text)

    def _say(self, sentence: str) -> None:
        error = self.query_one("#filter-error", CellLines)
        error.show([(Cell("✗ ", Tone.BAD), Cell(sentence, Tone.WARN))] if sentence else [])

    def _hide(self) -> None:
        self.remove_class("-open")
        self._offers = []
        before, self._before = self._before, None
        if before is not None and before.is_attached:
            self.screen.set_focus(before)
        elif self._line.has_focus:
            self.screen.set_focus(None)
