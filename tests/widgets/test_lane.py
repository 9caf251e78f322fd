from collections.abc import Hashable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.strip import Strip

from state.cell import Cell, Tone
from widgets.card_face import CardFace
from widgets.lane import Lane
from widgets.lane_layout import FOCUSED_LEAST, LEAST, MINOR_LEAST, lane_widths


def face(key: Hashable) -> CardFace:
    assert isinstance(key, int)
    return CardFace(
        Cell("○", Tone.QUIET),
        f"C{key:02d}",
        f"Capability number {key}",
        Cell(str(key % 13 + 1)),
        (Cell("ana"), Cell("needs C09", Tone.QUIET)),
        floor=key % 5 == 0,
    )


class CountingLane(Lane):
    lines = 0

    def render_line(self, y: int) -> Strip:
        self.lines += 1
        return super().render_line(y)


async def test_a_card_is_two_lines_with_its_points_on_the_right(stage, text) -> None:
    lane = Lane()
    async with stage(lane).run_test(size=(34, 6)) as pilot:
        lane.show([5, 6], face)
        pilot.app.set_focus(None)
        await pilot.pause()
        assert text(lane) == [
            "▌○ C05 Capability number 5     6",
            "▌  ana  needs C09",
            " ○ C06 Capability number 6     7",
            "   ana  needs C09",
            "",
            "",
        ]


@pytest.mark.parametrize("width", [8, 14, 20])
async def test_narrow_columns_cut_the_title_first(stage, text, width: int) -> None:
    lane = Lane()
    async with stage(lane).run_test(size=(width, 4)) as pilot:
        lane.show([5], face)
        await pilot.pause()
        assert all(len(line) <= width for line in text(lane))
        assert "…" in text(lane)[0]
        assert ("C05" in text(lane)[0]) == (width > 8), "a card is called by its number"


async def test_the_cursor_stays_on_its_card_through_every_update(stage) -> None:
    lane = Lane()
    async with stage(lane).run_test(size=(34, 20)) as pilot:
        lane.show(range(50), face)
        lane.focus()
        lane.move_to(20)
        lane.show([99, *range(10, 50)], face)
        await pilot.pause()
        assert lane.cursor_key == 20
        lane.show([99, *range(10, 20), *range(21, 50)], face)
        await pilot.pause()
        assert lane.cursor_key == 21


async def test_keys_move_by_cards_and_bring_them_into_sight(stage, text) -> None:
    lane = Lane()
    app = stage(lane)
    async with app.run_test(size=(34, 7), message_hook=app.heard.append) as pilot:
        lane.show(range(20), face)
        lane.focus()
        await pilot.press("j", "j", "j")
        assert "C03" in "".join(text(lane)[4])
        await pilot.press("G", "k", "g", "enter")
        assert [message.key for message in app.of(Lane.Highlighted)] == [0, 1, 2, 3, 19, 18, 0]
        assert [message.key for message in app.of(Lane.Chosen)] == [0]


async def test_a_click_on_either_line_selects_the_card(stage) -> None:
    lane = Lane()
    app = stage(lane)
    async with app.run_test(size=(34, 10), message_hook=app.heard.append) as pilot:
        lane.show(range(20), face)
        await pilot.pause()
        await pilot.click(lane, offset=(5, 3))
        assert lane.cursor_key == 1
        await pilot.click(lane, offset=(5, 2))
        assert [message.key for message in app.of(Lane.Chosen)] == [1]


async def test_of_a_thousand_cards_only_the_changed_visible_ones_are_drawn(stage) -> None:
    lane = CountingLane()
    async with stage(lane).run_test(size=(34, 30)) as pilot:
        lane.show(range(1000), face)
        await pilot.pause()
        lane.lines = 0

        def changed(key: Hashable) -> CardFace:
            return CardFace(Cell("●"), "C03", "changed") if key in (3, 700) else face(key)

        lane.show(range(1000), changed)
        await pilot.pause()
        assert lane.lines == 2


minors = st.lists(st.booleans(), min_size=1, max_size=9)


