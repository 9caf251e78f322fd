"""A scroll bar half a cell thin."""

from rich.color import Color
from rich.segment import Segment, Segments
from rich.style import Style
from textual.scrollbar import ScrollBarRender


class ThinScrollBar(ScrollBarRender):
    """Draws an upright thumb as half blocks at the right of their cells, so that it stands apart from the text."""

    @classmethod
    def render_bar(
        cls,
        size: int = 25,
        virtual_size: float = 50,
        window_size: float = 20,
        position: float = 0,
        thickness: int = 1,
        vertical: bool = True,
        back_color: Color = Color.parse("#555555"),
        bar_color: Color = Color.parse("#ff00ff"),
    ) -> Segments:
        if not vertical:
            return super().render_bar(
                size, virtual_size, window_size, position, thickness, vertical, back_color, bar_color
            )
        above = Segment(" " * thickness, Style(bgcolor=back_color, meta={"@mouse.down": "scroll_up"}))
        line = [above] * size
        if size and window_size and virtual_size > window_size:
            thumb = max(1, round(size * window_size / virtual_size))
            start = round((size - thumb) * position / (virtual_size - window_size))
            below = Segment(" " * thickness, Style(bgcolor=back_color, meta={"@mouse.down": "scroll_down"}))
            grip = Style(color=bar_color, bgcolor=back_color, meta={"@mouse.down": "grab"})
            line[start:] = [below] * (size - start)
            line[start : start + thumb] = [Segment(" " * (thickness - 1) + "▐", grip)] * thumb
        return Segments(line[:size], new_lines=True)
