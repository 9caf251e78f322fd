"""Logs of several pods on the screen, and what is done with lines: picked, marked, copied, saved, uncovered."""

import json
import stat
import threading
from collections.abc import Callable
from typing import Any

import pytest

from cockpit.demo_world import Endpoints
from screens.logs import LogScreen
from state.cluster.log_masks import MASKS, own_masks
from state.cluster.log_options import LogOptions
from state.cluster.transport import Answer, Request, Stream
from state.pods_behind import pods_behind, selected_pods
from state.ref import GroupKind, Ref
from tests.screens.test_logs import api, opened, ready, running, texts
from widgets.log_view import LogView
from widgets.text_lines import Remark

DEPLOYMENT = Ref("prod-eu", GroupKind("apps", "Deployment"), "storefront", "storefront-web")
POD = Ref("c", GroupKind("", "Pod"), "shop", "web-0")
PATH = "/apis/apps/v1/namespaces/storefront/deployments/storefront-web/scale"


def view_of(driven: Any) -> Any:
    return driven.app._opened.session.view


async def several(driven: Any, pods: Any, **how: Any) -> LogScreen:
    await ready(driven)
    return await opened(driven, pods, **how)


def scale(driven: Any, replicas: int) -> None:
    body = json.dumps({"spec": {"replicas": replicas}}).encode()
    api(driven, Request(PATH, method="PATCH", body=body, content_type="application/merge-patch+json"))


def labels(screen: LogScreen) -> set[str]:
    return {line.partition(" ")[0] for line in texts(screen)}


