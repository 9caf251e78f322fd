"""Scores by which a team may order its cards. A part that nobody has given gives no score, never a low one."""

from math import isfinite

from state.board.model import Card


def rice(card: Card) -> float | None:
    """Return `reach · impact · confidence / effort`, or None when a part is missing.

    Reach is in teams or apps a quarter, confidence a part of one, effort in points. Source: Sean McBride, "RICE:
    Simple prioritization for product managers", Intercom; there effort is in person-months.
    """
    if card.reach is None or card.impact is None or card.confidence is None or card.points is None:
        return None
    return _score(card.reach * card.impact * card.confidence, 100 * card.points)


def wsjf(card: Card) -> float | None:
    """Return `(value + time criticality + risk reduction) / size`, or None when a part is missing.

    All are relative, size in points. Source: SAFe, "Weighted Shortest Job First", after Reinertsen, "The Principles
    of Product Development Flow".
    """
    if card.value is None or card.urgency is None or card.risk is None or card.points is None:
        return None
    try:
        return _score(card.value + card.urgency + card.risk, card.points)
    except OverflowError:
        return None


def _score(worth: float, size: float) -> float | None:
    """Return what can be sorted: numbers too large or too small for a quotient give no score."""
    score = worth / size
    return score if isfinite(score) else None
