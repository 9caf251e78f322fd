"""An incremental frame equals a full repaint, whatever happened before it."""

import asyncio

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from textual.geometry import Region
from textual.strip import Strip

from state.cell import Cell, Tone
from widgets.grid import Grid
from widgets.grid_model import GridColumn

COLUMNS = (
    GridColumn("NAME", 10, grows=True, middle=True, importance=0),
    GridColumn("N", 4, right=True, importance=2),
    GridColumn("AGE", 4, right=True, importance=1, ticks=True),
)


class Rows:
    def __init__(self) -> None:
        self.keys: list[int] = list(range(40))
        self.values: dict[int, int] = {}
        self.now = 0

    def cells(self, key: object) -> tuple[Cell, ...] | None:
        assert isinstance(key, int)
        if key % 13 == 12:
            return None
        value = self.values.get(key, 0)
        return Cell(f"row-{key}-é中"), Cell(str(value), Tone.BAD if value > 5 else Tone.TEXT), Cell(f"{self.now}s")


KEYS = ("j", "k", "g", "G", "pageup", "pagedown", "space", "ctrl+@", "ctrl+backslash", "right")
keys = st.integers(0, 60)
steps = st.one_of(
    st.tuples(st.just("change"), st.dictionaries(keys, st.integers(0, 9), max_size=6)),
    st.tuples(st.just("order"), st.permutations(range(40))),
    st.tuples(st.just("remove"), st.sets(keys, max_size=20)),
    st.tuples(st.just("add"), st.sets(keys, max_size=20)),
    st.tuples(st.just("replace"), st.lists(keys, unique=True, max_size=50)),
    st.tuples(st.just("press"), st.sampled_from(KEYS)),
    st.tuples(st.just("scroll"), st.integers(0, 60)),
    st.tuples(st.just("resize"), st.tuples(st.integers(10, 60), st.integers(2, 20))),
    st.tuples(st.just("sort"), st.tuples(st.sampled_from([None, 0, 1, 2]), st.booleans())),
    st.tuples(st.just("tick"), st.integers(1, 5)),
    st.tuples(st.just("fade"), st.floats(0.0, 1.0)),
    st.tuples(st.just("focus"), st.booleans()),
)


def frame(grid: Grid) -> list[Strip]:
    width, height = grid.size
    return grid.render_lines(Region(0, 0, width, height))


def full_frame(grid: Grid) -> list[Strip]:
    grid._styles_cache.clear()
    grid._drawn.clear()
    return frame(grid)


async def play(stage: type, story: list[tuple[str, object]]) -> None:
    now = [0.0]
    rows = Rows()
    grid = Grid(COLUMNS, clock=lambda: now[0])
    async with stage(grid).run_test(size=(40, 10)) as pilot:
        grid.show(rows)
        await pilot.pause()
        frame(grid)
        for step, value in story:
            match step, value:
                case "change", dict():
                    rows.values.update(value)
                    grid.show(rows, changed=value.keys())
                case "order", list():
                    order = {key: place for place, key in enumerate(value)}
                    rows.keys = sorted(rows.keys, key=lambda key: order.get(key, key))
                    grid.show(rows, changed=())
                case "remove", set():
                    rows.keys = [key for key in rows.keys if key not in value]
                    grid.show(rows, changed=value)
                case "add", set():
                    rows.keys = rows.keys + sorted(value - set(rows.keys))
                    grid.show(rows, changed=value)
                case "replace", list():
                    rows.keys = list(value)
                    grid.show(rows)
                case "press", str():
                    await pilot.press(value)
                case "scroll", int():
                    grid.scroll_to(y=value, animate=False)
                case "resize", (int() as width, int() as height):
                    await pilot.resize_terminal(width, height)
                case "sort", (column, bool() as reverse):
                    grid.sort_by(column, reverse)
                case "tick", int():
                    rows.now += value
                    grid.tick()
                case "fade", float():
                    now[0] += value
                    grid._fade()
                case "focus", bool():
                    pilot.app.screen.set_focus(grid if value else None)
            await pilot.pause()
            shown = frame(grid)
            assert shown == full_frame(grid), step
            assert all(strip.cell_length == grid.size.width for strip in shown)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(story=st.lists(steps, min_size=3, max_size=12))
def test_an_incremental_frame_equals_a_full_repaint(stage: type, story: list[tuple[str, object]]) -> None:
    asyncio.run(play(stage, story))
