"""A card under the mouse: taken, carried, let go."""

from collections.abc import Hashable
from dataclasses import dataclass

from textual.geometry import Offset

_SLACK = 2
"""Cells sideways that a click may slip without becoming a drag."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place between cards: above one of them, or below it. Without one the lane is empty."""

    beside: Hashable | None
    below: bool = False


@dataclass(frozen=True, slots=True)
class Drag:
    """A card that is dragged, and where the mouse is on the screen; nowhere when it was given up."""

    key: Hashable
    at: Offset | None
    ended: bool = False


@dataclass(slots=True)
class PressedCard:
    """The card that the button was pressed on, and where."""

    key: Hashable
    at: Offset
    moving: bool = False

    def moves(self, to: Offset) -> bool:
        """Return whether the mouse has gone so far that the card goes with it."""
        return abs(to.x - self.at.x) >= _SLACK or to.y != self.at.y
