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
    STREAM_1 = "stream-1"
    STREAM_2 = "stream-2"
    STREAM_3 = "stream-3"
    STREAM_4 = "stream-4"
    STREAM_5 = "stream-5"
    STREAM_6 = "stream-6"


class Cell(NamedTuple):
    """One printable text with its tone. The text holds no markup and no control characters."""

    text: str
    tone: Tone = Tone.TEXT


BLANK = Cell("")

STREAMS = (Tone.STREAM_1, Tone.STREAM_2, Tone.STREAM_3, Tone.STREAM_4, Tone.STREAM_5, Tone.STREAM_6)
"""Tones that only tell several things of one sort apart, each with its name beside it."""

GLYPHS: dict[Tone, str] = {Tone.BAD: "✗", Tone.WARN: "▲", Tone.WELL: "✓", Tone.FOCUS: "●", Tone.QUIET: "◌"}
"""The glyph that says the same as a tone, for those who see no colour."""
