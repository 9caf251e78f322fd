"""What the board says of cards and columns, in words and tones."""

from collections.abc import Sequence

from screens.card_remarks import remarks
from state.board.lanes import LaneBy
from state.board.model import DROPPED, UNPLANNED, Board, Card, CardKind, CardState, Phase
from state.cell import BLANK, Cell, Tone
from widgets.card_face import CardFace

_GLYPHS = {
    CardState.TODO: Cell("○", Tone.QUIET),
    CardState.DOING: Cell("◐", Tone.FOCUS),
    CardState.DONE: Cell("✓", Tone.WELL),
}


def points(value: float | None) -> str:
    """Return points as people say them: `8`, `0.5`, `2.3`."""
    return "" if value is None else f"{round(value, 1):g}"


def card_face(board: Board, card: Card, locked: frozenset[str], now: float, *, fresh: bool = False) -> CardFace:
    """Return a card's two lines.

    `locked` is the floor with its needs, `now` wall-clock seconds; `fresh` says that somebody else has changed it.
    """
    if card.points is not None:
        size = Cell(points(card.points))
    else:
        size = Cell("?", Tone.WARN) if card.kind is CardKind.CAPABILITY else BLANK
    said = [Cell("changed", Tone.FOCUS)] if fresh else []
    said += remarks(board, card, now)
    if card.owner:
        said.insert(0, Cell(card.owner))
    else:
        said.append(Cell("no owner", Tone.FAINT))
    return CardFace(
        glyph=_GLYPHS[card.state],
        number=card.label,
        title=card.title,
        points=size,
        below=tuple(said),
        floor=card.uid in locked,
    )


def lane_title(phase: Phase, shown: Sequence[Card], all_of: Sequence[Card], *, wide: bool) -> tuple[str, str]:
    """Return a column's name and the count that stands beside it: its cards, and the points of its capabilities."""
    count = f"{len(all_of)}" if len(shown) == len(all_of) else f"{len(shown)} of {len(all_of)}"
    if phase.id in (UNPLANNED, DROPPED):
        return f"{phase.name} {count}", ""
    total = sum(card.points or 0 for card in all_of if card.kind is CardKind.CAPABILITY)
    cards = (" card" if count == "1" else " cards") if wide else ""
    return phase.name, f"{count}{cards} · {points(total)}"


_WITHOUT = {LaneBy.STEP: "no step", LaneBy.AREA: "no area", LaneBy.OWNER: "no owner", LaneBy.PRIORITY: "no priority"}


def lane_heading(name: str, cards: Sequence[Card], by: LaneBy) -> tuple[Cell, ...]:
    """Return what stands over the cards of a lane in a column: its name, their count, their points."""
    total = sum(card.points or 0 for card in cards if card.kind is CardKind.CAPABILITY)
    return (
        Cell(name or _WITHOUT[by], Tone.QUIET),
        Cell(f"  {len(cards)}", Tone.QUIET),
        Cell(f" · {points(total)}", Tone.QUIET),
    )
