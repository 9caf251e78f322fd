"""What `cockpit board check` says: every flaw of a board file, each in one sentence."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from state.board import format as board_format
from state.board import ranks
from state.board.circles import circles
from state.board.difference import replay
from state.board.errors import BoardError, Unreadable
from state.board.file_store import FileBoardStore
from state.board.model import Board, Card
from state.printable import printable, shorten

_OUTSIDE = "the file was changed outside, by hand or by git; the next change notes in the history what is different"


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found out about a board file, in printable sentences."""

    flaws: tuple[str, ...]
    notes: tuple[str, ...] = ()
    """What is worth knowing and nothing is wrong with: the next change sees to it."""


def check(path: Path) -> Checked:
    """Return the flaws of a board file and of its history; none when all is well. Changes and raises nothing."""
    store = FileBoardStore(path)
    try:
        data = store.path.read_bytes()
        board = board_format.board(board_format.decode(data, store.path), store.path)
    except FileNotFoundError:
        return Checked((f"{path} is not there",))
    except OSError as error:
        return Checked((f"{path}: {(error.strerror or str(error)).lower()}",))
    except Unreadable as error:
        return Checked((str(error),))
    wrong, notes = _of_history(store, board)
    return Checked((*flaws(board), *wrong), tuple(notes))


def flaws(board: Board) -> list[str]:
    """Return what does not fit together on a board, as one printable sentence each."""
    found = [*_numbers(board), *_phases(board), *_needs(board), *circles(board), *_ranks(board)]
    return list(dict.fromkeys(found))


def _numbers(board: Board) -> Iterator[str]:
    many = Counter(card.number for card in board.cards.values())
    for number in sorted(number for number, count in many.items() if count > 1):
        titles = ", ".join(_title(card) for card in board.cards.values() if card.number == number)
        yield f"C{number:02d} is the number of {many[number]} cards: {titles}; the next change gives each its own"


def _phases(board: Board) -> Iterator[str]:
    known = {phase.id for phase in board.phases}
    for card in _sorted(board):
        if card.phase not in known:
            yield f"{_named(card)} is in the phase {printable(card.phase)}, which is gone; it counts as unplanned"
    if board.phase(board.settings.current) is None:
        yield f"the current phase is {printable(board.settings.current)}, which is gone"


def _needs(board: Board) -> Iterator[str]:
    for card in _sorted(board):
        for need in card.needs:
            if need not in board.cards:
                yield f"{_named(card)} needs the card {printable(need)}, which is not on the board"
        for need in card.broken:
            if need not in card.needs:
                yield f"{_named(card)} marks an order as broken with the card {printable(need)}, which it does not need"


def _ranks(board: Board) -> Iterator[str]:
    for phase, cards in board.columns().items():
        for card in cards:
            if not ranks.is_key(card.rank):
                yield f"{_named(card)} has no place of its own in {printable(phase)}; moving it gives it one"
        for one, other in pairwise(cards):
            if one.rank == other.rank and ranks.is_key(one.rank):
                yield f"{_named(one)} and {_named(other)} have one place in {printable(phase)}; moving one parts them"


def _of_history(store: FileBoardStore, board: Board) -> tuple[list[str], list[str]]:
    """What is wrong with the history, and what is to be known of it."""
    try:
        history = store.history()
        _, version = store.load()
        outside = store.changed_outside(version)
    except BoardError as error:
        return [str(error)], []
    wrong = [*history.flaws, *(note for note in store.notes if "history" in note)]
    if not history.changes:
        wrong.append("there is no history of this board; the next change notes what is on it")
    elif replay(history.changes) != board:
        if outside:
            return wrong, [_OUTSIDE]
        wrong.append("the history tells another board than the one in the file")
    return wrong, []


def _sorted(board: Board) -> list[Card]:
    return sorted(board.cards.values(), key=lambda card: (card.number, card.uid))


def _title(card: Card) -> str:
    return f"“{shorten(printable(card.title), 40)}”"


def _named(card: Card) -> str:
    return f"{card.label} {_title(card)}"
