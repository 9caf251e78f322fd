"""How an app's readiness went over time, as the journal of this machine knows it: one observation a day."""

from typing import NamedTuple

from state.age import short_age
from state.apps.readiness.model import Outcome, Report
from state.journal.entry import Entry, Recorder
from state.journal.journal import Journal

SOURCE = "readiness"
DAY = 86400.0
_DAYS = 60


class Observed(NamedTuple):
    """A score on a day: percent by weight, at a moment in seconds since the epoch."""

    at: float
    percent: float


def record(recorder: Recorder, key: str, report: Report) -> None:
    """Note a report's score; of several on one day (UTC) the first stays."""
    percent = report.score.percent
    if percent is None:
        return
    failing = ", ".join(one.check.id for one in report.of(Outcome.FAIL))
    recorder.record(
        Entry(
            source=SOURCE,
            fingerprint=key,
            start=report.at // DAY * DAY,
            event="checked",
            at=report.at,
            subject=report.app,
            outcome=f"readiness: {report.score.words}",
            details={"percent": f"{percent:.1f}", "failing": failing},
        )
    )


def trend(journal: Journal, key: str) -> tuple[Observed, ...]:
    """Return the scores of an app, oldest first. Blocks; raises JournalError."""
    found = []
    for entry in journal.entries(source=SOURCE, fingerprint=key, limit=_DAYS):
        try:
            found.append(Observed(entry.at, float(entry.details.get("percent", ""))))
        except ValueError:
            # Written by another version.
            continue
    return tuple(reversed(found))


def change_words(observed: tuple[Observed, ...], now_percent: float | None, now: float) -> str:
    """Return how a score changed since the first observation: `+12 in 9d`; empty where there is nothing to compare."""
    if now_percent is None or not observed or now - observed[0].at < DAY:
        return ""
    change = round(now_percent - observed[0].percent)
    return (
        f"{change:+d} in {short_age(now - observed[0].at)}"
        if change
        else f"unchanged for {short_age(now - observed[0].at)}"
    )
