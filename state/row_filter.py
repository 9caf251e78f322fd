"""The filter over a list of objects: what one types behind `/`, in the forms of k9s and kubetui.

Terms stand beside each other and must all hold: `re`, `!re` for the contrary, `-l app=api,tier in (a,b)` for
labels, `-f text` for letters in that order, and `column:re` (`status:Crash`, `restarts:>3`, `age:<10m`). A
comparison needs no colon: `restarts>3`, `age<1h`, `status!=Running`. Where rows of several contexts stand in one list,
`context:staging` is one more column, and a text without one is looked for in the context's name too.
"""

import operator
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from state.cell import Cell
from state.cluster.kinds.kind import Column, Kind, Row
from state.label_selector import SelectorError, parse_selector
from state.pattern import BadPattern, compiled
from state.printable import printable

Test = Callable[[Any, float], bool]
_TOKEN = re.compile(r"(?:\([^()]*\)?|[^\s(])+")
_COLUMN = re.compile(r"([A-Za-z][\w()-]*):(.*)", re.DOTALL)
_DIRECT = re.compile(r"([A-Za-z][\w()-]*)(>=|<=|!=|==|>|<|=)(.*)", re.DOTALL)
_COMPARED = re.compile(r"(>=|<=|>|<|=)(.*)", re.DOTALL)
_DURATION = re.compile(r"(?:(\d+)y)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_SECONDS = (365 * 86400, 86400, 3600, 60, 1)
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
}
CONTEXT = "CONTEXT"
"""The header of the column that says which context a row is of; no row has it by itself."""
_SPECIAL = re.compile(r"[.^$*+?{}\[\]\\|()]")


@dataclass(frozen=True, slots=True)
class RowFilter:
    """What rows must meet. `problem` says in a sentence what of it could not be read, for the one who types."""

    tests: tuple[Test, ...] = ()
    problem: str = ""
    timed: bool = False
    """Whether time alone can change the answer."""

    def matches(self, row: Row, now: float) -> bool:
        """Return whether a row meets every term at a wall-clock moment."""
        return all(test(row, now) for test in self.tests)


def parse_filter(text: str, kind: Kind[Any], context: str = "") -> RowFilter:
    """Return the filter of a text. Never raises: a term that is not finished is taken as far as it goes.

    `context` is the one that all rows are of, where those of several stand in one list.
    """
    columns = (*kind.columns, _context_column(context)) if context else kind.columns
    tests: list[Test] = []
    problems: list[str] = []
    timed = False
    for flag, term in _terms(text):
        if flag == "-l":
            _labels(term, tests, problems)
        elif flag == "-f":
            if term:
                tests.append(_fuzzy(term))
        else:
            named = _named(term, columns)
            if named is not None:
                test, ticks = _in_column(*named, problems)
                timed |= ticks
            else:
                test = _text(term, kind, context, problems)
            if test is not None:
                tests.append(test)
    return RowFilter(tuple(tests), "; ".join(problems), timed)


def _terms(text: str) -> Iterator[tuple[str, str]]:
    """Give `(flag, term)`, the flag being `-l`, `-f` or empty. A selector may hold spaces where one must."""
    tokens = _TOKEN.findall(text)
    at = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        flag = token[:2] if token[:2] in ("-l", "-f") else ""
        if not flag:
            yield "", token
            continue
        term = token[2:]
        if not term and at < len(tokens):
            term = tokens[at]
            at += 1
        while flag == "-l" and at < len(tokens) and _goes_on(term, tokens[at]):
            term = f"{term} {tokens[at]}"
            at += 1
        yield flag, term


def _named(term: str, columns: Sequence[Column[Any]]) -> tuple[Column[Any], str] | None:
    """Return the column that a term is about and what it says of it, None when it is about none."""
    found = _COLUMN.fullmatch(term)
    if found is not None and (column := _column(found[1], columns)) is not None:
        return column, found[2]
    found = _DIRECT.fullmatch(term)
    if found is not None and (column := _column(found[1], columns)) is not None:
        return column, f"{'=' if found[2] == '==' else found[2]}{found[3]}"
    return None


def _goes_on(selector: str, token: str) -> bool:
    if re.search(r"(?:,|=|>|<|!|\b(?:not)?in)$", selector):
        return True
    return re.match(r"(?:not)?in(?:$|\()|[=!<>(,]", token) is not None


