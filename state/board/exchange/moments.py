"""Days and times as other programs write them."""

import re
from datetime import UTC, date, datetime

import msgspec

_FORMATS = (
    "%d/%b/%y %I:%M %p",
    "%d/%b/%Y %I:%M %p",
    "%d/%b/%y",
    "%d/%b/%Y",
    "%d-%b-%Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%d %b %Y",
    "%d %B %Y",
    "%d.%m.%Y",
    "%d.%m.%Y %H:%M",
    "%Y/%m/%d",
    "%Y-%m-%d %H:%M",
    "%a %b %d %Y %H:%M:%S GMT%z",
)
_ZONE_NAME = re.compile(r"\s*\([^)]*\)$")


def moment(text: str) -> datetime | None:
    """Return the time that a text names, UTC where it names no zone; None when it names none.

    RFC 3339 is read to the microsecond and without a zone stays without one. `03/04/2026` is read as nothing: one
    cannot know which is the month.
    """
    bare = text.strip()
    try:
        return msgspec.convert(bare, datetime)
    except msgspec.ValidationError:
        pass
    day = _iso(bare)
    if day is not None:
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    bare = _ZONE_NAME.sub("", bare)
    for form in _FORMATS:
        try:
            found = datetime.strptime(bare, form)
        except ValueError:
            continue
        return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
    return None


def day(text: str) -> date | None:
    """Return the day that a text names, or None; of a time its day."""
    bare = text.strip()
    found = _iso(bare)
    if found is not None:
        return found
    time = moment(bare)
    return None if time is None else time.date()


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-11-24") else None
    except ValueError:
        return None
