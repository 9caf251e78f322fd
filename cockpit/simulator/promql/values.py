"""What an expression is worth: columns over the steps of a query.

A query is evaluated once for all its steps: each element of a vector is a row with one value a step, None where
it is absent. An instant query is a range query of one step. Times are milliseconds since the epoch.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from cockpit.simulator.promql.ast import Matcher
from cockpit.simulator.promql.errors import ExecutionError

Labels = dict[str, str]
"""A series' labels, its name among them as `__name__`. Never changed once made."""

Column = list[float | None]


@dataclass(slots=True)
class Series:
    """A stored series: where its samples are, and how to read them.

    `times` may be shared by many series; `spans` are the index ranges `[from, to)` in which this one was
    scraped. Where a span ends before `times` does, the series went stale. `read` gives the values at indices
    within the spans. `monotone` promises that no value is below the one before it.
    """

    labels: Labels
    times: Sequence[int]
    spans: Sequence[tuple[int, int]]
    read: Callable[[Sequence[int]], list[float]]
    monotone: bool = False


class Database(Protocol):
    """Where series are found."""

    def select(self, matchers: Sequence[Matcher], start: int, end: int) -> Iterable[Series]:
        """Return the series that meet all matchers and may have samples between two moments."""
        ...


@dataclass(frozen=True, slots=True)
class Settings:
    """A server's ways. `major` is the version whose windows are meant: 2 includes their start, 3 does not."""

    lookback: int = 300_000
    evaluation_interval: int = 60_000
    major: int = 2


class Row(NamedTuple):
    """One element of a vector over all steps."""

    labels: Labels
    values: Column


@dataclass(slots=True)
class Vector:
    rows: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Scalar:
    values: list[float]


@dataclass(slots=True)
class Text:
    value: str


Value = Vector | Scalar | Text


def nameless(labels: Labels) -> Labels:
    """Return the labels without the metric's name."""
    return {name: value for name, value in labels.items() if name != "__name__"}


def without_names(rows: Iterable[Row]) -> list[Row]:
    """Return the rows without their metrics' names. Raises ExecutionError where two become one at a step."""
    rows = list(rows)
    shorn = [Row(nameless(row.labels), row.values) for row in rows]
    if len({row.labels.get("__name__") for row in rows}) <= 1:
        return shorn
    return merged(shorn, "vector cannot contain metrics with the same labelset")


def merged(rows: Iterable[Row], complaint: str) -> list[Row]:
    """Return rows of equal labels joined into one. Raises ExecutionError where both are present at a step."""
    found: dict[frozenset[tuple[str, str]], Row] = {}
    for row in rows:
        key = frozenset(row.labels.items())
        other = found.get(key)
        if other is None:
            found[key] = row
            continue
        if any(a is not None and b is not None for a, b in zip(other.values, row.values, strict=True)):
            raise ExecutionError(complaint)
        joined = [b if a is None else a for a, b in zip(other.values, row.values, strict=True)]
        found[key] = Row(row.labels, joined)
    return list(found.values())


def is_absent(values: Column) -> bool:
    """Return whether a row has no value at any step."""
    return values.count(None) == len(values)


def show_labels(labels: Labels) -> str:
    """Return labels as Prometheus writes them in messages: `{a="b", c="d"}`."""
    return "{" + ", ".join(f'{name}="{value}"' for name, value in sorted(labels.items())) + "}"
