"""One card becomes two, and the points stay what they were."""

from dataclasses import dataclass
from decimal import Decimal

from state.board import edits
from state.board.changes import Change, Step
from state.board.errors import ChangeRefused
from state.board.model import DROPPED, Board, Card, Comment, Origin
from state.board.needs import comes_later
from state.board.places import card_of, column_of, phase_of, room


def split(board: Board, by: Step, uid: str, title: str, points: float, phase: str) -> tuple[Change, ...]:
    """Return the changes that take `points` off a card and put them into a new one, linked to it, in `phase`.

    The new card needs what the old one needs and is of the same kind, step, lane, tags, apps and teams. In the same
    phase it comes right after the old one, with its owner and priority and locked as that is. Raises ChangeRefused
    when the points are not some of the card's, the title is empty or there is no such phase.
    """
    card = card_of(board, uid)
    return _parted(board, by, card, _Part(title, points, _left(card, points), phase))


def thin(board: Board, by: Step, uid: str, points: float, rest: str, reason: str = "") -> tuple[Change, ...]:
    """Return the changes that leave a card `points` and put what remains into a linked card in the phase `rest`.

    `rest` is a later phase, or `dropped` and then the reason says why; a reason for a later phase becomes a comment.
    Raises ChangeRefused when it is not, or when the points are not some of the card's.
    """
    card = card_of(board, uid)
    column_of(board, rest)
    stands, reason = phase_of(board, card), reason.strip()
    if not comes_later(board, rest, stands):
        raise ChangeRefused(f"the rest of {card.label} goes to a later phase or is dropped; {rest} is not later")
    if rest == DROPPED and not reason:
        raise ChangeRefused(f"what is dropped of {card.label} needs a reason")
    return _parted(board, by, card, _Part(f"{card.title} (rest)", _left(card, points), points, rest, reason))


@dataclass(frozen=True, slots=True)
class _Part:
    """The new card, and what the old one keeps."""

    title: str
    points: float
    kept: float
    phase: str
    reason: str = ""


def _parted(board: Board, by: Step, card: Card, part: _Part) -> tuple[Change, ...]:
    stays = part.phase == phase_of(board, card)
    fields = {
        "kind": card.kind,
        "step": card.step,
        "lane": card.lane,
        "apps": card.apps,
        "teams": card.teams,
        "tags": card.tags,
        "needs": card.needs,
        "source": card.source,
        "points": part.points,
        "split_from": card.uid,
    }
    changes = [by.change(card.uid, "points", card.points, part.kept)]
    if stays:
        column = column_of(board, part.phase)
        (rank,), others = room(board, column, 1 + next(at for at, one in enumerate(column) if one is card), 1)
        fields |= {"rank": rank, "owner": card.owner, "moscow": card.moscow, "floor": card.floor}
        changes += [by.change(uid, "rank", board.cards[uid].rank, key) for uid, key in others.items()]
    elif part.phase == DROPPED:
        fields["dropped_from"] = Origin(phase=phase_of(board, card), rank=card.rank, reason=part.reason)
    elif part.reason:
        fields["comments"] = (Comment(text=part.reason, who=by.who, when=by.when),)
    return edits.new_card(board, by, part.title, phase=part.phase, **fields), *changes


def _left(card: Card, points: float) -> float:
    """Return a card's points without these, exactly as they are written: 0.3 without 0.1 is 0.2."""
    if card.points is None:
        raise ChangeRefused(f"{card.label} is not estimated; give it points first")
    if not 0 < points < card.points:
        raise ChangeRefused(f"{card.label} has {card.points:g} points; write a number above 0 and below that")
    left = Decimal(str(card.points)) - Decimal(str(points))
    return int(left) if left == left.to_integral_value() else float(left)
