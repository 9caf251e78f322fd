"""Label and field selectors, with the words of the real server when one cannot be understood."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cockpit.simulator.status import bad_request
from cockpit.simulator.store import Object

Labels = Mapping[str, str]
Predicate = Callable[[Object], bool]
FieldReader = Callable[[Object], str]

_TOKEN = re.compile(r"\s*(==|!=|[=!(),<>]|[^\s=!(),<>]+)")
_NAME = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")
_OPERATORS = ("in", "notin", "=", "==", "!=", "gt", "lt")
_SYMBOLS = frozenset("=!(),<>") | {"==", "!="}
_END = ""


def label_selector(text: str) -> Predicate | None:
    """Return what tells whether an object's labels are wanted, None when all are.

    Raises ApiError (400) with the server's words when the selector cannot be parsed.
    """
    tests = _Parser(text).requirements()
    if not tests:
        return None
    return lambda obj: _all(tests, obj["metadata"].get("labels") or {})


def _all(tests: Sequence[Callable[[Labels], bool]], labels: Labels) -> bool:
    return all(test(labels) for test in tests)


class _Parser:
    """A selector read token by token, as the real parser does, so that its errors name the same token."""

    def __init__(self, text: str) -> None:
        self._tokens = [*(match.group(1) for match in _TOKEN.finditer(text)), _END]
        self._at = 0

    def requirements(self) -> list[Callable[[Labels], bool]]:
        found: list[Callable[[Labels], bool]] = []
        if self._peek() == _END:
            return found
        while True:
            token = self._peek()
            if token != "!" and not _is_identifier(token):
                raise bad_request(f"found '{token}', expected: !, identifier, or 'end of string'")
            found.append(self._requirement())
            token = self._take()
            if token == _END:
                return found
            if token != ",":
                raise bad_request(f"found '{token}', expected: ',' or 'end of string'")
            if not _is_identifier(self._peek()) and self._peek() != "!":
                raise bad_request(f"found '{self._peek()}', expected: identifier after ','")

    def _requirement(self) -> Callable[[Labels], bool]:
        negated = self._peek() == "!"
        if negated:
            self._take()
        key = self._take()
        if not _is_identifier(key):
            raise _unparsed(f"found '{key}', expected: identifier")
        _check_key(key)
        if negated:
            return lambda labels: key not in labels
        if self._peek() in (_END, ","):
            return lambda labels: key in labels
        operator = self._take()
        match operator:
            case "in" | "notin":
                return _among(key, self._values(), operator == "in")
            case "=" | "==":
                return _among(key, {self._exact_value()}, True)
            case "!=":
                return _among(key, {self._exact_value()}, False)
            case ">" | "<":
                return _compared(key, self._exact_value(), operator)
            case _:
                raise _unparsed(f"found '{operator}', expected: {', '.join(_OPERATORS)}")

    def _values(self) -> set[str]:
        if self._peek() != "(":
            raise _unparsed(f"found '{self._peek()}' expected: '('")
        self._take()
        values = {""} if self._peek() in (")", ",") else set()
        while (token := self._take()) != ")":
            if _is_identifier(token):
                values.add(token)
                if self._peek() not in (",", ")"):
                    raise _unparsed(f"found '{self._peek()}', expected: ',' or ')'")
            elif token == ",":
                if self._peek() in (",", ")"):
                    values.add("")
            else:
                raise _unparsed(f"found '{token}', expected: ',', or identifier")
        return values

    def _exact_value(self) -> str:
        if self._peek() in (_END, ","):
            return ""
        value = self._take()
        if not _is_identifier(value):
            raise _unparsed(f"found '{value}', expected: identifier")
        return value

    def _peek(self) -> str:
        return self._tokens[self._at]

    def _take(self) -> str:
        token = self._tokens[self._at]
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token


def _is_identifier(token: str) -> bool:
    return token != _END and token not in _SYMBOLS


def _unparsed(why: str) -> Exception:
    return bad_request(f"unable to parse requirement: {why}")


def _check_key(key: str) -> None:
    name = key.rpartition("/")[2]
    if not _NAME.fullmatch(name):
        raise _unparsed(
            f'<nil>: Invalid value: "{key}": name part must consist of alphanumeric characters, '
            "'-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  "
            "or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
        )


def _among(key: str, values: set[str], wanted: bool) -> Callable[[Labels], bool]:
    if wanted:
        return lambda labels: key in labels and labels[key] in values
    return lambda labels: key not in labels or labels[key] not in values


def _compared(key: str, bound: str, operator: str) -> Callable[[Labels], bool]:
    if not re.fullmatch(r"[-+]?\d+", bound):
        raise _unparsed(
            f"values[0][{key}]: Invalid value: \"{bound}\": for 'Gt', 'Lt' operators, the value must be an integer"
        )

    def holds(labels: Labels) -> bool:
        value = labels.get(key, "")
        if not re.fullmatch(r"[-+]?\d+", value):
            return False
        return int(value) > int(bound) if operator == ">" else int(value) < int(bound)

    return holds


def field_selector(text: str, readers: Mapping[str, FieldReader], refuse: Callable[[str], str]) -> Predicate | None:
    """Return what tells whether an object's fields are wanted, None when all are.

    `readers` give a field's value by its label; `refuse` gives the server's words for one that is not there.
    Raises ApiError (400).
    """
    tests: list[Predicate] = []
    for term in (term for term in re.split(r"(?<!\\),", text) if term):
        found = re.search(r"!=|==|=", term)
        if found is None:
            raise bad_request(f"invalid selector: '{text}'; can't understand '{term}'")
        label, value = term[: found.start()], re.sub(r"\\([\\,=])", r"\1", term[found.end() :])
        if label not in readers:
            raise bad_request(refuse(label))
        tests.append(_field_test(readers[label], value, found.group() != "!="))
    if not tests:
        return None
    return lambda obj: all(test(obj) for test in tests)


def _field_test(read: FieldReader, value: str, wanted: bool) -> Predicate:
    return lambda obj: (read(obj) == value) is wanted


def field_at(path: str) -> FieldReader:
    """Return what reads a value at a dotted path as text; what is not there is empty."""
    steps = path.split(".")

    def read(obj: Object) -> str:
        value: Any = obj
        for step in steps:
            value = value.get(step) if isinstance(value, dict) else None
        if isinstance(value, bool):
            return "true" if value else "false"
        return "" if value is None else str(value)

    return read


def flag_at(path: str) -> FieldReader:
    """Return what reads a boolean at a dotted path, false where it is not there."""
    read = field_at(path)
    return lambda obj: read(obj) or "false"


def format_label_selector(selector: Object | None) -> str:
    """Return a `LabelSelector` as one line, as the API prints it: `app=web,tier in (a,b)`; nothing is `<none>`."""
    if selector is None:
        return "<none>"
    terms = [(key, f"{key}={value}") for key, value in (selector.get("matchLabels") or {}).items()]
    for expression in selector.get("matchExpressions") or ():
        key, values = expression["key"], ",".join(sorted(expression.get("values") or ()))
        match expression["operator"]:
            case "In":
                terms.append((key, f"{key} in ({values})"))
            case "NotIn":
                terms.append((key, f"{key} notin ({values})"))
            case "Exists":
                terms.append((key, key))
            case _:
                terms.append((key, f"!{key}"))
    return ",".join(term for _, term in sorted(terms)) or "<none>"


def format_labels(labels: Labels | None) -> str:
    """Return a map of labels as one line; nothing is `<none>`."""
    return ",".join(f"{key}={value}" for key, value in sorted((labels or {}).items())) or "<none>"
