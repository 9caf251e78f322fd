"""One line of a check-up."""

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """How good what was found is."""

    WELL = "well"
    WARNING = "warning"
    """The cockpit works, without something."""
    BAD = "bad"
    """Something that was asked for does not work."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one topic. Both texts are printable and without secrets."""

    topic: str
    verdict: Verdict
    found: str
    advice: str = ""
    """What to do; empty where nothing is to be done."""


def well(topic: str, found: str) -> Finding:
    """Return a finding that is well."""
    return Finding(topic, Verdict.WELL, found)


def warning(topic: str, found: str, advice: str) -> Finding:
    """Return a finding the cockpit can live with."""
    return Finding(topic, Verdict.WARNING, found, advice)


def bad(topic: str, found: str, advice: str) -> Finding:
    """Return a finding that does not work."""
    return Finding(topic, Verdict.BAD, found, advice)
