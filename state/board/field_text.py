"""A card's fields as people write them: read with one sentence for what does not fit, written so that it reads back."""

import math
import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from state.board.model import IMPACTS
from state.printable import printable, printable_lines

IMPACT_WORDS = dict(zip(("minimal", "low", "medium", "high", "massive"), IMPACTS, strict=True))
_AHEAD = re.compile(r"\+(\d{1,4})([dw])")
_YES = {"yes": True, "no": False}


class FieldError(ValueError):
    """A text is no value of its field. The text is one printable sentence that says what to write."""


def title(text: str) -> str:
    """Read a title. Raises FieldError when it is empty."""
    words = " ".join(printable(text).split())
    if not words:
        raise FieldError("a card needs a title")
    return words


def line(text: str) -> str:
    """Read one line of text."""
    return printable(text).strip()


def paragraphs(text: str) -> str:
    """Read several lines of text."""
    return printable_lines(text).rstrip()


def number(what: str, *, most: float = math.inf) -> Callable[[str], int | float | None]:
    """Return what reads a number from 0 to `most`, None from an empty text. `what` names it in a refusal."""

    def read(text: str) -> int | float | None:
        if not text.strip():
            return None
        try:
            found = float(text.strip().removesuffix("%").replace(",", "."))
        except ValueError:
            found = math.nan
        if not (math.isfinite(found) and 0 <= found <= most):
            limit = "0 or above" if most == math.inf else f"from 0 to {most:g}"
            raise FieldError(f"{what} is a number, {limit}, not “{printable(text)}”")
        return int(found) if found.is_integer() else found

    return read


def whole(what: str, *, least: int = 0) -> Callable[[str], int | None]:
    """Return what reads a whole number, `least` or above, None from an empty text."""

    def read(text: str) -> int | None:
        if not text.strip():
            return None
        if not text.strip().isdecimal() or len(text.strip()) > 9 or int(text) < least:
            raise FieldError(f"{what} is a whole number, {least} or above, not “{printable(text)}”")
        return int(text)

    return read


def impact(text: str) -> int | float | None:
    """Read an impact of Intercom's scale as a number or its word; None from an empty text. Raises FieldError."""
    if text.strip().lower() in IMPACT_WORDS:
        return IMPACT_WORDS[text.strip().lower()]
    found = number("impact")(text)
    if found is not None and found not in IMPACTS:
        known = ", ".join(f"{value:g} ({word})" for word, value in IMPACT_WORDS.items())
        raise FieldError(f"impact is one of {known}, not “{printable(text)}”")
    return found


def choice(what: str, choices: Sequence[str], *, empty: bool = False) -> Callable[[str], str | None]:
    """Return what reads one of `choices` from its name or a beginning that only it has.

    An empty text gives None where `empty` allows it.
    """

    def read(text: str) -> str | None:
        wanted = text.strip().casefold()
        if not wanted and empty:
            return None
        begun = [one for one in choices if one.casefold().startswith(wanted)] if wanted else []
        exact = [one for one in begun if one.casefold() == wanted]
        if exact or len(begun) == 1:
            return (exact or begun)[0]
        known = ", ".join(printable(one) for one in choices)
        raise FieldError(f"{what} is one of {known}{' or empty' if empty else ''}, not “{printable(text)}”")

    return read


def flag(what: str) -> Callable[[str], bool]:
    """Return what reads `yes` or `no`."""
    read_word = choice(what, tuple(_YES))
    return lambda text: _YES[read_word(text) or "no"]


def day(what: str, today: date) -> Callable[[str], date | None]:
    """Return what reads a day: `2026-03-31`, `today`, `tomorrow`, `+3d`, `+2w`; None from an empty text."""

    def read(text: str) -> date | None:
        word = text.strip().lower()
        if not word:
            return None
        try:
            if word in ("today", "tomorrow"):
                return today + timedelta(days=word == "tomorrow")
            if ahead := _AHEAD.fullmatch(word):
                return today + timedelta(days=int(ahead[1]) * (7 if ahead[2] == "w" else 1))
            return date.fromisoformat(word)
        except (ValueError, OverflowError):
            raise FieldError(
                f"{what} is a day like {today.isoformat()}, today or +2w, not “{printable(text)}”"
            ) from None

    return read


def split(text: str, sign: str) -> list[str]:
    """Return the parts of a text between signs, stripped. A sign after a backslash is no sign."""
    parts = [""]
    escaped = False
    for letter in text:
        if escaped:
            parts[-1] += letter if letter in (sign, "\\") else f"\\{letter}"
        elif letter == "\\":
            escaped = True
            continue
        elif letter == sign:
            parts.append("")
        else:
            parts[-1] += letter
        escaped = False
    if escaped:
        parts[-1] += "\\"
    return [part.strip() for part in parts]


def escape(text: str, sign: str) -> str:
    """Return a text as `split` reads it back as one part."""
    return printable(text).replace("\\", "\\\\").replace(sign, f"\\{sign}").strip()


def names(text: str) -> tuple[str, ...]:
    """Read names between commas, each once."""
    return tuple(dict.fromkeys(part for part in split(printable(text), ",") if part))


def tags(text: str) -> tuple[str, ...]:
    """Read tags between commas, with or without `#`, each once."""
    return tuple(dict.fromkeys(part for name in names(text) if (part := name.lstrip("#").strip())))


def written_names(given: Sequence[str]) -> str:
    """Write names as `names` reads them."""
    return ", ".join(escape(name, ",") for name in given)


def entries(text: str) -> tuple[str, ...]:
    """Read one entry a line; empty lines go."""
    return tuple(part for raw in printable_lines(text).splitlines() if (part := raw.strip()))


def written_number(value: float | None) -> str:
    """Write a number so that it reads back, nothing for None."""
    if value is None:
        return ""
    return f"{value:g}" if float(f"{value:g}") == value else repr(value)
