"""Where a cursor stands in an order of keys, and where it goes when the order changes under it."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cursor:
    """A key and its index in the order it was last seen in. `key` is None only where there is nothing.

    While not `held` it stays on the first line, whatever comes before: nobody has chosen it yet.
    """

    key: Hashable | None = None
    index: int = 0
    held: bool = False

    def at(self, index: int, keys: Sequence[Hashable]) -> "Cursor":
        """Return it moved by the user to `index`, or to the nearest there is."""
        if not keys:
            return Cursor()
        index = max(0, min(index, len(keys) - 1))
        return Cursor(keys[index], index, held=True)

    def to(self, key: Hashable, keys: Sequence[Hashable]) -> "Cursor":
        """Return it moved to `key`, or as it is when there is no such key."""
        try:
            return Cursor(key, keys.index(key), held=True)
        except ValueError:
            return self

    def follow(self, before: Sequence[Hashable], after: Sequence[Hashable]) -> "Cursor":
        """Return it in a new order: on its key, or on the nearest neighbour that is still there."""
        if not after:
            return Cursor()
        if not self.held or self.key is None:
            return Cursor(after[0], 0)
        if self.index < len(after) and after[self.index] == self.key:
            return self
        try:
            return Cursor(self.key, after.index(self.key), held=True)
        except ValueError:
            pass
        places = {key: index for index, key in enumerate(after)}
        for key in before[self.index + 1 :]:
            if key in places:
                return Cursor(key, places[key], held=True)
        for key in reversed(before[: self.index]):
            if key in places:
                return Cursor(key, places[key], held=True)
        index = min(self.index, len(after) - 1)
        return Cursor(after[index], index, held=True)
