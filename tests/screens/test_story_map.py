from contextlib import AbstractAsyncContextManager

import pytest
from textual.events import MouseDown, MouseMove, MouseUp
from textual.pilot import Pilot

from cockpit.demo.board import demo_board
from screens.story_map import StoryMapView
from state.board import edits
from state.board.changes import apply, step
from state.board.model import Board, Card, CardKind
from tests.screens import views
from tests.screens.views import NOW, Host, board_of, picture

Seen = tuple[Host, StoryMapView, Pilot[None]]
CARDS = (
    Card(uid="101", number=1, title="Cluster as code", step="place", phase="mvp", rank="a0", points=13, floor=True),
    Card(uid="102", number=2, title="Namespaces", step="place", phase="mvp", rank="a1", points=5, owner="dara"),
    Card(uid="103", number=3, title="Tracing", step="observe", phase="mvp", rank="a2", needs=("104",)),
    Card(uid="104", number=4, title="Canary", step="deploy", phase="phase-2", rank="a3", points=8),
    Card(uid="105", number=5, title="Odd one", step="somewhere", phase="phase-2", rank="a4", points=2),
    Card(uid="106", number=6, title="GPU nodes", step="place", phase="unplanned", rank="a5"),
    Card(uid="107", number=7, title="Own DNS", step="expose", phase="dropped", rank="a6", points=5),
)


def look(board: Board, size: tuple[int, int] = (120, 30)) -> AbstractAsyncContextManager[Seen]:
    return views.look(StoryMapView(), board, size)


async def test_steps_go_across_and_phases_down() -> None:
    async with look(board_of(*CARDS)) as (app, view, _):
        text = app.shown
        assert text[0].split() == ["learn", "access", "place", "18", "build", "deploy", "8"]
        titles = [line.split("─")[1].strip() for line in text if line.startswith("─")]
        assert titles == ["MVP  3 cards · 18", "Phase 2  2 cards · 10", "Phase 3  0 cards", "Ideas  1 card"]
        assert not any("Own DNS" in line for line in text)
        assert (view.card, view.phase, view.step) == ("101", "mvp", "place")


async def test_a_slot_says_how_many_cards_and_points_and_what_is_not_estimated() -> None:
    async with look(board_of(*CARDS), size=(240, 30)) as (app, _, _):
        words = app.shown[2]
        assert "2 cards         18" in words
        assert "1 card  1 ?" in words


async def test_holes_of_the_mvp_are_marked_and_told() -> None:
    async with look(board_of(*CARDS), size=(240, 30)) as (app, view, pilot):
        assert app.shown[2].count("▲ hole") == 8
        assert sum(line.count("hole") for line in app.shown) == 8
        view.go_beside(1)
        await pilot.pause()
        assert (view.card, view.step) == (None, "build")
        assert app.shown[-1].strip() == "▲ The MVP has no capability in the step build."


async def test_a_step_that_is_not_of_the_journey_is_none() -> None:
    async with look(board_of(*CARDS), size=(240, 30)) as (app, view, _):
        assert app.shown[0].split()[-3:] == ["no", "step", "2"]
        assert view.go_to("105")
        assert (view.phase, view.step) == ("phase-2", "")


async def test_the_card_under_the_cursor_is_told_in_full() -> None:
    async with look(board_of(*CARDS)) as (app, view, pilot):
        view.go_to("103")
        await pilot.pause()
        assert {"no owner", "needs C04 later"} == set(app.shown[-1].removeprefix(" C03 Tracing  ").split("  "))


async def test_keys_go_between_cells_and_through_their_cards() -> None:
    async with look(board_of(*CARDS)) as (app, view, pilot):
        await pilot.press("j")
        assert (view.card, view.stack) == ("102", ("101", "102"))
        await pilot.press("j")
        assert (view.card, view.phase, view.step) == (None, "phase-2", "place")
        await pilot.press("j", "j")
        assert view.card == "106"
        await pilot.press("enter")
        assert app.chosen == ["106"]
        assert app.entered >= 4


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (146, 30), (240, 60)])
async def test_the_demo_s_map_fits_every_screen_with_the_cursor_in_sight(size: tuple[int, int]) -> None:
    async with look(demo_board(NOW), size=size) as (app, view, pilot):
        for by in [1] * 10 + [-1] * 10:
            view.go_beside(by)
            await pilot.press("j" if by > 0 else "k")
            assert all(len(line) <= size[0] for line in app.shown)
            assert any(line.startswith("▌") or " ▌" in line for line in app.shown)
            assert view.step in app.shown[0] or "no step" in app.shown[0]


