"""Circles of needs: no edit makes one, but two edits that are merged can."""

from state.board.model import Board


def circles(board: Board) -> tuple[str, ...]:
    """Return each circle of cards that need each other as one sentence, named from its smallest number on."""
    found: dict[str, None] = {}
    done: set[str] = set()
    for start in sorted(board.cards.values(), key=lambda card: (card.number, card.uid)):
        way: dict[str, None] = {}
        stack = [(start.uid, False)]
        while stack:
            uid, left = stack.pop()
            if left:
                way.popitem()
                done.add(uid)
            elif uid in way:
                inside = list(way)
                found[_said(board, inside[inside.index(uid) :])] = None
            elif uid not in done:
                way[uid] = None
                stack.append((uid, True))
                stack += [(need, False) for need in reversed(board.cards[uid].needs) if need in board.cards]
    return tuple(found)


def _said(board: Board, uids: list[str]) -> str:
    cards = [board.cards[uid] for uid in uids]
    first = min(range(len(cards)), key=lambda at: cards[at].number)
    way = " → ".join(card.label for card in (*cards[first:], *cards[: first + 1]))
    return f"these cards need each other in a circle: {way}"
