"""A line of JSON made readable: its level and its message, then what else it says as `key=value`."""

import re
from typing import Any

import msgspec

from state.cluster.log_level import level_of
from state.printable import printable

_MESSAGE = ("msg", "message", "@message", "event", "log", "text")
_LEVEL = ("level", "severity", "severityText", "lvl", "levelname", "level_name", "log.level", "@level", "loglevel")
_MOMENT = ("ts", "time", "timestamp", "@timestamp", "t", "datetime", "date", "asctime")
_LONGEST_VALUE = 2000
_PLAIN = re.compile(r"[^\s\"'=\\]+").fullmatch
_decode = msgspec.json.Decoder().decode


def readable(text: str) -> str | None:
    """Return a JSON object of one line in words, None for what is no such object.

    The moment is left out: the server gives one for each line.
    """
    try:
        found = _decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeEncodeError):
        return None
    if not isinstance(found, dict) or not found:
        return None
    message, level, moment = _first(found, _MESSAGE, str), _first(found, _LEVEL, str, int), _first(found, _MOMENT)
    parts: list[str] = []
    if level is not None:
        known = level_of(str(found[level]))
        parts.append(f"{known.name if known is not None else str(found[level]):<5}")
    if message is not None:
        parts.append(found[message].replace("\n", " ⏎ "))
    parts += [f"{key}={_value(value)}" for key, value in found.items() if key not in (message, level, moment)]
    return printable(" ".join(parts))


def _first(found: dict[str, Any], keys: tuple[str, ...], *types: type) -> str | None:
    for key in keys:
        if key in found and (not types or isinstance(found[key], types)):
            return key
    return None


def _value(value: Any) -> str:
    if isinstance(value, str):
        text = value
        if not _PLAIN(text):
            text = f'"{text}"'.replace("\n", " ⏎ ")
    elif value is None or isinstance(value, bool):
        text = {None: "null", True: "true", False: "false"}[value]
    elif isinstance(value, (dict, list)):
        text = msgspec.json.encode(value).decode()
    else:
        text = str(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
