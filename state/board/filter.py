"""Which cards to show: words, `owner:ana`, `points:>5`, `blocked`, `-tag:tls`, `"golden path"`; all must hold."""

import re
from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime

from state.board.filter_words import Asked, FilterError, Test, field_test, text_test, word_test
from state.board.model import Board, Card

__all__ = ["CardFilter", "FilterError", "read_filter"]

# One condition: a sign that turns it round, a key, then a quoted text or a word. An open quote runs to the end.
_CONDITION = re.compile(r'([-!](?=[^\s]))?(?:([^\s":]+):)?(?:"([^"]*)"?|(\S*))')


@dataclass(frozen=True, slots=True)
class CardFilter:
    """A condition on cards of a board. The empty one matches all."""

    text: str
    tests: tuple[Test, ...] = ()

    def matches(self, board: Board, card: Card) -> bool:
        """Return whether a card of the board is to be shown."""
        return all(test(board, card) for test in self.tests)


def read_filter(text: str, fresh: Set[str] = frozenset(), today: date | None = None) -> CardFilter:
    """Read a filter. Raises FilterError, which says what can be written instead.

    `owner:`, `tag:`, `lane:`, `app:`, `team:`, `step:`, `phase:`, `kind:`, `state:` and `moscow:` compare without
    regard to case, `points:`, `value:` and the other numbers and `due:` also by `>`, `>=`, `<` and `<=`; with nothing
    after the colon they match cards that have none. `needs:C07` matches what needs that card. `-` or `!` before a
    condition turns it round. Text, quoted or not, is looked for in number, title, description, tags and owner.

    `fresh` holds the uids of the cards that `changed` matches; `today` is the local day when it is not given.
    """
    asked = Asked(today or datetime.now().astimezone().date(), fresh)
    tests: list[Test] = []
    at = 0
    words = text.casefold().strip()
    while at < len(words):
        found = _CONDITION.match(words, at)
        if found is None or found.end() == at:
            at += 1
            continue
        at = found.end()
        if found[2] or found[3] or found[4]:
            tests.append(_test(found, asked))
    return CardFilter(text, tuple(tests))


def _test(found: re.Match[str], asked: Asked) -> Test:
    sign, key, quoted, bare = found.groups()
    test: Test | None = None
    if key is not None:
        test = field_test(key, bare if quoted is None else quoted)
    elif quoted is None:
        test = word_test(bare, asked)
    if test is None:
        said = bare if quoted is None else quoted
        test = text_test(said if key is None else f"{key}:{said}")
    if not sign:
        return test
    wanted = test
    return lambda board, card: not wanted(board, card)
