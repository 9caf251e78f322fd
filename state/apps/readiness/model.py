"""A readiness check, its answer, and what all of an app's answers come to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from state.apps.settings import Waiver

if TYPE_CHECKING:
    from state.apps.readiness.facts import Facts


class Outcome(Enum):
    """What became of a check, the most urgent first."""

    FAIL = "fail"
    UNKNOWN = "unknown"
    """It could not be answered."""
    WAIVED = "waived"
    """It fails, and the app is excused from it for a while."""
    PASS = "pass"
    NOT_APPLICABLE = "not applicable"


class Answer(NamedTuple):
    """What a check found, in a printable sentence without its full stop."""

    outcome: Outcome
    found: str


@dataclass(frozen=True, slots=True)
class Check:
    """A question on an app's readiness for production that the live platform answers."""

    id: str
    title: str
    why: str
    """What goes wrong without it."""
    source: str
    """Where that is written."""
    mend: str
    """What to do."""
    weight: int
    """How much it counts in the score: 1, 2 or 3."""
    answer: Callable[["Facts"], Answer]


@dataclass(frozen=True, slots=True)
class Result:
    """A check's outcome for one app. `waiver` is the one that excuses it."""

    check: Check
    outcome: Outcome
    found: str
    waiver: Waiver | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """How ready an app is. Counts are checks; what does not apply and what is waived is in none of the two."""

    passed: int
    asked: int
    """The denominator: all that passed, failed or could not be answered."""
    weight_passed: int
    weight_asked: int
    waived: int
    not_applicable: int
    unknown: int

    @property
    def percent(self) -> float | None:
        """The weight of what passed in that of all that was asked; None when nothing was."""
        return 100 * self.weight_passed / self.weight_asked if self.weight_asked else None

    @property
    def words(self) -> str:
        """The score with its denominator: `18 of 22 checks, 84 % by weight`."""
        percent = self.percent
        share = f", {percent:.0f} % by weight" if percent is not None else ""
        beside = [
            f"{count} {word}"
            for count, word in (
                (self.unknown, "of them unknown"),
                (self.waived, "waived"),
                (self.not_applicable, "not applicable"),
            )
            if count
        ]
        return f"{self.passed} of {self.asked} checks{share}" + (f"; {', '.join(beside)}" if beside else "")


@dataclass(frozen=True, slots=True)
class Report:
    """An app's answers to the whole catalogue, in its order, at a moment in seconds since the epoch."""

    app: str
    namespaces: tuple[str, ...]
    at: float
    results: tuple[Result, ...]

    @property
    def score(self) -> Score:
        """What the answers come to."""
        by: Mapping[Outcome, list[int]] = {
            outcome: [one.check.weight for one in self.results if one.outcome is outcome] for outcome in Outcome
        }
        passed, failed, unknown = (by[outcome] for outcome in (Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN))
        return Score(
            len(passed),
            len(passed) + len(failed) + len(unknown),
            sum(passed),
            sum(passed) + sum(failed) + sum(unknown),
            len(by[Outcome.WAIVED]),
            len(by[Outcome.NOT_APPLICABLE]),
            len(unknown),
        )

    def of(self, outcome: Outcome) -> tuple[Result, ...]:
        """Return the results with an outcome, in the catalogue's order."""
        return tuple(one for one in self.results if one.outcome is outcome)

    def worst_first(self) -> tuple[Result, ...]:
        """Return the results, what fails and weighs most first."""
        order = list(Outcome)
        return tuple(sorted(self.results, key=lambda one: (order.index(one.outcome), -one.check.weight)))
