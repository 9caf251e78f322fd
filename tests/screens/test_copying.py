"""Copying files by two paths, through preview and confirmation."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cockpit.demo_world import Endpoints
from screens.copying import copy_files
from screens.doing import Doing
from screens.shell import Wanted, attach, open_shell
from state.cluster import requests
from state.journal.journal import Journal
from state.ref import GroupKind, Ref


def wanted(driven: Any) -> Wanted:
    transport = driven.app._opened.session.cluster.transport
    pod = requests.get(transport(), "/api/v1/namespaces/payments/pods/payments-db-0")
    return Wanted(transport, Ref("prod-eu", GroupKind("", "Pod"), "payments", "payments-db-0"), pod["metadata"]["uid"])


def doing(tmp_path: Path, *, read_only: bool = False) -> Doing:
    return Doing(
        Journal(tmp_path / "journal"), "ana", lambda context: read_only, lambda context: "prod" in context, "prod-eu"
    )


async def test_a_file_comes_out_of_a_container(simulated: Endpoints, drive: Callable[..., Any], tmp_path: Path) -> None:
    async with drive(simulated, screen="cluster", size=(120, 36)) as driven:
        await driven.shows("Pods")
        app = driven.app
        target = tmp_path / "copied"
        app.run_worker(copy_files(app.screen, doing(tmp_path), wanted(driven)))
        await driven.shows("Copy files, payments/payments-db-0", "from the container", "to the container")
        await driven.press("enter")
        await driven.shows("Copy what of the container")
        await driven.type("etc/hostname")
        await driven.press("enter")
        await driven.shows("is no path from the root of the container")
        await driven.press("home", "slash", "enter")
        await driven.shows("Copy it where on this machine", "./hostname")
        await driven.press("ctrl+u")
        await driven.type(str(target))
        await driven.press("enter")
        await driven.shows("Copy /etc/hostname from payments-db-0", "do it")
        await driven.press("y")
        await driven.until(target.exists, "the copy")
        assert target.read_text() == "payments-db-0\n"


async def test_without_a_terminal_there_is_no_shell_and_it_says_so(
    simulated: Endpoints, drive: Callable[..., Any], tmp_path: Path
) -> None:
    async with drive(simulated, screen="cluster") as driven:
        await driven.shows("Pods")
        app = driven.app
        for work in (open_shell, attach):
            await work(app.screen, doing(tmp_path), wanted(driven))
        await driven.until(lambda: len(app._notifications) == 2, "the words")
        assert all("needs a terminal of its own" in one.message for one in app._notifications)


async def test_a_read_only_cockpit_enters_nothing(
    simulated: Endpoints, drive: Callable[..., Any], tmp_path: Path
) -> None:
    async with drive(simulated, screen="cluster") as driven:
        await driven.shows("Pods")
        app = driven.app
        await open_shell(app.screen, doing(tmp_path, read_only=True), wanted(driven))
        words = "shell: this cockpit is read-only in prod-eu"
        await driven.until(lambda: [one.message for one in app._notifications] == [words], words)
