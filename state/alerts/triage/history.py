"""What happened before, as the journal has it: the alert's earlier lives, and what was done about them. Blocks."""

from collections.abc import Iterable
from dataclasses import dataclass

from state.alerts.model import Alert
from state.journal.entry import Entry
from state.journal.journal import Journal
from state.journal.lives import alert_source, lives

WEEK = 7 * 86400.0
_MOST = 400


@dataclass(slots=True)
class HistoryReader:
    """Reads the entries about an alert. `subjects` is set by the loop: its name, its fingerprint, its objects."""

    journal: Journal
    subjects: tuple[str, ...] = ()

    def fetch(self) -> tuple[Entry, ...]:
        """Return the entries, the newest first. Raises JournalError."""
        found: list[Entry] = []
        for subject in dict.fromkeys(self.subjects):
            found += self.journal.entries(subject=subject, limit=_MOST)
        return tuple(sorted(_once(found), key=lambda entry: -entry.at))


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
