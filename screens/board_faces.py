"""What the board says of cards, columns and the share, in words and tones."""

from collections.abc import Sequence

from state.age import short_age
from state.board.model import DROPPED, UNPLANNED, Board, Card, CardKind, CardState, Phase
from state.board.needs import open_needs, with_dependants, with_needs
from state.cell import BLANK, Cell, Tone
from state.planning.scope import MUST_LIMIT, Scope
from widgets import gauge
from widgets.card_face import CardFace
from widgets.cell_lines import Bold, Line

_GLYPHS = {
    CardState.TODO: Cell("○", Tone.QUIET),
    CardState.DOING: Cell("◐", Tone.FOCUS),
    CardState.DONE: Cell("✓", Tone.WELL),
}


def points(value: float | None) -> str:
    """Return points as people say them: `8`, `0.5`, `2.3`."""
    return "" if value is None else f"{round(value, 1):g}"


def card_face(board: Board, card: Card, locked: frozenset[str], now: float) -> CardFace:
    """Return a card's two lines. `locked` is the floor with its needs, `now` wall-clock seconds."""
    if card.points is not None:
        size = Cell(points(card.points))
    else:
        size = Cell("?", Tone.WARN) if card.kind is CardKind.CAPABILITY else BLANK
    owner = Cell(card.owner) if card.owner else Cell("no owner", Tone.FAINT)
    return CardFace(
        glyph=_GLYPHS[card.state],
        number=card.label,
        title=card.title,
        points=size,
        below=(owner, *_remarks(board, card, now)),
        floor=card.uid in locked,
    )


def _remarks(board: Board, card: Card, now: float) -> list[Cell]:
    remarks: list[Cell] = []
    if card.state is not CardState.DONE and (waiting := open_needs(board, card)):
        later = [need for need in waiting if comes_later(board, need.phase, card.phase)]
        shown = ", ".join(need.label for need in (later or waiting)[:3])
        remarks.append(Cell(f"needs {shown}", Tone.WARN if later else Tone.QUIET))
    if card.state is CardState.DOING:
        since = "" if card.started is None else f" {short_age(now - card.started.timestamp())}"
        remarks.append(Cell(f"doing{since}", Tone.QUIET))
    if card.floor:
        remarks.append(Cell("floor", Tone.PLAN))
    if card.kind is not CardKind.CAPABILITY:
        remarks.append(Cell(card.kind.value, Tone.QUIET))
    return remarks


def comes_later(board: Board, phase: str, than: str) -> bool:
    """Return whether a phase comes after another one. Ideas come after every planned phase."""
    order = {one.id: at for at, one in enumerate([*board.planned, board.phases[0], board.phases[-1]])}
    return order.get(phase, len(order)) > order.get(than, len(order))


def lane_title(phase: Phase, shown: Sequence[Card], all_of: Sequence[Card], *, wide: bool) -> tuple[str, str]:
    """Return a column's name and the count that stands beside it: its cards, and the points of its capabilities."""
    count = f"{len(all_of)}" if len(shown) == len(all_of) else f"{len(shown)} of {len(all_of)}"
    if phase.id in (UNPLANNED, DROPPED):
        return f"{phase.name} {count}", ""
    total = sum(card.points or 0 for card in all_of if card.kind is CardKind.CAPABILITY)
    cards = (" card" if count == "1" else " cards") if wide else ""
    return phase.name, f"{count}{cards} · {points(total)}"


def gauge_share(scope: Scope) -> gauge.Share:
    """Return the share as the gauge shows it."""
    low, high = scope.share.band
    return gauge.Share(scope.share.percent, scope.floor.percent or 0.0, low, high)


def needed_from_later(board: Board, uids: Sequence[str], phase: str) -> list[Card]:
    """Return the cards, in board order, that these need and that stand after the phase they are to go to."""
    if phase in (UNPLANNED, DROPPED):
        return []
    needed = with_needs(board, uids) - set(uids)
    return [
        card
        for column in board.columns().values()
        for card in column
        if card.uid in needed and card.state is not CardState.DONE and comes_later(board, card.phase, phase)
    ]


def left_behind(board: Board, uids: Sequence[str], phase: str) -> list[Card]:
    """Return the cards, in board order, that need these and stand in a phase before the one they are to go to.

    Of `dropped` all phases are before; ideas are in no order. What is done waits for nothing.
    """
    if phase == UNPLANNED:
        return []
    needing = with_dependants(board, uids) - set(uids)
    return [
        card
        for column in board.columns().values()
        for card in column
        if card.uid in needing
        and card.state is not CardState.DONE
        and card.phase not in (UNPLANNED, phase)
        and comes_later(board, phase, card.phase)
    ]


def waiting_line(error: str) -> Line:
    """Return the line over a board that is not there yet."""
    return (Cell("✗ ", Tone.BAD), Cell(error, Tone.BAD)) if error else (Cell("reading the board…", Tone.QUIET),)


def head_parts(board: Board, scope: Scope, unsaved: int, error: str) -> list[Line]:
    """Return what the line over the board says, what matters most first: the share, how it stands to the band."""
    share = scope.share
    if share.percent is None:
        parts: list[Line] = [
            (Bold("MVP –", Tone.PLAN), Cell(" no capability with points is in a phase yet", Tone.QUIET))
        ]
    else:
        whole = f" {points(share.points.part)} of {points(share.points.whole)} points"
        parts = [(Bold(f"MVP {share.percent:.1f} %", Tone.PLAN), Cell(whole))]
        if share.over > 0:
            parts.append((Cell(f"{points(share.over)} over the band", Tone.WARN),))
        elif share.under > 0:
            parts.append((Cell(f"{points(share.under)} under the band", Tone.WARN),))
        else:
            parts.append((Cell("in the band", Tone.WELL),))
    if unsaved:
        parts.insert(1, (Cell(f"unsaved {unsaved}", Tone.WARN),))
    if error:
        parts.insert(1, (Cell(f"✗ {error}", Tone.BAD),))
    if scope.must.percent is not None:
        much = scope.must.percent > MUST_LIMIT
        parts.append((Cell(f"Must {scope.must.percent:.0f} %", Tone.WARN if much else Tone.QUIET),))
    if scope.floor.percent is not None:
        parts.append((Cell(f"floor {scope.floor.percent:.1f} %", Tone.QUIET),))
    if scope.floor_outside:
        parts.append((Cell(f"floor outside the MVP: {scope.floor_outside[0].label}", Tone.WARN),))
    if scope.done_points:
        parts.append((Cell(f"done {points(scope.done_points)}", Tone.QUIET),))
    missing = sum(share.unestimated)
    if missing:
        parts.append((Cell(f"{missing} not estimated", Tone.WARN),))
    ideas = sum(card.points is None and card.kind is CardKind.CAPABILITY for card in board.columns().get(UNPLANNED, ()))
    if ideas:
        parts.append((Cell(f"{ideas} {'idea' if ideas == 1 else 'ideas'} not estimated", Tone.WARN),))
    return parts
