"""Cards that go from place to place: dragged by the mouse, ranked as they are seen, in lanes."""

import msgspec
import pytest

from screens.board.spots import Spot, beside, further
from state.board.lanes import LaneBy
from state.board.model import Moscow
from tests.screens.boards import CARDS, table


async def test_a_card_is_dragged_to_another_column_between_two_cards() -> None:
    async with table() as it:
        await it.drag(it.where("C04"), (60, 10), it.where("C02"))
        assert it.column("mvp") == [1, 4, 2, 3]
        assert it.column("phase-2") == []
        assert it.cursor == 4
        await it.press("u")
        assert it.column("phase-2") == [4]
        assert it.column("mvp") == [1, 2, 3]


async def test_below_the_last_card_a_dragged_one_becomes_the_last() -> None:
    async with table() as it:
        x, _ = it.where("C02")
        await it.drag(it.where("C04"), (x, 20))
        assert it.column("mvp") == [1, 2, 3, 4]


async def test_a_card_is_dragged_within_its_column() -> None:
    async with table() as it:
        x, y = it.where("C03")
        await it.drag(it.where("C01"), (x, y), (x, y + 1))
        assert it.column("mvp") == [2, 3, 1]
        assert it.cursor == 1
        await it.drag(it.where("C01"), it.where("C03"))
        assert it.column("mvp") == [2, 1, 3]


async def test_into_an_empty_column_a_card_goes_where_its_rank_puts_it() -> None:
    async with table() as it:
        await it.press("j", "j")
        x, _ = it.where("C04")
        await it.press("h")
        await it.drag(it.where("C04"), it.where("C03"))
        await it.drag(it.where("C02"), (x, 20))
        assert it.column("phase-2") == [2]


async def test_while_a_card_is_held_the_gauge_shows_where_it_would_go_and_what_the_share_would_be() -> None:
    async with table() as it:
        before = it.shown.splitlines()[1:3]
        await it.drag(it.where("C04"), it.where("C02"), let_go=False)
        line = it.shown.splitlines()[it.where("C02")[1]]
        assert "▸" in line
        assert it.shown.splitlines()[1:3] != before
        assert "MVP 63.0 % in MVP  12.4 over the band" in it.shown
        await it.press("escape")
        assert it.shown.splitlines()[1:3] == before
        assert "▸" not in it.shown
        assert it.column("phase-2") == [4]
        assert not it.app.desk.unsaved


async def test_marked_cards_are_dragged_together() -> None:
    async with table() as it:
        await it.press("j", "space", "space")
        await it.drag(it.where("C03"), it.where("C04"))
        assert it.column("phase-2") == [2, 3, 4]
        assert it.column("mvp") == [1]


async def test_a_drag_that_tears_an_order_asks() -> None:
    async with table() as it:
        await it.drag(it.where("C05"), it.where("C02"))
        assert "needed for it, but after MVP" in it.shown
        await it.press("down", "enter")
        assert it.board.cards["105"].broken == ("104",)
        assert it.column("mvp") == [1, 5, 2, 3]
        assert "needs C04 later, known" in it.shown


async def test_a_click_after_a_drag_is_a_click() -> None:
    async with table() as it:
        await it.drag(it.where("C04"), it.where("C02"))
        await it.pilot.click(offset=it.where("C01"))
        await it.pilot.pause()
        assert it.cursor == 1


async def test_under_a_filter_a_card_goes_past_the_one_above_it_that_is_seen() -> None:
    async with table() as it:
        await it.press("slash", *"-owner:dara", "enter", "g")
        assert it.columns.stack == ("101", "103")
        await it.press("J")
        assert it.columns.stack == ("103", "101")
        assert it.column("mvp") == [2, 3, 1]


async def test_lanes_go_round_and_keep_the_cursor() -> None:
    async with table() as it:
        await it.press("j")
        seen = []
        for _ in (*LaneBy, None):
            await it.press("v")
            seen.append(it.columns.lanes_by)
            assert it.cursor == 2
        assert seen == [*LaneBy, None]


async def test_lanes_say_what_is_in_them() -> None:
    async with table() as it:
        await it.press("v", "v", "v")
        headings = [line for line in it.shown.splitlines() if "─ chi  1 · 8 ──" in line]
        assert headings
        assert it.where("dara  1 · 5")[1] > it.where("chi  1 · 8")[1]
        assert it.where("no owner  1 · 13")[1] > it.where("dara  1 · 5")[1]


async def test_in_lanes_a_card_stays_in_its_lane_when_it_is_ranked() -> None:
    cards = [msgspec.structs.replace(card, owner="ana") if card.number in (1, 3) else card for card in CARDS]
    async with table(*cards) as it:
        await it.press("v", "v", "v")
        it.app.board.go_to("101")
        assert it.columns.stack == ("101", "103")
        await it.press("J")
        assert it.columns.stack == ("103", "101")
        await it.press("J")
        assert it.column("mvp") == [2, 3, 1]


async def test_a_card_dragged_into_another_lane_takes_that_on() -> None:
    async with table() as it:
        await it.press("v", "v", "v")
        await it.drag(it.where("C04"), it.where("C03"))
        assert (it.board.cards["104"].owner, it.board.cards["104"].phase) == ("chi", "mvp")
        await it.press("u")
        assert (it.board.cards["104"].owner, it.board.cards["104"].phase) == ("", "phase-2")


async def test_a_card_dragged_to_those_without_a_priority_has_none() -> None:
    cards = [msgspec.structs.replace(card, moscow=Moscow.MUST) if card.number == 1 else card for card in CARDS]
    async with table(*cards) as it:
        await it.press("v", "v", "v", "v")
        await it.drag(it.where("C01"), it.where("C03"))
        assert it.board.cards["101"].moscow is None


STACK = ("a", "b", "c", "d")


@pytest.mark.parametrize(
    ("moving", "by", "found"),
    [
        (("a",), 1, Spot("mvp", after="b")),
        (("b",), -1, Spot("mvp", before="a")),
        (("b", "c"), 1, Spot("mvp", after="d")),
        (("d",), 1, None),
        (("a", "d"), 1, Spot("mvp", after="b")),
        (("a", "d"), -1, Spot("mvp", before="b")),
        (STACK, 1, None),
        ((), 1, None),
    ],
)
def test_a_block_goes_past_the_next_card(moving: tuple[str, ...], by: int, found: Spot | None) -> None:
    assert further("mvp", STACK, moving, by) == found


@pytest.mark.parametrize(
    ("moving", "card", "below", "found"),
    [
        (("x",), "b", False, Spot("mvp", before="b")),
        (("x",), "b", True, Spot("mvp", after="b")),
        (("b",), "b", False, Spot("mvp", before="c")),
        (("b",), "b", True, Spot("mvp", after="a")),
        (("c", "d"), "d", False, Spot("mvp", after="b")),
        (("a",), "a", True, Spot("mvp", before="b")),
        (("x",), None, False, Spot("mvp")),
        (STACK, "b", True, Spot("mvp")),
    ],
)
def test_a_place_is_beside_a_card_that_stays(
    moving: tuple[str, ...], card: str | None, below: bool, found: Spot
) -> None:
    assert beside("mvp", STACK, moving, card, below=below) == found
