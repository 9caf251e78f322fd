"""Moments as Go's servers write them: RFC 3339 with any number of digits behind the second."""

from datetime import UTC, datetime

_ZERO = -62135596800.0


def seconds_of(text: str) -> float:
    """Return the moment as seconds since the epoch; digits beyond microseconds are cut, never rounded.

    Raises ValueError when the text is no moment with an offset.
    """
    moment = datetime.fromisoformat(text.upper())
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset")
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()


def moment_of(text: str) -> float | None:
    """Return the moment, or None for an empty text, Go's zero time and whatever is no moment."""
    try:
        seconds = seconds_of(text)
    except (ValueError, OverflowError):
        return None
    return None if seconds <= _ZERO else seconds


def timestamp(seconds: float) -> str:
    """Return a moment as `2026-11-24T03:10:00.000Z`; fractions of a millisecond are cut, so the second never grows."""
    micro = round(seconds * 1_000_000)
    whole, rest = divmod(micro, 1_000_000)
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}.{rest // 1000:03d}Z"
