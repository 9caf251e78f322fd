"""What only phases and the board's settings have, as people write it, and back."""

import math
import re
from collections.abc import Callable
from datetime import date

from state.board.field_text import FieldError, day, escape, number, split, written_number
from state.printable import printable


def days(what: str, today: date) -> Callable[[str], tuple[date, ...]]:
    """Return what reads days between commas or spaces, each once, in order."""
    read_one = day(what, today)

    def read(text: str) -> tuple[date, ...]:
        found = {read_one(word) for word in text.replace(",", " ").split()}
        return tuple(sorted(one for one in found if one is not None))

    return read


def span(what: str, *, most: float = math.inf) -> Callable[[str], tuple[int | float, int | float] | None]:
    """Return what reads two numbers, the smaller first: `1-3`, `20–40`; one number is both, empty is None."""
    read_one = number(what, most=most)

    def read(text: str) -> tuple[int | float, int | float] | None:
        parts = re.split(r"\s*[-–]\s*|\s+", text.strip())
        found = [read_one(part) for part in parts if part]
        if not text.strip():
            return None
        low, high = (found * 2)[:2] if len(found) in (1, 2) else (None, None)
        if low is None or high is None or low > high:
            raise FieldError(f"{what} is two numbers, the smaller first, like 1–3, not “{printable(text)}”")
        return low, high

    return read


def written_span(value: tuple[int | float, int | float] | None) -> str:
    """Write two numbers so that they read back."""
    return "" if value is None else f"{written_number(value[0])}–{written_number(value[1])}"


def limits(text: str) -> dict[str, int]:
    """Read limits between commas: `owner:ana 2, lane:Security 3`. Raises FieldError."""
    found: dict[str, int] = {}
    for part in split(printable(text), ","):
        if not part:
            continue
        name, _, count = part.rpartition(" ")
        kind, _, whose = name.partition(":")
        if kind.strip().lower() not in ("owner", "lane") or not whose.strip() or not count.isdecimal():
            raise FieldError(f"a limit is written like owner:ana 2 or lane:Security 3, not “{part}”")
        found[f"{kind.strip().lower()}:{whose.strip()}"] = int(count[:9])
    return found


def written_limits(given: dict[str, int]) -> str:
    """Write limits as `limits` reads them."""
    return ", ".join(f"{escape(name, ',')} {count}" for name, count in given.items())
