"""An object read as text: described and as YAML, searched, kept when it cannot be read again."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from cockpit.demo_world import Endpoints
from screens.object import ObjectScreen
from state.cluster.errors import ApiError, Unreachable
from widgets.fold_view import FoldView


class Source:
    """An object whose texts and troubles the test decides."""

    def __init__(self) -> None:
        self.lines = [f"key-{n}: value {n}" for n in range(200)]
        self.error: Exception | None = None
        self.reads = 0
        self.hold = threading.Event()
        self.hold.set()

    def read(self) -> str:
        self.reads += 1
        self.hold.wait(20)
        if self.error is not None:
            raise self.error
        return "\n".join(self.lines) + "\n"

    def other(self) -> str:
        return "apiVersion: v1\nkind: Pod\n"


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screens.sheets.EVERY", 0.1)
    monkeypatch.setattr("screens.sheets.SLOW", 0.2)


async def opened(driven: Any, source: Source) -> FoldView:
    screen = ObjectScreen("Pod payments/api", {"describe": source.read, "yaml": source.other}, "describe")
    driven.app.push_screen(screen)
    await driven.shows("describe Pod payments/api")
    return screen.query_one(FoldView)


async def test_describe_and_yaml_of_a_pod_are_a_key_apart(simulated: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(simulated, screen="cluster", size=(80, 24)) as driven:
        await driven.shows("argocd-controller-0")
        await driven.press("slash")
        await driven.type("argocd-controller-0")
        await driven.until(lambda: "argocd-redis" not in driven.text, "the filter")
        await driven.press("enter", "d")
        await driven.shows("describe Pod argocd/argocd-controller-0", "Service Account:", "read ")
        await driven.press("y")
        await driven.shows("yaml Pod argocd/argocd-controller-0", "apiVersion: v1", "kind: Pod")
        await driven.press("d")
        await driven.shows("Service Account:")
        await driven.press("G")
        await driven.shows("Events:")
        await driven.press("escape")
        await driven.until(lambda: not isinstance(driven.app.screen, ObjectScreen), "the way back")


async def test_the_place_stays_when_the_text_changes(
    simulated: Endpoints, drive: Callable[..., Any], source: Source, hurried: None
) -> None:
    async with drive(simulated) as driven:
        view = await opened(driven, source)
        await driven.shows("key-0: value 0")
        view.scroll_to(y=100, animate=False)
        await driven.shows("key-100: value 100")
        source.lines = ["new: here", *source.lines[:50], "new: there", *source.lines[50:]]
        await driven.until(lambda: view.lines[0] == "new: here", "the new text")
        assert view.lines[view.top] == "key-100: value 100"
        await driven.press("y")
        await driven.shows("apiVersion: v1")
        await driven.press("d")
        await driven.until(lambda: view.lines[view.top] == "key-100: value 100", "the place")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ApiError(404, "NotFound", 'pods "api" not found'), "it is gone"),
        (ApiError(403, "Forbidden", "pods is forbidden"), "pods is forbidden"),
        (Unreachable("connection refused"), "connection refused"),
        (ValueError("odd"), "a defect, the log has it: ValueError"),
    ],
)
async def test_what_was_seen_last_stays_with_words(
    simulated: Endpoints, drive: Callable[..., Any], source: Source, hurried: None, error: Exception, words: str
) -> None:
    async with drive(simulated) as driven:
        await opened(driven, source)
        await driven.shows("key-0: value 0")
        source.error = error
        await driven.shows(words, "last seen", "key-0: value 0")
        source.error = None
        await driven.until(lambda: words not in driven.text, "the recovery")


async def test_a_first_reading_that_fails_says_why(
    simulated: Endpoints, drive: Callable[..., Any], source: Source, hurried: None
) -> None:
    source.error = ApiError(403, "Forbidden", "secrets is forbidden\x1b[31m")
    async with drive(simulated) as driven:
        await opened(driven, source)
        await driven.shows("✗ secrets is forbidden")
        assert "\x1b" not in driven.text


async def test_a_server_that_hangs_is_told_and_asked_once(
    simulated: Endpoints, drive: Callable[..., Any], source: Source, hurried: None
) -> None:
    async with drive(simulated) as driven:
        await opened(driven, source)
        await driven.shows("key-0: value 0")
        source.hold.clear()
        await driven.shows("no answer for", "last seen", "key-0: value 0")
        asked = source.reads
        await driven.shows("no answer for 1s")
        assert source.reads == asked
        source.hold.set()
        await driven.until(lambda: "no answer" not in driven.text, "the answer")


async def test_words_are_looked_for_in_place(simulated: Endpoints, drive: Callable[..., Any], source: Source) -> None:
    async with drive(simulated) as driven:
        view = await opened(driven, source)
        await driven.shows("key-0: value 0")
        await driven.press("slash")
        await driven.type("value 1[57]0$")
        await driven.shows("key-150: value 150")
        await driven.press("enter", "n")
        await driven.shows("key-170: value 170")
        await driven.press("n")
        await driven.shows("key-150: value 150")
        await driven.press("N")
        await driven.shows("key-170: value 170")
        await driven.press("slash", "x")
        await driven.shows("is not in it")
        await driven.press("(")
        await driven.shows("not a regular expression yet")
        await driven.press("escape")
        await driven.until(lambda: not view.pattern, "the end of the search")


async def test_a_pattern_without_end_is_given_up(
    simulated: Endpoints, drive: Callable[..., Any], source: Source
) -> None:
    source.lines = ["a" * 60 + "!"] * 100
    async with drive(simulated) as driven:
        view = await opened(driven, source)
        await driven.shows("aaaa")
        driven.app.screen.query_one("#bar").open("/", "(a+)+$")
        await driven.press("enter")
        await driven.shows("takes too long")
        assert not view.pattern


async def test_a_selection_is_not_taken_away(
    simulated: Endpoints, drive: Callable[..., Any], source: Source, hurried: None
) -> None:
    async with drive(simulated) as driven:
        view = await opened(driven, source)
        await driven.shows("key-3: value 3")
        pilot, screen = driven.pilot, driven.app.screen
        await pilot.mouse_down(FoldView, offset=(1, 3))
        await pilot.hover(FoldView, offset=(6, 3))
        await pilot.mouse_up(FoldView, offset=(6, 3))
        await driven.until(screen.get_selected_text, "the selection")
        selected = screen.get_selected_text()
        assert selected in "key-3: value 3"
        source.lines = ["new: here", *source.lines]
        # A question that was under way had its answer before this is said.
        await driven.shows("read 1s ago")
        assert screen.get_selected_text() == selected
        screen.clear_selection()
        await driven.until(lambda: view.lines[0] == "new: here", "the new text")
