from typing import Any

import pytest

from state.alerts.model import Alert, AlertState, Severity
from state.apps.health import WELL, Judged, judge_alerts, judge_cron_job, judge_signals, worst_of
from state.apps.model import AppHealth, Signals
from state.cluster.kinds.cron_jobs import CronJobRow

NOW = 1_800_000_000.0


def alert(name: str = "Broken", severity: Severity = Severity.WARNING, **fields: Any) -> Alert:
    given = {"state": AlertState.ACTIVE, "labels": (), "annotations": (), "since": NOW - 60, **fields}
    return Alert(name, name, severity, **given)


HOUR = NOW
"""When what runs each hour was due last: at 08:00 of 15 January 2027."""
LATER = HOUR + 1200


def cron_job(**fields: Any) -> CronJobRow:
    return CronJobRow(**({"uid": "c", "name": "c", "schedule": "0 * * * *", "created": HOUR - 86400} | fields))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"scheduled": HOUR, "succeeded": HOUR + 50}, ""),
        ({"scheduled": HOUR, "succeeded": HOUR - 7260}, "the last run failed, last success 2h ago"),
        ({"scheduled": HOUR}, "no run has succeeded"),
        ({"scheduled": HOUR, "suspended": True}, ""),
        # While a run is under way, the one before it counts.
        ({"scheduled": HOUR, "succeeded": HOUR - 3550, "active": 1}, ""),
        ({"scheduled": HOUR, "succeeded": HOUR - 7150, "active": 1}, "the last run failed, last success 2h ago"),
        ({"scheduled": HOUR, "active": 1}, "no run has succeeded"),
        ({"scheduled": HOUR, "active": 1, "created": HOUR - 60}, ""),
        # It does not begin when it is due.
        ({}, "due 20m ago, never begun"),
        ({"created": HOUR + 60}, ""),
        ({"schedule": "19 8 * * *", "created": HOUR - 7200}, ""),
        ({"schedule": "18 * * * *", "scheduled": HOUR - 2520, "succeeded": HOUR - 2500}, ""),
        ({"scheduled": HOUR - 7200, "succeeded": HOUR - 7100}, "due 20m ago, begun last 2h ago"),
        ({"suspended": True}, ""),
        ({"scheduled": HOUR - 7200, "succeeded": HOUR - 10800, "active": 1}, ""),
        # What cannot be read gives no verdict.
        ({"schedule": "@every 1h"}, ""),
        ({"schedule": "0 * * * *", "timezone": "Moon/Base"}, ""),
    ],
)
def test_a_cron_job_counts_by_its_last_success(fields: dict[str, Any], reason: str) -> None:
    judged = judge_cron_job(cron_job(**fields), LATER)
    assert judged == (Judged(AppHealth.DEGRADED, reason) if reason else WELL)


@pytest.mark.parametrize(
    ("alerts", "health", "reason"),
    [
        ([], AppHealth.WELL, ""),
        ([alert(severity=Severity.CRITICAL), alert("Other")], AppHealth.FAILING, "Broken and 1 more"),
        ([alert(state=AlertState.ACKED)], AppHealth.DEGRADED, "Broken"),
        ([alert(severity=Severity.OTHER)], AppHealth.DEGRADED, "Broken"),
        ([alert(severity=Severity.INFO)], AppHealth.WELL, ""),
        ([alert(state=AlertState.SILENCED), alert(state=AlertState.PENDING)], AppHealth.WELL, ""),
        ([alert("Watchdog", Severity.CRITICAL)], AppHealth.WELL, ""),
    ],
)
def test_firing_alerts_count_by_their_severity(alerts: list[Alert], health: AppHealth, reason: str) -> None:
    assert judge_alerts(alerts) == Judged(health, reason)


@pytest.mark.parametrize(
    ("rate", "errors", "health"),
    [
        (10.0, 0.0059, AppHealth.WELL),
        (10.0, 0.0061, AppHealth.DEGRADED),
        (10.0, 0.0145, AppHealth.FAILING),
        (0.09, 1.0, AppHealth.WELL),
        (None, 1.0, AppHealth.WELL),
        (10.0, None, AppHealth.WELL),
    ],
)
def test_errors_count_by_how_fast_they_burn_the_budget(
    rate: float | None, errors: float | None, health: AppHealth
) -> None:
    assert judge_signals(Signals(rate, errors), 0.999).health is health


def test_a_higher_objective_is_harder_to_keep() -> None:
    assert judge_signals(Signals(10.0, 0.003), 0.999).health is AppHealth.WELL
    assert judge_signals(Signals(10.0, 0.003), 0.9999) == Judged(AppHealth.FAILING, "0.3 % errors")


def test_the_worst_source_decides_and_all_that_complain_are_named() -> None:
    crashing = Judged(AppHealth.DEGRADED, "CrashLoopBackOff")
    assert worst_of([crashing, WELL, Judged(AppHealth.FAILING, "Burn")]) == (
        AppHealth.FAILING,
        "CrashLoopBackOff · Burn",
    )
    assert worst_of([Judged(AppHealth.MOVING, "1 of 3"), WELL]) == (AppHealth.MOVING, "1 of 3")
    assert worst_of([WELL, WELL]) == WELL


def test_where_a_source_is_missing_nothing_is_well() -> None:
    missing = ("Prometheus does not answer",)
    assert worst_of([WELL], missing) == (AppHealth.UNKNOWN, missing[0])
    assert worst_of([Judged(AppHealth.MOVING, "1 of 3")], missing).health is AppHealth.UNKNOWN
    assert worst_of([Judged(AppHealth.DOWN, "none")], missing) == (AppHealth.DOWN, "none")
