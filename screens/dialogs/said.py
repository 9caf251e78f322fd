"""Lines below a field or a list: sentences are wrapped, all else is cut."""

from collections.abc import Sequence

from state.cell import Cell, Tone
from widgets.cell_lines import Line, LineWidget
from widgets.cell_text import head, width_of


class Sentence(tuple[Cell, ...]):
    """A line that goes on below itself where it does not fit. Its first cell is a mark, or empty."""

    __slots__ = ()


class Said(LineWidget):
    """Shows the lines it is given. Its height is theirs."""

    def __init__(self, lines: Sequence[Line] = (), *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._given = tuple(lines)

    def show(self, lines: Sequence[Line]) -> None:
        """Show these lines from now on."""
        self._given = tuple(lines)
        self.update()

    def lines_at(self, width: int) -> Sequence[Line]:
        return [part for line in self._given for part in wrapped(line, width)]


def sentence(text: str, tone: Tone = Tone.QUIET, mark: Cell | None = None) -> Sentence:
    """Return a sentence with the mark that stands before it."""
    return Sentence((Cell(f"{mark.text} ", mark.tone) if mark else Cell(""), Cell(text, tone)))


def refusal(text: str) -> list[Line]:
    """Return the line that says what is wrong with an answer; nothing for an empty sentence."""
    return [sentence(text, Tone.WARN, Cell("✗", Tone.BAD))] if text else []


def wrapped(line: Line, width: int) -> list[Line]:
    """Return a line as it is, a sentence in as many lines as it takes in `width` cells."""
    if not isinstance(line, Sentence):
        return [line]
    mark, *cells = line
    indent = width_of(mark.text)
    room = max(1, width - indent)
    words = [Cell(word, cell.tone) for cell in cells for word in cell.text.split(" ")]
    rows: list[list[Cell]] = [[]]
    used = 0
    for word in words:
        rest = word.text
        if rows[-1] and used + 1 + width_of(rest) <= room:
            rows[-1].append(Cell(f" {rest}", word.tone))
            used += 1 + width_of(rest)
            continue
        if rows[-1]:
            rows.append([])
        while width_of(rest) > room and (begin := head(rest, room)):
            rows[-1].append(Cell(begin, word.tone))
            rows.append([])
            rest = rest[len(begin) :]
        rows[-1].append(Cell(rest, word.tone))
        used = width_of(rest)
    return [(mark if at == 0 else Cell(" " * indent), *row) for at, row in enumerate(rows)]
