"""Rows on standard output: a table for people, JSON and CSV for programs."""

import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import click
import msgspec

from state.board.exchange.separated import separated
from state.printable import printable, shorten

Command = TypeVar("Command", bound=Callable[..., Any])
Row = Mapping[str, Any]
TABLE, JSON, CSV = "table", "json", "csv"
_GAP = "  "
_ROOM = 16


def in_form(*forms: str, name: str = "form") -> Callable[[Command], Command]:
    """Let a command take `-o`, which chooses one of these forms; the first is what it is without."""
    return click.option(
        "-o", "--output", name, type=click.Choice(forms), default=forms[0], show_default=True, help="The form."
    )


def print_json(value: Any) -> None:
    """Print one JSON value, indented."""
    print_bytes(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")


def print_bytes(data: bytes) -> None:
    """Print bytes as they are, whatever encoding the terminal has."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def print_rows(columns: Sequence[str], rows: Sequence[Row], form: str) -> None:
    """Print rows as a table of these columns or as CSV; as JSON each row whole, whatever the columns."""
    if form == JSON:
        print_json(rows)
    elif form == CSV:
        print_bytes(separated(columns, ([words(row.get(name)) for name in columns] for row in rows)).encode())
    else:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        shown = ([words(row.get(name)) for name in columns] for row in rows)
        for line in table([name.upper().replace("_", " ") for name in columns], shown, width):
            print_line(line)


def print_line(line: str) -> None:
    """Print one line of text from outside; what the terminal's encoding lacks becomes `?`."""
    encoding = sys.stdout.encoding or "ascii"
    click.echo(line.encode(encoding, "replace").decode(encoding))


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], width: int | None) -> list[str]:
    """Return aligned lines. Only on a terminal of `width` columns the last column is cut; else nothing is."""
    from rich.cells import cell_len, set_cell_size

    lines = [list(heads), *([printable(cell) for cell in row] for row in rows)]
    widths = [max(cell_len(line[at]) for line in lines) for at in range(len(heads) - 1)]
    made = []
    for line in lines:
        fixed = [set_cell_size(cell, size) for cell, size in zip(line, widths, strict=False)]
        left = sum(widths) + len(_GAP) * len(widths)
        last = line[-1] if width is None else shorten(line[-1], max(_ROOM, width - left))
        made.append(_GAP.join((*fixed, last)).rstrip())
    return made


def words(value: Any) -> str:
    """Return a value as people read it: lists with commas, yes for true, nothing for what is not said."""
    if value is None or value is False or value == {}:
        return ""
    if value is True:
        return "yes"
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return repr(int(value) if value.is_integer() else value)
    if isinstance(value, list | tuple) and all(isinstance(part, str) for part in value):
        return ", ".join(value)
    return msgspec.json.encode(value).decode() if isinstance(value, dict | list | tuple) else str(value)
