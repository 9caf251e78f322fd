"""`cockpit board add`, `edit`, `done` and `undo`: one step each, durable when the command ends."""

import sys
from collections.abc import Iterable, Sequence

import click
import msgspec

from cockpit.cli.board.opened import Asked, Done, on_board, uids_of
from cockpit.cli.board.output import JSON, TABLE, in_form, print_json, print_line
from cockpit.cli.root import USAGE, fail
from state.board import edits
from state.board.assignments import Assignment, assign, is_assignment, read_assignment
from state.board.capture import Captured, CaptureError, capture, capture_all
from state.board.changes import CARDS, Change, Step, apply, reverse, step
from state.board.errors import ChangeRefused
from state.board.exchange.records import labels_of, recorder
from state.board.model import UNPLANNED, Board, CardState
from state.board.undo import Undo
from state.printable import printable

_NAMED = 12


@click.command()
@click.argument("line", nargs=-1, required=True)
@click.option("--set", "-s", "said", multiple=True, metavar="FIELD=VALUE", help="Another field; may be repeated.")
@in_form(TABLE, JSON)
@on_board
@click.pass_obj
def add(asked: Asked, line: tuple[str, ...], said: tuple[str, ...], form: str) -> None:
    """Add a card, written as in the screen, and print its number once it is durable.

    #tag, @owner, !priority, *points and >phase may stand in the line; quote it, or the shell takes them for its own.
    With - the lines of standard input become a card each, all in one step.

    \b
    cockpit board add 'Certificates for shops #tls @ana !must *5 >mvp' --set lane=Networking
    kubectl get crd -o name | cockpit board add -
    """
    assignments = [read_assignment(word) for word in said]
    text = sys.stdin.read() if line == ("-",) else None
    done = asked.open().change(
        lambda board, by: _adding(
            board, by, [capture(" ".join(line), board.phases)] if text is None else _lines(text, board), assignments
        )
    )
    made = list(dict.fromkeys(change.card for change in done.changes))
    if form == JSON:
        record = recorder(done.board)
        print_json([record(done.board.cards[uid]) for uid in made])
        return
    for uid in made:
        print_line(done.board.cards[uid].label)


@click.command(context_settings={"ignore_unknown_options": False})
@click.argument("words", nargs=-1, required=True, metavar="CARD... FIELD=VALUE...")
@on_board
@click.pass_obj
def edit(asked: Asked, words: tuple[str, ...]) -> None:
    """Set fields of cards, all in one step.

    = sets, += and -= add to and take from a list or a number; nothing behind = empties the field. Cards that are
    needed are named by number.

    \b
    cockpit board edit C07 points=5 owner=ana needs+=C03 tags-=tls
    cockpit board edit C07 C08 state=doing
    cockpit board edit C07 obstacle='waits for the network team' comments+='asked again today'
    """
    cards = [word for word in words if not is_assignment(word)]
    said = [read_assignment(word) for word in words if is_assignment(word)]
    if not cards or not said:
        fail("name a card and what to set: cockpit board edit C07 points=5", USAGE)
    tell(asked.open().change(lambda board, by: assign(board, by, uids_of(board, cards), said)))


@click.command()
@click.argument("cards", nargs=-1, required=True, metavar="CARD...")
@on_board
@click.pass_obj
def done(asked: Asked, cards: tuple[str, ...]) -> None:
    """Say that cards are done: cockpit board done C07 C08."""
    tell(asked.open().change(lambda board, by: edits.set_state(board, by, uids_of(board, cards), CardState.DONE)))


@click.command()
@click.option("--step", "named", metavar="ID", help="Take this step back, whosever it is; history names them.")
@on_board
@click.pass_obj
def undo(asked: Asked, named: str | None) -> None:
    """Take back my last step that is not taken back, whichever cockpit made it.

    Refused when somebody has set one of its fields since. An undo is a step too: undo --step takes it back.
    """
    opened = asked.open()
    history = opened.store.history()
    for flaw in history.flaws:
        click.echo(f"cockpit: {flaw}", err=True)
    mine = Undo()
    mine.done(change for change in history.changes if change.who == opened.place.who)
    wanted = _step_of(history.changes, named) if named else mine.undo()
    if not wanted:
        raise ChangeRefused(f"{printable(opened.place.who)} has made no step that could be taken back")
    try:
        made = opened.change(
            lambda board, by: reverse(board, wanted, step(by.who, by.when.timestamp(), wanted[0].step))
        )
    except ChangeRefused as refused:
        mine.pass_over(wanted[0].step)
        before = mine.undo()
        if named or not before:
            raise
        raise ChangeRefused(f"{refused}; undo --step {before[0].step} takes back your step before that") from None
    tell(made)
    click.echo(f"cockpit: undo --step {made.changes[0].step} does it again", err=True)


def tell(done: Done) -> None:
    """Say on stderr which cards a step changed."""
    known = labels_of(done.board, done.changes)
    labels = list(dict.fromkeys(known[one.card] for one in done.changes if one.table == CARDS and one.card in known))
    if not done.changes:
        said = "nothing to change: it is so already"
    elif labels:
        said = f"changed {', '.join(labels) if len(labels) <= _NAMED else f'{len(labels)} cards'}"
    else:
        said = "changed the board"
    click.echo(f"cockpit: {said}", err=True)


def _lines(text: str, board: Board) -> Sequence[Captured]:
    found = capture_all(text, board.phases)
    if not found:
        raise CaptureError("standard input holds no line that could become a card")
    return found


def _adding(board: Board, by: Step, lines: Iterable[Captured], said: Sequence[Assignment]) -> list[Change]:
    """The changes that add cards; what is set beside the line is part of the card from the beginning."""
    made: list[Change] = []
    for line in lines:
        added = edits.new_card(
            board,
            by,
            line.title,
            phase=line.phase or UNPLANNED,
            tags=line.tags,
            owner=line.owner,
            moscow=line.moscow,
            points=line.points,
        )
        board = apply(board, [added])
        fields = assign(board, by, [added.card], said)
        board = apply(board, fields)
        whole = by.add(board.cards[added.card])
        made.append(msgspec.structs.replace(added, new=whole.new))
    return made


def _step_of(changes: Iterable[Change], named: str) -> tuple[Change, ...]:
    found = tuple(change for change in changes if change.step == named)
    if not found:
        raise ChangeRefused(f"there is no step {printable(named)} in the history; cockpit board history names them")
    return found
