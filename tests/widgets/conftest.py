"""A bare app around the widgets under test."""

from collections.abc import Callable

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.message import Message
from textual.widget import Widget

from cockpit.themes import THEMES, register_themes


class Stage(App[None]):
    """Shows the given widgets under one of the cockpit's themes and remembers their messages."""

    def __init__(self, *widgets: Widget, theme: str = THEMES[0].name) -> None:
        super().__init__()
        self.given = widgets
        register_themes(self)
        self.theme = theme
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield from self.given

    def of(self, kind: type[Message]) -> list[Message]:
        """The messages of a kind heard so far, oldest first."""
        return list({id(message): message for message in self.heard if type(message) is kind}.values())


Text = Callable[[Widget], list[str]]


@pytest.fixture
def stage() -> type[Stage]:
    return Stage


@pytest.fixture
def text() -> Text:
    """The lines a widget shows, without trailing blanks."""

    def lines(widget: Widget) -> list[str]:
        width, height = widget.region.size
        return [strip.text.rstrip() for strip in widget.render_lines(Region(0, 0, width, height))]

    return lines


@pytest.fixture
def screen_text() -> Callable[[App[None]], list[str]]:
    """The lines of an app's screen, all widgets together, without trailing blanks."""

    def lines(app: App[None]) -> list[str]:
        return [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]

    return lines
