"""Label selectors as kubectl's `-l` takes them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass


class SelectorError(ValueError):
    """A selector that cannot be read. The text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One condition on a label. `operator` is one of `in`, `notin`, `exists`, `!`, `>`, `<`."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def holds(self, labels: Mapping[str, str]) -> bool:
        """Return whether labels meet it. A label that is missing differs from any value, as in Kubernetes."""
        value = labels.get(self.key)
        match self.operator:
            case "in":
                return value in self.values
            case "notin":
                return value not in self.values
            case "exists":
                return value is not None
            case "!":
                return value is None
        try:
            number, bound = int(value or ""), int(self.values[0])
        except ValueError:
            return False
        return number > bound if self.operator == ">" else number < bound


@dataclass(frozen=True, slots=True)
class Selector:
    """Conditions that must all hold."""

    requirements: tuple[Requirement, ...]

    def matches(self, labels: tuple[tuple[str, str], ...]) -> bool:
        """Return whether an object's labels meet every condition."""
        known = dict(labels)
        return all(requirement.holds(known) for requirement in self.requirements)


_KEY = r"(?:[A-Za-z0-9.-]+/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?"
_VALUE = r"[A-Za-z0-9_.-]*"
_FORMS = (
    (re.compile(rf"({_KEY})\s*(?:==|=)\s*({_VALUE})"), "in"),
    (re.compile(rf"({_KEY})\s*!=\s*({_VALUE})"), "notin"),
    (re.compile(rf"({_KEY})\s+in\s*\(([^()]*)\)"), "in"),
    (re.compile(rf"({_KEY})\s+notin\s*\(([^()]*)\)"), "notin"),
    (re.compile(rf"({_KEY})\s*>\s*(-?\d+)"), ">"),
    (re.compile(rf"({_KEY})\s*<\s*(-?\d+)"), "<"),
    (re.compile(rf"!\s*({_KEY})"), "!"),
    (re.compile(rf"({_KEY})"), "exists"),
)
_COMMA = re.compile(r",(?![^(]*\))")


def parse_selector(text: str) -> Selector:
    """Return the selector of a text such as `app=api,tier in (a,b),!beta`. Raises SelectorError."""
    requirements = []
    for part in _COMMA.split(text):
        part = part.strip()
        for form, operator in _FORMS:
            found = form.fullmatch(part)
            if found is not None:
                values = found[2].split(",") if found.re.groups > 1 else []
                requirements.append(Requirement(found[1], operator, tuple(value.strip() for value in values)))
                break
        else:
            raise SelectorError(f"{part!r} is no condition on a label: write it like app=api or tier in (a,b)")
    return Selector(tuple(requirements))
