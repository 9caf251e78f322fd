"""What the line over the board says: the MVP's share, how it stands to the band, what is wrong, what has changed."""

from collections.abc import Iterable, Sequence

from state.board.model import MVP, UNPLANNED, Board, Card
from state.cell import Cell, Tone
from state.planning.scope import MUST_LIMIT, Scope
from state.planning.share import Drift, Points, Share, Verdict
from state.planning.sums import share_if_moved, sum_of

Part = tuple[Cell, ...]
"""What stays together when there is no room for all."""

_NAMED = 2


def gauge_parts(found: Scope, proven: Points | None = None) -> tuple[Part, ...]:
    """Return the whole line, what matters most first, so that a narrow one leaves out the last parts.

    The first cell of the first part is the headline. `proven` are the points of what is done and whose evidence
    holds, None where nobody keeps evidence.
    """
    share = found.share
    if share.percent is None:
        headline: Part = (
            Cell("MVP –", Tone.PLAN),
            Cell(" no capability with points is in a phase yet", Tone.QUIET),
        )
    else:
        headline = (
            Cell(f"MVP {percent_text(share)}", Tone.PLAN),
            Cell(f" {points_text(share.points.part)} of {points_text(share.points.whole)} points"),
        )
    parts = (headline, _verdict(share), *_faults(found), *_figures(found, proven))
    return tuple(part for part in parts if part)


def picked_parts(board: Board, uids: Iterable[str], word: str) -> tuple[Part, ...]:
    """Return what is to be said of some cards, `word` saying what they are, `marked` or `match`.

    Their number and points, how many are not estimated, and the share without those that are in the MVP and with
    those that are not.
    """
    picked = tuple(card for uid in dict.fromkeys(uids) if (card := board.cards.get(uid)) is not None)
    both = sum_of(board, (card.uid for card in picked))
    parts: list[Part] = [(Cell(f"{both.count} {word}"), Cell(f" {_counted(both.points, 'point')}", Tone.QUIET))]
    if both.unestimated:
        parts.append((Cell(f"{both.unestimated} not estimated", Tone.WARN),))
    inside = [card.uid for card in picked if card.phase == MVP]
    outside = [card.uid for card in picked if card.phase != MVP]
    later = next((phase.id for phase in board.planned if phase.id != MVP), UNPLANNED)
    for moved, phase, words in ((inside, later, "without them"), (outside, MVP, "with them")):
        share = share_if_moved(board, moved, phase)
        if moved and share.percent is not None:
            tone = Tone.WELL if share.verdict is Verdict.IN_BAND else Tone.WARN
            parts.append((Cell("MVP ", Tone.QUIET), Cell(percent_text(share), tone), Cell(f" {words}", Tone.QUIET)))
    return tuple(parts)


def percent_text(share: Share) -> str:
    """Return the share in percent, with both ends where something is not estimated: `47.7 %`, `45.1–47.7 %`."""
    if share.interval is None:
        return "–"
    low, high = (f"{end:.1f}" for end in share.interval)
    return f"{low} %" if low == high else f"{low}–{high} %"


def points_text(points: Points) -> str:
    """Return points as people say them: `8`, `0.5`, `2.3`."""
    return f"{round(points, 1):.1f}".removesuffix(".0")


def _verdict(share: Share) -> Part:
    """How the share stands to the band; where that hangs on what is not estimated, that."""
    missing = sum(share.unestimated)
    if share.interval is None:
        return _missing(missing)
    match share.verdict:
        case Verdict.MUCH:
            return (Cell(f"{_distance(share.over)} over the band", Tone.WARN),)
        case Verdict.THIN:
            return (Cell(f"{_distance(share.under)} under the band", Tone.WARN),)
        case Verdict.IN_BAND:
            return (Cell("in the band", Tone.WELL),)
    return (Cell(f"no verdict, {missing} not estimated", Tone.WARN),)


