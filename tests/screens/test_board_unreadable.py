"""A board that cannot be read or written says why in full, and takes no key away from the other screens."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from cockpit.demo_world import Endpoints
from state.board import edits
from state.board.changes import Change
from state.board.desk import Desk
from state.board.errors import NotSaved, Unreadable
from state.board.model import Board
from state.board.store import Conflict, Version
from tests.screens.boards import CARDS, Cockpit, Store, Table, board_of


async def test_a_board_that_cannot_be_read_leaves_the_keys(
    simulated: Endpoints, drive: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    async with drive(simulated, screen="board", board=tmp_path / "folder") as driven:
        await driven.shows("is a directory")
        await driven.press("1")
        await driven.shows("Apps")
        await driven.press("5")
        await driven.shows("is a directory")
        await driven.press("slash", "x", "escape", "1")
        await driven.shows("Apps")


class _Broken(Store):
    """A board that can be read until it breaks, and never be written."""

    broken = ""

    def load(self) -> tuple[Board, Version]:
        if self.broken:
            raise Unreadable(self.broken)
        return super().load()

    def commit(self, base: Version, changes: Sequence[Change]) -> Version | Conflict:
        raise NotSaved("/srv/platform/board.json is read-only; nothing is changed until you may write to it")


@pytest.mark.parametrize("width", [80, 146])
async def test_why_a_board_cannot_be_read_is_there_to_the_last_word(width: int) -> None:
    store = _Broken(board_of(*CARDS))
    store.broken = (
        "board.json cannot be read as a board: it is empty. " + "`restore` goes back to the newest backup. " * 3
    )
    async with _table(store, width) as at:
        said = " ".join(at.shown.split())
        assert f"✗ {store.broken}" in said


@pytest.mark.parametrize("width", [80, 146])
async def test_why_a_change_is_not_saved_stands_over_the_board_until_it_is(width: int) -> None:
    store = _Broken(board_of(*CARDS))
    async with _table(store, width) as at:
        assert "✗" not in at.shown
        desk = at.app.desk
        desk.submit(edits.set_field(at.board, desk.step(), ["102"], "points", 8))
        await at.until(lambda: desk.error)
        at.app.board.update()
        await at.pilot.pause()
        said = " ".join(at.shown.split())
        assert "✗ /srv/platform/board.json is read-only; nothing is changed until you may write to it" in said
        assert "unsaved 1" in said
        assert "over the band" in said
        assert at.where("✗")[0] == at.where("━")[0] == at.where("29 of 57 points")[0] - len("MVP 50.9 % ")


@asynccontextmanager
async def _table(store: Store, width: int) -> AsyncIterator[Table]:
    desk = Desk(lambda: store, "ana")
    app = Cockpit(desk)
    desk.start()
    try:
        async with app.run_test(size=(width, 24)) as pilot:
            at = Table(app, pilot, store)
            await at.until(lambda: desk.board is not None or desk.error)
            app.board.update()
            await pilot.pause()
            yield at
    finally:
        desk.close()
