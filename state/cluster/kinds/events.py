"""Events."""

from sys import intern
from typing import Any

import msgspec

from state.cell import Cell, Tone
from state.cluster.kinds.columns import UNREADABLE, ages, health_column, namespace_column, text, wide
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import WIDE, Column, Fault, Kind, Resource, Row
from state.cluster.kinds.metadata import Shape, identity
from state.cluster.kinds.moments import moment

_LONGEST = 1024


class EventRow(Row, frozen=True, kw_only=True, gc=False):
    """An event. Moments are seconds since the epoch."""

    type: str = ""
    """Normal or Warning."""
    reason: str = ""
    message: str = ""
    """At most 1,024 characters, as the server itself limits it."""
    involved_kind: str = ""
    involved_namespace: str = ""
    involved_name: str = ""
    involved_uid: str = ""
    field_path: str = ""
    """The part of the object it concerns: `spec.containers{api}`."""
    source: str = ""
    count: int = 1
    first: float = 0.0
    last: float = 0.0
    """When it last happened: its series' last time, lastTimestamp, eventTime, or its creation."""


class _Object(msgspec.Struct, gc=False, rename="camel"):
    kind: str = ""
    namespace: str = ""
    name: str = ""
    uid: str = ""
    field_path: str = ""


class _Source(msgspec.Struct, gc=False):
    component: str = ""
    host: str = ""


class _Series(msgspec.Struct, gc=False, rename="camel"):
    count: int = 0
    last_observed_time: str | None = None


class _Event(Shape):
    involved_object: _Object = msgspec.field(default_factory=_Object)
    reason: str = ""
    message: str = ""
    type: str = ""
    source: _Source = msgspec.field(default_factory=_Source)
    reporting_component: str = ""
    reporting_instance: str = ""
    count: int = 0
    series: _Series | None = None
    first_timestamp: str | None = None
    last_timestamp: str | None = None
    event_time: str | None = None


def flatten(found: _Event, extra: tuple[Any, ...]) -> EventRow:
    """Return an event's row. Raises ValueError for one without a uid."""
    base = identity(found.metadata, extra)
    involved, series = found.involved_object, found.series
    event_time = moment(found.event_time)
    first = moment(found.first_timestamp) or event_time or base["created"]
    observed = moment(series.last_observed_time) if series is not None else None
    last = observed or moment(found.last_timestamp) or event_time or first
    return EventRow(
        **base,
        type=intern(found.type),
        reason=intern(found.reason),
        message=found.message.strip()[:_LONGEST],
        involved_kind=intern(involved.kind),
        involved_namespace=intern(involved.namespace),
        involved_name=intern(involved.name),
        involved_uid=intern(involved.uid),
        field_path=intern(involved.field_path),
        source=intern(_source(found)),
        count=series.count if series is not None else found.count or 1,
        first=first,
        last=last,
    )


def _source(found: _Event) -> str:
    component = found.source.component or found.reporting_component
    instance = found.source.host or found.reporting_instance
    return f"{component}, {instance}" if instance else component


def event_fault(row: EventRow, now: float) -> Fault | None:
    """Return None: an event tells of something wrong, and the object itself says whether it still is."""
    return UNREADABLE if row.unreadable else None


def _object(row: EventRow) -> str:
    kind = row.involved_kind.lower()
    return f"{kind}/{row.involved_name}" if row.involved_name else kind


def _tone(row: EventRow) -> Tone:
    return Tone.WARN if row.type == "Warning" else Tone.TEXT


EVENT: Kind[EventRow] = Kind(
    Resource("", "v1", "events", "Event", singular="event", short_names=("ev",)),
    (
        health_column(event_fault),
        namespace_column(),
        ages("LAST SEEN", lambda row: row.last, width=9, importance=0),
        text("TYPE", lambda row: row.type, width=7, tone=_tone),
        text("REASON", lambda row: row.reason, width=18, importance=0, tone=_tone),
        text("OBJECT", lambda row: _object(row), width=32, importance=0, middle=True),
        wide("SUBOBJECT", lambda row: row.field_path, width=24),
        wide("SOURCE", lambda row: row.source, width=24),
        text("MESSAGE", lambda row: row.message, width=48, importance=1, grows=True),
        ages("FIRST SEEN", lambda row: row.first, width=10, importance=WIDE),
        Column("COUNT", lambda row, now: Cell(str(row.count)), lambda row: row.count, 5, right=True, importance=3),
        wide("NAME", lambda row: row.name, width=24, middle=True),
    ),
    JsonDecoder(_Event, flatten, EventRow),
    event_fault,
    lambda row: f"{row.namespace}/{row.name} {row.type} {row.reason} {_object(row)} {row.message}",
    "LAST SEEN",
)
