"""The changes of a board as one cockpit knows them: those that are stored, and mine that will be."""

from collections.abc import Iterable, Sequence, Set

import msgspec

from state.board.changes import CARDS, WHOLE, Change
from state.board.errors import ChangeRefused


class Past:
    """All known changes, oldest first, and when others' came in."""

    def __init__(self, who: str) -> None:
        self._who = who
        self._stored: tuple[Change, ...] = ()
        self._mine: list[Change] = []
        self._changes: tuple[Change, ...] | None = None
        self._touched: dict[str, float] | None = None

    @property
    def changes(self) -> tuple[Change, ...]:
        """All of them, mine that are not stored yet last."""
        if self._changes is None:
            self._changes = *self._stored, *self._mine
        return self._changes

    def made(self, changes: Iterable[Change]) -> None:
        """Take in changes of mine."""
        self._mine += changes
        self._changes = None

    def settled(self, changes: Iterable[Change], dropped: Set[str]) -> None:
        """Take over what came of my changes: some differ from what was asked, some were left out."""
        by_id = {change.id: change for change in changes}
        self._mine = [by_id.get(change.id, change) for change in self._mine if change.id not in dropped]
        self._changes = None

    def told(self, stored: Sequence[Change], now: float) -> tuple[Change, ...]:
        """Take over all changes that are stored; return those that were not known, oldest first."""
        # Hardly ever does it not go on where it ended: after a merge of git, or another file in its place.
        end = len(self._stored)
        goes_on = len(stored) >= end > 0 and stored[end - 1].id == self._stored[-1].id
        known = {change.id for change in (self._mine if goes_on else self.changes)}
        new = tuple(change for change in stored[end if goes_on else 0 :] if change.id not in known)
        first = self._touched is None
        touched = self._touched = self._touched or {}
        for change in new:
            if change.table == CARDS and change.who != self._who:
                made = change.when.timestamp()
                touched[change.card] = max(touched.get(change.card, made), made if first else max(made, now))
        if self._mine:
            ids = {change.id for change in stored[end if goes_on else 0 :]}
            self._mine = [change for change in self._mine if change.id not in ids]
        self._stored = tuple(stored)
        self._changes = None
        return new

    def fresh(self, since: float) -> frozenset[str]:
        """Return the uids of the cards that others have changed after a moment in seconds since the epoch."""
        return frozenset(uid for uid, when in (self._touched or {}).items() if when > since)

    def brought_back(self, wishes: Sequence[Change]) -> Change:
        """Return the change that adds a card again that was taken away, with the fields set that wishes for it set.

        Raises ChangeRefused when nobody knows what the card was.
        """
        first = wishes[0]
        for change in reversed(self.changes):
            if change.card == first.card and change.field == WHOLE and isinstance(change.old, dict):
                whole = {**change.old, **{wish.field: wish.new for wish in wishes}}
                return msgspec.structs.replace(first, field=WHOLE, old=None, new=whole)
        raise ChangeRefused("the card was taken away, and the history does not tell what it was")