@given(minors, st.integers(0, 8), st.integers(1, 250))
def test_columns_fill_the_width_with_the_focused_one_among_them(minor: list[bool], focused: int, width: int) -> None:
    focused = min(focused, len(minor) - 1)
    widths = lane_widths(minor, focused, width)
    assert sum(widths) == width
    assert widths[focused] >= min(width, FOCUSED_LEAST)
    shown = [index for index, cells in enumerate(widths) if cells]
    assert shown == list(range(shown[0], shown[-1] + 1))
    assert all(widths[index] >= (MINOR_LEAST if minor[index] else LEAST) for index in shown if index != focused)


def test_the_demo_s_columns_at_the_usual_widths() -> None:
    minor = [True, False, False, False, True]
    assert lane_widths(minor, 1, 146) == [18, 37, 37, 36, 18]
    assert lane_widths(minor, 1, 80) == [15, 43, 22, 0, 0]
    assert lane_widths(minor, 4, 80) == [0, 0, 22, 22, 36]


LANES = {0: (Cell("ana"), Cell("  2"), Cell(" · 13")), 2: (Cell("a name that is rather long"), Cell("  18"))}


async def test_headings_stand_over_their_cards_and_scroll_with_them(stage, text) -> None:
    lane = Lane()
    async with stage(lane).run_test(size=(34, 8)) as pilot:
        lane.show(range(20), face, headings=LANES)
        await pilot.pause()
        shown = text(lane)
        assert shown[0].startswith(" ─ ana  2 · 13 ──")
        assert "C00" in shown[1]
        assert shown[5].startswith(" ─ a name that is rather long")
        assert "C02" in shown[6]
        lane.focus()
        await pilot.press("j", "j", "j")
        assert "C03" in "".join(text(lane)[-3:])


@pytest.mark.parametrize("width", [8, 14, 18, 34])
async def test_a_heading_keeps_its_name_longest(stage, text, width: int) -> None:
    lane = Lane()
    async with stage(lane).run_test(size=(width, 8)) as pilot:
        lane.show(range(2), face, headings=LANES)
        await pilot.pause()
        assert text(lane)[0].startswith(" ─ ana" if width > 8 else " ─ ")
        assert all(len(line) <= width for line in text(lane))


async def test_a_click_on_a_heading_chooses_no_card(stage) -> None:
    lane = Lane()
    async with stage(lane).run_test(size=(34, 12)) as pilot:
        lane.show(range(20), face, headings=LANES)
        lane.focus()
        lane.move_to(1)
        await pilot.click(lane, offset=(6, 5))
        assert lane.cursor_key == 1
        await pilot.click(lane, offset=(6, 6))
        assert lane.cursor_key == 2


async def test_headings_that_come_and_go_leave_the_cursor_in_sight_on_its_card(stage, text) -> None:
    lane = Lane()
    async with stage(lane).run_test(size=(34, 9)) as pilot:
        lane.show(range(20), face)
        lane.focus()
        lane.move_to(9)
        await pilot.pause()
        for headings in ({at: (Cell(f"lane {at}"),) for at in range(0, 20, 2)}, {}):
            lane.show(range(20), face, headings=headings)
            await pilot.pause()
            assert lane.cursor_key == 9
            assert any("C09" in line for line in text(lane))
            assert "C" in text(lane)[0] or "lane" in text(lane)[0], "the first row in sight is whole"


headed = st.sets(st.integers(0, 40), max_size=12).map(sorted)


@given(headed, st.integers(1, 40))
def test_every_line_belongs_to_one_row(headings: list[int], count: int) -> None:
    lane = Lane()
    lane._keys, lane._headed = tuple(range(count)), tuple(at for at in headings if at < count)
    lines = [lane.row_at(line) for line in range(lane.top_of(count))]
    wanted = [(at, part) for at in range(count) for part in ([-1] if at in lane._headed else []) + [0, 1]]
    assert lines == wanted
    assert lane.row_at(lane.top_of(count))[0] >= count
