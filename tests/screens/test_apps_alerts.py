"""The tables of apps and alerts, and the ways between screens."""

from collections.abc import Callable
from typing import Any

from cockpit.demo_world import Endpoints
from screens.app.screen import AppScreen
from screens.cluster import ClusterScreen
from screens.triage import TriageScreen


async def test_product_apps_stand_before_the_platforms(simulated: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(simulated, screen="apps", size=(200, 40)) as driven:
        await driven.shows("3 in production", "payments", "v1.8.1", "argocd", "RELEASED", "/s")
        names = [line.split()[2] for line in driven.lines[3:18]]
        assert set(names[:3]) == {"payments", "storefront", "notifications"}
        await driven.press("slash")
        await driven.type("store")
        await driven.until(lambda: "argocd" not in driven.text, "the filter")
        assert "storefront" in driven.text
        await driven.press("escape")
        await driven.shows("argocd")


async def test_an_app_opens_into_its_page_and_on_into_a_workload(
    simulated: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(simulated, screen="apps") as driven:
        await driven.shows("storefront")
        await driven.press("slash")
        await driven.type("notifications")
        await driven.until(lambda: "storefront" not in driven.text, "the filter")
        await driven.press("enter")
        await driven.press("enter")
        await driven.until(lambda: isinstance(driven.app.screen, AppScreen), "the page")
        await driven.shows("notifications-api", "Readiness")
        await driven.press("enter")
        await driven.until(lambda: isinstance(driven.app.screen, ClusterScreen), "the cluster screen")
        await driven.shows("Deployments", "notifications")


async def test_alerts_are_shown_by_state_and_acknowledged(night: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(night, screen="alerts", size=(160, 36)) as driven:
        await driven.shows("KubePodCrashLooping", "CertificateExpiry", "acked", "ana", "SUMMARY")
        await driven.press("slash")
        await driven.type("CrashLooping")
        await driven.until(lambda: "CertificateExpiry" not in driven.text, "the filter")
        await driven.press("enter")

        def heard() -> bool:
            alerts = driven.app._opened.session.alerts.picture.alerts
            return all(alert.updated for alert in alerts if alert.name == "KubePodCrashLooping")

        await driven.until(heard, "Alertmanager to hear of it")
        await driven.press("a")
        await driven.shows("Ack KubePodCrashLooping", "ACK!")
        await driven.press("n")
        await driven.until(lambda: "ACK!" not in driven.text, "the end of the dialog")
        assert "active" in driven.text
        await driven.press("a")
        await driven.shows("ACK!")
        await driven.press("y")
        await driven.shows("acked")
        await driven.press("slash")
        await driven.press("escape")
        await driven.press("v", "v", "v")
        await driven.shows("showing", "acked")


async def test_a_pattern_that_takes_too_long_is_told_and_the_alerts_stay(
    night: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(night, screen="alerts") as driven:
        await driven.shows("CertificateExpiry")
        await driven.press("slash")
        await driven.type("Certificate(")
        await driven.shows("✗ not a regular expression yet")
        await driven.type("Expiry)")
        await driven.shows("showing 1")
        await driven.type("|(.+)+(.+)+~")
        await driven.until(lambda: "✗ the pattern takes too long" in driven.lines[-2], "the words in the line")
        await driven.shows("· the pattern takes too long: make it simpler", "CertificateExpiry")
        await driven.press("escape")
        await driven.until(lambda: "takes too long" not in driven.text and "showing" not in driven.text, "all alerts")


async def test_an_alert_opens_its_triage(night: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(night, screen="alerts") as driven:
        await driven.shows("KubePodCrashLooping")
        await driven.press("slash")
        await driven.type("CrashLooping")
        await driven.press("enter")
        await driven.press("enter")
        await driven.until(lambda: isinstance(driven.app.screen, TriageScreen), "triage")
        await driven.shows("payments-api")


async def test_without_monitoring_it_says_what_is_missing(simulated: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(simulated, screen="alerts", monitoring=False) as driven:
        await driven.shows("not configured", "--alertmanager")
        await driven.press("3")
        await driven.shows("payments", "3 in production")
