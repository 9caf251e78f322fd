"""Dialogs, each over an empty app."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.screen import ModalScreen

from cockpit.themes import THEMES, register_themes
from state.board.model import Board
from tests.screens.dialogs.boards import FULL, LATER, PLAIN, a_board, hostile_board


class Asking(App[None]):
    """Asks one question and keeps the answer."""

    def __init__(self, dialog: ModalScreen[Any]) -> None:
        super().__init__()
        register_themes(self)
        self.theme = THEMES[0].name
        self.dialog = dialog
        self.answers: list[Any] = []

    def on_mount(self) -> None:
        self.push_screen(self.dialog, self.answers.append)


class Asked:
    """A dialog that is open, and the keys to it."""

    def __init__(self, app: Asking, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def answers(self) -> list[Any]:
        return self.app.answers

    @property
    def lines(self) -> list[str]:
        return [strip.text.rstrip() for strip in self.app.screen._compositor.render_strips()]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def words(self) -> str:
        """What is inside the box as one line, however it is wrapped."""
        return " ".join(" ".join(line.strip(" │╭╮╰╯─") for line in self.lines).split())

    @property
    def field(self) -> str:
        """The field that has the focus."""
        focused = self.app.focused
        return (focused.id or "").removeprefix("field-") if focused else ""

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        await self.press(*(" " if letter == " " else letter for letter in text))

    async def fill(self, text: str) -> None:
        """Write a text in place of what the field of one line holds."""
        await self.press("end", "ctrl+u")
        await self.type(text)

    async def go_to(self, field: str) -> None:
        """Press tab until a field has the focus."""
        for _ in range(80):
            if self.field == field:
                return
            await self.press("tab")
        raise AssertionError(f"tab does not come to {field}:\n{self.text}")


@pytest.fixture
def asked() -> Callable[..., Any]:
    """Open a dialog: `async with asked(dialog, size=(80, 24)) as it`."""

    @asynccontextmanager
    async def opened(dialog: ModalScreen[Any], size: tuple[int, int] = (80, 24)) -> AsyncIterator[Asked]:
        app = Asking(dialog)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield Asked(app, pilot)

    return opened


@pytest.fixture
def board() -> Board:
    return a_board(FULL, PLAIN, LATER)


@pytest.fixture
def hostile() -> Board:
    return hostile_board()
