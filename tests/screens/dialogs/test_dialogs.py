from typing import Any

import pytest
from textual.app import App
from textual.screen import ModalScreen

from cockpit.themes import THEMES, register_themes
from screens.dialogs.ask import Ask
from screens.dialogs.capture import NewCards
from screens.dialogs.card_dialog import CardDialog
from screens.dialogs.card_fields import read_points
from screens.dialogs.choose import Choose, Option
from screens.dialogs.confirm import Confirm
from screens.dialogs.value import AskPoints
from state.board.model import Card, CardState, Moscow
from state.cell import Cell, Tone
from state.operation import Preview
from tests.screens.dialogs.boards import TODAY, a_board

PREVIEW = Preview(
    lines=(
        (Cell("Deployment ", Tone.QUIET), Cell("payments/payments-api")),
        (Cell("image "), Cell("v1.8.2", Tone.BAD), Cell(" → "), Cell("v1.8.1", Tone.WELL)),
    ),
    warnings=("two pods restart",),
)


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

    @property
    def shown(self) -> str:
        return "\n".join(strip.text.rstrip() for strip in self.screen._compositor.render_strips())


async def answer(dialog: ModalScreen[Any], *keys: str) -> Any:
    app = Asking(dialog)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        return app.answers


@pytest.mark.parametrize(("key", "said"), [("y", True), ("enter", True), ("n", False), ("escape", False)])
async def test_yes_and_no(key: str, said: bool) -> None:
    assert await answer(Confirm("Roll back", PREVIEW), key) == [said]


async def test_the_preview_and_its_warnings_are_shown() -> None:
    app = Asking(Confirm("Roll back payments/payments-api to revision 7", PREVIEW))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Roll back payments/payments-api to revision 7" in app.shown
        assert "image v1.8.2 → v1.8.1" in app.shown
        assert "▲ two pods restart" in app.shown
        assert "y do it  n leave it" in app.shown


async def test_a_protected_context_wants_its_name_typed() -> None:
    app = Asking(Confirm("Delete", PREVIEW, type_name="prod-eu"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("y", "enter")
        await pilot.pause()
        assert app.answers == []
        assert "✗ that is not prod-eu" in app.shown
        await pilot.press("backspace", *"prod-eu", "enter")
        await pilot.pause()
        assert app.answers == [True]


async def test_a_protected_context_can_still_be_left() -> None:
    assert await answer(Confirm("Delete", PREVIEW, type_name="prod-eu"), "y", "escape") == [False]


async def test_a_long_preview_leaves_the_keys_in_sight() -> None:
    long = Preview(lines=tuple((Cell(f"line {n}"),) for n in range(100)))
    app = Asking(Confirm("Drain", long))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "y do it" in app.shown


async def test_brackets_in_a_title_are_text() -> None:
    app = Asking(Confirm("Delete [bold]x[/bold]", Preview(())))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Delete [bold]x[/bold]" in app.shown


async def test_choosing_begins_at_the_current_one() -> None:
    options = [Option("app", Cell("app")), Option("proxy", Cell("proxy"), Cell("sidecar", Tone.QUIET))]
    assert await answer(Choose("Container", options, current="proxy"), "enter") == ["proxy"]
    assert await answer(Choose("Container", options), "j", "enter") == ["proxy"]
    assert await answer(Choose("Container", options), "escape") == [None]


async def test_a_line_is_checked_before_it_is_taken() -> None:
    ask = Ask("Namespace", check=lambda text: "" if text == "payments" else "no such namespace")
    app = Asking(ask)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x", "enter")
        await pilot.pause()
        assert "✗ no such namespace" in app.shown
        await pilot.press("backspace", *"payments", "enter")
        await pilot.pause()
        assert app.answers == ["payments"]


async def test_a_title_is_enough_for_a_card() -> None:
    assert await answer(NewCards("Ideas", ()), *"eBPF", "enter") == ["eBPF"]
    assert await answer(NewCards("Ideas", ()), "enter", "escape") == [None]


@pytest.mark.parametrize(("text", "points"), [("", None), (" 8 ", 8), ("0.5", 0.5), ("2,5", 2.5)])
def test_points(text: str, points: float | None) -> None:
    assert read_points(text) == points


@pytest.mark.parametrize("text", ["0", "-1", "many", "inf", "nan"])
def test_points_that_are_none_say_so(text: str) -> None:
    with pytest.raises(ValueError, match="write a number above 0"):
        read_points(text)


async def test_points_begin_with_the_estimate() -> None:
    assert await answer(AskPoints("C12", 8), "end", "backspace", "5", "enter") == ["5"]


CARD = Card(uid="1", number=12, title="GitOps", points=8, owner="ben", description="one\ntwo")
BOARD = a_board(CARD)


async def test_editing_answers_what_differs() -> None:
    app = Asking(CardDialog(BOARD, CARD, TODAY))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("end", *" delivery", "tab", "end", "backspace", *"13", "down", "down")
        await pilot.press("end", *["backspace"] * 4, *"done", "down", *"must", "enter")
        await pilot.pause()
        assert app.answers == [
            {"title": "GitOps delivery", "points": 13, "state": CardState.DONE, "moscow": Moscow.MUST}
        ]


async def test_editing_nothing_changes_nothing() -> None:
    assert await answer(CardDialog(BOARD, CARD, TODAY), "enter") == [{}]


async def test_a_wrong_field_is_named_and_gets_the_focus() -> None:
    app = Asking(CardDialog(BOARD, CARD, TODAY))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", *"x", "enter")
        await pilot.pause()
        assert app.answers == []
        assert "write a number above 0" in app.shown
        assert app.focused is not None
        assert app.focused.id == "field-points"


async def test_the_edge_is_ascii_where_the_terminal_has_no_more() -> None:
    app = Asking(Confirm("Roll back", PREVIEW))
    app.add_class("-ascii")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "+- Roll back --" in app.shown
