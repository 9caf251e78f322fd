"""One view of the board without the board's screen around it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import msgspec
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from cockpit.themes import THEMES, register_themes
from screens.board_view import BoardView, Picture
from state.board.model import Board, Card, Settings, empty_board
from state.board.needs import floor

NOW = 1_750_000_000.0
View = TypeVar("View", bound=BoardView)


def board_of(*cards: Card, **settings: Any) -> Board:
    return msgspec.structs.replace(
        empty_board(), cards={card.uid: card for card in cards}, settings=Settings(**settings)
    )


def picture(board: Board, shown: Callable[[Card], bool] = lambda card: True) -> Picture:
    """A board at NOW with the cards that are shown."""
    return Picture(
        board=board,
        shown=frozenset(uid for uid, card in board.cards.items() if shown(card)),
        marks=frozenset(),
        fresh=frozenset(),
        locked=floor(board),
        now=NOW,
    )


class Host(App[None]):
    """Shows one view, as the board's screen does, and hears what it says."""

    AUTO_FOCUS = None

    def __init__(self, view: BoardView) -> None:
        super().__init__()
        register_themes(self)
        self.theme = THEMES[0].name
        self.view = view
        self.entered = 0
        self.chosen: list[str] = []
        self.over: list[str | None] = []
        self.let_go: list[tuple[str, str | None, dict[str, Any]]] = []

    def compose(self) -> ComposeResult:
        yield self.view

    def on_board_view_entered(self) -> None:
        self.entered += 1

    def on_board_view_chosen(self, message: BoardView.Chosen) -> None:
        self.chosen.append(message.uid)

    def on_board_view_held(self, message: BoardView.Held) -> None:
        self.over.append(message.phase)

    def on_board_view_let_go(self, message: BoardView.LetGo) -> None:
        self.let_go.append((message.uid, message.phase, dict(message.fields)))

    @property
    def shown(self) -> list[str]:
        return [strip.text.rstrip() for strip in self.screen._compositor.render_strips()]

    @property
    def text(self) -> str:
        return "\n".join(self.shown)


@asynccontextmanager
async def look(view: View, board: Board, size: tuple[int, int]) -> AsyncIterator[tuple[Host, View, Pilot[None]]]:
    """Show a board in a view that has the keys."""
    app = Host(view)
    async with app.run_test(size=size) as pilot:
        view.show(picture(board))
        view.enter()
        await pilot.pause()
        yield app, view, pilot
