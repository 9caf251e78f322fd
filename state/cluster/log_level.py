"""How bad a line of a log says it is, whatever its program's manner of saying so."""

import re
from enum import IntEnum
from typing import NamedTuple


class Level(IntEnum):
    """Higher is worse."""

    TRACE = 10
    DEBUG = 20
    INFO = 30
    WARN = 40
    ERROR = 50
    FATAL = 60


class Said(NamedTuple):
    """Characters `begin` to `end` of a line say its level."""

    begin: int
    end: int
    level: Level


_SEARCHED = 400
"""Characters from a line's beginning in which its level is looked for."""
_KLOG = re.compile(r"([IWEF])\d{4} \d\d:")
_JSON = re.compile(
    r'"(?:level|severity|severityText|lvl|levelname|level_name|log\.level|loglevel)"\s*:\s*"?(\w+)', re.IGNORECASE
)
_LOGFMT = re.compile(r"(?<![\w.])(?:level|lvl|severity|loglevel)=[\"']?(\w+)", re.IGNORECASE)
_WORD = re.compile(
    r"\b(TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|SEVERE|FATAL|CRITICAL|PANIC"
    r"|[Ww]arning|[Ee]rror|[Ff]atal|[Cc]ritical|[Pp]anic)\b"
    r"|\[(trace|debug|info|notice|warn|crit|alert|emerg)\]"
)
_WORDS = {
    **dict.fromkeys(("trace", "verbose", "finest", "finer"), Level.TRACE),
    **dict.fromkeys(("debug", "fine", "d"), Level.DEBUG),
    **dict.fromkeys(("info", "information", "informational", "notice", "i"), Level.INFO),
    **dict.fromkeys(("warn", "warning", "w"), Level.WARN),
    **dict.fromkeys(("error", "err", "severe", "e"), Level.ERROR),
    **dict.fromkeys(("fatal", "critical", "crit", "panic", "dpanic", "alert", "emerg", "emergency", "f"), Level.FATAL),
}


def level_of(word: str) -> Level | None:
    """Return the level of a word, or of a number as pino and bunyan write it; None for anything else."""
    if word.isascii() and word.isdecimal():
        number = int(word[:4])
        return max((one for one in Level if one <= number), default=Level.TRACE)
    return _WORDS.get(word.casefold())


def said(text: str) -> Said | None:
    """Return where a line says its level and which; None when it does not.

    A key of JSON or logfmt or klog's letter decides; without one, the first word that names a level.
    """
    found = _KLOG.match(text)
    if found is None and text.startswith("{"):
        found = _JSON.search(text, 0, _SEARCHED)
    if found is None and "=" in text:
        found = _LOGFMT.search(text, 0, _SEARCHED)
    if found is not None:
        level = level_of(found[1])
        return Said(*found.span(1), level) if level is not None else None
    found = _WORD.search(text, 0, _SEARCHED)
    if found is None:
        return None
    group = 1 if found[1] is not None else 2
    level = level_of(found[group])
    return Said(*found.span(group), level) if level is not None else None
