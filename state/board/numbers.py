"""Numbers and places: each is one card's, also when two have given the same one without knowing of each other."""

from collections.abc import Container, Iterable, Mapping

from state.board import ranks
from state.board.model import Card
from state.printable import printable, shorten


def renumbered(cards: Iterable[Card]) -> dict[str, int]:
    """Return the new numbers, by uid, of those cards whose number another card keeps.

    The card that was created first keeps it, of two of one time the one with the smaller uid; the others get the next
    free numbers. Whoever looks at the same cards comes to the same numbers.
    """
    found = sorted(cards, key=lambda card: (card.number, _age(card), card.uid))
    free = max((card.number for card in found), default=0)
    new: dict[str, int] = {}
    taken: set[int] = set()
    for card in found:
        if card.number in taken:
            free += 1
            new[card.uid] = free
        taken.add(card.number)
    return new


def replaced(cards: Iterable[Card], known: Container[str]) -> dict[str, str]:
    """Return new ranks, by uid, for those cards not yet `known` whose rank another card has.

    Each comes to stand just after the other; as with numbers whoever was created first stays.
    """
    found = sorted(cards, key=lambda card: (card.uid not in known, _age(card), card.uid))
    taken: set[str] = set()
    new: dict[str, str] = {}
    for card in found:
        rank = card.rank
        if rank in taken and card.uid not in known and ranks.is_key(rank):
            others = {other.rank for other in found} | taken
            above = min((one for one in others if one > rank and ranks.is_key(one)), default=None)
            rank = new[card.uid] = ranks.between(rank, above)
        taken.add(rank)
    return new


def in_words(cards: Iterable[Card], new: Mapping[str, int]) -> tuple[str, ...]:
    """Return one sentence for each of the cards that gets a new number."""
    by_uid = {card.uid: card for card in cards}
    return tuple(_sentence(by_uid[uid], number) for uid, number in new.items())


def _sentence(card: Card, number: int) -> str:
    title = shorten(printable(card.title), 40)
    return f"two cards had the number {card.label}: “{title}” is C{number:02d} now"


def _age(card: Card) -> float:
    """When a card was created, in seconds since the epoch; a card that does not say is an old one."""
    return card.created.timestamp() if card.created is not None else 0.0
