"""The page of an app on the simulated platform: its panes side by side or one at a time, and what its keys do."""

from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import Any

from cockpit.demo_world import Endpoints
from screens.app.diff import DiffScreen
from screens.app.screen import AppScreen
from screens.apps import AppsScreen
from screens.cluster import ClusterScreen

Drive = Callable[..., Any]


@asynccontextmanager
async def page(drive: Drive, world: Endpoints, app: str, **given: Any) -> Any:
    """The page of an app, opened from the list."""
    async with drive(world, screen="apps", **given) as driven:
        await driven.shows("storefront")
        await driven.press("slash")
        await driven.type(app)
        await driven.until(lambda: "argocd" not in driven.text, "the filter")
        await driven.press("enter")
        await driven.press("enter")
        await driven.until(lambda: isinstance(driven.app.screen, AppScreen), "the page")
        yield driven


async def test_everything_about_an_app_is_side_by_side(simulated: Endpoints, drive: Drive) -> None:
    async with page(drive, simulated, "payments", size=(146, 30)) as driven:
        await driven.shows("Workloads  5 well", "payments-db", "owner gus", "on-call payments-oncall", "in production")
        await driven.shows(
            "Readiness  ", "✗ readiness-probe", "payments-db: none in postgres", "→ Add a readinessProbe"
        )
        await driven.shows("Signals  last 1h", "99.9 % wanted", "of 30d left", "requests  ", "/s┤")
        await driven.shows(
            "Releases  the last", "v1.8.1", "7 releases in 70d", "0 of 7 failed", "by revisions, Argo CD"
        )
        await driven.shows("Board and journal")


async def test_on_a_narrow_screen_tab_goes_from_pane_to_pane(simulated: Endpoints, drive: Drive) -> None:
    async with page(drive, simulated, "storefront", size=(80, 24)) as driven:
        await driven.shows("workloads  readiness  signals  releases  board", "storefront-cac")
        await driven.press("tab")
        await driven.shows("✗ replicas", "storefront-cache: 1 replica")
        assert "Workloads  4" not in driven.text
        await driven.press("tab")
        await driven.shows("Signals  last 1h", "errors  ", "┤")
        await driven.press("tab")
        await driven.shows("Releases", "v3.1.0")
        await driven.press("tab")
        await driven.shows("Board and journal")
        await driven.press("tab")
        await driven.shows("Workloads  4 well")
        await driven.press("shift+tab", "shift+tab")
        await driven.shows("Releases")
        await driven.press("escape")
        await driven.until(lambda: isinstance(driven.app.screen, AppsScreen), "the list")


async def test_the_list_tells_the_readiness_that_was_found_last(simulated: Endpoints, drive: Drive) -> None:
    async with page(drive, simulated, "storefront", size=(200, 30)) as driven:
        await driven.shows("✗ replicas")
        await driven.press("escape")
        await driven.until(lambda: isinstance(driven.app.screen, AppsScreen), "the list")
        line = next(line for line in driven.lines if "READINESS" in line).index("READINESS")
        await driven.until(
            lambda: any(row[line : line + 9].strip().endswith("%") for row in driven.lines), "the readiness"
        )


async def test_a_check_is_explained_as_the_cursor_goes_over_it(simulated: Endpoints, drive: Drive) -> None:
    async with page(drive, simulated, "storefront", size=(80, 24)) as driven:
        await driven.press("tab")
        await driven.shows("With one pod every drain")
        await driven.press("j")
        await driven.until(lambda: "With one pod every drain" not in driven.text, "the next check")
        assert "fail" in driven.text


async def test_the_window_grows_and_shrinks(simulated: Endpoints, drive: Drive) -> None:
    async with page(drive, simulated, "payments", size=(80, 24)) as driven:
        await driven.press("tab", "tab")
        await driven.shows("last 1h", "requests")
        await driven.press("right_square_bracket", "right_square_bracket")
        await driven.shows("last 1d")
        pane = driven.app.screen.query_one("#app-signals")
        await driven.until(lambda: pane.charts.span.end - pane.charts.span.start >= 86000, "a day of it")
        for _ in range(9):
            await driven.press("left_square_bracket")
        await driven.shows("last 15m")
        await driven.until(lambda: pane.charts.span.end - pane.charts.span.start <= 900, "a quarter of an hour")


async def test_a_pane_takes_the_page_and_gives_it_back(simulated: Endpoints, drive: Drive) -> None:
    async with page(drive, simulated, "payments", size=(146, 30)) as driven:
        await driven.shows("Workloads", "Releases")
        await driven.press("tab", "z")
        await driven.until(lambda: "Releases  the" not in driven.text and "Readiness  " in driven.text, "one pane")
        await driven.press("escape")
        await driven.shows("Workloads", "Releases")
        assert isinstance(driven.app.screen, AppScreen)


async def test_a_workload_opens_among_its_kind(simulated: Endpoints, drive: Drive) -> None:
    async with page(drive, simulated, "notifications", size=(146, 30)) as driven:
        await driven.shows("notifications-api")
        await driven.press("enter")
        await driven.until(lambda: isinstance(driven.app.screen, ClusterScreen), "the cluster screen")


async def test_without_prometheus_it_says_what_is_missing(simulated: Endpoints, drive: Drive) -> None:
    async with page(drive, simulated, "payments", size=(146, 30), monitoring=False) as driven:
        await driven.shows("◌ payments", "Prometheus is not configured", "Signals  last 1h", "not configured")


async def test_a_release_tells_what_it_changed_and_is_taken_back(night: Endpoints, drive: Drive) -> None:
    async with page(drive, night, "payments", size=(146, 40)) as driven:
        await driven.shows("v1.8.2", "KubePodCrashLooping", "✗ payments")
        await driven.press("tab", "tab", "tab", "z")
        await driven.shows("7  v1.8.2     release")
        await driven.press("enter")
        await driven.until(lambda: isinstance(driven.app.screen, DiffScreen), "the difference")
        await driven.shows("- registry.example/payments-api:v1.8.1", "+ registry.example/payments-api:v1.8.2", "(ben)")
        await driven.press("escape")
        await driven.press("R")
        await driven.shows("revision 7 is what runs")
        await driven.shows("Argo CD: payments", "by ben")
        await driven.press("j", "R")
        await driven.shows("payments is rolled back with Argo CD")
        await driven.press("j", "R")
        await driven.shows("Roll back payments/payments-api to revision 6", "to go on")
        await driven.type("payments-api")
        await driven.press("enter")
        await driven.shows("rolls back to revision 6")
        await driven.shows("8  v1.8.1     roll back")
        await driven.press("tab")
        await driven.shows("roll-back")
