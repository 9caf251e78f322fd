"""What a map of cards shows: bands under each other, columns beside each other, cards where they meet."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from state.cell import BLANK, Cell
from widgets.cell_lines import Line

HEAD = 2
"""Lines of a band over its cards: its title, and what each of its slots says."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's name, and a number that stands over those of its cards."""

    name: str
    number: Cell = BLANK


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a band meets a column: a glyph, words and a number about its cards, and their keys from top to bottom."""

    glyph: Cell = BLANK
    words: Line = ()
    number: Cell = BLANK
    keys: tuple[Hashable, ...] = ()


@dataclass(frozen=True, slots=True)
class Band:
    """A row of slots under a title. `id` tells it from others when they change."""

    id: Hashable
    title: str
    count: str
    slots: tuple[Slot, ...]

    @property
    def longest(self) -> int:
        """How many cards its fullest slot has."""
        return max((len(slot.keys) for slot in self.slots), default=0)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a map: a band, a column, and a card's place in that slot; 0 where there is no card."""

    band: int = 0
    column: int = 0
    index: int = 0


@dataclass(frozen=True)
class Sheet:
    """Bands of slots; each band has a slot for each heading."""

    headings: tuple[Heading, ...] = ()
    bands: tuple[Band, ...] = ()
    card_lines: int = 1
    """How many lines a card takes."""

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The line each band begins in, and at the end the number of lines there are."""
        return tuple(accumulate((HEAD + band.longest * self.card_lines for band in self.bands), initial=0))

    @cached_property
    def spots(self) -> dict[Hashable, Spot]:
        """Where each card is."""
        return {
            key: Spot(at, column, index)
            for at, band in enumerate(self.bands)
            for column, slot in enumerate(band.slots)
            for index, key in enumerate(slot.keys)
        }

    def slot(self, spot: Spot) -> Slot:
        """Return the slot of a place."""
        return self.bands[spot.band].slots[spot.column]

    def key(self, spot: Spot) -> Hashable | None:
        """Return the card of a place, None where there is none."""
        if not self.bands or not self.headings:
            return None
        keys = self.slot(spot).keys
        return keys[spot.index] if spot.index < len(keys) else None

    def line(self, spot: Spot) -> int:
        """Return the line in which a place is drawn: its card's first, or its slot's words where there is none."""
        below = HEAD + spot.index * self.card_lines if self.slot(spot).keys else HEAD - 1
        return self.starts[spot.band] + below
