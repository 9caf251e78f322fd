"""A screen on top of an empty app, updated as the program does it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from textual.app import App
from textual.message import Message
from textual.pilot import Pilot

from cockpit.themes import THEMES, register_themes
from screens.frame import Frame

PATIENCE = 20.0


class Host(App[None]):
    """Shows one screen and keeps what it asks for."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        register_themes(self)
        self.theme = THEMES[0].name
        self.animation_level = "none"
        self.frame = frame
        self.wanted: list[Message] = []

    def on_mount(self) -> None:
        self.push_screen(self.frame)
        self.set_interval(0.03, self.go_round)

    def go_round(self) -> None:
        on_top = self.screen
        if isinstance(on_top, Frame) and on_top.ready and on_top.is_attached:
            on_top.keep_focus()
            on_top.update()

    def on_object_wanted(self, message: Message) -> None:
        self.wanted.append(message)


class Hosted:
    """A screen that is open, and the keys to it."""

    def __init__(self, app: Host, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self.frame: Any = app.frame

    @property
    def lines(self) -> list[str]:
        return [strip.text.rstrip() for strip in self.app.screen._compositor.render_strips()]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        await self.pilot.press(*(" " if key == " " else key for key in text))

    async def until(self, condition: Callable[[], Any], what: str = "") -> None:
        """Wait until something holds; say what was on the screen when it does not come."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, f"{what or 'the condition'} does not come:\n{self.text}"
            await asyncio.sleep(0.02)

    async def shows(self, *words: str) -> None:
        """Wait until all of these are on the screen."""
        await self.until(lambda: all(word in self.text for word in words), f"{words}")


@asynccontextmanager
async def hosted(frame: Frame, size: tuple[int, int] = (100, 30)) -> AsyncIterator[Hosted]:
    app = Host(frame)
    async with app.run_test(size=size, notifications=True) as pilot:
        yield Hosted(app, pilot)
