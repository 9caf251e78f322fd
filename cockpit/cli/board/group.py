"""`cockpit board`: the board without the screen, for scripts, for git and for those who like to type."""

from pathlib import Path
from typing import Any

import click

from cockpit.cli.board.opened import Asked
from cockpit.cli.lazy import LazyGroup
from cockpit.cli.root import USAGE, fail
from cockpit.start import CONFIG
from state.board.assignments import AssignmentError
from state.board.capture import CaptureError
from state.board.errors import BoardError
from state.board.filter import FilterError
from state.config import InvalidConfig

_HERE = "cockpit.cli.board"
_COMMANDS = {
    "list": (f"{_HERE}.reading:list_cards", "Cards, filtered: list owner:ana state:doing."),
    "show": (f"{_HERE}.reading:show", "All of a card: show C07."),
    "add": (f"{_HERE}.writing:add", "A new card; prints its number: add 'Certificates #tls @ana !must *5 >mvp'."),
    "edit": (f"{_HERE}.writing:edit", "Fields of cards: edit C07 points=5 owner=ana needs+=C03 tags-=tls."),
    "move": (f"{_HERE}.moving:move", "Cards to another phase or place: move C07 C08 mvp --before C03."),
    "done": (f"{_HERE}.writing:done", "Cards that are done: done C07."),
    "undo": (f"{_HERE}.writing:undo", "Take back my last step."),
    "share": (f"{_HERE}.share:share", "The MVP's share of the whole, as the gauge has it."),
    "history": (f"{_HERE}.past:history", "Who changed what, and when: history C07."),
    "export": (f"{_HERE}.exchanging:export", "The board as CSV, JSON or Markdown."),
    "import": (f"{_HERE}.exchanging:import_file", "Cards of CSV, JSON or Markdown; shows first what it would do."),
    "new": (f"{_HERE}.files:new", "A new board, empty or with the capability catalogue."),
    "check": (f"{_HERE}.files:check", "What is wrong with a board and its files."),
    "backups": (f"{_HERE}.files:backups", "The older states that are kept."),
    "restore": (f"{_HERE}.files:restore", "Go back to one of them."),
    "merge": (f"{_HERE}.files:merge", "Merge two branches' boards: git's merge driver."),
}


class _Board(LazyGroup):
    """Ends with one sentence and its exit code for what can go wrong with any command."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BoardError as error:
            fail(str(error))
        except (AssignmentError, CaptureError, FilterError) as error:
            fail(str(error), USAGE)
        except InvalidConfig as error:
            fail(str(error), CONFIG)


@click.group(cls=_Board, places=_COMMANDS)
@click.option("--board", type=click.Path(path_type=Path), help="The board's file; goes behind a command too.")
@click.option("--context", help="The context whose board the configuration names.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="The folder of the board, when no file is named.")
@click.pass_context
def board(ctx: click.Context, board: Path | None, context: str | None, data_dir: Path | None) -> None:
    """The board without the screen, through the same changes: history, undo and other cockpits see them as their own.

    The file is the one the screen opens: --board, COCKPIT_BOARD, the configuration, else board.json in the data
    folder. Data goes to standard output, all else to standard error.

    \b
    Exit codes
    0  all went well
    1  it failed, was refused, or there is no such card; merge: conflicts are left; check, share --check: not well
    2  wrong usage: an option, a field, a filter or a line that cannot be read
    3  the configuration cannot be used
    """
    ctx.obj = Asked(board, context, data_dir)
