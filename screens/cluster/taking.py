"""Taking something along from a list: names and cells to the clipboard, the whole list to a file."""

import asyncio
import csv
import io
from collections.abc import Sequence
from typing import Any

from textual.screen import Screen

from screens.dialogs.choose import Choose, Option
from state import threads
from state.cell import Cell
from state.disk import in_words
from state.listing import Listing
from state.log_file import save_log, saved_folder
from state.printable import printable

SAVE_SECONDS = 30.0
PATH_SECONDS = 15.0
"""How long the path of a file stays on the screen."""
_SLICE = 500
"""Rows between two moments in which keys are answered."""
_FORMULA = ("=", "+", "-", "@")


def copy(screen: Screen[None], text: str, words: str = "") -> None:
    """Copy a text and say which; `words` are said in its place where it has several lines."""
    screen.app.copy_to_clipboard(text)
    said = text if "\n" not in text else words
    screen.app.notify(printable(f"copied {said}"), markup=False)


async def copy_cell(screen: Screen[None], cells: Sequence[tuple[str, str]]) -> None:
    """Ask which of a row's cells is meant and copy it."""
    options = [Option(text, Cell(header), Cell(text)) for header, text in cells]
    chosen = await screen.app.push_screen_wait(Choose("Copy", options))
    if isinstance(chosen, str):
        copy(screen, chosen)


async def save(screen: Screen[None], listing: Listing[Any], name: str, now: float) -> None:
    """Write the rows of a list in their order, with all columns there are, to a new file; say where it is."""
    lines = [csv_line([column.header or "HEALTH" for column in listing.columns])]
    for at, key in enumerate(listing.keys, 1):
        cells = listing.cells(key)
        if cells is not None:
            lines.append(csv_line([cell.text for cell in cells]))
        if not at % _SLICE:
            await asyncio.sleep(0)
    try:
        path = await threads.call(
            "saving a list", lambda: save_log(lines, name, saved_folder(), now, suffix="csv"), timeout=SAVE_SECONDS
        )
    except TimeoutError:
        _warn(screen, "the list could not be saved: the disk did not answer")
    except OSError as error:
        _warn(screen, f"the list could not be saved: {in_words(error)}")
    else:
        count = len(lines) - 1
        words = f"saved {count:,} row{'s' if count != 1 else ''}: {path}"
        screen.app.notify(words, timeout=PATH_SECONDS, markup=False)


def csv_line(cells: Sequence[str]) -> str:
    """Return cells as a line of comma-separated values; one that a spreadsheet would compute is text to it."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return line.getvalue()


def _warn(screen: Screen[None], words: str) -> None:
    screen.app.notify(words, severity="warning", markup=False)
