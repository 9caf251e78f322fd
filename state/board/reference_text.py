"""Phases and cards as people name them, and back."""

import re
from collections.abc import Callable, Sequence

from state.board.field_text import FieldError, line
from state.board.model import Board, Phase
from state.printable import printable

_LABEL = re.compile(r"[cC#]\d+")


def phase_of(phases: Sequence[Phase]) -> Callable[[str], str]:
    """Return what reads the id of one of `phases` from its id, its name, or a beginning that only it has."""

    def read(text: str) -> str:
        wanted = text.strip().casefold()
        for match in (str.__eq__, str.startswith):
            found = {
                phase.id
                for phase in phases
                if wanted and (match(phase.id.casefold(), wanted) or match(printable(phase.name).casefold(), wanted))
            }
            if len(found) == 1:
                return found.pop()
        known = ", ".join(printable(phase.name) for phase in phases)
        raise FieldError(f"the phase is one of {known}, not “{printable(text)}”")

    return read


def needed(board: Board, uid: str) -> Callable[[str], tuple[str, ...]]:
    """Return what reads the uids of cards from their numbers; what a card of `uid` may need.

    A uid that is not on the board reads as itself when the card needs it already.
    """
    card = board.cards.get(uid)

    def read(text: str) -> tuple[str, ...]:
        found: list[str] = []
        for word in printable(text).replace(",", " ").split():
            other = board.numbered(word)
            if other is not None and other.uid == uid:
                raise FieldError(f"{other.label} cannot need itself")
            if other is not None:
                found.append(other.uid)
            elif card is not None and word in card.needs:
                found.append(word)
            else:
                raise FieldError(f"there is no card “{word}”")
        return tuple(dict.fromkeys(found))

    return read


def written_needs(board: Board, uids: Sequence[str]) -> str:
    """Write the numbers of cards; one that is not on the board as its uid."""
    return " ".join(board.cards[uid].label if uid in board.cards else printable(uid) for uid in uids)


def card_or_words(board: Board) -> Callable[[str], str]:
    """Return what reads the uid of a card from its number with its letter (`C35`), and words from all else."""

    def read(text: str) -> str:
        words = line(text)
        if not _LABEL.fullmatch(words):
            return words
        card = board.numbered(words)
        if card is None:
            raise FieldError(f"there is no card {words}")
        return card.uid

    return read


def written_card(board: Board, value: str) -> str:
    """Write the number of the card whose uid this is; words as they are."""
    return board.cards[value].label if value in board.cards else printable(value)
