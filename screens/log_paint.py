"""A line of a log in its tones: its moment, the name of its stream, its level, its keys."""

import re
from collections.abc import Mapping

from screens.log_text import Showing
from state.cell import Cell, Tone
from state.cluster.log_level import Level, said
from widgets.cell_lines import Line
from widgets.text_lines import Remark
from widgets.text_paint import plain

_STAMP = re.compile(r"(?:(?:\d\d-\d\d )?\d\d:\d\d:\d\d|--:--:--)  ")
_KEY = re.compile(r"(?<![^\s,{])[A-Za-z_@][\w.@/-]*=(?=\S)")
_LONGEST = 2000
"""Characters of a line in which keys are looked for."""


def tone_of(level: Level) -> Tone | None:
    """Return the tone of a level, None for one that needs none."""
    if level >= Level.ERROR:
        return Tone.BAD
    if level >= Level.WARN:
        return Tone.WARN
    return Tone.FAINT if level <= Level.DEBUG else None


def head_of(text: str, showing: Showing) -> int:
    """Return how many characters of a shown line stand before the line itself."""
    if isinstance(text, Remark):
        return len(text)
    moment = _STAMP.match(text) if showing.timestamps else None
    begin = moment.end() if moment is not None else 0
    return min(len(text), begin + showing.labels + 2) if showing.labels else begin


def paint(text: str, showing: Showing, names: Mapping[str, Tone] | None = None) -> Line:
    """Return a shown line in its tones; `names` gives those of the streams' names as they are shown."""
    if isinstance(text, Remark):
        return plain(text)
    cells: list[Cell] = []
    begin = head_of(text, showing)
    if begin:
        label = begin - showing.labels - 2 if showing.labels else begin
        if label > 0:
            cells.append(Cell(text[:label], Tone.FAINT))
        if label < begin:
            name = text[label:begin]
            cells.append(Cell(name, (names or {}).get(name.rstrip(), Tone.QUIET)))
    body = text[begin:]
    if showing.context and showing.only is not None and not showing.only.lets_through(body):
        return (*cells, Cell(body, Tone.QUIET))
    return (*cells, *_body(body))


def _body(body: str) -> list[Cell]:
    found = said(body)
    tone = tone_of(found.level) if found is not None else None
    spans = [(*one.span(), Tone.QUIET) for one in _KEY.finditer(body, 0, _LONGEST)]
    if found is not None and tone is not None:
        spans = [span for span in spans if span[1] <= found.begin or span[0] >= found.end]
        spans.append((found.begin, found.end, tone))
        spans.sort(key=lambda span: span[0])
    cells, at = [], 0
    for begin, end, one in spans:
        if begin > at:
            cells.append(Cell(body[at:begin]))
        cells.append(Cell(body[begin:end], one))
        at = end
    if at < len(body) or not cells:
        cells.append(Cell(body[at:]))
    return cells
