"""Cards that cards name: by label where that names one, else by uid."""

import re
from collections import Counter
from collections.abc import Callable

from state.board.model import Board

UID = "uid:"
"""What a reference begins with that is a uid and no label."""
WORDS = "words:"
"""What the replacement of a card begins with that looks like a reference and is words."""
_LABEL = re.compile(r"[cC#]\d+")


def namer(board: Board) -> Callable[[str], str]:
    """Return what writes a uid as text: `C07`, or `uid:123456789012` when no one card has that number."""
    counts = Counter(card.number for card in board.cards.values())

    def name(uid: str) -> str:
        card = board.cards.get(uid)
        return card.label if card is not None and counts[card.number] == 1 and card.number >= 0 else UID + uid

    return name


def replacement(board: Board, name: Callable[[str], str], text: str) -> str:
    """Return what replaces a card as text: a reference to a card of the board, or the words themselves."""
    if text in board.cards:
        return name(text)
    return WORDS + text if is_reference(text) or text.startswith(WORDS) else text


def is_reference(text: str) -> bool:
    """Return whether a text has the form of a reference: a label or a marked uid."""
    return text.startswith(UID) or bool(_LABEL.fullmatch(text))
