"""What is wrong with a configuration, in words: one sentence that names the key and what to do."""

import difflib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from state.printable import printable

T = TypeVar("T")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(\w+)`")
_EXPECTED = re.compile(r"Expected `(.+)`, got `(\w+)`")
_BOUND = re.compile(r"Expected `(?:float|int)` ([<>]=? .+)")
_TYPES = {
    "str": "a text in quotes", "bool": "true or false", "int": "a whole number", "float": "a number",
    "array": "a list", "object": "a table", "date": "a date",
}  # fmt: skip


class InvalidConfig(Exception):
    """The configuration cannot be used. The text is one printable sentence: where, which key, and what to do."""


class Words:
    """Turns what cannot be converted into a sentence."""

    def __init__(self, tables: Mapping[str, type[msgspec.Struct]], choices: Callable[[str], tuple[str, ...]]) -> None:
        """`tables` are the shapes by the last part of a table's name, `contexts.*` for that of a context; `choices`
        gives the words of which a key takes one."""
        self._tables = tables
        self._choices = choices

    def convert(self, found: Any, to: type[T], path: Path, prefix: str) -> T:
        """Return what was found as a value. Raises InvalidConfig."""
        try:
            return msgspec.convert(found, to)
        except msgspec.ValidationError as error:
            text, _, where = str(error).partition(" - at `$")
            inner = where.rstrip("`").lstrip(".").replace("[...]", "")
            at = printable(".".join(part for part in (prefix, inner) if part))
            raise InvalidConfig(f"{path}: {self._in_words(text, at, prefix, inner)}") from None

    def _in_words(self, text: str, at: str, prefix: str, inner: str) -> str:
        if unknown := _UNKNOWN.match(text):
            table = inner.rpartition(".")[2].partition("[")[0] if inner else ("contexts.*" if prefix else "")
            return self._unknown(unknown[1], table, at)
        if missing := _MISSING.match(text):
            return f"{at}: the key {missing[1]!r} is missing"
        if expected := _EXPECTED.match(text):
            wanted = list(dict.fromkeys(_TYPES.get(one, one) for one in expected[1].split(" | ") if one != "null"))
            ways = " or ".join(part for part in (", ".join(wanted[:-1]), wanted[-1]) if part)
            return f"{at or 'the file'} must be {ways}, not {_TYPES.get(expected[2], expected[2])}"
        if "enum value" in text:
            known = self._choices(at)
            return f"{at}: {printable(text.partition(' value ')[2])} is none of {', '.join(known)}"
        if bound := _BOUND.match(text):
            return f"{at} must be a number {bound[1]}"
        if "ISO8601" in text or "RFC3339" in text:
            return f"{at} must be a date, for example 2027-03-31"
        return f"{at}: {printable(text)}"

    def _unknown(self, key: str, table: str, at: str) -> str:
        shown = printable(f"{at}.{key}" if at else key)
        known = self._tables[table].__struct_fields__ if table in self._tables else ()
        near = difflib.get_close_matches(key, known, 1)
        if near:
            return f"unknown key {shown!r}: did you mean {near[0]!r}?"
        homes = [name for name, struct in self._tables.items() if key in struct.__struct_fields__]
        if homes:
            home = f"[{homes[0]}]" if homes[0] else "the top of the file, before the first table"
            return f"unknown key {shown!r}: it belongs to {home}"
        return f"unknown key {shown!r}: there are {', '.join(known)}"
