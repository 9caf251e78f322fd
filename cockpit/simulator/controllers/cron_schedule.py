"""Cron's five fields: minute, hour, day of month, month, day of week, in UTC."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_NAMED = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
}
_SEARCHED_DAYS = 366 * 5


@dataclass(frozen=True, slots=True)
class CronSchedule:
    """The moments a cron expression names."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day_matches: bool
    """Whether day of month and day of week are both restricted: then one of them suffices, as in cron."""

    def next_after(self, moment: float) -> float | None:
        """Return the first moment later than `moment` (seconds since the epoch), None when none is near."""
        start = datetime.fromtimestamp(moment, UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
        day = start.replace(hour=0, minute=0)
        for _ in range(_SEARCHED_DAYS):
            if self._on(day):
                for hour in sorted(self.hours):
                    for minute in sorted(self.minutes):
                        found = day.replace(hour=hour, minute=minute)
                        if found >= start:
                            return found.timestamp()
            day += timedelta(days=1)
        return None

    def _on(self, day: datetime) -> bool:
        if day.month not in self.months:
            return False
        by_date, by_weekday = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return by_date or by_weekday if self.any_day_matches else by_date and by_weekday


def parse_schedule(text: str) -> CronSchedule:
    """Return the schedule of a cron expression. Raises ValueError when it is none."""
    fields = _NAMED.get(text.strip(), text).split()
    if len(fields) != 5:
        raise ValueError(f"{text!r} is not a cron schedule: it has {len(fields)} fields, not 5")
    minutes, hours, days, months, weekdays = (
        _field(field, low, high) for field, (low, high) in zip(fields, _RANGES, strict=True)
    )
    # As Kubernetes' parser has it, a star with steps restricts.
    both = not any(field in ("*", "?", "*/1") for field in (fields[2], fields[4]))
    return CronSchedule(minutes, hours, days, months, frozenset(day % 7 for day in weekdays), both)


def _field(text: str, low: int, high: int) -> frozenset[int]:
    values: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, last = low, high
        if span not in ("*", "?"):
            begin, dash, end = span.partition("-")
            first = int(begin)
            last = int(end) if dash else (high if step else first)
        if not low <= first <= last <= high:
            raise ValueError(f"{text!r} is outside {low}-{high}")
        values.update(range(first, last + 1, int(step or 1)))
    return frozenset(values)
