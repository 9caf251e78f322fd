"""What is typed to narrow a log: a regular expression, others than it, and lines around."""

import re
from dataclasses import dataclass

from state.pattern import compiled

MOST_CONTEXT = 99
_CONTEXT = re.compile(r"\s*-C\s*(\d{1,2})(?:\s+|$)")


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which lines are shown: those in which the pattern is found, or those in which it is not."""

    text: str
    pattern: re.Pattern[str]
    inverse: bool

    def lets_through(self, text: str) -> bool:
        return (self.pattern.search(text) is None) is self.inverse


def log_filter(text: str) -> LogFilter | None:
    """Return the filter of `pattern` or `!pattern`, None for one that lets all through. Raises BadPattern."""
    inverse = text.startswith("!")
    wanted = text[1:] if inverse else text
    return LogFilter(text, compiled(wanted), inverse) if wanted else None


def split_context(text: str) -> tuple[int | None, str]:
    """Return the number of `-C 3 pattern` and the pattern; None where there is no number."""
    found = _CONTEXT.match(text)
    return (int(found[1]), text[found.end() :]) if found is not None else (None, text)
