"""How much of an app's error budget is left, how fast it burns, and when it is spent. Pure.

Burn is how many times as fast as it may the budget is spent; the periods are those of the SRE workbook, chapter 5.
"""

from dataclasses import dataclass

from state.age import short_age

PERIOD = "30d"
PERIOD_SECONDS = 30 * 86400.0
BURN_WINDOWS = ("5m", "1h", "6h", "3d")
FEW = 1000.0
"""Requests in a period below which one failure more or less moves the budget by a percent or more."""


@dataclass(frozen=True, slots=True)
class Budget:
    """The error budget of one objective. Ratios are 0..1; None where nothing measured it."""

    objective: float
    source: str
    """Who keeps it: `Sloth`, `Pyrra`, `configured`."""
    remaining: float | None = None
    """The share of the period's budget that is left; below 0 when more than all is spent."""
    burns: tuple[tuple[str, float | None], ...] = ()
    """Burn over several windows, the shortest first."""
    requests: float | None = None
    """How many requests the period had."""
    days: float | None = None
    """On how many days of the period requests were measured."""

    @property
    def burn(self) -> float | None:
        """The burn that tells when the budget is spent: that of an hour, else the shortest known."""
        known = dict(self.burns)
        hour = known.get("1h")
        return hour if hour is not None else next((burn for _, burn in self.burns if burn is not None), None)

    @property
    def exhausted_in(self) -> float | None:
        """Seconds until it is spent as it burns now: remaining ÷ burn × period. None: never, or not known."""
        if self.remaining is None or not self.burn:
            return None
        return max(0.0, self.remaining) / self.burn * PERIOD_SECONDS

    @property
    def words(self) -> str:
        """The budget in words: `99.9 % configured · 62 % of 30d left · burns 1.4 times · spent in 13d`."""
        said = [f"{self.objective * 100:g} % {self.source}"]
        if self.remaining is None:
            said.append("nothing measures requests")
        else:
            measured = f" ({self.days:.0f} of 30 days measured)" if self.days is not None and self.days < 30 else ""
            said.append(f"{self.remaining * 100:.0f} % of {PERIOD} left{measured}")
        if self.burn is not None:
            said.append(f"burns {self.burn:.1f} times")
        left = self.exhausted_in
        if left is not None and left < PERIOD_SECONDS:
            said.append("spent" if left == 0 else f"spent in {short_age(left)}")
        if self.requests is not None and self.requests < FEW:
            said.append(f"only {self.requests:.0f} requests, so one failure weighs much")
        return " · ".join(said)


def burn_of(error_ratio: float | None, objective: float) -> float | None:
    """Return how many times as fast as it may a budget burns at an error ratio (0..1)."""
    return None if error_ratio is None else error_ratio / (1 - objective)


def remaining_of(error_ratio: float | None, objective: float) -> float | None:
    """Return the share of the budget that is left after a period with an error ratio (0..1)."""
    return None if error_ratio is None else 1 - error_ratio / (1 - objective)
