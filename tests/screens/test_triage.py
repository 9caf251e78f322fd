"""From an alert to its cause and its repair."""

import time
from collections.abc import Callable
from typing import Any

from cockpit.demo_world import Endpoints
from screens.triage import TriageScreen


async def crash(driven: Any) -> None:
    """Put the cursor on the alert of the crashing pod."""
    await driven.shows("KubePodCrashLooping")
    await driven.press("slash")
    await driven.type("CrashLooping")
    await driven.until(lambda: "CertificateExpiry" not in driven.text, "the filter")
    await driven.press("enter")


async def test_it_shows_everything_side_by_side(night: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(night, screen="alerts", size=(146, 40)) as driven:
        await crash(driven)
        await driven.press("enter")
        await driven.until(lambda: isinstance(driven.app.screen, TriageScreen), "triage")
        await driven.shows(
            "KubePodCrashLooping", "kube_pod_container_status_waiting_reason", "now 1", ">= 1", "runbook"
        )
        await driven.shows("Deployment payments/payments-api", "v1.8.1 → v1.8.2", "CrashLoopBackOff", "app payments")
        await driven.shows("→ on-call", "the run before", "PAYMENTS_DB_URL is not set", "BackOff", "also of payments")
        await driven.shows("last hour", "◆", "release v1.8.2")
        await driven.press("escape")
        await driven.until(lambda: not isinstance(driven.app.screen, TriageScreen), "the table of alerts")


async def test_from_the_overview_to_the_log_line_in_one_key_and_the_rollback_in_two_more(
    night: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(night, size=(146, 40)) as driven:
        await driven.shows("KubePodCrashLooping")
        await driven.focus("#alerts")
        alert = driven.app.screen.query_one("#alerts-pane").alert
        while (found := alert()) is None or found.name != "KubePodCrashLooping":
            await driven.press("down")
        begun = time.monotonic()
        await driven.press("enter")
        await driven.shows("PAYMENTS_DB_URL is not set")
        assert time.monotonic() - begun < 2.0
        await driven.press("R")
        await driven.shows("Roll back payments/payments-api")
        await driven.press("escape")
        await driven.until(lambda: isinstance(driven.app.screen, TriageScreen), "triage")


async def test_all_that_can_be_done_to_workload_pod_and_node_is_offered(
    night: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(night, screen="alerts", size=(146, 40)) as driven:
        await crash(driven)
        await driven.press("enter")
        await driven.shows("PAYMENTS_DB_URL is not set")
        await driven.press("m")
        await driven.shows("What to do about", "scale", "Deployment payments-api", "Pod payments-api")
        await driven.press("G")
        await driven.shows("drain", "Node node-")
        await driven.press("g", "down", "down", "enter")
        await driven.shows("Scale payments/payments-api", "3 now")
        await driven.press("escape")


async def test_a_note_is_kept_and_shown_when_the_alert_is_looked_at(
    night: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(night, screen="alerts", size=(146, 40)) as driven:
        await crash(driven)
        await driven.press("enter")
        await driven.until(lambda: isinstance(driven.app.screen, TriageScreen), "triage")
        await driven.press("N")
        await driven.shows("Note on KubePodCrashLooping")
        await driven.press("enter")
        await driven.shows("say something")
        await driven.type("the release template lacks it")
        await driven.press("enter")
        await driven.shows("noted in the journal", "the release template lacks it")


async def test_a_copy_is_markdown_and_the_runbook_is_never_lost(
    night: Endpoints, drive: Callable[..., Any], monkeypatch: Any
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    async with drive(night, screen="alerts", size=(146, 40)) as driven:
        await crash(driven)
        await driven.press("enter")
        await driven.shows("PAYMENTS_DB_URL is not set")
        await driven.press("c")
        await driven.shows("copied as Markdown")
        assert driven.app.clipboard.startswith("### KubePodCrashLooping payments/payments-api")
        assert "FATAL config: PAYMENTS_DB_URL is not set" in driven.app.clipboard
        await driven.press("o")
        await driven.until(lambda: driven.app.clipboard.startswith("https://runbooks"), "the address in the clipboard")
        await driven.shows("copied:")


async def test_everything_is_there_on_a_small_screen(night: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(night, screen="alerts", size=(80, 24)) as driven:
        await crash(driven)
        await driven.press("enter")
        await driven.shows("KubePodCrashLooping", "Deployment payments/payments-api", "PAYMENTS_DB_URL is not set")
        await driven.press("pagedown")
        await driven.shows("Before")


async def test_an_alert_about_nothing_says_so(night: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(night, screen="alerts", size=(146, 40)) as driven:
        await driven.shows("Watchdog")
        await driven.press("slash")
        await driven.type("Watchdog")
        await driven.press("enter", "enter")
        await driven.shows("its labels lead to no object", "there is no object to have events")
        await driven.press("r")
        await driven.shows("its labels lead to no object that is read here")
