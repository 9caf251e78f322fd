"""The tones of YAML and of what reads like it: keys quiet, values plain."""

import re

from state.cell import Cell, Tone
from widgets.cell_lines import Line

_KEYED = re.compile(r"(\s*(?:- )?)([^\s:][^:]*:)(\s.*|$)")


def yaml_line(text: str) -> Line:
    """Return a line of YAML, or of a description, with its key quiet."""
    found = _KEYED.match(text)
    if found is None:
        return (Cell(text),)
    return (Cell(found[1]), Cell(found[2], Tone.QUIET), Cell(found[3]))
