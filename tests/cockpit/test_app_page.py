"""From the names on a card to the page of an app."""

from types import SimpleNamespace
from typing import Any

import pytest

from cockpit.app_page import AppPages
from state.apps.model import App, AppHealth


def app(name: str, namespace: str) -> App:
    return App(name, "prod", namespace, False, (), "", 0, 0, AppHealth.WELL, "", None, (namespace,))


APPS = (app("payments", "pay"), app("shop", "a"), app("shop", "b"))


class Pages(AppPages):
    """Pages that are only named."""

    def page(self, app: App) -> Any:
        return f"page of {app.key}"


class Seen:
    """A screen that remembers what was asked of its app; `answer` is what is chosen."""

    def __init__(self, answer: str | None = None) -> None:
        self.pushed: list[Any] = []
        self.said: list[str] = []
        self.asked = 0
        self.answer = answer
        self.app = self

    def push_screen(self, screen: Any) -> None:
        self.pushed.append(screen)

    async def push_screen_wait(self, screen: Any) -> str | None:
        self.asked += 1
        return self.answer

    def notify(self, text: str, **_: Any) -> None:
        self.said.append(text)


@pytest.mark.parametrize(
    ("names", "answer", "pushed", "asked"),
    [
        (("Payments",), None, ["page of prod/pay/payments"], 0),
        (("gone", "payments"), None, ["page of prod/pay/payments"], 0),
        (("shop",), "prod/b/shop", ["page of prod/b/shop"], 1),
        (("shop",), None, [], 1),
    ],
)
async def test_a_name_leads_to_its_page(names: tuple[str, ...], answer: str | None, pushed: Any, asked: int) -> None:
    seen: Any = Seen(answer)
    await pages().open(seen, names)
    assert (seen.pushed, seen.asked, seen.said) == (pushed, asked, [])


async def test_a_name_that_no_app_has_says_so() -> None:
    seen: Any = Seen()
    await pages().open(seen, ("gone\x1b[1m", "lost"))
    assert seen.said == ["no app called gone or lost is in prod"]
    assert seen.pushed == []


def pages() -> Pages:
    nothing: Any = None
    platform: Any = SimpleNamespace(context=SimpleNamespace(name="prod"))
    return Pages(platform, nothing, lambda: APPS, nothing, nothing, nothing, None, None)
