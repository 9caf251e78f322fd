"""`cockpit board export` and `import`: cards from and for other programs."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from cockpit.cli.board.opened import Asked, on_board
from cockpit.cli.board.output import JSON, TABLE, in_form, print_bytes, print_json, print_line
from cockpit.cli.board.reading import in_order
from cockpit.cli.root import USAGE, fail
from state.board.changes import Change, Step
from state.board.exchange.contents import UnreadableFile
from state.board.exchange.files import CSV, FORMS, Read, form_of, read_file, written
from state.board.exchange.outcome import Taken
from state.board.exchange.report import report_lines, report_record
from state.board.exchange.taking import take
from state.board.filter import read_filter
from state.board.model import Board
from state.disk import Disk, in_words, replace
from state.printable import printable

_INPUT = "-"
_form = click.option(
    "--format", "-f", "form", type=click.Choice(FORMS), help="The file's form; else its name tells, .csv, .json or .md."
)


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@_form
@click.option("--filter", "words", default="", help="Only the cards that this matches, as in list.")
@on_board
@click.pass_obj
def export(asked: Asked, file: Path | None, form: str | None, words: str) -> None:
    """Write the board to a file, or to standard output: as CSV unless said otherwise.

    All three hold every field of a card. JSON is a board file of its own, with phases, settings and baselines;
    Markdown has the phases too; CSV is safe to open in a spreadsheet.

    \b
    cockpit board export -f markdown > board.md
    cockpit board export mvp.csv --filter phase:mvp
    """
    wanted = read_filter(words)
    opened = asked.open()
    board = opened.load()
    cards = [card for card in in_order(board) if wanted.matches(board, card)]
    chosen = form or (form_of(file.name) if file else None)
    if chosen is None and file is not None:
        fail(f"the name of {printable(str(file))} tells no form: add --format csv, json or markdown", USAGE)
    data = written(board, cards, chosen or CSV)
    if file is None:
        print_bytes(data)
        return
    if file.resolve() == opened.place.path.resolve():
        fail(f"{printable(str(file))} is the board itself: name another file", USAGE)
    try:
        replace(Disk(), file, data)
    except OSError as error:
        fail(f"{printable(str(file))}: {in_words(error)}")
    click.echo(f"cockpit: {len(cards)} cards are in {printable(str(file))}", err=True)


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@_form
@click.option("--yes", "--apply", "-y", "yes", is_flag=True, help="Do it; without, it is only shown.")
@click.option("--phases", is_flag=True, help="Take phases too: add those that are missing, set the others.")
@click.option("--everything", is_flag=True, help="Take phases, settings and baselines too (JSON).")
@click.option("--strict", is_flag=True, help="Refuse a file of which anything is not understood.")
@in_form(TABLE, JSON, name="output")
@on_board
@click.pass_obj
def import_file(
    asked: Asked, file: Path, form: str | None, yes: bool, phases: bool, everything: bool, strict: bool, output: str
) -> None:
    """Take the cards of a file, - for standard input: CSV, JSON or Markdown. Shows what it would do until --yes.

    The columns of Jira's, Linear's and GitHub Projects' exports are understood. A row is the card of its uid, else of
    its number, else the one whose source or links name its key, else the one of the same title; any other row is a
    new card. Nothing goes that the file lacks. One import is one step of undo.

    \b
    cockpit board import jira.csv
    cockpit board import jira.csv --phases --yes
    """
    read = _read(file, form)
    opened = asked.open()
    outcome: list[Taken] = []

    def taking(board: Board, by: Step) -> Iterable[Change]:
        taken = take(board, by, read.contents, phases=phases, everything=everything)
        outcome[:] = [taken]
        return () if strict and taken.remarks else taken.changes

    if yes:
        opened.change(taking)
    else:
        taking(opened.load(), opened.step())
    refused = strict and bool(outcome[0].remarks)
    _tell(read, outcome[0], yes and not refused, output)
    if refused:
        fail("nothing is changed: --strict takes no file of which anything is not understood")


def _read(file: Path, form: str | None) -> Read:
    name = "standard input" if str(file) == _INPUT else printable(str(file))
    try:
        data = sys.stdin.buffer.read() if str(file) == _INPUT else file.read_bytes()
        return read_file(data, form or form_of(file.name))
    except OSError as error:
        fail(f"{name}: {in_words(error)}")
    except UnreadableFile as error:
        fail(f"{name}: {error}")


def _tell(read: Read, taken: Taken, done: bool, output: str) -> None:
    if read.encoding:
        click.echo(f"cockpit: the file is not UTF-8; it was read as {read.encoding}", err=True)
    if output == JSON:
        print_json(
            {
                "done": done,
                "form": read.form,
                "encoding": read.encoding or "utf-8",
                **report_record(read.contents, taken),
            }
        )
        return
    for line in report_lines(read.contents, taken):
        print_line(line)
    if not done and taken.changes:
        click.echo("cockpit: nothing is changed yet; --yes does it", err=True)
