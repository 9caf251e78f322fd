"""Tables as text with separators: read whatever a spreadsheet makes of them, written so that none runs a cell.

A cell that a spreadsheet would take for a formula gets an apostrophe in front, as OWASP advises ("CSV Injection"),
and reading takes it away again.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_QUOTED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
_DELIMITERS = ",;\t|"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LONGEST_CELL = 2**31 - 1


class SeparatedError(ValueError):
    """The text is no table. The words are one printable sentence."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The heads of a table, its rows with the number of each as a spreadsheet counts them, and what separated cells."""

    heads: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    delimiter: str


def separated(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table as CSV of RFC 4180, safe to open in a spreadsheet."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    for row in chain((heads,), rows):
        writer.writerow([harmless(cell) for cell in row])
    return made.getvalue()


def harmless(cell: str) -> str:
    """Return a cell so that no spreadsheet computes it: `=1+1` becomes `'=1+1`."""
    return "'" + cell if _FORMULA.match(cell) else cell


def original(cell: str) -> str:
    """Return what `harmless` was given."""
    return cell[1:] if _QUOTED.match(cell) else cell


def text_of(data: bytes) -> tuple[str, str]:
    """Return a file's text and, when it is not UTF-8, the encoding it was read as; UTF-8 without or with its mark."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), "" if mark == codecs.BOM_UTF8 else encoding
            except UnicodeDecodeError:
                break
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), "windows-1252 (latin-1)"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"


def sheet(text: str) -> Sheet:
    """Read a table whose first row that is not empty holds the heads. Raises SeparatedError.

    The separator is the one of comma, semicolon, tab and bar that the heads hold most of, or the one that a first
    line `sep=;` names. Rows without any text are left out.
    """
    text, named = _named_delimiter(text)
    delimiter = named or _delimiter(text)
    csv.field_size_limit(_LONGEST_CELL)
    rows: list[tuple[int, tuple[str, ...]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, row in enumerate(reader, 2 if named else 1):
            if any(cell.strip() for cell in row):
                rows.append((number, tuple(original(cell) for cell in row)))
    except csv.Error as error:
        raise SeparatedError(f"line {reader.line_num} cannot be read as a row of cells: {error}") from None
    if not rows:
        raise SeparatedError("there is no row in it")
    (_, heads), *rest = rows
    return Sheet(tuple(head.strip() for head in heads), tuple(rest), delimiter)


def _named_delimiter(text: str) -> tuple[str, str]:
    line, _, rest = text.partition("\n")
    found = re.fullmatch(r'"?sep=(.)"?\r?', line, re.IGNORECASE)
    return (rest, found[1]) if found else (text, "")


def _delimiter(text: str) -> str:
    """What the first line holds most of, quoted cells apart."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first)
    return max(_DELIMITERS, key=bare.count)
