"""What a tone looks like: the one place that knows colours, no colour, and terminals without our glyphs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from rich.style import Style
from textual.color import Color
from textual.widget import Widget

from state.cell import STREAMS, Tone

ASCII_CLASS = "-ascii"
"""The class an app wears when its terminal shows ASCII only."""

_ASCII = str.maketrans(
    {
        "✗": "x", "▲": "!", "●": "*", "✓": "+", "◐": "o", "◌": "~", "○": ".", "▌": "|", "•": "*",
        "━": "=", "─": "-", "│": "|", "╵": "'", "…": "~", "·": "-", "–": "-", "▸": ">", "→": ">", "←": "<",
        "↑": "^", "↓": "v", "‹": "<", "›": ">", "×": "x", "⏎": "enter", "⇧": "shift+", "█": "#", "▇": "#", "▆": "*",
        "▾": "v", "├": "|", "└": "`", "▅": "+", "▄": "=", "▃": "-", "▂": ".", "▁": "_",
    }
)  # fmt: skip

_STANDARD: Mapping[Tone, str] = {
    Tone.TEXT: "foreground",
    Tone.QUIET: "foreground-darken-2",
    Tone.FAINT: "foreground-darken-3",
    Tone.FOCUS: "primary",
    Tone.BAD: "error",
    Tone.WARN: "warning",
    Tone.WELL: "success",
    Tone.PLAN: "accent",
    Tone.PLAN_DIM: "secondary",
    **dict.fromkeys(STREAMS, "foreground-darken-1"),
}
"""Where a theme without our own variables keeps the nearest thing."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a theme on one background, ready to draw with. Colours are `#rrggbb`."""

    tones: Mapping[Tone, str]
    background: str
    edge: str
    cursor: str
    flash: str
    ascii: bool = False
    no_color: bool = False
    _styles: dict[tuple[Tone, bool, bool, bool], Style] = field(default_factory=dict, compare=False, repr=False)

    def style(self, tone: Tone, *, cursor: bool = False, bold: bool = False, flash: bool = False) -> Style:
        """Return the style of a text: on the cursor's background, in bold, or just changed."""
        key = (tone, cursor, bold, flash)
        style = self._styles.get(key)
        if style is None:
            self._styles[key] = style = self._make(tone, cursor, bold, flash)
        return style

    @property
    def blank(self) -> Style:
        """The style of empty places."""
        return self.style(Tone.TEXT)

    @property
    def line(self) -> Style:
        """The style of edges, empty bars and rules."""
        return Style(color=self.edge, bgcolor=self.background)

    def text(self, text: str) -> str:
        """Return `text` as this terminal can show it. Its width may differ, so measure afterwards."""
        return text.translate(_ASCII) if self.ascii and not text.isascii() else text

    def _make(self, tone: Tone, cursor: bool, bold: bool, flash: bool) -> Style:
        color = self.tones[tone]
        if flash:
            color = Color.parse(color).blend(Color.parse(self.flash), 0.65).hex6
        # Without colour, weight says what matters and the cursor turns its line round.
        loud = self.no_color and tone in (Tone.BAD, Tone.WARN, Tone.FOCUS)
        return Style(
            color=color,
            bgcolor=self.cursor if cursor else self.background,
            bold=bold or loud or flash,
            reverse=cursor and self.no_color,
        )


def palette_of(widget: Widget) -> Palette:
    """Return what `widget` draws with: its app's theme on the background it stands on."""
    app = widget.app
    chosen = app.theme_variables.get
    return _palette(
        tuple(chosen(f"tone-{tone.value}") or chosen(_STANDARD[tone]) or "#808080" for tone in Tone),
        widget.background_colors[1].hex6,
        chosen("edge") or chosen("border-blurred") or "#808080",
        chosen("cursor") or chosen("block-cursor-blurred-background") or "#404040",
        chosen("flash") or chosen("foreground") or "#808080",
        app.has_class(ASCII_CLASS),
        app.no_color,
    )


@lru_cache(maxsize=32)
def _palette(
    tones: tuple[str, ...], background: str, edge: str, cursor: str, flash: str, ascii_only: bool, no_color: bool
) -> Palette:
    below = Color.parse(background)
    return Palette(
        tones={tone: (below + Color.parse(color)).hex6 for tone, color in zip(Tone, tones, strict=True)},
        background=background,
        edge=(below + Color.parse(edge)).hex6,
        cursor=(below + Color.parse(cursor)).hex6,
        flash=(below + Color.parse(flash)).hex6,
        ascii=ascii_only,
        no_color=no_color,
    )
