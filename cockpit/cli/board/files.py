"""`cockpit board new`, `check`, `backups`, `restore` and `merge`: the board's file as a file."""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from cockpit.cli.board.opened import Asked, on_board
from cockpit.cli.board.output import CSV, JSON, TABLE, in_form, print_json, print_line, print_rows
from state.board import backups as board_backups
from state.board import checking, creating
from state.board.backups import Backup
from state.board.changes import apply, step
from state.board.edits import set_setting
from state.board.merging import merge_files
from state.board.model import empty_board
from state.printable import printable

_COLUMNS = ("name", "taken", "cards", "size")


@click.command()
@click.option("--catalogue", is_flag=True, help="With 54 capabilities that platforms have, in phases, with points.")
@click.option("--title", default="", help="What the platform is called.")
@on_board
@click.pass_obj
def new(asked: Asked, catalogue: bool, title: str) -> None:
    """Make a board file where there is none, with the MVP and two later phases.

    \b
    cockpit board new --board team.json --catalogue --title 'Shop platform'
    """
    place = asked.find()
    by = step(place.who, time.time())
    changes = list(set_setting(empty_board(), by, "title", title)) if title else []
    if catalogue:
        from cockpit.demo.catalogue import catalogue_changes

        changes += catalogue_changes(apply(empty_board(), changes), by)
    creating.create(place.path, changes)
    click.echo(f"cockpit: {printable(str(place.path))} is made", err=True)


@click.command()
@in_form(TABLE, JSON)
@on_board
@click.pass_obj
def check(asked: Asked, form: str) -> None:
    """Say what is wrong with a board and its history, a sentence each; then it ends with 1. Changes nothing."""
    path = asked.find().path
    found = checking.check(path)
    if form == JSON:
        print_json({"well": not found.flaws, "flaws": found.flaws, "notes": found.notes})
    else:
        for flaw in found.flaws:
            print_line(flaw)
        for note in found.notes:
            click.echo(f"cockpit: {note}", err=True)
        if not found.flaws:
            click.echo(f"cockpit: {printable(str(path))} is well", err=True)
    sys.exit(1 if found.flaws else 0)


@click.command()
@in_form(TABLE, JSON, CSV)
@on_board
@click.pass_obj
def backups(asked: Asked, form: str) -> None:
    """List the older states of the board that are kept beside it, the newest first."""
    found = board_backups.backups(asked.find().path)
    print_rows(_COLUMNS, [_record(one) for one in found], form)


@click.command()
@click.argument("name")
@on_board
@click.pass_obj
def restore(asked: Asked, name: str) -> None:
    """Go back to a backup, named as `backups` names it.

    What the board holds now is kept as a backup first; and as it is a step like any other, undo takes it back.
    """
    place = asked.find()
    kept = board_backups.restore(place.path, board_backups.named(place.path, name), place.who)
    before = f"; what it held is the backup {kept.stem}" if kept is not None else ""
    click.echo(f"cockpit: the board is as it was in {printable(name)}{before}", err=True)


@click.command()
@click.argument("base", type=click.Path(path_type=Path))
@click.argument("ours", type=click.Path(path_type=Path))
@click.argument("theirs", type=click.Path(path_type=Path))
def merge(base: Path, ours: Path, theirs: Path) -> None:
    """Merge two versions of a board, or of its history, that come from BASE; the result is written to OURS.

    Ends with 1 when both sides set one field differently: ours stands, and each such field is named. As git's merge
    driver:

    \b
    git config merge.cockpit.driver 'cockpit board merge %O %A %B'
    echo 'board.json merge=cockpit' >> .gitattributes
    echo 'board.history.jsonl merge=cockpit' >> .gitattributes
    """
    report = merge_files(base, ours, theirs)
    for sentence in (*report.notes, *report.conflicts):
        click.echo(f"cockpit: {sentence}", err=True)
    sys.exit(1 if report.conflicts else 0)


def _record(one: Backup) -> dict[str, Any]:
    taken = datetime.fromtimestamp(one.taken, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if one.taken else None
    cards = one.cards if one.cards is not None else "cannot be read"
    return {"name": one.name, "taken": taken, "cards": cards, "size": one.size, "path": str(one.path)}
