"""Matchers read from text and held against labels, as Alertmanager does both. Pure."""

import re
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from state.alerts.model import Alert, Matcher
from state.printable import printable

_SIGNS = {"=": (False, True), "=~": (True, True), "!=": (False, False), "!~": (True, False)}
_MATCHER = re.compile(
    r"""\s*(?P<name>"(?:\\.|[^"\\])*"|[^\s"=!~,{}]+)\s*(?P<sign>=~|!~|!=|=)\s*"""
    r"""(?P<value>"(?:\\.|[^"\\])*"|[^\s",{}]*)\s*(?P<end>,|$|(?=\s*[^\s,]))"""
)
# What Python reads and Go does not, or both read in different ways.
_UNLIKE = (
    (re.compile(r"\(\?(?:<?[=!]|<[=!])"), "Alertmanager knows no looking ahead or behind"),
    (re.compile(r"\(\?P=|\\[1-9]|\(\?\("), "Alertmanager knows no references back"),
    (re.compile(r"\(\?>|[*+?}]\+"), "Alertmanager knows no possessive forms"),
    (re.compile(r"\(\?#|\(\?[a-zA-Z]*[axLuU]"), "this flag means something else to Alertmanager"),
    (re.compile(r"\\[pPQECXNZzGkKRhHuU]|\[\[:"), "this form is not previewed here: write it with [ ] or plain letters"),
)


class BadMatcher(ValueError):
    """The text is no matcher. The words say what is wrong and what to write."""


def read_matchers(text: str) -> tuple[Matcher, ...]:
    """Return the matchers of a line as amtool takes them: `alertname="Down", namespace=~pay.*`.

    Commas or blanks stand between them, braces may stand around. Raises BadMatcher, for what Alertmanager would
    refuse or match differently too.
    """
    line = bare(text)
    found: list[Matcher] = []
    at = 0
    while at < len(line):
        matcher, end = matcher_at(line, at)
        if matcher is None:
            raise BadMatcher(
                f'{printable(line[at:])!r} is no matcher: write name="value", =~ for a pattern, != for not'
            )
        found.append(matcher)
        at = end
    if not found:
        raise BadMatcher('say what it shall hold: alertname="Down"')
    if all(matches(matcher, {}) for matcher in found):
        raise BadMatcher("at least one matcher must not match an empty value: this would hold every alert")
    return tuple(found)


def bare(text: str) -> str:
    """Return a line of matchers without the blanks and braces around it."""
    line = text.strip()
    if line.startswith("{") and line.endswith("}"):
        line = line[1:-1].strip().rstrip(",")
    return line


def matcher_at(line: str, at: int) -> tuple[Matcher | None, int]:
    """Return the matcher that begins at a place of a line and where it ends, comma and blanks included.

    None when no matcher begins there. Raises BadMatcher for one that Alertmanager would refuse or match differently.
    """
    match = _MATCHER.match(line, at)
    if match is None or match.end() == at:
        return None, at
    regex, equal = _SIGNS[match["sign"]]
    if not match["value"] and line[match.end("value") :].lstrip().startswith('"'):
        raise BadMatcher(f"{printable(line[at:].strip())!r}: the quote is not closed")
    return checked(Matcher(_unquoted(match["name"]), _unquoted(match["value"]), regex, equal)), match.end()


def checked(matcher: Matcher) -> Matcher:
    """Return the matcher when both this program and Alertmanager can use it. Raises BadMatcher."""
    if not matcher.name:
        raise BadMatcher("a matcher needs a name before its sign")
    if matcher.regex:
        _pattern(matcher.value)
    return matcher


def matches(matcher: Matcher, labels: Mapping[str, str]) -> bool:
    """Return whether labels fulfil a matcher; a label that is not there has an empty value. Raises BadMatcher."""
    value = labels.get(matcher.name, "")
    hit = _pattern(matcher.value).fullmatch(value) is not None if matcher.regex else value == matcher.value
    return hit is matcher.equal


class Holding:
    """Matchers looked up once, so that thousands of labels cost little."""

    def __init__(self, matchers: Iterable[Matcher]) -> None:
        """Raises BadMatcher."""
        self._tests: list[tuple[str, Callable[[str], object], bool]] = [
            (m.name, _pattern(m.value).fullmatch if m.regex else m.value.__eq__, m.equal) for m in matchers
        ]

    def holds(self, labels: Mapping[str, str]) -> bool:
        """Return whether labels fulfil all of them; a label that is not there has an empty value."""
        return all(_hit(test(labels.get(name, ""))) is equal for name, test, equal in self._tests)


def held_by(matchers: Sequence[Matcher], alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    """Return the alerts that fulfil all matchers. Raises BadMatcher."""
    holding = Holding(matchers)
    return tuple(alert for alert in alerts if holding.holds(dict(alert.labels)))


def shared_matchers(alerts: Sequence[Alert], leave_out: Iterable[str] = ()) -> tuple[Matcher, ...]:
    """Return matchers that hold all of some alerts: what they share by value, what differs as a choice of values.

    A label that one of them lacks is left out, and so is one of more than ten values.
    """
    if not alerts:
        return ()
    skipped = set(leave_out)
    sets = [dict(alert.labels) for alert in alerts]
    names = sorted(set.intersection(*(set(labels) for labels in sets)) - skipped)
    found: list[Matcher] = []
    for name in sorted(names, key=lambda one: (one != "alertname", one)):
        values = sorted({labels[name] for labels in sets})
        if len(values) == 1:
            found.append(Matcher(name, values[0]))
        elif len(values) <= 10:
            found.append(Matcher(name, "|".join(quoted(value) for value in values), regex=True))
    return tuple(found)


def quoted(value: str) -> str:
    """Return a pattern that matches exactly this value, to Go and to Python."""
    return re.sub(r"([\\.+*?()|\[\]{}^$])", r"\\\1", value)


def _hit(found: object) -> bool:
    return found is not None and found is not False


@lru_cache(maxsize=512)
def _pattern(text: str) -> re.Pattern[str]:
    for unlike, why in _UNLIKE:
        if unlike.search(text.replace("\\\\", "")):
            raise BadMatcher(f"{printable(text)!r}: {why}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            # Go's classes \d \s \w and \b are those of ASCII.
            return re.compile(text, re.ASCII)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        raise BadMatcher(f"{printable(text)!r} is not a pattern: {error}") from None


def _unquoted(text: str) -> str:
    if not text.startswith('"'):
        return text
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text[1:-1])
