from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field

import pytest
from textual.strip import Strip
from textual.widget import Widget

from state.cell import Cell, Tone
from widgets.grid import Grid
from widgets.grid_model import GridColumn

COLUMNS = (
    GridColumn("", 1, importance=0),
    GridColumn("NAME", 12, grows=True, middle=True, importance=0),
    GridColumn("STATUS", 10, importance=2),
    GridColumn("COUNT", 6, right=True, importance=3),
    GridColumn("AGE", 5, right=True, importance=1, ticks=True),
)


@dataclass
class World:
    """Rows whose cells can be changed between two looks."""

    keys: list[int]
    counts: dict[int, int] = field(default_factory=dict)
    now: int = 0
    asked: int = 0

    def cells(self, key: Hashable) -> Sequence[Cell] | None:
        assert isinstance(key, int)
        self.asked += 1
        return (
            Cell("✗" if key % 7 == 0 else "", Tone.BAD),
            Cell(f"pod-{key:05d}"),
            Cell("Running", Tone.QUIET),
            Cell(str(self.counts.get(key, 0))),
            Cell(f"{self.now}s", Tone.QUIET),
        )


def world(count: int) -> World:
    return World(list(range(count)))


class CountingGrid(Grid):
    """Counts the lines it is asked to draw."""

    lines = 0

    def render_line(self, y: int) -> Strip:
        self.lines += 1
        return super().render_line(y)


Text = Callable[[Widget], list[str]]


async def test_rows_stand_in_columns_under_their_headers(stage, text: Text) -> None:
    grid = Grid(COLUMNS)
    async with stage(grid).run_test(size=(60, 5)):
        grid.show(world(3))
        assert text(grid) == [
            "   NAME                           STATUS       COUNT    AGE",
            " ✗ pod-00000                      Running          0     0s",
            "   pod-00001                      Running          0     0s",
            "   pod-00002                      Running          0     0s",
            "",
        ]


async def test_narrow_places_drop_columns_and_keys_shift_them(stage, text: Text) -> None:
    grid = Grid(COLUMNS)
    async with stage(grid).run_test(size=(32, 5)) as pilot:
        grid.show(world(3))
        grid.focus()
        await pilot.pause()
        assert "STATUS" not in text(grid)[0]
        assert text(grid)[0].endswith("›")
        await pilot.press("l")
        assert "COUNT" in text(grid)[0]
        assert "STATUS" not in text(grid)[0]
        assert text(grid)[0].startswith("‹")
        await pilot.press("h", "h")
        assert "AGE" in text(grid)[0]


async def test_letters_stay_free_where_every_column_fits(stage) -> None:
    grid = Grid(COLUMNS)
    async with stage(grid).run_test(size=(100, 5)) as pilot:
        grid.show(world(3))
        await pilot.pause()
        assert not grid.check_action("letter_shift", (1,))


async def test_the_cursor_moves_by_key_and_tells(stage) -> None:
    grid = Grid(COLUMNS)
    app = stage(grid)
    async with app.run_test(size=(80, 11), message_hook=app.heard.append) as pilot:
        grid.show(world(100))
        grid.focus()
        await pilot.press("j", "down", "k")
        assert grid.cursor_key == 1
        await pilot.press("G")
        assert grid.cursor_key == 99
        assert grid.scroll_offset.y == 90
        await pilot.press("ctrl+b")
        assert grid.cursor_key == 90
        await pilot.press("g", "pagedown", "enter")
        assert grid.cursor_key == 9
        assert [message.key for message in app.of(Grid.Chosen)] == [9]
        assert [message.key for message in app.of(Grid.Highlighted)] == [0, 1, 2, 1, 99, 90, 0, 9]


async def test_a_new_order_keeps_cursor_and_place_on_the_screen(stage, text: Text) -> None:
    grid = Grid(COLUMNS)
    rows = world(100)
    async with stage(grid).run_test(size=(80, 11)) as pilot:
        grid.show(rows)
        grid.focus()
        grid.move_to(50)
        await pilot.pause()
        line = next(y for y, shown in enumerate(text(grid)) if "pod-00050" in shown)
        rows.keys = [*range(1000, 1020), *rows.keys]
        grid.show(rows, changed=())
        await pilot.pause()
        assert grid.cursor_key == 50
        assert "pod-00050" in text(grid)[line]


