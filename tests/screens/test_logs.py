"""Logs on the screen, against a simulated cluster: followed, filtered, and told why there are none."""

import json
import re
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from cockpit.demo_world import Endpoints
from screens.logs import LogScreen
from state.cluster.errors import Unreachable
from state.cluster.transport import Answer, Request, Stream
from state.ref import GroupKind, Ref
from widgets.log_view import LogView
from widgets.text_lines import Remark

POD = GroupKind("", "Pod")


@contextmanager
def fault(world: Endpoints, **one: Any) -> Iterator[None]:
    """A fault of the simulated server for as long as the block lasts."""

    def switch(method: str, body: bytes | None = None) -> None:
        asked = urllib.request.Request(f"{world.kubernetes}/_simulator/faults", body, method=method)
        urllib.request.urlopen(asked).close()

    switch("PUT", json.dumps({"faults": [one]}).encode())
    try:
        yield
    finally:
        switch("DELETE")


def api(driven: Any, request: Request) -> None:
    """Ask the server for a change."""
    answer = driven.app._opened.session.cluster.transport().call(request)
    assert answer.status < 300, answer.body


@contextmanager
def pod(
    driven: Any, name: str, *containers: str, image: str = "", resources: Any = None, **metadata: Any
) -> Iterator[Ref]:
    """A pod in namespace storefront for as long as the block lasts."""
    image = image or "registry.example/storefront-web:v3.1.0"
    spec = {"containers": [{"name": one, "image": image, "resources": resources or {}} for one in containers]}
    path = "/api/v1/namespaces/storefront/pods"
    body = json.dumps({"metadata": {"name": name, **metadata}, "spec": spec}).encode()
    api(driven, Request(path, method="POST", body=body))
    try:
        yield Ref("prod-eu", POD, "storefront", name)
    finally:
        api(driven, Request(f"{path}/{name}", (("gracePeriodSeconds", "0"),), "DELETE"))


def running(driven: Any, part: str) -> Ref:
    """A pod whose name holds `part`, with a log."""
    view = driven.app._opened.session.view
    found = next(row for row in view.feed(POD).mirror if part in row.name)
    return view.feed(POD).kind.ref("prod-eu", found)


async def opened(driven: Any, ref: Ref, **how: Any) -> LogScreen:
    screen = LogScreen(driven.app._opened.session.cluster.transport, ref, **how)
    driven.app.push_screen(screen)
    await driven.until(lambda: screen.ready and driven.app.screen is not None, "the log screen")
    return screen


async def ready(driven: Any) -> None:
    await driven.until(lambda: any("storefront-web" in row.name for row in pods(driven)), "the pods")


def pods(driven: Any) -> Any:
    return driven.app._opened.session.view.feed(POD).mirror


def texts(screen: LogScreen) -> list[str]:
    return [line for line in screen.query_one(LogView).lines if not isinstance(line, Remark)]


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_log_is_followed_from_the_key_on_its_pod(
    simulated: Endpoints, drive: Callable[..., Any], size: tuple[int, int]
) -> None:
    async with drive(simulated, screen="cluster", size=size) as driven:
        await driven.shows("argocd-controller-0")
        await driven.press("slash")
        await driven.type("storefront-web")
        await driven.until(lambda: "argocd" not in driven.text, "the filter")
        await driven.press("enter", "l")
        await driven.until(lambda: isinstance(driven.app.screen, LogScreen), "the log")
        await driven.shows("logs storefront/", "· following", "newest 1000")
        screen = driven.app.screen
        view = screen.query_one(LogView)
        await driven.until(lambda: len(texts(screen)) > 5, "lines")
        first = len(texts(screen))
        await driven.until(lambda: len(texts(screen)) > first, "one more line")
        assert view.scroll_offset.y == view.max_scroll_y
        assert texts(screen)[-1][: size[0] - 3] in driven.text
        await driven.press("escape")
        await driven.until(lambda: not isinstance(driven.app.screen, LogScreen), "the way back")


