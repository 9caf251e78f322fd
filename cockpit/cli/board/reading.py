"""`cockpit board list` and `show`: cards as they stand."""

from collections.abc import Callable, Iterable

import click

from cockpit.cli.board.opened import Asked, card_of, on_board
from cockpit.cli.board.output import CSV, JSON, TABLE, in_form, print_json, print_line, print_rows, words
from cockpit.cli.root import USAGE, fail
from state.board.exchange.cells import FIELDS
from state.board.exchange.records import COMPUTED, recorder
from state.board.filter import read_filter
from state.board.line_forms import ASSUMPTION, EVIDENCE, FEEDBACK, OBSTACLE
from state.board.model import Board, Card
from state.printable import printable, printable_lines

_USUAL = "card,phase,state,blocked,points,value,moscow,owner,title"
_COLUMNS = (*COMPUTED, *FIELDS)
_LINES: dict[str, Callable[[Card], Iterable[str]]] = {
    "dropped_from": lambda card: (
        ": ".join(filter(None, (one.phase, one.reason))) for one in (card.dropped_from,) if one
    ),
    "obstacle": lambda card: map(OBSTACLE.write, filter(None, (card.obstacle,))),
    "evidence": lambda card: map(EVIDENCE.write, card.evidence),
    "assumptions": lambda card: map(ASSUMPTION.write, card.assumptions),
    "feedback": lambda card: map(FEEDBACK.write, card.feedback),
    "comments": lambda card: (f"{one.who}, {one.when:%Y-%m-%d}: {one.text}" for one in card.comments),
}
"""What a card holds several of or in parts, a line each; what the card's dialog has is written as there."""
_LONG = ("description", "acceptance", "alternative", "keeps_open", "extended_by")


@click.command("list")
@click.argument("words", nargs=-1, metavar="[FILTER]...")
@click.option("--columns", default=_USUAL, show_default=True, help="What to show of each card, with commas; or all.")
@in_form(TABLE, JSON, CSV)
@on_board
@click.pass_obj
def list_cards(asked: Asked, words: tuple[str, ...], columns: str, form: str) -> None:
    """List cards, phase by phase in rank order.

    The filter is the screen's: text, owner:ana, tag:tls, state:doing, phase:mvp, blocked, unestimated and more; all
    must hold, and !word is what must not. JSON holds every field of a card whatever --columns says.

    \b
    cockpit board list state:doing
    cockpit board list owner: !floor -o csv > nobodys.csv
    """
    shown = _columns(columns)
    wanted = read_filter(" ".join(words))
    board = asked.open().load()
    record = recorder(board)
    cards = [card for card in in_order(board) if wanted.matches(board, card)]
    print_rows(shown, [record(card) for card in cards], form)


@click.command()
@click.argument("card")
@in_form(TABLE, JSON)
@on_board
@click.pass_obj
def show(asked: Asked, card: str, form: str) -> None:
    """Show all that is said of a card: cockpit board show C07."""
    board = asked.open().load()
    model = card_of(board, card)
    found = recorder(board)(model)
    if form == JSON:
        print_json(found)
        return
    print_line(f"{found['card']} {printable(found['title'])}")
    for name in (*COMPUTED[1:], *FIELDS):
        text = words(found[name])
        if text and name not in ("title", *_LONG, *_LINES):
            print_line(f"  {name:<14} {printable(text)}")
    for name, write in _LINES.items():
        for at, line in enumerate(write(model)):
            print_line(f"  {'' if at else name:<14} {printable(line)}")
    for name in _LONG:
        if found[name]:
            print_line(f"\n{name}")
            print_line("\n".join(f"  {line}" for line in printable_lines(found[name]).split("\n")))


def in_order(board: Board) -> list[Card]:
    """Return all cards, phase by phase in rank order."""
    return [card for cards in board.columns().values() for card in cards]


def _columns(said: str) -> tuple[str, ...]:
    if said.strip() == "all":
        return _COLUMNS
    names = tuple(name.strip().lower() for name in said.split(",") if name.strip())
    for name in names:
        if name not in _COLUMNS:
            fail(f"--columns: there is no {printable(name)}; there are {', '.join(_COLUMNS)}", USAGE)
    if not names:
        fail("--columns: name at least one", USAGE)
    return names
