"""Durations as Prometheus writes them: `90s` is `1m30s`. Milliseconds as whole numbers inside."""

import re

_UNITS = (
    ("y", 365 * 86_400_000),
    ("w", 7 * 86_400_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
)
_PATTERN = re.compile("".join(rf"(?:(?P<{unit}>\d+){unit})?" for unit, _ in _UNITS))
_ONLY_EVEN = frozenset("ywd")


def parse_duration(text: str) -> int:
    """Return the milliseconds of a text such as `1h30m`. Raises ValueError when it is no duration."""
    found = _PATTERN.fullmatch(text)
    if not text or found is None:
        raise ValueError(f'not a valid duration string: "{text}"')
    return sum(int(found[unit]) * size for unit, size in _UNITS if found[unit] is not None)


def format_duration(milliseconds: int) -> str:
    """Return the shortest text; years, weeks and days only where they come out even, as Prometheus writes it."""
    if milliseconds < 0:
        return f"-{format_duration(-milliseconds)}"
    if milliseconds == 0:
        return "0s"
    parts = []
    rest = milliseconds
    for unit, size in _UNITS:
        count = rest // size
        if count == 0 or (unit in _ONLY_EVEN and rest % size):
            continue
        parts.append(f"{count}{unit}")
        rest -= count * size
    return "".join(parts)
