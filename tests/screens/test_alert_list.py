"""The table of alerts: what was before, how often, who keeps it quiet, and matchers as a filter."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from screens.alerts import AlertsScreen
from screens.alerts.table import AlertTableParts
from state.alerts.model import Alert, AlertPicture, AlertState, Severity
from state.alerts.week import Week
from state.freshness import Freshness, Health
from state.journal.lives import AlertLife, begun_at
from state.looked_at import AlertsLooked
from tests.screens.hosts import hosted

NOW = time.time()
LABELS = (("alertname", "Down"), ("namespace", "pay"), ("pod", "api-1"))
DOWN = Alert("f1", "Down", Severity.CRITICAL, AlertState.ACTIVE, LABELS, (), NOW - 60, updated=NOW)
SLOW = replace(
    DOWN,
    fingerprint="f2",
    name="Slow",
    severity=Severity.WARNING,
    labels=(("alertname", "Slow"), ("namespace", "shop")),
    state=AlertState.INHIBITED,
    inhibited_by=("f1",),
)
MUTED = replace(SLOW, fingerprint="f3", name="Batch", state=AlertState.MUTED, inhibited_by=(), muted_by=("weekend",))
WATCHDOG = replace(DOWN, fingerprint="f4", name="Watchdog", labels=(("alertname", "Watchdog"),))


class Alerts:
    """Alerts that have just been asked for."""

    def __init__(self, *alerts: Alert, notes: tuple[str, ...] = ()) -> None:
        self.picture = AlertPicture(alerts, rules_evaluating=True, notes=notes)
        self.revision = 1
        self.alertmanager = self.prometheus = Freshness(Health.LIVE, NOW, NOW)

    def why_not_write(self, source: str) -> str:
        return ""


class Chronicle:
    """What the journal knows."""

    revision = 1
    past = (
        *(AlertLife("f1", "Down", NOW - 60 * n, "critical", "pay/api-1") for n in (1, 9, 20)),
        AlertLife("f2", "Slow", NOW - 9e5, "warning", "shop/web", NOW - 8.9e5, "ana", None, NOW - 8.8e5, "resolved"),
        AlertLife("f5", "Gone", NOW - 7200, "warning", "pay/db", ended=NOW - 3600, ending="lost"),
    )
    week = Week(begun_at(past), {("Slow", "shop"): (NOW - 80000,)}, [(NOW - 90000, NOW - 70000)])


def screen(*alerts: Alert, notes: tuple[str, ...] = (), **parts: Any) -> Any:
    make: Callable[..., Any] = AlertTableParts
    return AlertsScreen(make(Alerts(*alerts, notes=notes), Chronicle()), **parts)


def row(hosted: Any, name: str) -> str:
    lines: list[str] = hosted.lines
    return next(line for line in lines if f" {name} " in line)


async def test_each_says_who_keeps_it_quiet_and_how_often_it_began() -> None:
    async with hosted(screen(DOWN, SLOW, MUTED, WATCHDOG), size=(150, 20)) as shown:
        await shown.shows("WEEK", "Down", "Slow", "Batch", "Watchdog")
        assert "~3" in row(shown, "Down")
        assert "by Down" in row(shown, "Slow")
        assert " 1p " in row(shown, "Slow")
        assert "weekend" in row(shown, "Batch")
        # What only says that monitoring runs is not counted.
        await shown.shows("1 active · 1 muted · 1 inhibited")


async def test_matchers_narrow_as_a_silence_would() -> None:
    async with hosted(screen(DOWN, SLOW), size=(150, 20)) as shown:
        await shown.shows("Down", "Slow")
        assert shown.frame.filter_by('namespace=~"pa.", severity!="x"') == ""
        await shown.until(lambda: "Slow" not in shown.text.replace("by Slow", ""), "the filter")
        await shown.shows("showing 1")
        assert "ahead or behind" in shown.frame.filter_by("namespace=~(?=p)")


async def test_what_is_over_is_shown_with_how_its_end_is_known() -> None:
    async with hosted(screen(DOWN), size=(190, 20)) as shown:
        await shown.shows("Down")
        await shown.press(*"vvvvvvvv")
        await shown.shows("2 over in the last 30 days", "Slow", "ana", "Gone", "lost", "its end was not seen")
        assert "Down" not in shown.text
        shown.frame.filter_by("severity=warning, namespace=shop")
        await shown.until(lambda: "Gone" not in shown.text, "the filter")


async def test_what_is_incomplete_is_said_in_the_title() -> None:
    async with hosted(screen(DOWN, notes=("Watchdog does not reach Alertmanager",)), size=(150, 20)) as shown:
        await shown.shows("1 active · Watchdog does not reach Alertmanager")


async def test_the_cursor_keeps_to_its_alert_although_nobody_has_moved_it() -> None:
    worse = replace(DOWN, fingerprint="f9", name="Worse", since=NOW - 1)
    shown_alerts = Alerts()
    table: Callable[..., Any] = AlertTableParts
    async with hosted(AlertsScreen(table(shown_alerts)), size=(150, 20)) as shown:
        await shown.shows("no alerts")
        shown_alerts.picture, shown_alerts.revision = AlertPicture((DOWN, SLOW)), 2
        await shown.shows("Down", "Slow")
        await shown.until(lambda: shown.frame.focused is not None, "the focus")
        shown_alerts.picture, shown_alerts.revision = AlertPicture((worse, DOWN, SLOW)), 3
        await shown.shows("Worse")
        assert shown.frame.query_one("#alert-table").alert() is DOWN


async def test_groups_are_gone_through_folded_and_remembered() -> None:
    kept: list[Any] = []
    async with hosted(screen(DOWN, SLOW, MUTED, remember=kept.append), size=(150, 20)) as shown:
        await shown.shows("Down", "Slow", "Batch")
        await shown.press("b", "b")
        await shown.shows("by alertname", "▾ critical  Down", "1 alert, 1 active", "1 critical")
        await shown.press("b")
        await shown.shows("▾ warning   shop", "2 alerts", "1 muted, 1 inhibited")
        await shown.press("G", "z")
        await shown.shows("▸ warning   shop")
        assert "Batch" not in shown.text
        await shown.until(lambda: kept[-1] == AlertsLooked("label namespace", ("shop",)), "what is remembered")
        await shown.press("enter")
        await shown.shows("▾ warning   shop", "Batch")
        await shown.press("Z")
        await shown.until(lambda: "Down" not in shown.text, "all folded")
        await shown.press("n")
        await shown.shows("these are 2 alerts")
        await shown.press("B")
        await shown.shows("Group by the label")
        await shown.press(*["backspace"] * 9)
        await shown.type("pod")
        await shown.press("enter")
        await shown.shows("by pod", "no pod", "api-1")


async def test_how_it_was_looked_at_comes_back() -> None:
    looked = AlertsLooked("label namespace", ("pay",), "NAME")
    async with hosted(screen(DOWN, SLOW, looked=looked), size=(150, 20)) as shown:
        await shown.shows("▸ critical  pay", "▾ warning   shop", "Slow")
        assert "Down" not in shown.text.replace("by Down", "")


async def test_a_severity_that_nobody_ranked_has_its_own_word_and_is_said() -> None:
    odd = replace(DOWN, fingerprint="f7", name="Odd", severity=Severity.OTHER, labels=(("severity", "urgent"),))
    async with hosted(screen(odd, DOWN), size=(150, 20)) as shown:
        await shown.shows("? urgent", "severity 'urgent' is not ranked")


async def test_an_alert_of_another_context_says_where_it_is_from_and_why_nothing_is_offered() -> None:
    there = replace(DOWN, source="us", elsewhere="it is about the context prod-us")
    async with hosted(screen(there), size=(150, 20)) as shown:
        await shown.shows("us ▸ pay/api-1")
        offered = shown.app.screen.why_not
        assert offered("workload.logs") == offered("alert.restart") == "it is about the context prod-us"
        assert offered("alert.ack") == offered("alerts.view") == ""
