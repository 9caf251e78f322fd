"""Which cards to show: text, `owner:ana`, `tag:tls`, `state:doing`, `blocked`, `unestimated`; all must hold."""

from collections.abc import Callable
from dataclasses import dataclass

from state.board.model import Board, Card, CardState, Moscow
from state.board.needs import blocked
from state.printable import printable

Test = Callable[[Board, Card], bool]


class FilterError(ValueError):
    """The filter cannot be read. The text is one printable sentence."""


@dataclass(frozen=True, slots=True)
class CardFilter:
    """A condition on cards of a board. The empty one matches all."""

    text: str
    tests: tuple[Test, ...] = ()

    def matches(self, board: Board, card: Card) -> bool:
        """Return whether a card of the board is to be shown."""
        return all(test(board, card) for test in self.tests)


def read_filter(text: str) -> CardFilter:
    """Read a filter. Raises FilterError, which says what can be written instead.

    `owner:`, `tag:`, `lane:`, `app:`, `step:` and `phase:` compare without regard to case, and with nothing after
    the colon match cards that have none. Text is looked for in number, title, description, tags and owner.
    """
    return CardFilter(text, tuple(_test(word) for word in text.casefold().split()))


def _test(word: str) -> Test:
    key, colon, wanted = word.partition(":")
    if colon and key in _ONE:
        one = _ONE[key]
        return lambda _, card: one(card).casefold() == wanted
    if colon and key in _MANY:
        many = _MANY[key]
        if not wanted:
            return lambda _, card: not many(card)
        return lambda _, card: any(name.casefold() == wanted for name in many(card))
    if colon and key == "state":
        if wanted not in list(CardState):
            raise FilterError(f"“{printable(wanted)}” is no state; write state: and one of {', '.join(CardState)}")
        return lambda _, card: card.state == wanted
    if colon and key == "moscow":
        if wanted and wanted not in list(Moscow):
            raise FilterError(f"“{printable(wanted)}” is no priority; write moscow: and one of {', '.join(Moscow)}")
        return lambda _, card: (card.moscow or "") == wanted
    if word == "blocked":
        return blocked
    if word == "unestimated":
        return lambda _, card: card.points is None
    if word == "floor":
        return lambda _, card: card.floor
    return lambda _, card: (
        word in f"{card.label} {card.title} {card.description} {' '.join(card.tags)} {card.owner}".casefold()
    )


_ONE: dict[str, Callable[[Card], str]] = {
    "owner": lambda card: card.owner,
    "lane": lambda card: card.lane,
    "step": lambda card: card.step,
    "phase": lambda card: card.phase,
    "kind": lambda card: card.kind,
}
_MANY: dict[str, Callable[[Card], tuple[str, ...]]] = {
    "tag": lambda card: card.tags,
    "app": lambda card: card.apps,
}
