"""The texts of alerting rules: Go templates, as far as rules use them."""

import re
from collections.abc import Callable, Mapping
from math import floor, isinf, isnan, log10

from cockpit.simulator.promql.numbers import format_value

_ACTION = re.compile(r"\{\{\s*(.*?)\s*\}\}")
_LABEL = re.compile(r"\$labels\.([a-zA-Z_]\w*)")
_FORMATTED = re.compile(r'printf "(%\.\df)" \$value')

Part = Callable[[Mapping[str, str], float], str]


def _significant(value: float) -> str:
    """Write four significant digits as Go's `%.4g` does."""
    return f"{value:.4g}"


def humanize(value: float) -> str:
    """Return a number with a metric prefix: `1.234k`."""
    if value == 0 or isnan(value) or isinf(value):
        return _significant(value)
    if abs(value) >= 1:
        power = min(_power(value), 8)
        return f"{_significant(value / 1000.0**power)}{('', *'kMGTPEZY')[power]}"
    power = min(-_power(value), 8)
    return f"{_significant(value * 1000.0**power)}{('', *'munpfazy')[power]}"


def _power(value: float) -> int:
    """Return the power of a thousand that leaves one to three digits before the point."""
    return floor(log10(abs(value)) / 3)


def humanize_percentage(value: float) -> str:
    """Return a share as a percentage: `4.1%`."""
    return f"{_significant(value * 100)}%"


def humanize_duration(value: float) -> str:
    """Return seconds in words: `1h 23m 20s`."""
    if isnan(value) or isinf(value):
        return _significant(value)
    if abs(value) < 1:
        return f"{humanize(value)}s"
    sign, left = ("-" if value < 0 else ""), floor(abs(value))
    days, hours, minutes, seconds = left // 86400, left // 3600 % 24, left // 60 % 60, left % 60
    if days:
        return f"{sign}{days}d {hours}h {minutes}m {seconds}s"
    if hours:
        return f"{sign}{hours}h {minutes}m {seconds}s"
    return f"{sign}{minutes}m {seconds}s" if minutes else f"{sign}{_significant(abs(value))}s"


_FILTERS = {
    "humanize": humanize,
    "humanizePercentage": humanize_percentage,
    "humanizeDuration": humanize_duration,
}


class Template:
    """A text with `{{ $labels.name }}`, `{{ $value }}`, `{{ $value | humanize… }}` and `{{ printf "%.1f" $value }}`."""

    def __init__(self, text: str) -> None:
        """Read the text. Raises ValueError when it says something else."""
        self.text = text
        self._parts: list[str | Part] = []
        at = 0
        for action in _ACTION.finditer(text):
            self._parts += [text[at : action.start()], _part(action[1])]
            at = action.end()
        self._parts.append(text[at:])

    def expand(self, labels: Mapping[str, str], value: float) -> str:
        """Return the text for an alert."""
        return "".join(part if isinstance(part, str) else part(labels, value) for part in self._parts)


def _part(action: str) -> Part:
    if found := _LABEL.fullmatch(action):
        name = found[1]
        return lambda labels, value: labels.get(name, "")
    if action == "$value":
        return lambda labels, value: format_value(value)
    if found := _FORMATTED.fullmatch(action):
        form = found[1]
        return lambda labels, value: form % value
    source, _, name = (word.strip() for word in action.partition("|"))
    if source == "$value" and name in _FILTERS:
        function = _FILTERS[name]
        return lambda labels, value: function(value)
    raise ValueError(f"a rule's text cannot have {{{{ {action} }}}}")
