"""One line of the journal: something observed or done, at a time, by somebody."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened. Two entries of one `(source, fingerprint, start, event)` are one: the first stays.

    `source` says who observed it (`alertmanager@prod-eu`, `operation`, `note`), `fingerprint` what it happened to,
    `start` when that thing began and `at` when this happened, both in seconds since the epoch; `event` is one word
    (`firing`, `resolved`, `acked`, `done`, `failed`, `refused`, …). For an operation, `operation` is its id in the
    catalogue, `fingerprint` that of this one run, `subject` what it was done to.
    """

    source: str
    fingerprint: str
    start: float
    event: str
    at: float
    who: str = ""
    subject: str = ""
    operation: str = ""
    outcome: str = ""
    """One printable sentence."""
    details: dict[str, str] = field(default_factory=dict)


class Recorder(Protocol):
    """Where entries go."""

    def record(self, entry: Entry) -> None:
        """Take an entry, at once; raises nothing."""
        ...
