"""The first screen, whole: live panes, drill-in, zoom, repair, and what it says when there is nothing to say."""

from collections.abc import Callable
from typing import Any

import pytest

from cockpit.demo_world import Endpoints
from state.journal.journal import Journal

SIZES = [(80, 24), (120, 36), (200, 60)]


@pytest.mark.parametrize("size", SIZES)
async def test_four_panes_tell_the_night_at_any_size(
    night: Endpoints, drive: Callable[..., Any], size: tuple[int, int]
) -> None:
    async with drive(night, size=size) as driven:
        await driven.shows("12 nodes · 21", "CrashLoopBackOff", "3 in production", "payments", "KubePodCrashLooping")
        assert len(driven.lines) == size[1]
        assert all(len(line) <= size[0] for line in driven.lines)
        for words in ("prod-eu", "protected", "✗"):
            await driven.until(lambda words=words: words in driven.lines[0], f"{words} in the top line")


async def test_the_crash_loop_stays_in_the_list_through_its_running_seconds(
    night: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(night) as driven:
        await driven.shows("CrashLoopBackOff")
        worst = driven.app._opened.session.view.worst
        for _ in range(60):
            await driven.pilot.pause(0.05)
            assert any("payments-api" in faulty.ref.name for faulty in worst.faulty)


async def test_a_pane_takes_the_whole_screen_and_gives_it_back(night: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(night) as driven:
        await driven.shows("Scope", "KubePodCrashLooping")
        await driven.press("z")
        await driven.until(lambda: "Scope" not in driven.text, "the zoom")
        assert "Alerts" in driven.text
        await driven.press("z")
        await driven.shows("Scope")


async def test_read_only_refuses_before_anything_is_asked(night: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(night, read_only=True) as driven:
        await driven.shows("READ-ONLY", "payments-api", "CrashLoopBackOff")
        await driven.focus("#worst")
        await driven.press("R")
        await driven.shows("this cockpit is")


async def test_the_incident_is_repaired_from_the_first_screen(night: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(night) as driven:
        await driven.shows("CrashLoopBackOff", "KubePodCrashLooping")
        await driven.press("a")
        await driven.shows("Ack ", "ACK!", "critical")
        await driven.press("y")
        await driven.shows("acked")
        await driven.focus("#worst")
        await driven.press("R")
        await driven.shows("Roll back payments/payments-api to revision", "v1.8.1", "type payments-api to go on")
        await driven.type("payments-apo")
        await driven.press("enter")
        await driven.shows("that is not payments-api")
        await driven.press("backspace")
        await driven.type("i")
        await driven.press("enter")
        await driven.shows("successfully rolled out")
        await driven.until(lambda: "CrashLoopBackOff" not in driven.text, "the end of the crash loop")
        journal: Journal = driven.app._opened.session.journal
        assert journal.drain(5)
        done = {entry.operation: entry for entry in journal.entries(source="operation")}
        assert done["roll-back"].event == "done"
        assert "payments-api" in done["roll-back"].subject
        assert done["ack"].event == "done"


async def test_a_user_who_may_see_nothing_is_told_so(simulated: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(simulated, context="prod-eu-nobody", monitoring=False) as driven:
        await driven.shows("denied", "forbidden", "k8s denied", "not configured")


async def test_a_limited_user_sees_the_namespace_that_is_allowed(
    simulated: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(simulated, context="prod-eu-payments") as driven:
        await driven.shows("payments", "1 in production")
        assert "all namespaces" not in driven.text
