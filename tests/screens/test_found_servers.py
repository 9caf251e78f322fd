"""Prometheus and Alertmanager that nobody named, found in the cluster and reached through its API server."""

from collections.abc import Callable
from typing import Any

from cockpit.demo_world import Endpoints


async def test_what_is_found_shows_its_alerts_and_which_way_was_taken(
    simulated: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(simulated, screen="alerts", size=(146, 30), monitoring=False, discover=True) as driven:
        await driven.shows("● prom via api", "● alertmanager via api", "Watchdog")


async def test_who_may_not_reach_it_is_told_so_and_nothing_is_red(
    simulated: Endpoints, drive: Callable[..., Any]
) -> None:
    viewer = drive(
        simulated, screen="alerts", size=(146, 30), context="prod-eu-viewer", monitoring=False, discover=True
    )
    async with viewer as driven:
        await driven.shows(
            "not configured", "is found in the cluster, but you may not get services/proxy in monitoring"
        )
        await driven.shows("name them with --prometheus and --alertmanager")
        assert "✗" not in driven.text
