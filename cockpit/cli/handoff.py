"""`cockpit handoff`: what the next on call has to know, in Markdown."""

import os
from pathlib import Path

import click

from cockpit.cli.board.output import print_line
from cockpit.cli.journalling import Past, of_the_past, past
from cockpit.cli.root import fail
from cockpit.cli.way_in import way_in
from cockpit.monitoring import monitoring_of
from state.alerts.chronicle import REMEMBERED
from state.alerts.errors import AlertmanagerError
from state.alerts.handoff import Told
from state.alerts.handoff import handoff as told_as_markdown
from state.alerts.model import AlertPicture
from state.alerts.reading import FromAlertmanager
from state.alerts.together import join_all
from state.belonging import Belonging
from state.board.errors import BoardError
from state.board.model import Board
from state.journal.errors import JournalError
from state.polled import Absent, Denied

_MOST = 100_000


@click.command()
@of_the_past("12h")
@click.option("--alertmanager", help="The URL of Alertmanager.")
@click.option("--board", type=click.Path(path_type=Path), help="The board's file.")
def handoff(
    since: str, context: str | None, data_dir: Path | None, alertmanager: str | None, board: Path | None
) -> None:
    """Print what the next on call has to know: open alerts with owner and next step, silences, noise, what was done.

    \b
    cockpit handoff --since 12h > handoff.md
    """
    found = past(context, alertmanager, board, data_dir, since)
    try:
        entries = found.journal.entries(since=min(found.since, found.now - REMEMBERED), limit=_MOST)
    except JournalError as error:
        fail(str(error))
    picture, unasked = _alerts(found)
    told = Told(found.context, found.since, found.now, entries, picture, unasked, _board(found.board))
    print_line(told_as_markdown(told).rstrip("\n"))


def _alerts(found: Past) -> tuple[AlertPicture | None, str]:
    """The alerts there are now, or why they are not known."""
    transport = way_in(found.context, None, os.environ)
    clusters = monitoring_of(
        found.settings, Belonging(found.context), (lambda: transport) if transport is not None else None
    ).alertmanagers
    said: list[FromAlertmanager] = []
    errors: list[str] = []
    for cluster in clusters or ():
        try:
            said.append(cluster.fetch())
        except Absent:
            continue
        except (AlertmanagerError, Denied) as error:
            errors.append(str(error))
    if not said:
        return None, next(iter(errors), "none is configured")
    for words in errors:
        click.echo(f"cockpit: alerts are left out: {words}", err=True)
    return join_all(said, []), ""


def _board(path: Path) -> Board | None:
    from state.board.store import open_file

    if not path.exists():
        return None
    try:
        board, _ = open_file(path).load()
    except BoardError as error:
        click.echo(f"cockpit: the board is left out: {error}", err=True)
        return None
    return board
