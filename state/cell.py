"""What a place on the screen says, before anything knows how it is drawn."""

from enum import Enum
from typing import NamedTuple


class Tone(Enum):
    """What a text means. A theme gives each tone its colour; a glyph or a word goes with it."""

    TEXT = "text"
    QUIET = "quiet"
    FAINT = "faint"
    FOCUS = "focus"
    BAD = "bad"
    WARN = "warn"
    WELL = "well"
    PLAN = "plan"
    PLAN_DIM = "plan-dim"


class Cell(NamedTuple):
    """One printable text with its tone. The text holds no markup and no control characters."""

    text: str
    tone: Tone = Tone.TEXT


BLANK = Cell("")

GLYPHS: dict[Tone, str] = {Tone.BAD: "✗", Tone.WARN: "▲", Tone.WELL: "✓", Tone.FOCUS: "●", Tone.QUIET: "◌"}
"""The glyph that says the same as a tone, for those who see no colour."""