async def test_the_cursor_goes_to_the_neighbour_when_its_row_went(stage) -> None:
    grid = Grid(COLUMNS)
    rows = world(10)
    async with stage(grid).run_test(size=(80, 20)) as pilot:
        grid.show(rows)
        grid.focus()
        grid.move_to(5)
        rows.keys = [key for key in rows.keys if key != 5]
        grid.show(rows, changed={5})
        await pilot.pause()
        assert grid.cursor_key == 6


async def test_an_untouched_cursor_stays_on_top_while_rows_arrive(stage) -> None:
    grid = Grid(COLUMNS)
    rows = world(10)
    async with stage(grid).run_test(size=(80, 20)) as pilot:
        grid.show(rows)
        rows.keys = [77, *rows.keys]
        grid.show(rows)
        await pilot.pause()
        assert grid.cursor_key == 77


async def test_a_cursor_that_is_held_stays_on_its_row_though_nobody_moved_it(stage) -> None:
    grid = Grid(COLUMNS, focus_holds=False)
    rows = world(10)
    async with stage(grid).run_test(size=(80, 20)) as pilot:
        grid.show(rows)
        first = grid.cursor_key
        grid.hold()
        rows.keys = [77, *rows.keys]
        grid.show(rows)
        await pilot.pause()
        assert grid.cursor_key == first


async def test_only_changed_visible_lines_are_drawn(stage) -> None:
    grid = CountingGrid(COLUMNS)
    rows = world(10_000)
    async with stage(grid).run_test(size=(80, 30)) as pilot:
        grid.show(rows)
        await pilot.pause()
        grid.lines = rows.asked = 0
        rows.counts = {3: 1, 4: 1, 5_000: 1}
        grid.show(rows, changed={3, 4, 5_000})
        await pilot.pause()
        assert grid.lines == 2
        assert rows.asked == 2


@pytest.mark.parametrize("count", [1_000, 50_000])
async def test_a_frame_costs_the_same_however_many_rows_there_are(stage, count: int) -> None:
    grid = CountingGrid(COLUMNS)
    rows = world(count)
    async with stage(grid).run_test(size=(80, 30)) as pilot:
        grid.show(rows)
        grid.focus()
        await pilot.pause()
        grid.lines = rows.asked = 0
        await pilot.press("j")
        assert (grid.lines, rows.asked) == (2, 0)
        await pilot.press("ctrl+f")
        assert grid.lines <= 2 + 30
        assert rows.asked <= 29
        rows.keys = [*rows.keys, count]
        grid.lines = 0
        grid.show(rows, changed=())
        await pilot.pause()
        assert grid.lines == 0


async def test_a_change_is_bright_for_a_moment(stage) -> None:
    now = [0.0]
    grid = CountingGrid(COLUMNS, clock=lambda: now[0])
    rows = world(5)
    async with stage(grid).run_test(size=(80, 10)) as pilot:
        grid.show(rows)
        await pilot.pause()
        calm = grid.render_line(2)
        rows.counts = {1: 9}
        rows.now = 4
        grid.show(rows, changed={1})
        bright = grid.render_line(2)
        count, age = bright._segments[7], bright._segments[9]
        assert (count.text, age.text) == ("     9", "   4s")
        assert count.style.bold
        assert not age.style.bold
        now[0] = 10.0
        for _ in range(50):
            await pilot.pause(0.02)
            if not grid.render_line(2)._segments[7].style.bold:
                break
        assert grid.render_line(2)._segments[7].style == calm._segments[7].style


async def test_reduced_motion_leaves_changes_calm(stage) -> None:
    grid = Grid(COLUMNS)
    rows = world(5)
    app = stage(grid)
    async with app.run_test(size=(80, 10)) as pilot:
        app.animation_level = "none"
        grid.show(rows)
        await pilot.pause()
        rows.counts = {1: 9}
        grid.show(rows, changed={1})
        assert not any(segment.style.bold for segment in grid.render_line(2))


