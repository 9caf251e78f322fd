"""A pane with a round edge that says what is inside and how much of it."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widget import Widget

from widgets.cell_lines import CellLines, Line


class Pane(Container):
    """Holds widgets in a round edge. Without content it says in words which kind of empty it is."""

    # What is outside of it decides too: the class of the app that stands for ASCII.
    SCOPED_CSS = False
    DEFAULT_CSS = """
    Pane {
        border: round $border-blurred;
        border-title-color: $text-muted;
        border-title-style: none;
        border-subtitle-color: $text-muted;
        padding: 0;
        height: 1fr;
        width: 1fr;
    }
    Pane:focus-within {
        border: round $border;
        border-title-color: $foreground;
    }
    Pane > .pane--empty { display: none; padding: 0 1; }
    Pane.-empty > * { display: none; }
    Pane.-empty > .pane--empty { display: block; }
    .-ascii Pane { border: ascii $border-blurred; }
    .-ascii Pane:focus-within { border: ascii $border; }
    """

    def __init__(self, *children: Widget, title: str = "", id: str | None = None, classes: str | None = None) -> None:
        super().__init__(*children, id=id, classes=classes)
        self._empty = CellLines(classes="pane--empty")
        self._title = ("", "")
        self._beyond = ("", "")
        self.name_it(title)

    def compose(self) -> ComposeResult:
        yield self._empty

    def name_it(self, title: str, count: str = "") -> None:
        """Set the words in the edge: what it is, and the count that matters."""
        if (title, count) == self._title:
            return
        self._title = (title, count)
        words = Content(f"{title}  {count}" if count else title)
        self.border_title = words if title else None

    def point_to(self, left: str = "", right: str = "") -> None:
        """Set the words at the ends of the lower edge: what lies beyond it on either side."""
        if (left, right) == self._beyond:
            return
        self._beyond = (left, right)
        self.border_subtitle = Content(f"{left}   {right}".strip()) if left or right else None
        self.styles.border_subtitle_align = "left" if left and not right else "right"

    def say_empty(self, lines: Sequence[Line] | None) -> None:
        """Show these lines in place of the content, or the content again with None."""
        self.set_class(lines is not None, "-empty")
        if lines is not None:
            self._empty.show(lines)
