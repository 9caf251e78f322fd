"""What happened before, as the journal has it: the alert's earlier lives, and what was done about them. Blocks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from state.alerts.model import Alert
from state.clock import SYSTEM, Clock
from state.journal.entry import Entry
from state.journal.journal import Journal
from state.journal.lives import BEAT, alert_source, gaps, lives, watch_source

WEEK = 7 * 86400.0
UNWATCHED = "unwatched"
"""The event of a span in which nobody watched; such an entry is in no journal."""
LONG = 3600.0
"""Seconds without anybody who watches that are worth a line."""
_MOST = 400
_BEATS = int(WEEK / BEAT) + 2


@dataclass(slots=True)
class HistoryReader:
    """Reads the entries about an alert. `subjects` is set by the loop: its name, its fingerprint, its objects."""

    journal: Journal
    context: str = ""
    subjects: tuple[str, ...] = ()
    clock: Clock = SYSTEM

    def fetch(self) -> tuple[Entry, ...]:
        """Return the entries, the newest first, and between those of the last week what nobody watched.

        Raises JournalError.
        """
        found: list[Entry] = []
        for subject in dict.fromkeys(self.subjects):
            found += self.journal.entries(subject=subject, limit=_MOST)
        now = self.clock.wall()
        beats = self.journal.entries(source=watch_source(self.context), since=now - WEEK, limit=_BEATS)
        told = list(_once(found))
        return tuple(sorted([*told, *unwatched(told, beats, now)], key=lambda entry: -entry.at))


def unwatched(entries: Iterable[Entry], beats: Sequence[Entry], now: float) -> list[Entry]:
    """Return an entry for each long span of the last week in which nobody watched, from the first of `entries` on.

    `start` and `at` are when it began and ended.
    """
    first = min((entry.at for entry in entries), default=now)
    since = max(first, now - WEEK)
    spans = [(start, end) for start, end in gaps(beats, since, now) if end - start >= LONG]
    return [Entry("watch", UNWATCHED, start, UNWATCHED, end) for start, end in spans]


def earlier(entries: Iterable[Entry], alert: Alert, context: str, now: float) -> int:
    """Return how often alerts of its name began in its namespace in the week before a moment, this time included."""
    source, place = alert_source(context), alert.where.partition("/")[0]
    same = {
        (life.fingerprint, life.start)
        for life in lives(entry for entry in entries if entry.source == source)
        if life.name == alert.name and life.start >= now - WEEK and life.where.partition("/")[0] == place
    }
    return len(same | {(alert.fingerprint, alert.since)})


def _once(entries: Iterable[Entry]) -> Iterable[Entry]:
    return {(e.source, e.fingerprint, e.start, e.event): e for e in entries}.values()
