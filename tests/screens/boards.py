"""The board's screen over a store in memory, driven by keys and mouse."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import msgspec
from textual import events
from textual.app import App
from textual.pilot import Pilot

from cockpit.themes import THEMES, register_themes
from screens.board import BoardScreen
from screens.board.columns import ColumnsView
from state.board.changes import Change, apply
from state.board.desk import Desk
from state.board.model import Board, Card, CardState, empty_board
from state.board.store import Conflict, History, Version

CARDS = (
    Card(uid="101", number=1, title="Cluster as code", phase="mvp", rank="a0", points=13, state=CardState.DONE),
    Card(uid="102", number=2, title="Secrets", phase="mvp", rank="a1", points=5, floor=True, owner="dara"),
    Card(uid="103", number=3, title="Tracing", phase="mvp", rank="a2", points=8, owner="chi"),
    Card(uid="104", number=4, title="Canary", phase="phase-2", rank="a3", points=8),
    Card(uid="105", number=5, title="Portal", phase="phase-3", rank="a4", points=20, needs=("104",)),
    Card(uid="106", number=6, title="GPU nodes", phase="unplanned", rank="a5"),
    Card(uid="107", number=7, title="Own DNS", phase="dropped", rank="a6", points=5),
)


class Store:
    """A board in memory whose writes wait while the gate is shut."""

    notes: tuple[str, ...] = ()

    def __init__(self, board: Board) -> None:
        self.board = board
        self.version = 1
        self.gate = threading.Event()
        self.gate.set()

    def load(self) -> tuple[Board, Version]:
        return self.board, Version(str(self.version))

    def commit(self, base: Version, changes: Sequence[Change]) -> Version | Conflict:
        self.gate.wait(20)
        self.board = apply(self.board, changes)
        self.version += 1
        return Version(str(self.version))

    def changed(self) -> bool:
        return False

    def history(self) -> History:
        return History(())


class Cockpit(App[None]):
    def __init__(self, desk: Desk) -> None:
        super().__init__()
        register_themes(self)
        self.theme = THEMES[0].name
        self.desk = desk
        self.board = BoardScreen(desk)

    def on_mount(self) -> None:
        self.push_screen(self.board)

    @property
    def shown(self) -> str:
        return "\n".join(strip.text.rstrip() for strip in self.screen._compositor.render_strips())


def board_of(*cards: Card) -> Board:
    return msgspec.structs.replace(empty_board(), cards={card.uid: card for card in cards})


class Table:
    """The board screen at work, with what a test asks of it."""

    def __init__(self, app: Cockpit, pilot: Pilot[None], store: Store) -> None:
        self.app, self.pilot, self.store = app, pilot, store

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def paste(self, text: str) -> None:
        """Paste as a terminal does, in one piece."""
        self.app.post_message(events.Paste(text))
        await self.pilot.pause()
        await self.pilot.pause()

    def where(self, words: str) -> tuple[int, int]:
        """The cell of the screen where words begin."""
        return next((line.index(words), y) for y, line in enumerate(self.shown.splitlines()) if words in line)

    async def drag(self, *places: tuple[int, int], let_go: bool = True) -> None:
        """Press the button at the first place, carry over the others, and release it at the last."""
        moves: list[tuple[type[events.MouseEvent], tuple[int, int]]] = [(events.MouseDown, places[0])]
        moves += [(events.MouseMove, place) for place in places[1:]]
        if let_go:
            moves.append((events.MouseUp, places[-1]))
            under = [self.app.screen.get_widget_at(*place)[0] for place in (places[0], places[-1])]
            if under[0] is under[1]:
                moves.append((events.Click, places[-1]))
        for event, place in moves:
            await self.pilot._post_mouse_events([event], offset=place, button=1)
            await self.pilot.pause()

    async def until(self, true: object) -> None:
        assert callable(true)
        async with asyncio.timeout(10):
            while not true():
                self.app.desk.pump()
                self.app.board.update()
                await self.pilot.pause(0.01)

    @property
    def board(self) -> Board:
        assert self.app.desk.board is not None
        return self.app.desk.board

    def column(self, phase: str) -> list[int]:
        return [card.number for card in self.board.columns()[phase]]

    @property
    def columns(self) -> ColumnsView:
        view = self.app.board.view
        assert isinstance(view, ColumnsView)
        return view

    @property
    def cursor(self) -> object:
        card = self.app.board.card
        return card and card.number

    @property
    def shown(self) -> str:
        return self.app.shown


@asynccontextmanager
async def table(
    *cards: Card, size: tuple[int, int] = (146, 30), who: str = "ana", read_only: bool = False
) -> AsyncIterator[Table]:
    store = Store(board_of(*(cards or CARDS)))
    desk = Desk(lambda: store, who, read_only=read_only)
    app = Cockpit(desk)
    desk.start()
    try:
        async with app.run_test(size=size) as pilot:
            it = Table(app, pilot, store)
            await it.until(lambda: desk.board is not None and it.columns.columns)
            await pilot.pause()
            yield it
    finally:
        store.gate.set()
        desk.close()
