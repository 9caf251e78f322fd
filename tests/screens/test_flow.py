from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta

import pytest
from textual.events import MouseDown, MouseMove, MouseUp
from textual.pilot import Pilot

from cockpit.demo.board import demo_board
from screens.flow import FlowView
from state.board import edits
from state.board.changes import apply, step
from state.board.model import Board, Card, CardState, Obstacle
from tests.screens import views
from tests.screens.views import NOW, Host, board_of, picture

Seen = tuple[Host, FlowView, Pilot[None]]


def ago(days: float) -> datetime:
    return datetime.fromtimestamp(NOW, UTC) - timedelta(days=days)


def card(number: int, state: CardState = CardState.TODO, phase: str = "mvp", **fields: object) -> Card:
    return Card(
        uid=str(100 + number),
        number=number,
        title=f"Capability {number}",
        phase=phase,
        rank=f"a{number}",
        points=number,
        state=state,
        **fields,  # type: ignore[arg-type]
    )


DOING, DONE = CardState.DOING, CardState.DONE
CARDS = (
    card(1, DONE, started=ago(20), finished=ago(6), owner="ben"),
    card(2, DOING, started=ago(12), owner="ana", lane="Security"),
    card(3, DOING, started=ago(2), owner="ana", lane="Security"),
    card(4, owner="chi", needs=("102",)),
    card(5, owner="dara"),
    card(6),
    card(7, phase="phase-2"),
)


def look(board: Board, size: tuple[int, int] = (146, 24)) -> AbstractAsyncContextManager[Seen]:
    return views.look(FlowView(), board, size)


async def test_the_current_phase_stands_in_four_columns_with_their_sums() -> None:
    async with look(board_of(*CARDS)) as (app, view, _):
        edge = app.shown[1]
        places = [
            edge.index(title) for title in ("To do  2 · 11", "Doing  2 cards · 5", "Blocked  1 · 4", "Done  1 · 1")
        ]
        assert places == sorted(places)
        assert "C07" not in app.text
        assert (view.card, view.phase) == ("102", "mvp")


async def test_a_passed_limit_is_said_and_coloured_and_forbids_nothing() -> None:
    board = board_of(*CARDS, wip_owner=1, wip={"lane:Security": 1, "owner:chi": 5})
    async with look(board) as (app, _, _):
        assert "▲ ana 2 of 1  ▲ Security 2 of 1" in app.shown[0]
        below = next(line for line in app.shown if "▲ doing 12d" in line)
        assert "ana 2 of 1" in below


async def test_limits_that_hold_are_one_faint_word() -> None:
    async with look(board_of(*CARDS, wip_owner=2)) as (app, _, _):
        assert app.shown[0].endswith("within the limits of doing")
        assert "2 of" not in app.text
    async with look(board_of(*CARDS)) as (app, _, _):
        assert app.shown[0].endswith("no limits for doing are set")


async def test_what_is_long_in_doing_is_marked_with_its_days() -> None:
    async with look(board_of(*CARDS, ageing=2)) as (app, _, _):
        assert "▲ 2 ageing, the oldest 12 days in doing" in app.shown[0]
        assert "▲ doing 2d" in app.text
    async with look(board_of(*CARDS)) as (app, _, _):
        assert "▲ 1 ageing" in app.shown[0]
        assert "▲ doing 12d" in app.text
        assert "ana  doing 2d" in app.text
        assert "6d ago" in app.text


async def test_what_blocks_a_card_from_outside_is_said() -> None:
    stuck = card(8, DOING, obstacle=Obstacle(why="no quota", whom="the cloud team"), started=ago(1))
    async with look(board_of(stuck)) as (app, view, _):
        assert view.card == "108"
        assert "waits for the cloud team" in app.text
        assert "Blocked  1 card · 8" in app.shown[1]


async def test_the_sides_are_gone_to_and_cards_are_chosen() -> None:
    async with look(board_of(*CARDS)) as (app, view, pilot):
        await pilot.press("j")
        view.go_beside(-1)
        await pilot.pause()
        assert (view.card, view.stack) == ("106", ("105", "106"))
        await pilot.press("enter")
        assert app.chosen == ["106"]
        view.go_beside(9)
        await pilot.pause()
        assert view.card == "101"
        assert view.go_to("104")
        assert not view.go_to("107")
        assert view.card == "104"
        await pilot.press("k")
        assert app.entered > 0


