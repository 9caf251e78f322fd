"""Text in columns that line up, by the rules of Go's `text/tabwriter` as kubectl sets it."""

_PADDING = 2


class Sheet:
    """Lines at indentation levels of two blanks. A tab ends a cell, `\\n` a line; both may come in any piece."""

    def __init__(self) -> None:
        self._pieces: list[str] = []

    def put(self, level: int, text: str) -> None:
        """Add a piece of text; the indentation comes before it, wherever the last piece ended."""
        self._pieces.append("  " * level + text)

    def line(self, level: int, *cells: object) -> None:
        """Add a line of cells."""
        self.put(level, "\t".join(map(str, cells)) + "\n")

    def __str__(self) -> str:
        return align("".join(self._pieces))


def align(text: str) -> str:
    """Return `text` with each column of tab-ended cells as wide as its widest cell and two blanks.

    A column is a run of neighbouring lines that all have a cell there; what follows a line's last tab belongs
    to no column and is never padded.
    """
    rows = [line.split("\t") for line in text.split("\n")]
    widths: list[list[int]] = [[] for _ in rows]
    _columns(rows, widths, 0, len(rows), 0)
    return "\n".join(
        "".join(cell.ljust(width) for cell, width in zip(row, [*wide, 0], strict=True))
        for row, wide in zip(rows, widths, strict=True)
    )


def _columns(rows: list[list[str]], widths: list[list[int]], begin: int, end: int, column: int) -> None:
    at = begin
    while at < end:
        if len(rows[at]) - 1 <= column:
            at += 1
            continue
        first = at
        while at < end and len(rows[at]) - 1 > column:
            at += 1
        width = max(len(rows[one][column]) for one in range(first, at)) + _PADDING
        for one in range(first, at):
            widths[one].append(width)
        _columns(rows, widths, first, at, column + 1)
