"""The tones of YAML and of what reads like it: keys quiet, values plain; and of lists of events."""

import re

from state.cell import Cell, Tone
from widgets.cell_lines import Line

_KEYED = re.compile(r"(\s*(?:- )?)([^\s:][^:]*:)(\s.*|$)")
_CLOSED = re.compile(r"  … \d+ lines?$")
_WARNING = re.compile(r"(.*?\s)(Warning)(\s+)(\S+)(.*)")


def yaml_line(text: str) -> Line:
    """Return a line of YAML, or of a description, with its key quiet, and what is folded into it faint."""
    closed = _CLOSED.search(text)
    if closed is not None:
        return (*yaml_line(text[: closed.start()]), Cell(closed[0], Tone.FOCUS))
    found = _KEYED.match(text)
    if found is None:
        return (Cell(text),)
    return (Cell(found[1]), Cell(found[2], Tone.QUIET), Cell(found[3]))


def event_line(text: str) -> Line:
    """Return a line of a list of events, with warnings in their tone."""
    found = _WARNING.fullmatch(text)
    if found is None:
        return (Cell(text, Tone.QUIET if text.startswith("LAST SEEN") else Tone.TEXT),)
    return (Cell(found[1]), Cell(found[2], Tone.WARN), Cell(found[3]), Cell(found[4], Tone.WARN), Cell(found[5]))