async def test_a_filter_counts_what_it_hides_and_takes_the_cursor_to_what_it_shows() -> None:
    board = board_of(*CARDS)
    async with look(board) as (app, view, pilot):
        view.show(picture(board, lambda card: card.title in ("Namespaces", "Canary")))
        await pilot.pause()
        assert view.card == "102"
        assert "MVP  1 of 3 · 5" in app.shown[1]
        assert "1 of 2" in app.shown[2]
        view.show(picture(board, lambda card: card.title == "Canary"))
        await pilot.pause()
        assert view.card == "104"


async def test_the_cursor_goes_with_a_card_that_is_moved() -> None:
    board = board_of(*CARDS)
    async with look(board) as (_, view, pilot):
        to = view.beside(2, 1)
        assert to == ("phase-2", "deploy")
        moved = apply(board, edits.move(board, step("ana", NOW), ["101"], to[0]))
        moved = apply(moved, edits.set_field(moved, step("ana", NOW), ["101"], "step", to[1]))
        view.show(picture(moved))
        await pilot.pause()
        assert (view.card, view.phase, view.step) == ("101", "phase-2", "deploy")


async def test_beyond_the_edge_of_the_map_there_is_nothing() -> None:
    async with look(board_of(*CARDS)) as (_, view, _pilot):
        view.go_to("106")
        assert view.beside(0, 1) is None
        assert view.beside(-3, 0) is None
        assert view.beside(8, 0) == ("unplanned", "")


async def test_a_picture_may_come_before_the_view_is_there() -> None:
    view = StoryMapView()
    view.show(picture(board_of(*CARDS)))
    assert view.card == "101"
    async with Host(view).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "MVP" in pilot.app.shown[1]  # type: ignore[attr-defined]


async def test_an_empty_board_is_all_holes() -> None:
    async with look(board_of(), size=(240, 20)) as (app, view, _):
        assert app.shown[2].count("▲ hole") == 10
        assert (view.card, view.phase, view.stack) == (None, "mvp", ())


async def test_a_support_card_alone_leaves_the_hole_open() -> None:
    card = Card(uid="1", number=1, title="Pager", kind=CardKind.SUPPORT, step="learn", phase="mvp")
    async with look(board_of(card), size=(240, 20)) as (app, _, _):
        assert app.shown[2].startswith(" ▲ hole  1 card")


async def test_what_a_card_is_called_is_shown_as_it_is() -> None:
    odd = Card(uid="1", number=1, title="[bold]x[/] 日本語 e\u0301", step="learn", phase="mvp", points=0.5)
    async with look(board_of(odd), size=(80, 24)) as (app, _, _):
        assert "[bold]x[/] 日本語" in app.shown[-1]


async def drag(pilot: Pilot[None], *places: tuple[int, int], let_go: bool = True) -> None:
    """Press the button at the first place of the screen and move on to the others."""
    await pilot._post_mouse_events([MouseDown], offset=places[0], button=1)
    for place in places[1:]:
        await pilot._post_mouse_events([MouseMove], offset=place, button=1)
    if let_go:
        await pilot._post_mouse_events([MouseUp], offset=places[-1], button=1)
    await pilot.pause()


async def test_a_card_is_dragged_to_another_phase_and_step() -> None:
    async with look(board_of(*CARDS), size=(240, 30)) as (app, view, pilot):
        await drag(pilot, (50, 3), (60, 3), (95, 8), let_go=False)
        assert "▸" in app.shown[8]
        await drag(pilot, (95, 8))
        assert app.let_go == [("101", "phase-2", {"step": "deploy"})]
        assert app.over == ["mvp", "phase-2", None]
        assert not any("▸" in line for line in app.shown)
        assert view.card == "101"


async def test_escape_leaves_a_dragged_card_where_it_was() -> None:
    async with look(board_of(*CARDS), size=(240, 30)) as (app, _, pilot):
        await drag(pilot, (50, 3), (95, 8), let_go=False)
        await pilot.press("escape")
        await pilot._post_mouse_events([MouseUp], offset=(95, 8), button=1)
        assert app.let_go == []
        assert app.over[-1] is None
        assert not any("▸" in line for line in app.shown)


async def test_a_slot_without_the_card_s_line_is_no_card_to_drag() -> None:
    async with look(board_of(*CARDS), size=(240, 30)) as (app, _, pilot):
        await drag(pilot, (50, 2), (95, 8))
        await drag(pilot, (3, 4), (95, 8))
        assert (app.let_go, app.over) == ([], [])
