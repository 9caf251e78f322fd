from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from state.cell import Cell
from widgets.status_line import StatusLine, arrange

WHERE = [(Cell("cockpit"),), (Cell("▸ prod-eu"),), (Cell("all namespaces"),)]
HOW = [(Cell("✗ 2"), Cell(" ▲ 3")), (Cell("17:42"),), (Cell("● k8s"),)]


async def test_parts_stand_at_both_edges(stage, text) -> None:
    line = StatusLine()
    async with stage(line).run_test(size=(80, 3)) as pilot:
        line.show(WHERE, HOW)
        await pilot.pause()
        (shown,) = text(line)
        assert shown.startswith(" cockpit  ▸ prod-eu  all namespaces   ")
        assert shown.endswith("   ✗ 2 ▲ 3   17:42   ● k8s")


async def test_narrow_lines_keep_the_first_of_each_side(stage, text) -> None:
    line = StatusLine()
    async with stage(line).run_test(size=(32, 3)) as pilot:
        line.show(WHERE, HOW)
        await pilot.pause()
        assert text(line) == [" cockpit  ▸ prod-eu     ✗ 2 ▲ 3"]


async def test_a_click_says_which_part(stage) -> None:
    line = StatusLine()
    app = stage(line)
    async with app.run_test(size=(80, 3), message_hook=app.heard.append) as pilot:
        line.show(WHERE, HOW)
        await pilot.pause()
        await pilot.click(line, offset=(12, 0))
        await pilot.click(line, offset=(78, 0))
        await pilot.click(line, offset=(45, 0))
        assert [(m.side, m.index) for m in app.of(StatusLine.Pressed)] == [("left", 1), ("right", 2)]


sides = st.lists(st.integers(1, 20).map(lambda size: (Cell("x" * size),)), max_size=6)


@given(sides, sides, st.integers(1, 100))
def test_parts_never_overlap(left: list[tuple[Cell, ...]], right: list[tuple[Cell, ...]], width: int) -> None:
    placed = arrange(left, right, width)
    for one, other in pairwise(placed):
        assert one.x + one.width < other.x
    if len(placed) > 1:
        assert placed[-1].x + placed[-1].width <= width
