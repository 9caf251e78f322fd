"""Rows by key, kept equal to what a source last said; readers ask what changed since they last looked."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from enum import Enum
from itertools import islice
from threading import Lock
from typing import Final, Generic, TypeVar

Row = TypeVar("Row")


class Gone(Enum):
    """The mark of a row that is no longer there."""

    GONE = "gone"


class Reset(Enum):
    """The answer to a reader that fell behind what the mirror remembers: look at everything again."""

    RESET = "reset"


GONE: Final = Gone.GONE
RESET: Final = Reset.RESET
_REMEMBERED = 4096


class Inbox(Generic[Row]):
    """Where source threads leave rows: the newest of each key, so many changes of one object are one.

    Any thread may call `put`; the loop alone calls `take`.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._pending: dict[str, Row | Gone] = {}

    def put(self, changes: Iterable[tuple[str, Row | Gone]]) -> None:
        """Leave changes in order. A later change of the same key replaces the earlier one."""
        with self._lock:
            self._pending.update(changes)

    def take(self, limit: int | None = None) -> dict[str, Row | Gone]:
        """Return what has come since the last call, at most `limit` keys of it, oldest first, and forget it."""
        if not self._pending:
            return {}
        with self._lock:
            if limit is None or len(self._pending) <= limit:
                taken, self._pending = self._pending, {}
            else:
                taken = {key: self._pending.pop(key) for key in list(islice(self._pending, limit))}
        return taken

    def __len__(self) -> int:
        return len(self._pending)


class Mirror(Generic[Row]):
    """Rows by key with a revision that grows with every applied batch. Belongs to the loop alone."""

    def __init__(self) -> None:
        self._rows: dict[str, Row] = {}
        self._changed: deque[tuple[int, str]] = deque(maxlen=_REMEMBERED)
        self._structural = 0
        self.revision = 0

    @property
    def rows(self) -> Mapping[str, Row]:
        """The rows as they are; a view, not a copy."""
        return self._rows

    @property
    def membership_revision(self) -> int:
        """The revision at which a key last came or went."""
        return self._structural

    def get(self, key: str) -> Row | None:
        """Return the row, or None when it went."""
        return self._rows.get(key)

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def apply(self, batch: Mapping[str, Row | Gone]) -> bool:
        """Apply changes as one revision; return whether anything changed."""
        changed = False
        revision = self.revision + 1
        rows = self._rows
        for key, row in batch.items():
            if isinstance(row, Gone):
                if rows.pop(key, None) is None:
                    continue
                self._structural = revision
            else:
                if key not in rows:
                    self._structural = revision
                rows[key] = row
            self._changed.append((revision, key))
            changed = True
        if changed:
            self.revision = revision
        return changed

    def keep(self, wanted: Callable[[Row], bool]) -> None:
        """Drop the rows that are not wanted any more."""
        self.apply({key: GONE for key, row in self._rows.items() if not wanted(row)})

    def changes(self, since: int) -> Set[str] | Reset:
        """Return the keys that came, changed or went after revision `since`, or RESET when that is too long ago."""
        if since >= self.revision:
            return frozenset()
        remembered = self._changed
        if len(remembered) == _REMEMBERED and remembered[0][0] > since + 1:
            return RESET
        if len(remembered) == _REMEMBERED and remembered[0][0] == since + 1:
            # The oldest remembered revision may be there in part only.
            return RESET
        found: set[str] = set()
        for revision, key in reversed(remembered):
            if revision <= since:
                break
            found.add(key)
        return found
