"""When a cron job was due last. Pure.

The five fields are those of cron as Kubernetes takes them: lists, ranges, steps, names of months and weekdays,
`@daily` and the like. Where day of month and day of week are both given, either of them suffices.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_NAMES = ((), (), (), ("", *_MONTHS), _WEEKDAYS)
_NAMED = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_DAYS = 366 * 4 + 1
"""How many days back a moment is looked for: 29 February comes once in four years."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The minutes of a cron expression."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool
    """Whether a day of month or a day of week suffices, for both are given."""

    def last(self, until: datetime) -> datetime | None:
        """Return the last moment up to one, in its time zone; None when there was none for years."""
        for back in range(_DAYS):
            day = until - timedelta(days=back)
            if not self._on(day):
                continue
            for hour in reversed(self.hours):
                for minute in reversed(self.minutes):
                    if back or (hour, minute) <= (until.hour, until.minute):
                        return day.replace(hour=hour, minute=minute, second=0, microsecond=0)
        return None

    def _on(self, day: datetime) -> bool:
        if day.month not in self.months:
            return False
        by_date, by_weekday = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return by_date or by_weekday if self.either else by_date and by_weekday


@lru_cache(maxsize=256)
def parse(text: str) -> Schedule:
    """Return the schedule of a cron expression. Raises ValueError when it is none."""
    fields = _NAMED.get(text.strip(), text).split()
    if len(fields) != len(_RANGES):
        raise ValueError(f"{text!r} is not a schedule of five fields")
    minutes, hours, days, months, weekdays = (_values(field, place) for place, field in enumerate(fields))
    either = not any(_is_any(field) for field in (fields[2], fields[4]))
    return Schedule(tuple(sorted(minutes)), tuple(sorted(hours)), days, months, weekdays, either)


def last_due(schedule: str, zone: str, until: float) -> float | None:
    """Return when a cron job was due last up to a moment, both in seconds since the epoch.

    `zone` is a name of the time zone database; empty for the controller's own, which is taken to be UTC. None when the
    schedule or the zone is not understood, or when it was not due for years.
    """
    return _last_due(schedule, zone, until // 60)


@lru_cache(maxsize=1024)
def _last_due(schedule: str, zone: str, minute: float) -> float | None:
    try:
        found = parse(schedule).last(datetime.fromtimestamp(minute * 60, _zone(zone)))
    except (ValueError, OverflowError, OSError):
        return None
    return found.timestamp() if found is not None else None


def _zone(name: str) -> tzinfo:
    """Return a time zone. Raises ValueError for one that is not known here."""
    if name in ("", "UTC", "Etc/UTC"):
        return UTC
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone that is known here") from error


def _is_any(field: str) -> bool:
    """Return whether a field restricts nothing; steps of more than one do."""
    return any(part in ("*", "?", "*/1", "?/1") for part in field.split(","))


def _values(text: str, place: int) -> frozenset[int]:
    low, high = _RANGES[place]
    values: set[int] = set()
    for part in text.split(","):
        span, slash, step = part.partition("/")
        first, last = low, high
        if span not in ("*", "?"):
            begin, dash, end = span.partition("-")
            first = _value(begin, place)
            last = _value(end, place) if dash else (high if slash else first)
        # Sunday is 7 too, in cron.
        top = 7 if place == 4 else high
        if not low <= first <= last <= top:
            raise ValueError(f"{part!r} is outside {low}-{top}")
        width = int(step) if slash else 1
        if width < 1:
            raise ValueError(f"{part!r} has no step")
        values.update(range(first, last + 1, width))
    return frozenset(value % 7 if place == 4 else value for value in values)


def _value(text: str, place: int) -> int:
    names = _NAMES[place]
    word = text.casefold()
    if word and word in names:
        return names.index(word)
    if not (text.isascii() and text.isdecimal()):
        raise ValueError(f"{text!r} is no value of a schedule")
    return int(text)