async def test_ages_tick_without_a_change(stage, text: Text) -> None:
    grid = CountingGrid(COLUMNS)
    rows = world(5)
    async with stage(grid).run_test(size=(80, 10)) as pilot:
        grid.show(rows)
        await pilot.pause()
        grid.lines = 0
        grid.tick()
        await pilot.pause()
        assert grid.lines == 0
        rows.now = 61
        grid.tick()
        await pilot.pause()
        assert grid.lines == 5
        assert text(grid)[1].endswith("61s")


async def test_marks_single_range_and_none(stage) -> None:
    grid = Grid(COLUMNS)
    app = stage(grid)
    async with app.run_test(size=(80, 20), message_hook=app.heard.append) as pilot:
        grid.show(world(10))
        grid.focus()
        await pilot.press("j", "space")
        assert grid.marks == {1}
        assert grid.cursor_key == 2
        await pilot.press("j", "j", "ctrl+@")
        assert grid.targets == (1, 2, 3, 4)
        await pilot.press("ctrl+backslash")
        assert grid.marks == frozenset()
        assert grid.targets == (4,)
        assert [len(message.keys) for message in app.of(Grid.Marked)] == [1, 4, 0]


async def test_marks_of_rows_that_went_go_with_them(stage) -> None:
    grid = Grid(COLUMNS)
    rows = world(10)
    async with stage(grid).run_test(size=(80, 20)):
        grid.show(rows)
        grid.set_marks({1, 2})
        rows.keys = [0, 2, 3]
        grid.show(rows, changed={1})
        assert grid.marks == {2}


async def test_the_mouse_moves_chooses_and_asks_for_an_order(stage) -> None:
    grid = Grid(COLUMNS)
    app = stage(grid)
    async with app.run_test(size=(80, 20), message_hook=app.heard.append) as pilot:
        grid.show(world(100))
        await pilot.pause()
        await pilot.click(grid, offset=(10, 4))
        assert grid.cursor_key == 3
        assert not app.of(Grid.Chosen)
        await pilot.click(grid, offset=(10, 4))
        assert [message.key for message in app.of(Grid.Chosen)] == [3]
        await pilot.click(grid, offset=(76, 0))
        assert [message.index for message in app.of(Grid.SortAsked)] == [4]


async def test_the_header_says_the_order_and_can_be_hidden(stage, text: Text) -> None:
    grid = Grid(COLUMNS)
    bare = Grid(COLUMNS, header=False)
    async with stage(grid, bare).run_test(size=(80, 20)) as pilot:
        grid.show(world(3))
        bare.show(world(3))
        grid.sort_by(3, reverse=True)
        await pilot.pause()
        assert "COUNT↓" in text(grid)[0]
        assert "pod-00000" in text(bare)[0]


async def test_a_row_that_went_between_two_looks_is_blank(stage, text: Text) -> None:
    class Torn(World):
        def cells(self, key: Hashable) -> Sequence[Cell] | None:
            return None if key == 1 else super().cells(key)

    grid = Grid(COLUMNS)
    async with stage(grid).run_test(size=(80, 6)) as pilot:
        grid.show(Torn([0, 1, 2]))
        await pilot.pause()
        assert text(grid)[2] == ""
        assert "pod-00002" in text(grid)[3]


async def test_every_segment_is_styled(stage) -> None:
    grid = Grid(COLUMNS)
    async with stage(grid).run_test(size=(80, 10)) as pilot:
        grid.show(world(3))
        await pilot.pause()
        for y in range(10):
            assert all(segment.style is not None and segment.style.bgcolor for segment in grid.render_line(y))


async def test_ascii_terminals_get_ascii(stage, text: Text) -> None:
    grid = Grid(COLUMNS)
    app = stage(grid)
    async with app.run_test(size=(80, 10)) as pilot:
        app.add_class("-ascii")
        grid.show(world(3))
        await pilot.pause()
        assert all(line.isascii() for line in text(grid))
        assert " x pod-00000" in text(grid)[1]
