"""What Prometheus answers, as values."""

from dataclasses import dataclass
from typing import Protocol

from state.polled import Absent, Denied

Labels = tuple[tuple[str, str], ...]
"""Label pairs sorted by name, without `__name__`."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One element of an instant vector."""

    labels: Labels
    value: float

    def label(self, name: str) -> str:
        """Return a label's value, `""` when it is not there."""
        return dict(self.labels).get(name, "")


@dataclass(frozen=True, slots=True)
class Series:
    """One element of a range vector: `(seconds since the epoch, value)` pairs, oldest first, gaps left out."""

    labels: Labels
    points: tuple[tuple[float, float], ...]

    def label(self, name: str) -> str:
        """Return a label's value, `""` when it is not there."""
        return dict(self.labels).get(name, "")


@dataclass(frozen=True, slots=True)
class Answer:
    """A query's samples with what the server said beside them. `partial` means stores were missing."""

    samples: tuple[Sample, ...] = ()
    series: tuple[Series, ...] = ()
    warnings: tuple[str, ...] = ()
    partial: bool = False


class MetricsClient(Protocol):
    """A way to ask one Prometheus. Every method blocks; raises MetricsError."""

    def query(self, expression: str) -> Answer:
        """Return the instant vector (a scalar is one sample without labels)."""
        ...

    def query_range(self, expression: str, start: float, end: float, step: float) -> Answer:
        """Return the range vector between two moments, a point every `step` seconds."""
        ...


class MetricsError(Exception):
    """Prometheus could not be asked.

    `kind` is one of absent (there is none), unreachable, auth, timeout, bad_query, not_prometheus, server.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def as_source(error: MetricsError) -> Exception:
    """Return the error as a source that is polled raises it."""
    if error.kind == "auth":
        return Denied(str(error))
    return Absent(str(error)) if error.kind == "absent" else error