async def test_pods_of_a_workload_come_in_one_and_those_that_join_or_go_do_so(
    simulated: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(simulated) as driven:
        await ready(driven)
        pods = pods_behind(view_of(driven), DEPLOYMENT)
        count = len(pods.rows())
        screen = await several(driven, pods)
        await driven.shows(
            "logs deployment storefront/storefront-web", f"· {count} pods · following", "newest 200 each"
        )
        await driven.until(lambda: len(labels(screen)) == count, "lines of each")
        assert not any(label.startswith("storefront-web") for label in labels(screen))
        before = labels(screen)
        scale(driven, count + 1)
        try:
            await driven.until(lambda: len(labels(screen)) == count + 1, "the new pod's lines")
            await driven.shows(f"· {count + 1} pods")
        finally:
            scale(driven, count)
        await driven.until(
            lambda: any("the pod is gone" in line for line in screen.query_one(LogView).lines), "its end"
        )
        await driven.shows(f"· {count} pods")
        assert before < labels(screen)


async def test_what_is_above_the_limit_is_refused_by_number(simulated: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(simulated) as driven:
        await ready(driven)
        pods = selected_pods(view_of(driven), "app.kubernetes.io/name in (storefront-web,payments-api)")
        count = len(pods.rows())
        assert count > 2
        screen = await several(driven, pods, options=LogOptions(streams=2))
        await driven.shows(f"▲ {count - 2} refused, at most 2")
        await driven.until(lambda: len(labels(screen)) == 2, "lines of two")


async def test_marked_pods_of_several_contexts_come_in_one_and_each_line_says_whose_it_is(
    simulated: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(simulated, screen="cluster", size=(140, 36)) as driven:
        await driven.shows("argocd-controller-0")
        await driven.press(":", *"pods @prod-eu,@staging-eu /payments-api", "enter")
        objects = driven.app.screen.objects
        await driven.until(
            lambda: (
                {key[0] for key in objects._view.listing.keys if objects._view.lists(key)} == {"prod-eu", "staging-eu"}
            ),
            "the pods of both",
        )
        await driven.press("home", "space", "end", "space", "l")
        await driven.until(lambda: isinstance(driven.app.screen, LogScreen), "the log")
        await driven.shows("2 pods of 2 contexts")
        screen = driven.app.screen
        await driven.until(lambda: labels(screen) == {"prod-eu", "staging-eu"}, "lines of both")


class Written:
    """A server of one pod whose log is what it is given, and then goes on without a line."""

    def __init__(self, *lines: str) -> None:
        stamps = (f"2026-11-24T03:10:{at % 60:02}.{at:06}000Z" for at in range(len(lines)))
        self.body = "".join(f"{moment} {line}\n" for moment, line in zip(stamps, lines, strict=True)).encode()
        self.pod = {"metadata": {"uid": "u"}, "spec": {"containers": [{"name": "web"}]}}

    def call(self, request: Request) -> Answer:
        return Answer(200, json.dumps(self.pod).encode())

    def open(self, request: Request) -> Stream:
        return Quiet(self.body)

    def close(self) -> None: ...


class Quiet:
    status = 200

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.ended = threading.Event()

    def read(self) -> bytes:
        body, self.body = self.body, b""
        if not body:
            self.ended.wait(60)
        return body

    def shutdown(self) -> None:
        self.ended.set()


async def written(driven: Any, *lines: str, **how: Any) -> LogScreen:
    await ready(driven)
    server = Written(*lines)
    screen = LogScreen(lambda: server, POD, **how)
    driven.app.push_screen(screen)
    await driven.until(lambda: screen.shown.reader.read == len(lines), "the lines")
    return screen


LINES = [
    "INFO one", "DEBUG two", "WARN three", "ERROR four", "  at five", "INFO six", "INFO seven", "INFO eight",
]  # fmt: skip


async def test_levels_are_picked_and_lines_around_them_shown(simulated: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(simulated) as driven:
        screen = await written(driven, *LINES)
        await driven.press("v")
        await driven.shows("info+ 7 of 8")
        await driven.press("v")
        await driven.shows("warn+ 3 of 8")
        await driven.press("v")
        await driven.shows("error+ 2 of 8")
        assert texts(screen) == LINES[3:5]
        await driven.press("plus")
        await driven.shows("error+ ±1 2 of 8")
        assert texts(screen) == LINES[2:6]
        await driven.press("minus", "v")
        await driven.until(lambda: texts(screen) == LINES, "all lines")
        await driven.press("slash")
        await driven.type("-C 2 three")
        await driven.until(lambda: texts(screen) == LINES[:5], "the lines around")
        await driven.press("enter", "escape")
        await driven.until(lambda: texts(screen) == LINES, "all lines")


async def test_marked_lines_are_copied_and_saved_and_without_marks_all(
    simulated: Endpoints, drive: Callable[..., Any], tmp_path: Any
) -> None:
    async with drive(simulated) as driven:
        screen = await written(driven, *LINES, folder=lambda: tmp_path / "saved")
        await driven.press("c")
        await driven.shows("copied 8 lines")
        assert driven.app.clipboard == "\n".join(LINES)
        await driven.press("space", "space", "k", "k", "ctrl+@", "k", "k", "space")
        await driven.shows("• 4 marked")
        await driven.press("c")
        await driven.until(lambda: driven.app.clipboard == "\n".join([LINES[3], *LINES[5:]]), "the marked lines")
        await driven.press("v")
        await driven.shows("info+", "• 4 marked")
        assert screen.query_one(LogView).marked == [LINES[3], *LINES[5:]]
        await driven.press("ctrl+s")
        await driven.shows("saved 4 lines")
        [path] = (tmp_path / "saved").iterdir()
        assert path.read_text() == "\n".join([LINES[3], *LINES[5:]]) + "\n"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        await driven.press("escape")
        await driven.until(lambda: "marked" not in driven.text, "no marks")
        assert "info+" in driven.text


async def test_a_mark_stands_behind_what_came_and_what_came_can_be_taken_away(
    simulated: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(simulated) as driven:
        screen = await written(driven, *LINES)
        view = screen.query_one(LogView)
        await driven.press("m")
        await driven.shows("── mark ")
        assert isinstance(view.lines[8], Remark)
        await driven.press("C")
        await driven.until(lambda: not len(view.lines), "nothing")


async def test_secrets_are_covered_until_they_are_asked_for_by_name(
    simulated: Endpoints, drive: Callable[..., Any]
) -> None:
    lines = ("login password=hunter2", "Bearer abcdefgh", "KD-1 bought", "fine")
    async with drive(simulated) as driven:
        screen = await written(driven, *lines, options=LogOptions(masks=(*MASKS, *own_masks({"customer": r"KD-\d"}))))
        await driven.shows("3 masked")
        shown = ["login password=***", "Bearer ***", "*** bought", "fine"]
        assert texts(screen) == shown
        await driven.press("c")
        assert "hunter2" not in driven.app.clipboard
        await driven.press("x")
        await driven.shows("Show which secrets here?", "bearer token", "customer", "password")
        await driven.press("down", "down", "enter")
        await driven.until(lambda: texts(screen)[0] == lines[0], "the password")
        assert texts(screen)[1:] == shown[1:]
        await driven.shows("secrets shown", "2 masked")
        await driven.press("x", "down", "down", "enter")
        await driven.until(lambda: texts(screen) == shown, "the password covered")


async def test_a_mask_that_runs_on_for_ever_hides_what_it_would_look_at(
    simulated: Endpoints, drive: Callable[..., Any]
) -> None:
    endless = own_masks({"endless": r"(\S+\s*)+\S+~"})
    async with drive(simulated) as driven:
        await ready(driven)
        server = Written("a" * 60)
        screen = LogScreen(lambda: server, POD, options=LogOptions(masks=endless))
        driven.app.push_screen(screen)
        await driven.shows("the mask 'endless'", "takes too long")
        await driven.until(lambda: texts(screen), "a line")
        assert texts(screen) == ["*** not shown: the mask 'endless' of the configuration takes too long"]


@pytest.mark.parametrize("size", [(80, 24), (146, 36)])
async def test_a_log_of_many_lines_is_shown_another_way_with_its_place_kept(
    simulated: Endpoints, drive: Callable[..., Any], size: tuple[int, int]
) -> None:
    async with drive(simulated, size=size) as driven:
        lines = [f'{{"level":"info","msg":"line {n}"}}' for n in range(20_000)]
        screen = await written(driven, *lines)
        view = screen.query_one(LogView)
        await driven.until(lambda: len(view.lines) == 20_000, "all lines")
        await driven.press("s", "pageup", "pageup")
        top = view.lines[view.top]
        await driven.press("J")
        await driven.until(lambda: view.lines[0].startswith("{"), "the lines as written")
        assert json.loads(view.lines[view.top])["msg"] == top.removeprefix("INFO  ")
        await driven.press("J")
        await driven.until(lambda: view.lines[view.top] == top, "the same place")


async def test_the_key_on_a_running_pod_s_log_still_opens_one_pod(
    simulated: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(simulated) as driven:
        await ready(driven)
        screen = await opened(driven, running(driven, "payments-api"))
        await driven.shows("· following")
        await driven.press("a")
        await driven.shows("all containers ·")
        await driven.press("a")
        await driven.until(lambda: "all containers ·" not in driven.text, "its own container")
        assert not screen.shown.showing.labels
