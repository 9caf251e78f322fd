"""What the journal says of alerts, counted: how often, how soon somebody took them, how long they lasted. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil

from state.journal.entry import Entry

BEAT = 300.0
"""Seconds from one sign that somebody watches to the next."""
WATCHING = "watching"
ENDINGS = frozenset({"resolved", "lost", "unseen"})
"""How a life ends: seen to be over, lost sight of, or over by the time somebody looked again."""
NOTE = "note"
"""The source of what people wrote down."""
WORK_HOURS = (8, 18)
"""The hours, Monday to Friday, outside which a page is off hours."""
FLAPPING, FLAPPING_HOUR = 3, 3600.0
FEW = 5
"""Below so many a typical value means nothing."""
SHIFT = 12 * 3600.0


def alert_source(context: str) -> str:
    """Return the source of a context's alerts."""
    return f"alerts@{context}"


def watch_source(context: str) -> str:
    """Return the source of the signs that a context is watched."""
    return f"watch@{context}"


@dataclass(frozen=True, slots=True)
class AlertLife:
    """One alert from its beginning to its end. Times are seconds since the epoch, None for what has not happened."""

    fingerprint: str
    name: str
    start: float
    severity: str = ""
    where: str = ""
    acked: float | None = None
    by: str = ""
    silenced: float | None = None
    ended: float | None = None
    ending: str = ""
    """One of ENDINGS, empty while it goes on."""


@dataclass(frozen=True, slots=True)
class Typical:
    """The middle and the 95th percentile of some durations in seconds, and of how many. None for none at all."""

    count: int
    median: float | None = None
    p95: float | None = None

    @property
    def enough(self) -> bool:
        """Whether there are enough of them to mean something."""
        return self.count >= FEW


@dataclass(frozen=True, slots=True)
class Measures:
    """How the alerts of a span were dealt with."""

    alerts: int
    to_ack: Typical
    """From an alert's start to its first ack (MTTA)."""
    to_end: Typical
    """From its start until it was seen to be over (MTTR, the R for resolved)."""
    noise: float | None
    """The share of those that are over that nobody acked or silenced."""
    off_hours: float | None
    """The share that began outside working hours."""
    per_shift: float
    """Critical alerts in twelve hours that were watched."""
    watched: float
    """The share of the span in which somebody watched."""
    over: int = 0
    """How many of them are over."""


def lives(entries: Iterable[Entry]) -> tuple[AlertLife, ...]:
    """Return the lives that entries of alerts tell of, the newest first. Without its beginning there is no life."""
    began: dict[tuple[str, float], Entry] = {}
    events: dict[tuple[str, float], dict[str, Entry]] = {}
    for entry in entries:
        key = (entry.fingerprint, entry.start)
        events.setdefault(key, {})[entry.event] = entry
        if entry.event == "firing":
            began[key] = entry
    found = []
    for key, entry in began.items():
        said = events[key]
        # A life that was lost sight of and then seen to end has ended.
        ending = next((word for word in ("resolved", "unseen", "lost") if word in said), "")
        acked, silenced = said.get("acked"), said.get("silenced")
        found.append(
            AlertLife(
                entry.fingerprint,
                entry.subject,
                entry.start,
                entry.details.get("severity", ""),
                entry.details.get("where", ""),
                acked.at if acked else None,
                acked.who if acked else "",
                silenced.at if silenced else None,
                said[ending].at if ending else None,
                ending,
            )
        )
    return tuple(sorted(found, key=lambda life: (-life.start, life.name, life.fingerprint)))


def often(found: Iterable[AlertLife], since: float) -> Mapping[str, int]:
    """Return how often alerts of each name began since a moment, the most frequent first."""
    return dict(Counter(life.name for life in found if life.start >= since).most_common())


def begun_at(found: Iterable[AlertLife]) -> Mapping[tuple[str, str], tuple[float, ...]]:
    """Return when alerts began, by name and namespace: pods come and go under one of them."""
    starts: dict[tuple[str, str], list[float]] = {}
    for life in found:
        starts.setdefault((life.name, life.where.partition("/")[0]), []).append(life.start)
    return {key: tuple(moments) for key, moments in starts.items()}


def flaps(starts: Sequence[float], now: float) -> bool:
    """Return whether an alert that began at these moments comes and goes: three times or more in an hour."""
    return sum(now - start < FLAPPING_HOUR for start in starts) >= FLAPPING


def measures(found: Sequence[AlertLife], beats: Iterable[Entry], since: float, until: float) -> Measures:
    """Return the measures of the lives that began in a span, in seconds since the epoch, end outside."""
    inside = [life for life in found if since <= life.start < until]
    over = [life for life in inside if life.ended is not None]
    acks = [life.acked - life.start for life in inside if life.acked is not None]
    ends = [life.ended - life.start for life in inside if life.ended is not None and life.ending == "resolved"]
    silent = sum(life.acked is None and life.silenced is None for life in over)
    missed = sum(end - start for start, end in gaps(beats, since, until))
    watched = max(0.0, (until - since) - missed)
    critical = sum(life.severity == "critical" for life in inside)
    return Measures(
        len(inside),
        _typical(acks),
        _typical(ends),
        silent / len(over) if over else None,
        sum(_off_hours(life.start) for life in inside) / len(inside) if inside else None,
        critical / (watched / SHIFT) if watched else 0.0,
        watched / (until - since) if until > since else 0.0,
        len(over),
    )


def gaps(beats: Iterable[Entry], since: float, until: float) -> tuple[tuple[float, float], ...]:
    """Return the spans in which nobody watched, oldest first, from the signs of watching in between."""
    found: list[tuple[float, float]] = []
    seen_to = since
    for beat in sorted(entry.start for entry in beats if entry.event == WATCHING):
        if beat >= until:
            break
        if beat > seen_to:
            found.append((seen_to, beat))
        seen_to = max(seen_to, beat + BEAT)
    if seen_to < until:
        found.append((seen_to, until))
    return tuple(found)


def _typical(durations: Iterable[float]) -> Typical:
    ordered = sorted(max(0.0, one) for one in durations)
    if not ordered:
        return Typical(0)
    middle = len(ordered) // 2
    median = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    return Typical(len(ordered), median, ordered[ceil(0.95 * len(ordered)) - 1])


def _off_hours(moment: float) -> bool:
    local = datetime.fromtimestamp(moment, UTC).astimezone()
    return local.weekday() > 4 or not WORK_HOURS[0] <= local.hour < WORK_HOURS[1]