def _faults(found: Scope) -> list[Part]:
    """What is wrong, errors first."""
    parts: list[Part] = []
    if found.wont:
        parts.append((Cell(f"✗ Won't inside the MVP: {_labels(found.wont)}", Tone.BAD),))
    if found.floor_outside:
        parts.append((Cell(f"✗ floor outside the MVP: {_labels(found.floor_outside)}", Tone.BAD),))
    if found.must_is_much:
        parts.append(_must(found))
    share = found.share
    if share.verdict is not None:
        parts.append(_missing(sum(share.unestimated)))
    if found.holes and share.percent is not None:
        parts.append((Cell(f"{'hole' if len(found.holes) == 1 else 'holes'}: {_names(found.holes)}", Tone.WARN),))
    return parts


def _figures(found: Scope, proven: Points | None) -> list[Part]:
    """What is good to know."""
    parts: list[Part] = []
    by_count = found.share.cards.percent
    if by_count is not None:
        parts.append((Cell(f"{by_count:.0f} % by count", Tone.QUIET),))
    if found.drift is not None:
        parts.append(_change(found.drift))
    if not found.must_is_much:
        parts.append(_must(found))
    if found.floor.percent is not None:
        parts.append((Cell(f"floor {found.floor.percent:.1f} %", Tone.QUIET),))
    if found.done_points:
        parts.append((Cell(f"done {points_text(found.done_points)}", Tone.QUIET),))
    if proven is not None:
        parts.append((Cell(f"proven {points_text(proven)}", Tone.QUIET),))
    if found.ideas.unestimated:
        words = f"{_counted(found.ideas.unestimated, 'idea')} not estimated"
        parts.append((Cell(words, Tone.WARN),))
    return parts


def _must(found: Scope) -> Part:
    """Must over all points of the MVP, and over those that are to do, by which it is judged, where they differ."""
    if found.must.percent is None:
        return ()
    words = over_all = f"{found.must.percent:.0f} %"
    if found.must_left.percent is not None and (to_do := f"{found.must_left.percent:.0f} %") != over_all:
        words = f"{over_all}, to do {to_do}"
    if found.must_is_much:
        return (Cell(f"Must {words}, at most {MUST_LIMIT:g}", Tone.WARN),)
    return (Cell(f"Must {words}", Tone.QUIET),)


def _change(drift: Drift) -> Part:
    """The change since a baseline, and what the MVP and the whole moved of it, in points."""
    if drift.change is None:
        return ()
    since = f"since {drift.baseline.when.day} {drift.baseline.when:%b}"
    if not drift.mvp_moved and not drift.whole_moved:
        return (Cell(f"unchanged {since}", Tone.QUIET),)
    moved = f"MVP {_signed(drift.mvp_moved)}, whole {_signed(drift.whole_moved)}"
    # Adding nothing makes a minus of a zero that was rounded from below go.
    words = f"{round(drift.change, 1) + 0.0:+.1f} {since}"
    if not drift.diluted or drift.over_then is None:
        return (Cell(f"{words}: {moved}", Tone.QUIET),)
    diluted = Cell("diluted", Tone.WARN)
    return (
        Cell(f"{words}, ", Tone.QUIET),
        diluted,
        Cell(f": {moved}, {drift.over_then:.1f} % of the whole then", Tone.QUIET),
    )


def _missing(count: int) -> Part:
    return (Cell(f"{count} not estimated", Tone.WARN),) if count else ()


def _distance(points: float) -> str:
    """Points beyond an edge; what rounds to nothing is still beyond it."""
    return points_text(points) if round(points, 1) else "just"


def _signed(points: Points) -> str:
    return f"{'-' if round(points, 1) < 0 else '+'}{points_text(abs(points))}"


def _counted(number: Points, noun: str) -> str:
    return f"{points_text(number)} {noun}{'' if number == 1 else 's'}"


def _labels(cards: Sequence[Card]) -> str:
    return _names([card.label for card in cards])


def _names(names: Sequence[str]) -> str:
    rest = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" +{rest}" if rest > 0 else "")
