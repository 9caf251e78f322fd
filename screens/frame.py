"""What every screen has around it: the line that says how things are, the line that says what keys do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from screens.commands import BY_ID, bindings
from state.cell import Cell
from widgets.filter_bar import Complete, FilterBar
from widgets.key_line import Key, KeyLine
from widgets.status_line import StatusLine

SCREENS = ("overview", "cluster", "apps", "alerts", "board")


@dataclass(frozen=True, slots=True)
class Status:
    """The top line: parts from left to right, and parts from the right edge; each a few cells.

    Of each side the first parts stay longest when the screen is narrow.
    """

    left: tuple[tuple[Cell, ...], ...] = ()
    right: tuple[tuple[Cell, ...], ...] = ()


class CommandTyped(Message):
    """A line was typed after `:`; whoever knows where to go answers with `bar.close` or `bar.refuse`."""

    def __init__(self, text: str, bar: FilterBar) -> None:
        super().__init__()
        self.text = text
        self.bar = bar


class Frame(Screen[None]):
    """A screen with the top line, a body, a line to type in, and the bottom line.

    The app hands it the top line's content and calls `update` several times a second while it is on top.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("frame")]
    NAME: str = ""
    """Which of the numbered screens it is; empty for one on top of another."""
    FILTERS: bool = False
    """Whether `/` narrows what it shows."""
    STREAMS: bool = False
    """Whether what it shows comes past the session, so that it has to look for itself."""

    ready = False
    """Whether all its widgets are there; it is not asked to update before."""

    _top: StatusLine | None = None
    _given: Widget | None = None
    """What was given the keys without the user's asking."""
    _wanted: Widget | None = None
    """What the keys are for."""

    # A focus that moves repaints the two widgets by itself; the whole screen would be painted again for nothing.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def compose(self) -> ComposeResult:
        self._top = StatusLine(id="status")
        yield self._top
        yield from self.compose_body()
        yield FilterBar(id="bar")
        yield KeyLine(id="keys")

    def compose_body(self) -> ComposeResult:
        """Yield the widgets between the two lines."""
        yield from ()

    def show_status(self, status: Status) -> None:
        """Set the top line."""
        if self._top is not None:
            self._top.show(status.left, status.right)

    def update(self) -> None:
        """Take over what changed since the last call."""

    def keep_focus(self) -> None:
        """Give the keys to something that can take them, and to what they are for as soon as it can.

        What had them may have become empty and gone. Where the user put them they stay.
        """
        focused = self.focused
        if not self.is_current or (focused is not None and (focused is not self._given or not self.AUTO_FOCUS)):
            return
        if self.AUTO_FOCUS and (self._wanted is None or not self._wanted.is_attached):
            # While the program ends, widgets go one after the other.
            self._wanted = next(iter(self.query(self.AUTO_FOCUS)), None)
        wanted = self._wanted
        if focused is not None and focused is wanted:
            return
        chain = self.focus_chain
        best = wanted if wanted in chain else focused or (chain[0] if chain else None)
        if best is not None and best is not focused:
            self._given = best
            self.set_focus(best, scroll_visible=False)

    # --- typing ---

    @property
    def filter_text(self) -> str:
        """What narrows the screen now."""
        return ""

    def filter_by(self, text: str) -> str:
        """Narrow what is shown; return what is wrong with the text, else an empty string."""
        return ""

    def doubt_filter(self, problem: str) -> None:
        """Say in the line that narrows, while it is open, what turned out to be wrong with its text."""
        bar = self.query_one("#bar", FilterBar)
        if problem and bar.is_open and bar.prefix == "/":
            bar.refuse(problem)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "filter":
            return self.FILTERS
        return super().check_action(action, parameters)

    def action_filter(self) -> None:
        """Open the line that narrows what is shown."""
        self.query_one("#bar", FilterBar).open("/", self.filter_text)

    def type_command(self, complete: Complete, past: Sequence[str] = ()) -> None:
        """Open the line that goes somewhere; `past` are the lines typed before, the newest last."""
        self.query_one("#bar", FilterBar).open(":", "", complete, past)

    def on_filter_bar_changed(self, message: FilterBar.Changed) -> None:
        if message.prefix == "/":
            wrong = self.filter_by(message.text)
            if wrong:
                message.bar.refuse(wrong)

    def on_filter_bar_submitted(self, message: FilterBar.Submitted) -> None:
        if message.prefix == ":":
            self.post_message(CommandTyped(message.text, message.bar))
            return
        wrong = self.filter_by(message.text)
        if wrong:
            message.bar.refuse(wrong)
        else:
            message.bar.close()
            # The next key may already be on its way, and is meant for what the text leaves.
            self.update()
            self.keep_focus()

    def on_filter_bar_left(self, message: FilterBar.Left) -> None:
        if message.prefix == "/":
            self.filter_by("")
        self.keep_focus()

    # --- the bottom line ---

    def on_mount(self) -> None:
        self.ready = True
        self.show_keys()

    def on_descendant_focus(self) -> None:
        self.show_keys()

    def on_screen_resume(self) -> None:
        self.show_keys()

    def why_not(self, command: str) -> str:
        """Return why a command of an id does nothing here and now, in a sentence; empty when it does something."""
        return ""

    def show_keys(self) -> None:
        """Set the bottom line to what the keys do with the focus where it is."""
        shown: dict[str, tuple[int, Key]] = {}
        for active in self.active_bindings.values():
            command = BY_ID.get(active.binding.id or "")
            if command is None or command.footer is None or not active.enabled:
                continue
            name = self.app.get_key_display(active.binding).replace("shift+", "⇧")
            dimmed = bool(self.why_not(command.id))
            shown.setdefault(command.id, (command.footer, Key(name, command.title, dimmed=dimmed)))
        here = sorted(shown.values(), key=lambda item: item[0])
        places = [Key(str(n), name, current=name == self.NAME) for n, name in enumerate(SCREENS, 1)]
        self.query_one("#keys", KeyLine).show(
            places if self.NAME else [],
            [key for rank, key in here if rank < 90],
            [key for rank, key in here if rank >= 90],
        )
