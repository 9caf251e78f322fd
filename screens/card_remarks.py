"""What is to be said of a card beside who has it: the worst first, since a narrow column shows the first alone."""

from datetime import UTC, date, datetime

from state.age import short_age
from state.board.model import DROPPED, MVP, Board, Card, CardKind, CardState, Moscow
from state.board.needs import comes_later, open_needs
from state.board.proof import Proof, proof
from state.cell import Cell, Tone

_NAMED = 3
"""So many needs are named."""
_DAY = 86_400.0


def remarks(board: Board, card: Card, now: float) -> list[Cell]:
    """Return the remarks on a card at a moment in seconds since the epoch."""
    if card.phase == DROPPED:
        return _dropped(board, card)
    today = datetime.fromtimestamp(now, UTC).astimezone().date()
    return [
        *_proof(card, today),
        *_needs(board, card),
        *_obstacle(card),
        *_due(card, today),
        *_doing(board, card, now),
        *_standing(card),
    ]


def _dropped(board: Board, card: Card) -> list[Cell]:
    origin = card.dropped_from
    if origin is None:
        return []
    phase = board.phase(origin.phase)
    said = [Cell(f"from {phase.name}", Tone.QUIET)] if phase is not None else []
    return [Cell(origin.reason, Tone.QUIET), *said] if origin.reason else said


def _proof(card: Card, today: date) -> list[Cell]:
    match proof(card, today):
        case Proof.REFUTED:
            return [Cell("done, but the platform says no", Tone.BAD)]
        case Proof.CLAIMED:
            return [Cell("not proven", Tone.WARN if card.floor else Tone.QUIET)]
    return []


def _needs(board: Board, card: Card) -> list[Cell]:
    """Return what it waits for: what is dropped, what comes later, what is left so knowingly, the rest."""
    if card.state is CardState.DONE:
        return []
    waiting = open_needs(board, card)
    dropped = [need for need in waiting if need.phase == DROPPED]
    later = [need for need in waiting if need not in dropped and comes_later(board, need.phase, card.phase)]
    known = [need for need in later if need.uid in card.broken]
    torn = [need for need in later if need.uid not in card.broken]
    rest = [need for need in waiting if need not in dropped and need not in later]
    said: list[Cell] = []
    for needs, how, tone in (
        (dropped, ", dropped", Tone.BAD),
        (torn, " later", Tone.WARN),
        (known, " later, known", Tone.QUIET),
        (rest, "", Tone.QUIET),
    ):
        if needs and not (said and needs is rest):
            more = "…" if len(needs) > _NAMED else ""
            said.append(Cell(f"needs {', '.join(need.label for need in needs[:_NAMED])}{more}{how}", tone))
    return said


def _obstacle(card: Card) -> list[Cell]:
    if card.obstacle is None or card.state is CardState.DONE:
        return []
    return [Cell(f"waits for {card.obstacle.whom or card.obstacle.why}", Tone.WARN)]


def _due(card: Card, today: date) -> list[Cell]:
    if card.due is None or card.state is CardState.DONE:
        return []
    days = (card.due - today).days
    if days < 0:
        return [Cell(f"due {-days}d ago", Tone.WARN)]
    return [Cell("due today" if days == 0 else f"due in {days}d", Tone.QUIET)]


def _doing(board: Board, card: Card, now: float) -> list[Cell]:
    if card.state is not CardState.DOING:
        return []
    if card.started is None:
        return [Cell("doing", Tone.QUIET)]
    seconds = now - card.started.timestamp()
    since = f"doing {short_age(seconds)}"
    ageing = seconds >= board.settings.ageing * _DAY
    return [Cell(f"▲ {since}", Tone.WARN) if ageing else Cell(since, Tone.QUIET)]


def _standing(card: Card) -> list[Cell]:
    said: list[Cell] = []
    if card.floor:
        said.append(Cell("floor", Tone.PLAN))
    if card.moscow is Moscow.WONT and card.phase == MVP:
        said.append(Cell("won't, but in the MVP", Tone.WARN))
    if card.kind is not CardKind.CAPABILITY:
        said.append(Cell(card.kind.value, Tone.QUIET))
    return said
