"""`cockpit board history`: who changed what, and when."""

import time

import click

from cockpit.cli.board.opened import Asked, card_of, on_board
from cockpit.cli.board.output import CSV, JSON, TABLE, in_form, print_rows
from state.board.exchange.records import change_record, labels_of
from state.board.telling import Told, told_steps

_COLUMNS = ("when", "who", "step", "card", "what")
_FIELDS = ("when", "who", "step", "reverts", "table", "card", "entry", "field", "old", "new", "change")


@click.command()
@click.argument("card", required=False)
@click.option("--last", "-n", type=click.IntRange(1), metavar="N", help="The newest N entries only.")
@in_form(TABLE, JSON, CSV)
@on_board
@click.pass_obj
def history(asked: Asked, card: str | None, last: int | None, form: str) -> None:
    """Show who changed what and when, of the board or of one card, the newest last.

    The table says in words what each step did to each card; JSON and CSV hold every change of a field, with the old
    and the new value.
    """
    opened = asked.open()
    board, past = opened.load(), opened.store.history()
    for flaw in past.flaws:
        click.echo(f"cockpit: {flaw}", err=True)
    changes = past.changes
    if card is not None:
        uid = card_of(board, card).uid
        changes = tuple(change for change in changes if change.card == uid)
    if form == TABLE:
        told = tuple(reversed(told_steps(changes, board, time.time())))
        print_rows(_COLUMNS, [_told(one) for one in told[-(last or len(told)) :]], form)
        return
    labels = labels_of(board, past.changes)
    print_rows(_FIELDS, [change_record(labels, change) for change in changes[-(last or len(changes)) :]], form)


def _told(one: Told) -> dict[str, str]:
    when = one.when.astimezone().strftime("%Y-%m-%d %H:%M")
    return {"when": when, "who": one.who, "step": one.step, "card": one.subject, "what": one.what}
