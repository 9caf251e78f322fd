"""The grid of any kind: going to it, narrowing, ordering, deleting, and what stays when the server goes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cockpit.demo_world import DemoWorld, Endpoints
from cockpit.place import HELD
from screens.cluster import ClusterScreen
from state.query import Query


async def command(driven: Any, text: str) -> None:
    await driven.press("colon")
    await driven.type(text)
    await driven.press("enter")


async def test_pods_are_listed_filtered_and_ordered(simulated: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(simulated, screen="cluster") as driven:
        await driven.shows("Pods  21", "NAMESPACE", "READY", "argocd-controller-0")
        await driven.press("slash")
        await driven.type("payments-api")
        await driven.until(lambda: "argocd" not in driven.text, "the filter")
        await driven.shows("3 of 21")
        await driven.press("enter")
        await driven.press("A")
        await driven.shows("AGE↑")
        await driven.press("A")
        await driven.shows("AGE↓")
        await driven.press("escape")
        await driven.shows("Pods  21")


async def test_a_half_typed_pattern_is_told_and_harms_nothing(simulated: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(simulated, screen="cluster") as driven:
        await driven.shows("argocd-controller-0")
        await driven.press("slash")
        await driven.type("argocd-(")
        await driven.shows("✗")
        await driven.type("redis|dex)")
        await driven.until(
            lambda: "argocd-controller" not in driven.text and "argocd-redis" in driven.text, "the filter"
        )


async def test_a_pattern_that_takes_too_long_is_told_and_the_list_stays(
    simulated: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(simulated, screen="cluster", size=(80, 24)) as driven:
        await driven.shows("argocd-controller-0")
        await driven.press("slash")
        await driven.type("argocd")
        await driven.shows("11 of 21")
        await driven.type("|(.+)+(.+)+~")
        await driven.until(lambda: "✗" in driven.lines[-2], "the words in the line")
        await driven.shows("the pattern takes too long: make it simpler", "argocd-controller-0")
        await driven.press("escape")
        await driven.shows("Pods  21")
        assert "takes too long" not in driven.text


@pytest.mark.parametrize(
    ("typed", "title", "words"),
    [
        ("deploy /payments", "Deployments", ["UP-TO-DATE", "payments-api"]),
        ("svc payments", "Services", ["CLUSTER-IP", "payments-api"]),
        ("no", "Nodes", ["node-12", "Ready"]),
        ("ns", "Namespaces", ["storefront", "Active"]),
        ("rs /payments", "Replicasets", ["payments-api", "DESIRED"]),
        ("sts", "Statefulsets", ["argocd-controller"]),
        ("ds", "Daemonsets", ["DESIRED"]),
        ("jobs", "Jobs", ["COMPLETIONS"]),
        ("cj", "Cronjobs", ["SCHEDULE"]),
        ("ev", "Events", ["REASON"]),
    ],
)
async def test_every_kind_is_a_word_away(
    simulated: Endpoints, drive: Callable[..., Any], typed: str, title: str, words: list[str]
) -> None:
    async with drive(simulated) as driven:
        await command(driven, typed)
        await driven.shows(title, *words)
        assert isinstance(driven.app.screen, ClusterScreen)


async def test_an_unknown_word_is_refused_in_place(simulated: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(simulated) as driven:
        await command(driven, "podz")
        await driven.shows("'podz' is no kind")
        await driven.press("escape")
        await driven.until(lambda: "podz" not in driven.text, "the end of the line")


async def test_namespaces_can_be_several(simulated: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(simulated, screen="cluster") as driven:
        await driven.shows("argocd-controller-0")
        await command(driven, "po storefront,payments")
        await driven.until(lambda: "argocd" not in driven.text and "storefront" in driven.text, "the namespaces")
        await driven.shows("payments-api", "payments, storefront")
        await command(driven, "ns all")
        await driven.shows("Pods  21", "all namespaces")


async def test_a_pod_is_deleted_only_when_its_name_is_typed(simulated: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(simulated, screen="cluster") as driven:
        await driven.shows("argocd-controller-0")
        objects = driven.app.screen.objects
        objects.ask(Query("notifications-api"))
        await driven.until(lambda: "argocd" not in driven.text and "notifications-api" in driven.text, "the filter")
        mirror = driven.app._opened.session.view.feed(objects.kind.resource.group_kind).mirror
        uid = driven.app.screen.query_one("Grid").cursor_key
        name = mirror.get(uid).name
        await driven.press("ctrl+d")
        await driven.shows(f"Delete Pod notifications/{name}", "will replace it", "to go on")
        await driven.press("escape")
        await driven.until(lambda: "to go on" not in driven.text, "the end of the dialog")
        assert mirror.get(uid) is not None
        await driven.press("ctrl+d")
        await driven.shows("to go on")
        await driven.type(name)
        await driven.press("enter")
        await driven.until(lambda: mirror.get(uid) is None, "the pod's end")


async def test_the_help_and_the_palette_know_the_keys_of_the_screen(
    simulated: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(simulated, screen="cluster") as driven:
        await driven.shows("argocd-controller-0")
        await driven.press("question_mark")
        await driven.shows("Keys", "Describe the object")
        await driven.press("end")
        await driven.shows("Show only what is not well")
        await driven.press("escape")
        await driven.until(lambda: "Keys" not in driven.text, "the end of the help")
        await driven.press("ctrl+p")
        await driven.type("faults")
        await driven.shows("Faults only")
        await driven.press("enter")
        await driven.until(lambda: driven.app.screen.objects.wanted.faults_only, "the command")


async def test_old_rows_stay_with_their_age_when_the_server_goes(
    tmp_path_factory: pytest.TempPathFactory, drive: Callable[..., Any]
) -> None:
    folder: Path = tmp_path_factory.mktemp("doomed")
    world = DemoWorld(folder, options=("--story", "calm"))
    try:
        async with drive(world.wait(), screen="cluster") as driven:
            await driven.shows("argocd-controller-0")
            view = driven.app._opened.session.view
            listed = [view.feed(kind.resource.group_kind) for kind in HELD]
            await driven.until(lambda: all(feed.complete for feed in listed), "every kind")
            world.close()
            await driven.shows("stale")
            assert "argocd-controller-0" in driven.text
            await driven.press("1")
            await driven.shows("12 nodes", "stale")
            await driven.press("4")
            await driven.press("5")
            await driven.shows("Ideas")
    finally:
        world.close()
