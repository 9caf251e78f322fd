"""What happened before, as the journal has it: the alert's earlier lives, and what was done about them. Blocks."""

from collections.abc import Iterable
from dataclasses import dataclass

from state.journal.entry import Entry
from state.journal.journal import Journal

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


def _once(entries: Iterable[Entry]) -> Iterable[Entry]:
    return {(e.source, e.fingerprint, e.start, e.event): e for e in entries}.values()