def _labels(term: str, tests: list[Test], problems: list[str]) -> None:
    if not term:
        return
    try:
        selector = parse_selector(term)
    except SelectorError as error:
        problems.append(str(error))
        return
    tests.append(lambda row, now: selector.matches(row.labels))


def _fuzzy(term: str) -> Test:
    letters = term.casefold()

    def test(row: Row, now: float) -> bool:
        # Each letter is looked for behind the one before it; no way back, so that no text makes it slow.
        rest = iter(f"{row.namespace}/{row.name}".casefold())
        return all(letter in rest for letter in letters)

    return test


def _context_column(context: str) -> Column[Any]:
    cell = Cell(printable(context))
    return Column(CONTEXT, lambda row, now: cell, lambda row: context)


def _text(term: str, kind: Kind[Any], context: str, problems: list[str]) -> Test | None:
    inverse = term.startswith("!")
    term = term.removeprefix("!")
    if not term:
        return None
    words = kind.words
    if not _SPECIAL.search(term):
        needle = term.casefold()
        if context and needle in context.casefold():
            return lambda row, now: not inverse
        if inverse:
            return lambda row, now: needle not in words(row).casefold()
        return lambda row, now: needle in words(row).casefold()
    search = _pattern(term, problems).search

    @cache
    def everywhere() -> bool:
        # Looked for with the rows, not before: a pattern that takes too long is given up there.
        return bool(context) and search(context) is not None

    if inverse:
        return lambda row, now: not everywhere() and search(words(row)) is None
    return lambda row, now: everywhere() or search(words(row)) is not None


def _in_column(column: Column[Any], term: str, problems: list[str]) -> tuple[Test | None, bool]:
    inverse = term.startswith("!")
    term = term.removeprefix("!")
    if not term:
        return None, False
    compared = _COMPARED.fullmatch(term)
    if compared is not None:
        return _compare(column, compared[1], compared[2], inverse, problems)
    search = _pattern(term, problems).search
    cell = column.cell
    return lambda row, now: (search(cell(row, now).text) is not None) != inverse, column.ticks


def _compare(
    column: Column[Any], sign: str, bound: str, inverse: bool, problems: list[str]
) -> tuple[Test | None, bool]:
    holds = _COMPARISONS[sign]
    if column.moment is not None:
        seconds = _duration(bound)
        if seconds is None:
            problems.append(f"{bound!r} is no age: write it like {column.header.casefold()}:{sign}10m")
            return None, False
        moment = column.moment
        return lambda row, now: bool(moment(row)) and holds(now - moment(row), seconds) != inverse, True
    value = column.sort_key
    try:
        number = float(bound)
    except ValueError:
        if sign == "=":
            wanted = bound.casefold()
            cell = column.cell
            return lambda row, now: (cell(row, now).text.casefold() == wanted) != inverse, column.ticks
        problems.append(f"{bound!r} is no number: write it like {column.header.casefold()}:{sign}3")
        return None, False

    def test(row: Any, now: float) -> bool:
        found = value(row)
        if not isinstance(found, int | float):
            found = _number(column.cell(row, now).text)
        return found is not None and holds(found, number) != inverse

    return test, False


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _pattern(term: str, problems: list[str]) -> re.Pattern[str]:
    try:
        return compiled(term)
    except BadPattern as error:
        # While somebody types, the part that is there is looked for as it stands.
        problems.append(f"the pattern {term!r} is not finished: {error.reason}")
        return compiled(re.escape(term))


def _duration(text: str) -> float | None:
    found = _DURATION.fullmatch(text)
    if found is None or not text:
        return None
    return float(sum(int(part or 0) * size for part, size in zip(found.groups(), _SECONDS, strict=True)))


def _column(word: str, columns: Sequence[Column[Any]]) -> Column[Any] | None:
    """Return the column of a name, or of the beginning of one."""
    wanted = _plain(word)
    exact = next((column for column in columns if _plain(column.header) == wanted), None)
    if exact is not None or len(wanted) < 2:
        return exact
    return next((column for column in columns if _plain(column.header).startswith(wanted)), None)


def _plain(header: str) -> str:
    return re.sub(r"[\s()-]", "", header).casefold()