async def test_moving_up_stays_there_until_the_end_is_asked_for(
    simulated: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(simulated) as driven:
        await ready(driven)
        screen = await opened(driven, running(driven, "storefront-web"))
        view = screen.query_one(LogView)
        await driven.until(lambda: len(texts(screen)) > 60, "lines")
        await driven.press("k", "k")
        await driven.shows("· not following")
        top = view.lines[view.top]
        count = len(texts(screen))
        await driven.until(lambda: len(texts(screen)) > count, "one more line")
        assert view.lines[view.top] == top
        await driven.press("G")
        await driven.shows("· following")
        await driven.press("s")
        await driven.shows("· not following")
        await driven.press("s")
        await driven.shows("· following")


async def test_only_lines_that_match_are_shown_or_only_the_others(
    simulated: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(simulated) as driven:
        await ready(driven)
        screen = await opened(driven, running(driven, "payments-api"))
        await driven.until(lambda: len(texts(screen)) > 60, "lines")
        await driven.press("slash")
        await driven.type("method=POST")
        await driven.until(lambda: all("method=POST" in line for line in texts(screen)), "the filter")
        assert 0 < len(texts(screen)) < screen.shown.reader.read
        await driven.press("enter", "slash", "home")
        await driven.type("!")
        await driven.press("enter")
        await driven.until(
            lambda: texts(screen) and not any("method=POST" in line for line in texts(screen)), "the others"
        )
        await driven.press("slash")
        await driven.press("ctrl+u")
        await driven.type("no such word")
        await driven.shows("lines matches 'no such word'")
        await driven.press("ctrl+u")
        await driven.type("(half")
        await driven.shows("not a regular expression yet")
        await driven.press("escape")
        await driven.until(lambda: len(texts(screen)) == screen.shown.reader.read, "every line")


async def test_a_pattern_without_end_is_refused_and_harms_nothing(
    simulated: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(simulated) as driven:
        await ready(driven)
        screen = await opened(driven, running(driven, "payments-api"))
        await driven.until(lambda: len(texts(screen)) > 60, "lines")
        screen.query_one("#bar").open("/", r"(\S+\s*)+\S+~")
        await driven.press("enter")
        await driven.shows("takes too long")
        await driven.press("escape")
        count = len(texts(screen))
        await driven.until(lambda: len(texts(screen)) > count, "one more line")


async def test_times_and_parts_are_a_key_away(simulated: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(simulated) as driven:
        await ready(driven)
        begun = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        screen = await opened(driven, running(driven, "payments-api"))
        await driven.until(lambda: len(texts(screen)) >= 1000, "the newest lines")
        # What was written while it opened comes on top of the thousand.
        await driven.press("J")
        await driven.until(lambda: texts(screen)[-1].startswith("{"), "the lines as they were written")
        shown = texts(screen)
        written = sum(found[1] >= begun for line in shown if (found := re.search(r'"ts": "([^"]+)"', line)))
        assert 1000 <= len(shown) <= 1000 + written
        await driven.press("t")
        await driven.until(lambda: re.match(r"(\d\d-\d\d )?\d\d:\d\d:\d\d  \{", texts(screen)[0]), "the times")
        await driven.press("2")
        await driven.shows("last 1m")
        await driven.until(lambda: 0 < len(texts(screen)) < 200, "fewer lines")
        await driven.press("1")
        await driven.shows("oldest 5000", "not following")
        await driven.until(lambda: len(texts(screen)) > 1000, "all lines")
        assert screen.query_one(LogView).scroll_offset.y == 0
        await driven.press("0", "w")
        await driven.shows("newest 1000", "· following")
        await driven.until(lambda: '"trace"' in driven.text, "the ends of long lines")


async def test_the_run_before_a_crash_is_one_key_away(night: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(night) as driven:

        def crashing() -> Any:
            return next((row for row in pods(driven) if row.namespace == "payments" and row.restarts > 0), None)

        await driven.until(crashing, "a pod that crashes")
        ref = Ref("prod-eu", POD, "payments", crashing().name)
        screen = await opened(driven, ref)
        await driven.shows("FATAL config: PAYMENTS_DB_URL is not set")
        await driven.press("p")
        await driven.shows("previous run", "FATAL config: PAYMENTS_DB_URL is not set")
        await driven.until(lambda: screen._feed.ended, "its end")
        await driven.press("p")
        await driven.until(lambda: "previous run" not in driven.text, "the current run")
        await driven.shows("── the container ended: Error, exit code 1 ──")


async def test_of_several_containers_one_is_asked_for(simulated: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(simulated) as driven:
        with pod(driven, "twins", "app", "helper") as ref:
            screen = await opened(driven, ref)
            await driven.shows("Whose log?", "app", "helper")
            await driven.press("down", "enter")
            await driven.shows("logs storefront/twins · helper")
            await driven.until(lambda: screen.shown.reader.read, "lines")
            await driven.press("o", "up", "enter")
            await driven.shows("logs storefront/twins · app")
            await driven.press("a")
            await driven.shows("logs storefront/twins · all containers")
            await driven.until(lambda: {line.partition(" ")[0] for line in texts(screen)} == {"app", "helper"}, "both")
        await driven.shows("the pod is gone")


async def test_the_annotated_container_needs_no_question(simulated: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(simulated) as driven:
        annotations = {"kubectl.kubernetes.io/default-container": "helper"}
        with pod(driven, "annotated", "app", "helper", annotations=annotations) as ref:
            await opened(driven, ref)
            await driven.shows("logs storefront/annotated · helper")


async def test_an_empty_log_says_which_empty_it_is(simulated: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(simulated) as driven:
        with pod(driven, "unpulled", "app", image="registry.example/nowhere:v9") as ref:
            await opened(driven, ref)
            await driven.shows("the container has not started", "Image")
            await driven.press("p")
            await driven.shows("no run before this one", "p shows the current one")
            await driven.press("escape")
        with pod(driven, "too-big", "app", resources={"requests": {"cpu": "4000"}}) as ref:
            await opened(driven, ref)
            await driven.shows("the container has not started: Unschedulable: 0/12 nodes are available")
            await driven.press("escape")
        await opened(driven, Ref("prod-eu", POD, "storefront", "never-was"))
        await driven.shows("the pod is gone")
        await driven.press("escape")
        await ready(driven)
        with fault(simulated, kind="403", path="*/log?*"):
            await opened(driven, running(driven, "storefront-web"))
            await driven.shows("denied")


async def test_lines_stay_and_go_on_when_the_connection_breaks(simulated: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(simulated) as driven:
        await ready(driven)
        screen = await opened(driven, running(driven, "payments-api"))
        await driven.until(lambda: len(texts(screen)) > 100, "lines")
        with fault(simulated, kind="reset", path="*/log?*"):
            await driven.shows("stale")
            assert len(texts(screen)) > 100
            assert "INFO  " in driven.text
        await driven.shows("── connection lost for")
        lines = texts(screen)
        assert len(lines) == len(set(lines))


async def test_a_closed_log_leaves_no_thread(simulated: Endpoints, drive: Callable[..., Any]) -> None:
    def readers() -> list[str]:
        return [thread.name for thread in threading.enumerate() if thread.name.startswith("log of")]

    async with drive(simulated) as driven:
        await ready(driven)
        for _ in range(5):
            screen = await opened(driven, running(driven, "payments-api"))
            await driven.until(lambda screen=screen: screen.shown.reader.read, "lines")
            assert len(readers()) >= 1
            await driven.press("escape")
            await driven.until(lambda screen=screen: not screen.is_attached, "the way back")
        await driven.until(lambda: not readers(), "the end of the threads")


class Odd:
    """A server that answers everything with one object."""

    def __init__(self, found: dict[str, Any]) -> None:
        self.found = found

    def call(self, request: Request) -> Answer:
        return Answer(200, json.dumps(self.found).encode())

    def open(self, request: Request) -> Stream:
        raise Unreachable("there is no log")


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"spec": {"containers": []}}, "the pod names no container"),
        ({"spec": {"containers": 5}}, "a defect, the log has it: TypeError"),
        ({"spec": {"containers": [{"name": "app"}]}, "status": {"containerStatuses": 5}}, "there is no log"),
    ],
)
async def test_a_pod_of_an_odd_shape_is_told(
    simulated: Endpoints, drive: Callable[..., Any], found: dict[str, Any], words: str
) -> None:
    async with drive(simulated) as driven:
        driven.app.push_screen(LogScreen(lambda: Odd(found), Ref("prod-eu", POD, "storefront", "odd")))
        await driven.shows("logs storefront/odd", words)
        await driven.press("escape")
        await driven.until(lambda: not isinstance(driven.app.screen, LogScreen), "the way back")


async def test_a_new_pod_of_the_name_may_have_other_containers(simulated: Endpoints, drive: Callable[..., Any]) -> None:
    annotations = {"kubectl.kubernetes.io/default-container": "app"}
    async with drive(simulated) as driven:
        with pod(driven, "again", "app", annotations=annotations) as ref:
            screen = await opened(driven, ref)
            await driven.until(lambda: screen.shown.reader.read, "lines")
        await driven.shows("the pod is gone")
        with pod(driven, "again", "other", "helper"):
            await driven.until(lambda: "other" in screen._feed.pods.containers.names, "the new pod")
            await driven.press("o")
            await driven.shows("Whose log?", "all containers")
            await driven.press("enter")
            await driven.shows("logs storefront/again · other")
