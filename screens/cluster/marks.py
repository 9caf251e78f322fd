"""What is marked in a list, in sight or hidden by a filter."""

from collections.abc import Collection, Hashable
from typing import Any

from state.query import View


class Marks:
    """The keys that are marked. A filter takes rows out of sight, not out of what is marked."""

    def __init__(self) -> None:
        self.keys: frozenset[Hashable] = frozenset()

    def __len__(self) -> int:
        return len(self.keys)

    def clear(self) -> None:
        """Mark nothing."""
        self.keys = frozenset()

    def take(self, in_sight: Collection[Hashable], view: View[Any]) -> None:
        """Mark exactly these of what is in sight; what is marked out of sight stays."""
        unseen = {key for key in self.keys if not view.lists(key) and view.listing.row(key) is not None}
        self.keys = frozenset(in_sight) | unseen

    def keep(self, view: View[Any]) -> frozenset[Hashable]:
        """Let go of what went, and return those in sight."""
        self.keys = frozenset(key for key in self.keys if view.listing.row(key) is not None)
        return frozenset(key for key in self.keys if view.lists(key))

    def hidden(self, shown: Collection[Hashable]) -> tuple[Hashable, ...]:
        """Return those that are not among what is shown as marked."""
        return tuple(key for key in self.keys if key not in shown)
