"""The lives of alerts that are known, kept as their entries come: what a storm adds costs by what it adds alone."""

from collections.abc import Iterable

from state.alerts.week import Starts
from state.journal.entry import Entry
from state.journal.lives import AlertLife, lives

_Key = tuple[str, float]


class KnownLives:
    """Lives by fingerprint and start. Belongs to one thread at a time."""

    def __init__(self, most: int) -> None:
        """The oldest go when there are more than `most`."""
        self._most = most
        self._entries: dict[_Key, list[Entry]] = {}
        self._made: dict[_Key, AlertLife] = {}
        self._fresh: set[_Key] = set()
        self._starts: dict[tuple[str, str], tuple[float, ...]] = {}
        self._listed: tuple[AlertLife, ...] | None = ()

    def take(self, entries: Iterable[Entry]) -> None:
        """Take over entries of alerts, the oldest first."""
        for entry in entries:
            key = (entry.fingerprint, entry.start)
            if entry.event == "firing" and not any(one.event == "firing" for one in self._entries.get(key, ())):
                place = (entry.subject, entry.details.get("where", "").partition("/")[0])
                self._starts[place] = (*self._starts.get(place, ()), entry.start)
            self._entries.setdefault(key, []).append(entry)
            self._fresh.add(key)
            self._listed = None
        for key in list(self._entries)[: max(0, len(self._entries) - self._most)]:
            del self._entries[key]
            self._made.pop(key, None)
            self._fresh.discard(key)

    @property
    def lives(self) -> tuple[AlertLife, ...]:
        """All lives, the newest first, those that go on among them."""
        if self._listed is None:
            for key in self._fresh:
                self._made.update((key, life) for life in lives(self._entries[key]))
            self._fresh.clear()
            found = sorted(self._made.values(), key=lambda life: (-life.start, life.name, life.fingerprint))
            self._listed = tuple(found)
        return self._listed

    @property
    def starts(self) -> Starts:
        """When alerts began, by name and place; it goes on to grow."""
        return self._starts
