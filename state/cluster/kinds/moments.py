"""The moments in objects, read fast: a list holds tens of thousands of them, most from the same few days."""

from datetime import date

from state.rfc3339 import moment_of

_EPOCH = date(1970, 1, 1).toordinal()
_REMEMBERED = 4096
_days: dict[str, int] = {}


def moment(text: str | None) -> float | None:
    """Return a moment as seconds since the epoch, None for none, Go's zero time and whatever is no moment."""
    if not text:
        return None
    if len(text) != 20 or text[19] != "Z":
        return moment_of(text)
    day = _days.get(text[:10])
    if day is None:
        # The first of a day is parsed whole, so that a malformed one never gets into the table.
        seconds = moment_of(text)
        if seconds is not None:
            if len(_days) >= _REMEMBERED:
                _days.clear()
            _days[text[:10]] = (date.fromisoformat(text[:10]).toordinal() - _EPOCH) * 86400
        return seconds
    try:
        return float(day + int(text[11:13]) * 3600 + int(text[14:16]) * 60 + int(text[17:19]))
    except ValueError:
        return moment_of(text)
