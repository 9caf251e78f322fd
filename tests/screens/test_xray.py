"""The tree of what hangs together, on a screen over the simulated platform."""

from collections.abc import Callable
from typing import Any

from cockpit.demo_world import Endpoints
from screens.cluster import ClusterScreen
from screens.object import ObjectScreen
from screens.xray import XrayScreen
from state.ref import GroupKind, Ref
from widgets.tree_view import TreeView

NAMESPACE = GroupKind("", "Namespace")


async def opened(driven: Any, *roots: Ref) -> TreeView:
    screen = XrayScreen(driven.app._opened.session.cluster, roots)
    driven.app.push_screen(screen)
    await driven.shows("xray")
    return screen.query_one(TreeView)


async def test_a_namespace_opens_down_to_what_its_containers_need(
    simulated: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(simulated, screen="cluster", size=(120, 40)) as driven:
        view = await opened(driven, Ref("prod-eu", NAMESPACE, "", "payments"))
        await driven.shows("namespace payments", "deployment payments-api", "replicaset payments-api-", "container ")
        await driven.press("Z")
        await driven.shows("▸ ", "below")
        await driven.until(lambda: "container " not in driven.text, "the folds")
        await driven.press("Z")
        await driven.shows("container ")
        await driven.press("j", "z")
        await driven.until(lambda: view.closed == {view.cursor_key}, "the fold")


async def test_enter_goes_to_the_object_and_letters_read_it(simulated: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(simulated, screen="cluster", size=(120, 40)) as driven:
        await opened(driven, Ref("prod-eu", NAMESPACE, "", "payments"))
        await driven.shows("deployment payments-api")
        await driven.press("j")
        await driven.press("d")
        await driven.until(lambda: isinstance(driven.app.screen, ObjectScreen), "the description")
        await driven.shows("Replicas:")
        await driven.press("escape")
        await driven.shows("xray")
        await driven.press("enter")
        await driven.until(lambda: isinstance(driven.app.screen, ClusterScreen), "the list")
        await driven.shows("Deployments")


async def test_leaving_gives_back_what_was_read(simulated: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(simulated, screen="cluster") as driven:
        cluster = driven.app._opened.session.cluster
        await opened(driven, Ref("prod-eu", NAMESPACE, "", "payments"))
        await driven.shows("deployment payments-api")
        await driven.press("escape")
        await driven.until(lambda: isinstance(driven.app.screen, ClusterScreen), "the list")
        own = [feed for feed in cluster._feeds.values() if "metadata.namespace=payments" in str(feed.kind.query)]
        assert len(own) == 12
        await driven.until(lambda: not any(feed.leases for feed in own), "the end of the leases")


async def test_an_object_that_is_not_there_is_said(simulated: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(simulated, screen="cluster", size=(80, 24)) as driven:
        await opened(driven, Ref("prod-eu", GroupKind("apps", "Deployment"), "payments", "nowhere"))
        await driven.shows("deployment nowhere", "is not there")
