"""The events of one object, as they end a description and alone."""

from collections.abc import Sequence

from state.cluster.describe.parts import Json, at, number, since, word
from state.cluster.describe.sheet import Sheet
from state.rfc3339 import moment_of


def events(sheet: Sheet, found: Sequence[Json] | None, now: float) -> None:
    """Put the events of an object, the oldest first; None means they could not be read and nothing is said."""
    if found is None:
        return
    if not found:
        sheet.line(0, "Events:", "<none>")
        return
    sheet.put(0, "Events:\n")
    sheet.line(1, "Type", "Reason", "Age", "From", "Message")
    sheet.line(1, "----", "------", "----", "----", "-------")
    for one in sorted(found, key=lambda one: moment_of(word(one.get("lastTimestamp"))) or 0.0):
        sheet.line(1, word(one.get("type")), word(one.get("reason")), _interval(one, now), _source(one), _told(one))


def event_lines(sheet: Sheet, found: Sequence[Json], now: float) -> None:
    """Put events alone, the newest first: how long ago and how often, what, from whom."""
    sheet.line(0, "LAST SEEN", "TYPE", "REASON", "FROM", "MESSAGE")
    for one in sorted(found, key=_last, reverse=True):
        seen = _interval(one, now) if _last(one) else "<unknown>"
        sheet.line(0, seen, word(one.get("type")), word(one.get("reason")), _source(one), _told(one))


def _last(event: Json) -> float:
    """When an event last happened, in seconds since the epoch, 0 when it does not say."""
    for told in (
        at(event, "series", "lastObservedTime"),
        event.get("lastTimestamp"),
        event.get("eventTime"),
        event.get("firstTimestamp"),
        at(event, "metadata", "creationTimestamp"),
    ):
        when = moment_of(told) if isinstance(told, str) else None
        if when:
            return when
    return 0.0


def _source(event: Json) -> str:
    return word(at(event, "source", "component")) or word(event.get("reportingComponent"))


def _told(event: Json) -> str:
    message = " ".join(word(event.get("message")).split("\n")).strip()
    where = word(at(event, "involvedObject", "fieldPath"))
    return f"{where}: {message}" if where else message


def _interval(event: Json, now: float) -> str:
    first = since(event.get("eventTime") or event.get("firstTimestamp"), now)
    series = event.get("series")
    if isinstance(series, dict):
        return f"{since(series.get('lastObservedTime'), now)} (x{number(series, 'count')} over {first})"
    count = number(event, "count")
    return f"{since(event.get('lastTimestamp'), now)} (x{count} over {first})" if count > 1 else first