async def test_left_and_right_are_states_and_blocked_is_none_of_them() -> None:
    async with look(board_of(*CARDS)) as (_, view, _pilot):
        assert (view.beside(-1), view.beside(1)) == (CardState.TODO, DONE)
        view.go_to("104")
        assert (view.beside(-1), view.beside(1)) == (None, DOING)
        view.go_to("101")
        assert (view.beside(-1), view.beside(1)) == (DOING, None)


async def test_the_cursor_and_the_keys_go_with_a_card_to_its_column() -> None:
    board = board_of(*CARDS)
    async with look(board) as (app, view, pilot):
        moved = apply(board, edits.set_state(board, step("ana", NOW), ["102"], DONE))
        view.show(picture(moved))
        await pilot.pause()
        assert (view.card, view.stack) == ("102", ("101", "102"))
        await pilot.press("up")
        assert view.card == "101"
        assert "To do  3" in app.shown[1]


async def test_a_view_without_the_keys_does_not_take_them() -> None:
    board = board_of(*CARDS)
    async with look(board) as (app, view, pilot):
        app.set_focus(None)
        view.show(picture(apply(board, edits.set_state(board, step("ana", NOW), ["102"], DONE))))
        await pilot.pause()
        assert app.focused is None
        assert view.card == "102"


async def test_a_filter_counts_what_it_hides_and_takes_the_cursor_to_what_it_shows() -> None:
    board = board_of(*CARDS)
    async with look(board) as (app, view, pilot):
        view.show(picture(board, lambda one: one.owner == "dara"))
        await pilot.pause()
        assert view.card == "105"
        assert "1 of 2 cards · 5" in app.shown[1]
        assert "Doing  0 of 2" in app.shown[1]
        view.show(picture(board, lambda one: False))
        await pilot.pause()
        assert view.card is None
        await pilot.press("enter", "j")
        assert app.chosen == []


async def test_a_picture_may_come_before_the_view_is_there() -> None:
    view = FlowView()
    view.show(picture(board_of(*CARDS)))
    assert view.card == "102"
    async with Host(view).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Doing  2 cards · 5" in pilot.app.text  # type: ignore[attr-defined]


@pytest.mark.parametrize(("size", "titles"), [((80, 24), 3), ((120, 36), 4), ((146, 30), 4), ((240, 60), 4)])
async def test_the_demo_s_flow_fits_every_screen(size: tuple[int, int], titles: int) -> None:
    async with look(demo_board(NOW), size=size) as (app, view, pilot):
        edge = app.shown[1]
        assert sum(name in edge for name in ("To do", "Doing", "Blocked", "Done")) == titles
        assert "…" not in edge
        for _ in range(3):
            view.go_beside(1)
            await pilot.pause()
            assert all(len(line) <= size[0] for line in app.shown)
        assert "Done  12 cards · 64" in app.text


async def test_a_board_without_its_current_phase_is_empty_and_says_which() -> None:
    async with look(board_of(*CARDS, current="gone")) as (app, view, _):
        assert app.shown[0].startswith(" gone is current")
        assert view.card is None


@pytest.mark.parametrize(("x", "dropped"), [(10, [CardState.TODO]), (50, []), (80, []), (120, [CardState.DONE])])
async def test_a_card_is_dragged_to_another_state_but_not_to_blocked(x: int, dropped: list[CardState]) -> None:
    async with look(board_of(*CARDS)) as (app, view, pilot):
        await pilot._post_mouse_events([MouseDown], offset=(45, 2), button=1)
        await pilot._post_mouse_events([MouseMove], offset=(48, 2), button=1)
        await pilot._post_mouse_events([MouseMove], offset=(x, 6), button=1)
        await pilot.pause()
        assert sum(column.pane.has_class("-target") for column in view._columns) == len(dropped)
        await pilot._post_mouse_events([MouseUp], offset=(x, 6), button=1)
        await pilot.pause()
        assert app.let_go == [("102", None, {"state": state}) for state in dropped]
        assert not any(column.pane.has_class("-target") for column in view._columns)
