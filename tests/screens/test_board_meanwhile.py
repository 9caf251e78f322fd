"""What others do to a card while a dialog of it is open."""

import time

from screens.dialogs.clash import ClashDialog
from state.board import edits
from state.board.changes import step
from tests.screens.boards import Table, table


def _ben_sets(it: Table, uid: str, field: str, value: object) -> None:
    it.app.desk.submit(edits.set_field(it.board, step("ben", time.time()), [uid], field, value))


async def test_the_same_field_set_meanwhile_is_asked_about_and_not_written_over() -> None:
    async with table() as it:
        await it.press("p")
        _ben_sets(it, "101", "points", 8)
        await it.press("end", "backspace", "backspace", *"21", "enter")
        assert it.board.cards["101"].points == 8
        assert isinstance(it.app.screen, ClashDialog)
        assert "yours was 21" in it.shown
        await it.press("down", "enter")
        assert it.board.cards["101"].points == 21
        assert it.app.desk.clashes == ()


async def test_another_field_set_meanwhile_stays() -> None:
    async with table() as it:
        await it.press("p")
        _ben_sets(it, "101", "owner", "ben")
        await it.press("end", "backspace", "backspace", *"21", "enter")
        assert (it.board.cards["101"].points, it.board.cards["101"].owner) == (21, "ben")
        assert it.app.screen is it.app.board
