"""Cards that are changed by key and by mouse where they are seen as a story map and as a flow."""

import msgspec
from textual.events import MouseDown, MouseMove, MouseUp

from state.board.model import Card, CardState
from tests.screens.boards import CARDS, Table, table

PLACED = tuple(
    msgspec.structs.replace(card, step=step)
    for card, step in zip(CARDS, ("place", "place", "observe", "deploy", "learn", "", "expose"), strict=True)
)


def card(it: Table, uid: str) -> Card:
    return it.board.cards[uid]


async def test_on_the_map_a_card_goes_to_another_step_by_the_side() -> None:
    async with table(*PLACED) as it:
        await it.press("m")
        assert "place" in it.shown
        await it.press("shift+right")
        assert (card(it, "101").step, card(it, "101").phase, it.cursor) == ("build", "mvp", 1)
        await it.press("shift+left", "shift+left")
        assert (card(it, "101").step, it.cursor) == ("access", 1)
        await it.press("u", "u", "u")
        assert (card(it, "101").step, it.cursor) == ("place", 1)


async def test_beyond_the_last_step_nothing_is_changed() -> None:
    async with table(*PLACED) as it:
        await it.press("m")
        it.app.board.go_to("106")
        await it.press("shift+right")
        assert card(it, "106").step == ""
        it.app.board.go_to("105")
        await it.press("shift+left")
        assert card(it, "105").step == "learn"
        assert not it.app.desk.unsaved


async def test_on_the_map_a_card_goes_to_another_phase_downwards() -> None:
    async with table(*PLACED) as it:
        await it.press("m", "j", "shift+down")
        assert (card(it, "102").phase, card(it, "102").step, it.cursor) == ("phase-2", "place", 2)
        assert "MVP 38.9 %" in it.shown
        await it.press("shift+up", "shift+up")
        assert (card(it, "102").phase, it.cursor) == ("mvp", 2)


async def test_on_the_map_too_a_move_says_what_it_tears_apart() -> None:
    async with table(*PLACED) as it:
        await it.press("m")
        it.app.board.go_to("105")
        await it.press("shift+up", "shift+up")
        assert card(it, "105").phase == "phase-2"
        assert "C04" in it.shown
        await it.press("escape")
        assert card(it, "105").phase == "phase-2"


async def test_marked_cards_keep_their_phases_when_their_step_changes() -> None:
    async with table(*PLACED) as it:
        await it.press("m", "space")
        it.app.board.go_to("104")
        await it.press("space")
        it.app.board.go_to("104")
        await it.press("shift+right")
        assert [(card(it, uid).phase, card(it, uid).step) for uid in ("101", "104")] == [
            ("mvp", "expose"),
            ("phase-2", "expose"),
        ]


async def test_a_card_dragged_over_the_map_takes_phase_and_step_in_one_change_of_mind() -> None:
    async with table(*PLACED, size=(240, 30)) as it:
        await it.press("m")
        line = next(y for y, text in enumerate(it.shown.splitlines()) if "C02" in text)
        below = next(y for y, text in enumerate(it.shown.splitlines()) if "─ Phase 2" in text) + 1
        x = it.shown.splitlines()[line].index("C02")
        for event, place in (
            (MouseDown, (x, line)),
            (MouseMove, (x + 3, line)),
            (MouseMove, (x + 110, below)),
            (MouseUp, (x + 110, below)),
        ):
            await it.pilot._post_mouse_events([event], offset=place, button=1)
            await it.pilot.pause()
        assert (card(it, "102").phase, card(it, "102").step, it.cursor) == ("phase-2", "observe", 2)
        await it.press("u")
        assert (card(it, "102").phase, card(it, "102").step) == ("mvp", "place")


async def test_in_the_flow_a_card_goes_to_another_state_by_the_side() -> None:
    async with table(*PLACED) as it:
        await it.press("j", "f")
        assert it.cursor == 2
        await it.press("shift+right")
        assert (card(it, "102").state, it.cursor) == (CardState.DOING, 2)
        assert card(it, "102").started is not None
        assert "Doing  1 card · 5" in it.shown
        await it.press("shift+right", "shift+right")
        assert (card(it, "102").state, it.cursor) == (CardState.DONE, 2)
        await it.press("u")
        assert (card(it, "102").state, it.cursor) == (CardState.DOING, 2)


async def test_in_the_flow_cards_are_ranked_among_those_they_stand_with() -> None:
    async with table(*PLACED) as it:
        await it.press("j", "f", "shift+down")
        assert it.column("mvp") == [1, 3, 2]
        assert it.cursor == 2


async def test_the_cursor_stays_on_its_card_from_view_to_view() -> None:
    async with table(*PLACED) as it:
        await it.press("j", "j", "m")
        assert it.cursor == 3
        await it.press("m")
        assert it.cursor == 3
        await it.press("f")
        assert it.cursor == 3


async def test_a_new_card_belongs_to_the_phase_and_the_step_of_the_cursor() -> None:
    async with table(*PLACED) as it:
        await it.press("m")
        it.app.board.go_to("104")
        await it.press("n")
        await it.press(*"Chat", "enter")
        new = max(it.board.cards.values(), key=lambda one: one.number)
        assert (new.phase, new.step, it.cursor) == ("phase-2", "deploy", new.number)
