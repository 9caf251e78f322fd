"""A scrolling view of lines that draws only what is seen, and of that only what changed.

What a line looks like is a subclass's: it says what a line shows and draws that.
"""

from typing import Generic, TypeVar

from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from widgets.scroll_bar import ThinScrollBar
from widgets.tone_style import ASCII_CLASS, Palette, palette_of

Line = TypeVar("Line")


class LineView(ScrollView, Generic[Line], can_focus=True):
    """Lines under each other, below `top_lines` lines that do not scroll."""

    DEFAULT_CSS = """
    LineView {
        height: 1fr;
        width: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        background: transparent;
    }
    """

    top_lines = 0

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._seen: dict[int, Line] = {}
        self._palette: Palette | None = None

    # A subclass's part

    @property
    def line_count(self) -> int:
        """How many lines scroll."""
        raise NotImplementedError

    def line_at(self, y: int) -> Line:
        """Return what line `y` of the view shows, from 0 at its top; what is equal is drawn the same."""
        raise NotImplementedError

    def draw(self, line: Line) -> Strip:
        """Return a line drawn."""
        raise NotImplementedError

    def restyled(self) -> None:
        """Forget what depends on size and style."""

    def resized(self) -> None:
        """The view has another size, and its lines are measured."""

    # Drawing

    @property
    def palette(self) -> Palette:
        """What it draws with."""
        if self._palette is None:
            self._palette = palette_of(self)
        return self._palette

    def render_line(self, y: int) -> Strip:
        self._seen[y] = line = self.line_at(y)
        return self.draw(line)

    def settle(self) -> None:
        """Draw again the lines that no longer say what they should."""
        if not self.is_mounted:
            return
        width, seen = self.size.width, self._seen
        lines = range(self.size.height)
        stale = [Region(0, y, width, 1) for y in lines if y not in seen or seen[y] != self.line_at(y)]
        if stale:
            self.refresh(*stale)

    def repaint(self) -> None:
        """Draw everything again."""
        self._palette = None
        self._seen.clear()
        self.restyled()
        if self.is_mounted:
            self.measure()
            self.refresh()

    def measure(self) -> None:
        """Tell the scroll bar how many lines there are, without a layout of the screen unless it comes or goes."""
        size = Size(self.size.width, self.line_count + self.top_lines)
        if size == self.virtual_size:
            return
        height = self.size.height
        if (size.height > height) != (self.virtual_size.height > height) or not self.show_vertical_scrollbar:
            self.virtual_size = size
        else:
            self.set_reactive(Widget.virtual_size, size)
            self.vertical_scrollbar.window_virtual_size = size.height
        self.scroll_y = self.validate_scroll_y(self.scroll_y)

    def scroll_to_line(self, line: int) -> None:
        """Make a line the first one in sight, or as near to it as the end allows."""
        self.scroll_to(y=line, animate=False, force=True)

    def on_mount(self) -> None:
        if not self.app.has_class(ASCII_CLASS):
            self.vertical_scrollbar.renderer = ThinScrollBar  # type: ignore[misc]

    def on_resize(self) -> None:
        self.repaint()
        self.resized()

    def on_focus(self) -> None:
        self.settle()

    def on_blur(self) -> None:
        self.settle()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        if self._palette is not None and self._palette != palette_of(self):
            self.repaint()
