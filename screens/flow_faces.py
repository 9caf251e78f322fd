"""What the flow says of cards, columns and limits, in words and tones."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from screens.board_faces import card_face, points
from screens.board_view import Picture
from state.age import short_age
from state.board.model import Board, Card, CardState
from state.cell import Cell, Tone
from state.planning.flow import Flow, OverLimit
from state.planning.sums import sum_up
from widgets.card_face import CardFace
from widgets.cell_lines import Bold, Line

Passed = Mapping[str, tuple[OverLimit, ...]]
"""By uid the limits that a card has part in passing."""


def passed_limits(now: Flow) -> Passed:
    """Return which cards pass a limit together."""
    found: dict[str, tuple[OverLimit, ...]] = {}
    for over in now.over:
        for card in over.cards:
            found[card.uid] = (*found.get(card.uid, ()), over)
    return found


def flow_face(picture: Picture, card: Card, passed: Passed) -> CardFace:
    """Return a card's two lines: as everywhere, with the limits of its owner, who is named first, and its lane."""
    face = card_face(picture.board, card, picture.locked, picture.now, fresh=card.uid in picture.fresh)
    limits = {over.kind: _limit(over) for over in passed.get(card.uid, ())}
    below = [limits["owner"], *face.below[1:]] if "owner" in limits else list(face.below)
    if "lane" in limits:
        below.append(limits["lane"])
    if card.state is CardState.DONE and card.finished is not None:
        below.append(Cell(f"{short_age(picture.now - card.finished.timestamp())} ago", Tone.FAINT))
    return replace(face, below=tuple(below))


def _limit(over: OverLimit) -> Cell:
    return Cell(f"{over.name} {over.count} of {over.limit}", Tone.WARN)


def _days(days: int) -> str:
    return f"{days} day" if days == 1 else f"{days} days"


def column_title(shown: Sequence[Card], all_of: Sequence[Card], *, wide: bool) -> str:
    """Return the count beside a column's name: its cards, and the points of its capabilities."""
    count = f"{len(all_of)}" if len(shown) == len(all_of) else f"{len(shown)} of {len(all_of)}"
    total = sum_up(shown).points
    cards = (" card" if count == "1" else " cards") if wide else ""
    return f"{count}{cards} · {points(total)}" if total else f"{count}{cards}"


def flow_line(board: Board, now: Flow) -> list[Line]:
    """Return the line over the flow, what matters most first: the phase, passed limits, what has been long in doing."""
    name = now.phase.name if now.phase else board.settings.current
    parts: list[Line] = [(Bold(name), Cell(" is current", Tone.QUIET))]
    parts += [(Cell("▲ ", Tone.WARN), _limit(over)) for over in now.over]
    if now.ageing:
        longest = max(now.ageing.values())
        parts.append((Cell(f"▲ {len(now.ageing)} ageing, the oldest {_days(longest)} in doing", Tone.WARN),))
    if now.over:
        return parts
    settings = board.settings
    limited = settings.wip_owner is not None or settings.wip_lane is not None or settings.wip
    parts.append((Cell("within the limits of doing" if limited else "no limits for doing are set", Tone.FAINT),))
    return parts
