"""Places on the board that cards go to: by the mouse, or one further up or down by key."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a phase: before a card of it or after one, where it belongs by its rank when neither is given.

    `lane` is the field and the value that a card takes on there.
    """

    phase: str
    before: str | None = None
    after: str | None = None
    lane: tuple[str, Any] | None = None

    @property
    def ranked(self) -> bool:
        """Whether it is a place among the cards, not the phase alone."""
        return self.before is not None or self.after is not None


def beside(phase: str, stack: Sequence[str], moving: Collection[str], card: str | None, *, below: bool) -> Spot:
    """Return the place above or below a card of a stack, past those that move themselves."""
    if card is None or card not in stack:
        return Spot(phase)
    at = stack.index(card)
    if below:
        upper = next((uid for uid in reversed(stack[: at + 1]) if uid not in moving), None)
        if upper is not None:
            return Spot(phase, after=upper)
    lower = next((uid for uid in stack[at:] if uid not in moving), None)
    if lower is not None:
        return Spot(phase, before=lower)
    upper = next((uid for uid in reversed(stack[:at]) if uid not in moving), None)
    return Spot(phase, after=upper)


def further(phase: str, stack: Sequence[str], moving: Collection[str], by: int) -> Spot | None:
    """Return the place `by` cards down in a stack, up when that is negative, for cards that move as one block.

    None when they cannot go further: they stand together at that end, or nothing else is there.
    """
    block = [uid for uid in stack if uid in moving]
    others = [uid for uid in stack if uid not in moving]
    if not block or not others:
        return None
    first = stack.index(block[0])
    at = max(0, min(len(others), first + by))
    if [*others[:at], *block, *others[at:]] == list(stack):
        return None
    return Spot(phase, after=others[at - 1]) if at and (by > 0 or at == len(others)) else Spot(phase, before=others[at])
