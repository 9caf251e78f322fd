"""Alertmanager's matchers: read from `filter` texts and silences, matched against labels."""

import re

from cockpit.simulator.promql.ast import Matcher, MatchOp, anchored

_MATCHER = re.compile(r"^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(=~|=|!=|!~)\s*((?s:.*?))\s*$")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_UNQUOTED = re.compile(r"\\(.)")
_OPS: dict[tuple[bool, bool], MatchOp] = {
    (True, False): "=",
    (True, True): "=~",
    (False, False): "!=",
    (False, True): "!~",
}


def parse_matcher(text: str) -> Matcher:
    """Return the matcher of a `filter`: `name="value"`, quotes being optional. Raises ValueError with its words."""
    found = _MATCHER.match(text)
    if found is None:
        raise ValueError(f"bad matcher format: {text}")
    name, op, raw = found[1], found[2], found[3]
    value = raw
    if raw.startswith('"'):
        if not _QUOTED.fullmatch(raw):
            raise ValueError(f"matcher value contains unescaped double quote: {raw}")
        value = _UNQUOTED.sub(lambda one: {"n": "\n"}.get(one[1], one[1] if one[1] in '"\\' else one[0]), raw[1:-1])
    return checked(Matcher(name, _op(op), value))


def matcher_of(name: str, value: str, *, regex: bool, equal: bool) -> Matcher:
    """Return the matcher of a silence. Raises ValueError when its pattern cannot be read."""
    return checked(Matcher(name, _OPS[equal, regex], value))


def checked(matcher: Matcher) -> Matcher:
    """Return a matcher whose pattern can be read. Raises ValueError."""
    if matcher.op in ("=~", "!~"):
        anchored(matcher.value)
    return matcher


def matches_all(matchers: tuple[Matcher, ...], labels: dict[str, str]) -> bool:
    """Return whether labels meet all matchers."""
    return all(matcher.matches(labels.get(matcher.name, "")) for matcher in matchers)


def _op(text: str) -> MatchOp:
    return next(op for op in _OPS.values() if op == text)
