"""What Prometheus' HTTP API takes as a moment and as a duration."""

import re
from math import isfinite

from cockpit.simulator.clock import seconds_of
from cockpit.simulator.promql.durations import parse_duration

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def moment(text: str) -> int:
    """Return milliseconds since the epoch for seconds or an RFC 3339 time. Raises ValueError with Prometheus' words."""
    if _NUMBER.fullmatch(text) and isfinite(float(text)):
        return round(float(text) * 1000)
    if _RFC3339.fullmatch(text):
        try:
            return round(seconds_of(text) * 1000)
        except ValueError:
            pass
    raise ValueError(f'cannot parse "{text}" to a valid timestamp')


def duration(text: str) -> int:
    """Return milliseconds for seconds or a duration such as `1m30s`. Raises ValueError with Prometheus' words."""
    if _NUMBER.fullmatch(text) and isfinite(float(text)):
        return round(float(text) * 1000)
    try:
        return parse_duration(text)
    except ValueError:
        raise ValueError(f'cannot parse "{text}" to a valid duration') from None
