"""What of the board and of the journal concerns an app."""

from collections.abc import Iterable

from state.apps.model import App
from state.board.model import DROPPED, Board, Card, CardState
from state.journal.entry import Entry
from state.journal.journal import Journal

_ENTRIES = 20


def cards_of(board: Board | None, app: App) -> tuple[Card, ...]:
    """Return the cards that name an app: those of the current phase first, what is done last, then by phase and rank.

    Dropped ones concern nobody.
    """
    if board is None:
        return ()
    name = app.name.casefold()
    order = {phase.id: place for place, phase in enumerate(board.phases)}
    order[board.settings.current] = -1
    own = [
        card
        for phase, cards in board.columns().items()
        if phase != DROPPED
        for card in cards
        if name in (one.casefold() for one in card.apps)
    ]
    own.sort(key=lambda card: (card.state is CardState.DONE, order.get(card.phase, len(order)), card.order))
    return tuple(own)


def lacking(board: Board | None, cards: Iterable[Card]) -> tuple[Card, ...]:
    """Return those of an app's cards that it lacks to go live: of the current phase, and not done."""
    if board is None:
        return ()
    return tuple(card for card in cards if card.phase == board.settings.current and card.state is not CardState.DONE)


def entries_of(journal: Journal, app: App) -> tuple[Entry, ...]:
    """Return the newest entries about an app or one of its workloads, newest first. Blocks; raises JournalError."""
    subjects = [app.name, *(str(ref) for ref in app.workloads)]
    found = [entry for subject in subjects for entry in journal.entries(subject=subject, limit=_ENTRIES)]
    return tuple(sorted(found, key=lambda entry: -entry.at)[:_ENTRIES])
