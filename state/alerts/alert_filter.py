"""What one types behind `/` over alerts: matchers as Alertmanager takes them, and words beside them. Pure.

`severity=~"crit.*" namespace!="dev" checkout`: every term must hold. A matcher means what it means in a silence; a
word is a regular expression for letters of either case in whatever the alert says, `!` before it turns it round.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from state.alerts.matching import BadMatcher, Holding, bare, matcher_at
from state.alerts.model import Alert, Matcher
from state.pattern import BadPattern, compiled
from state.printable import printable

_BETWEEN, _WORD = re.compile(r"[\s,]+"), re.compile(r"[^\s,]+")
_UNFINISHED = re.compile(r"[\w.]+\s*(?:=~|!~|!=|=)$")


class BadFilter(ValueError):
    """The text is no filter. The words say what is wrong and what to write."""


@dataclass(frozen=True, slots=True)
class Word:
    """A pattern that must be found in what an alert says, or must not."""

    pattern: re.Pattern[str]
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """What alerts must meet: every matcher and every word."""

    matchers: tuple[Matcher, ...] = ()
    words: tuple[Word, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.matchers or self.words)

    def kept(self, alerts: Iterable[Alert]) -> tuple[Alert, ...]:
        """Return the alerts that meet it, in their order."""
        if not self:
            return tuple(alerts)
        holding, words = Holding(self.matchers), self.words
        return tuple(
            alert
            for alert in alerts
            if holding.holds(dict(alert.labels)) and (not words or _says(words, spoken(alert)))
        )

    def meets(self, labels: Mapping[str, str], said: Sequence[str]) -> bool:
        """Return whether labels meet its matchers and texts its words, for what is no alert any more."""
        return Holding(self.matchers).holds(labels) and _says(self.words, said)


NO_FILTER = AlertFilter()


def read_filter(text: str) -> AlertFilter:
    """Return the filter of a text. Raises BadFilter."""
    line = bare(text)
    matchers: list[Matcher] = []
    words: list[Word] = []
    at = 0
    try:
        while at < len(line):
            if between := _BETWEEN.match(line, at):
                at = between.end()
                continue
            matcher, end = matcher_at(line, at)
            if matcher is None:
                found = _WORD.match(line, at)
                assert found is not None
                at = found.end()
                term = found[0]
                if term != "!":
                    words.append(Word(compiled(term.removeprefix("!")), not term.startswith("!")))
                continue
            if end == len(line) and not matcher.value and _UNFINISHED.search(line[at:end]):
                raise BadFilter(f'{printable(line[at:end])!r} wants a value behind it: "" for none')
            matchers.append(matcher)
            at = end
    except (BadMatcher, BadPattern) as error:
        raise BadFilter(str(error)) from None
    return AlertFilter(tuple(matchers), tuple(words))


def spoken(alert: Alert) -> tuple[str, ...]:
    """Return all that a word is looked for in: name, severity, state, place, source, who has it, labels, summary."""
    by = tuple(silence.created_by for silence in alert.silences)
    labels = tuple(f"{name}={value}" for name, value in alert.labels)
    return (
        alert.name,
        alert.severity.value,
        alert.state.value,
        alert.where,
        f"source={alert.source}",
        *by,
        *alert.muted_by,
        *labels,
        alert.annotation("summary"),
    )


def _says(words: Sequence[Word], said: Sequence[str]) -> bool:
    return all(any(word.pattern.search(text) for text in said) is word.wanted for word in words)
