"""How long in plain words: `2h`, `1d 6h`, `45 minutes`, `until 18:00`, `until monday 9:00`. Pure."""

import re
from datetime import datetime, timedelta

LONGEST = 365 * 86400.0
_UNITS = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), 86400.0),
    **dict.fromkeys(("w", "week", "weeks"), 7 * 86400.0),
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)\s*,?\s*(?:and\s+)?")
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_HOW = "write 2h, 1d 6h, 45 minutes, until 18:00, until monday 9:00 or until 2027-01-31"


def end_of(text: str, now: float) -> float:
    """Return the moment that a text means, in seconds since the epoch; clock times are the user's.

    Raises ValueError, with a sentence, for what is no time, not in the future or beyond a year.
    """
    words = " ".join(text.casefold().split())
    end = _until(words.removeprefix("until ").strip(), now) if words.startswith("until ") else now + _lasting(words)
    if end <= now:
        raise ValueError(f"{text.strip()!r} is over already")
    if end - now > LONGEST:
        raise ValueError(f"{text.strip()!r} is more than a year: nobody will remember why")
    return end


def seconds_of(text: str) -> float:
    """Return the seconds that a duration in plain words means: `400d`, `1d 6h`. Raises ValueError with a sentence."""
    try:
        found = _lasting(" ".join(text.casefold().split()))
    except ValueError:
        found = 0.0
    if not found:
        raise ValueError(f"{text.strip()!r} is no length of time: write 400d, 1d 6h or 45 minutes")
    return found


def lasting(seconds: float) -> str:
    """Return a duration as `end_of` reads it, to the minute: `1d 6h`, `45m`."""
    minutes = max(1, round(seconds / 60))
    parts = ((minutes // 1440, "d"), (minutes // 60 % 24, "h"), (minutes % 60, "m"))
    return " ".join(f"{count}{unit}" for count, unit in parts if count)


def _lasting(words: str) -> float:
    total, at = 0.0, 0
    while at < len(words):
        match = _PART.match(words, at)
        if match is None or match[2] not in _UNITS:
            raise ValueError(f"{words!r} is no time: {_HOW}")
        total += float(match[1]) * _UNITS[match[2]]
        at = match.end()
    if not words:
        raise ValueError(f"say how long: {_HOW}")
    return total


def _until(words: str, now: float) -> float:
    """A day, a time of the day, or both; a time alone is the next one, a day alone its morning at nine."""
    today = datetime.fromtimestamp(now).replace(hour=0, minute=0, second=0, microsecond=0)
    day: datetime | None = None
    clock: tuple[int, int] | None = None
    for word in words.replace(" at ", " ").split():
        match = _CLOCK.fullmatch(word)
        if word == "tomorrow":
            day = today + timedelta(days=1)
        elif word == "tonight":
            day, clock = today, (23, 59)
        elif _DATE.fullmatch(word):
            day = datetime.fromisoformat(word)
        elif len(word) > 2 and (named := [one for one in _DAYS if one.startswith(word)]):
            ahead = (_DAYS.index(named[0]) - today.weekday() - 1) % 7 + 1
            day = today + timedelta(days=ahead)
        elif match is not None and int(match[1]) < 24 and int(match[2] or 0) < 60:
            clock = int(match[1]), int(match[2] or 0)
        else:
            raise ValueError(f"{word!r} is no day and no time: {_HOW}")
    if day is None and clock is None:
        raise ValueError(f"until when? {_HOW}")
    hour, minute = clock or (9, 0)
    end = (day or today).replace(hour=hour, minute=minute)
    if day is None and end.timestamp() <= now:
        end += timedelta(days=1)
    return end.timestamp()
