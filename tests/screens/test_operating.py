"""Operations by key on the simulated platform: what is asked, what is dimmed and why, what comes of it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cockpit.demo_world import DemoWorld, Endpoints
from screens.cluster import ClusterScreen


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoints]:
    """A calm platform of this module's own, for its tests change it."""
    world = DemoWorld(tmp_path_factory.mktemp("changing"), options=("--story", "calm", "--speed", "20"))
    yield world.wait()
    world.close()


async def command(driven: Any, text: str) -> None:
    await driven.press("colon")
    await driven.type(text)
    await driven.press("enter")


def keys(driven: Any) -> str:
    return str(driven.lines[-1])


async def at(driven: Any, text: str, name: str) -> None:
    """Show a kind with the cursor on an object."""
    await driven.until(lambda: isinstance(driven.app.screen, ClusterScreen), "the cluster screen")
    await command(driven, text)
    objects = driven.app.screen.objects
    await driven.until(
        lambda: objects.pointed is not None and objects.pointed.ref.name == name, f"the cursor on {name}"
    )


async def test_a_deployment_is_scaled_to_what_is_typed(changing: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(changing, screen="cluster") as driven:
        await at(driven, "deploy payments /payments-worker", "payments-worker")
        await driven.press("s")
        await driven.shows("Scale payments/payments-worker", "2 now")
        await driven.press("backspace")
        await driven.type("-1")
        await driven.press("enter")
        await driven.shows("is no number of replicas")
        await driven.press("backspace", "backspace")
        await driven.type("3")
        await driven.press("enter")
        await driven.shows("Scale Deployment payments/payments-worker to 3", "to go on")
        await driven.type("payments-worker")
        await driven.press("enter")
        await driven.shows("is scaled from 2 to 3")
        await driven.shows("3/3")


async def test_a_node_is_cordoned_and_let_go(changing: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(changing, screen="cluster") as driven:
        await at(driven, "no /name:^node-3$", "node-3")
        await driven.shows("c cordon")
        await driven.press("c")
        await driven.shows("Cordon", "to go on")
        await driven.type("node-3")
        await driven.press("enter")
        await driven.shows("SchedulingDisabled")
        await driven.press("u")
        await driven.shows("to go on")
        await driven.type("node-3")
        await driven.press("enter")
        await driven.until(lambda: "SchedulingDisabled" not in driven.text, "the node's return")


async def test_a_cron_job_runs_now_and_is_suspended(changing: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(changing, screen="cluster") as driven:
        await at(driven, "cj payments", "payments-reconcile")
        await driven.press("t")
        await driven.shows("Run CronJob", "to go on")
        await driven.type("payments-reconcile")
        await driven.press("enter")
        await driven.until(lambda: "to go on" not in driven.text, "the end of the dialog")
        await driven.press("s")
        await driven.shows("Suspend", "to go on")
        await driven.press("escape")


async def test_what_the_user_may_not_do_is_dimmed_and_says_why(changing: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(changing, screen="cluster", context="prod-eu-viewer", monitoring=False) as driven:
        await at(driven, "deploy payments /payments-api", "payments-api")
        screen = driven.app.screen
        await driven.until(lambda: screen.why_not("object.delete"), "the refusal")
        assert "you may not delete deployments in payments" in screen.why_not("object.delete")
        assert screen.why_not("object.describe") == ""
        await driven.press("ctrl+d")
        await driven.shows("you may not delete deployments in payments")
        assert driven.app.screen is screen


async def test_read_only_dims_what_changes_and_nothing_else(changing: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(changing, screen="cluster", read_only=True) as driven:
        await at(driven, "deploy payments /payments-api", "payments-api")
        screen = driven.app.screen
        assert screen.why_not("operation.scale") == "this cockpit is read-only in prod-eu"
        assert screen.why_not("object.logs") == ""
        await driven.press("r")
        await driven.shows("this cockpit is read-only in prod-eu")


async def test_keys_that_mean_nothing_to_a_kind_are_not_there(changing: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(changing, screen="cluster", size=(200, 36)) as driven:
        await at(driven, "cm payments /settings", "payments-settings")
        assert "scale" not in keys(driven)
        assert "restart" not in keys(driven)
        assert "used by" in keys(driven)
        await at(driven, "deploy payments /payments-api", "payments-api")
        assert "s scale" in keys(driven)
        assert "r restart" in keys(driven)
        assert "used by" not in keys(driven)
        await at(driven, "po payments /payments-db-0", "payments-db-0")
        assert "scale" not in keys(driven)


async def test_from_an_object_to_its_owner_its_node_and_what_uses_it(
    changing: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(changing, screen="cluster") as driven:
        await at(driven, "po payments /payments-db-0", "payments-db-0")
        await driven.press("J")
        await driven.until(lambda: driven.app.screen.objects.kind.resource.kind == "StatefulSet", "the owner's kind")
        objects = driven.app.screen.objects
        await driven.until(lambda: objects.pointed and objects.pointed.ref.name == "payments-db", "the owner")
        await driven.press("J")
        await driven.shows("nothing controls payments/payments-db")
        await driven.press("left_square_bracket")
        await driven.until(lambda: objects.pointed and objects.pointed.ref.name == "payments-db-0", "the pod")
        await driven.press("o")
        await driven.until(lambda: objects.kind.resource.kind == "Node", "the node's kind")
        await driven.until(lambda: objects.pointed and objects.pointed.ref.name.startswith("node-"), "the node")
        await at(driven, "cm payments /settings", "payments-settings")
        await driven.press("u")
        await driven.shows("payments/payments-settings in use ▸ Pods")


async def test_names_are_copied(changing: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(changing, screen="cluster") as driven:
        copied: list[str] = []
        driven.app.copy_to_clipboard = copied.append
        await at(driven, "deploy payments", "payments-api")
        await driven.press("c")
        await driven.shows("copied payments-api")
        await driven.press("n")
        await driven.press("space", "space", "c")
        await driven.until(lambda: len(copied) == 3, "the copies")
        assert copied == ["payments-api", "payments", "payments-api\npayments-ledger"]
        await driven.press("C")
        await driven.shows("Copy", "READY")
        await driven.press("escape")


async def test_all_that_is_marked_is_named_and_done_by_one_answer(
    changing: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(changing, screen="cluster", context="staging-eu", monitoring=False) as driven:
        await command(driven, "deploy storefront")
        objects = driven.app.screen.objects
        await driven.until(lambda: objects.pointed is not None, "the deployments")
        names = [objects._target(key).ref.name for key in objects._view.listing.keys][:2]
        await driven.press("space", "space", "slash")
        await driven.type(names[0])
        await driven.press("enter")
        await driven.shows("2 marked, 1 of them not shown")
        await driven.press("r")
        await driven.shows("Restart 2 deployments", *names, "1 of 2 are marked but hidden by the filter")
        await driven.press("y")
        await driven.shows("2 done")


async def test_a_restart_is_followed_to_its_end(changing: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(changing, screen="cluster", context="staging-eu", monitoring=False) as driven:
        told: list[str] = []
        notify = driven.app.notify

        def keep(message: str, **how: Any) -> None:
            told.append(message)
            notify(message, **how)

        driven.app.notify = keep
        await at(driven, "deploy notifications /notifications-api", "notifications-api")
        await driven.press("r")
        await driven.shows("Restart Deployment")
        await driven.press("y")
        await driven.until(lambda: any("successfully rolled out" in words for words in told), f"the end: {told}")


async def test_a_node_is_drained_with_the_options_that_were_chosen(
    changing: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(changing, screen="cluster", context="staging-eu", monitoring=False) as driven:
        await command(driven, "no")
        objects = driven.app.screen.objects
        await driven.until(lambda: objects.pointed is not None, "the nodes")
        await driven.press("r")
        await driven.shows("Drain node-", "daemons stay", "lose emptyDir", "unmanaged too")
        await driven.press("down")
        await driven.press("ctrl+u")
        await driven.type("yes")
        await driven.press("down")
        await driven.press("ctrl+u")
        await driven.type("yes")
        await driven.press("enter")
        await driven.shows("Drain Node node-")
        await driven.press("y")
        await driven.shows("is drained")
