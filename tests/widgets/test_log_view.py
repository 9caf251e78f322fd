"""The cursor and the marks of a log's view."""

from typing import Any

from widgets.log_view import LogView
from widgets.text_lines import Remark


def view_of(*lines: str, limit: int = 100) -> LogView:
    view = LogView(limit=limit)
    view.show(lines)
    return view


async def test_the_cursor_comes_when_it_is_asked_for_and_then_marks(stage: Any) -> None:
    view = LogView(limit=100)
    async with stage(view).run_test(size=(40, 10)) as pilot:
        view.focus()
        view.show(f"line {n}" for n in range(30))
        await pilot.press("space")
        assert (view.cursor, view.marks, view.follow) == (29, set(), False)
        await pilot.press("space", "k", "k", "space")
        assert view.marked == ["line 27", "line 29"]
        await pilot.press("space")
        assert view.marked == ["line 29"]
        await pilot.press("ctrl+backslash")
        assert (view.cursor, view.marks) == (None, set())


async def test_a_range_is_marked_from_the_last_mark_and_no_remark(stage: Any) -> None:
    view = LogView(limit=100)
    async with stage(view).run_test(size=(40, 10)) as pilot:
        view.focus()
        view.show(["a", "b", Remark("── gone ──"), "c"])
        await pilot.press("space", "space", "k", "k", "k", "ctrl+@")
        assert view.marked == ["a", "b", "c"]
        await pilot.press("j", "j", "space")
        assert view.marked == ["a", "b", "c"]


async def test_the_cursor_stays_in_sight_and_goes_when_the_end_is_followed(stage: Any) -> None:
    view = LogView(limit=1000)
    async with stage(view).run_test(size=(40, 10)) as pilot:
        view.focus()
        view.show(f"line {n}" for n in range(200))
        await pilot.press("space", "pageup", "pageup", "pageup")
        assert view.cursor is not None
        assert view._in_sight(view.lines.row_of(view.cursor))
        await pilot.press("g")
        assert (view.cursor, view.top) == (0, 0)
        await pilot.press("G")
        assert (view.cursor, view.follow) == (None, True)


async def test_marks_go_with_the_lines_that_go(stage: Any) -> None:
    view = LogView(limit=5)
    async with stage(view).run_test(size=(40, 10)) as pilot:
        view.focus()
        view.show(f"line {n}" for n in range(5))
        await pilot.press("space", "space", "g", "space")
        assert view.marked == ["line 0", "line 4"]
        view.append(["line 5", "line 6"])
        assert (view.marked, view.cursor) == (["line 4"], 2)


async def test_a_mark_and_the_cursor_are_drawn_and_every_row_is_as_wide_as_the_view(stage: Any) -> None:
    view = LogView(limit=10)
    async with stage(view).run_test(size=(40, 6)) as pilot:
        view.focus()
        view.show(["short", "x" * 100, "schräg 世界"])
        await pilot.press("space", "space", "k")
        rows = [view.render_line(y) for y in range(4)]
        assert {row.cell_length for row in rows} == {view.scrollable_content_region.width}
        assert [row.text[0] for row in rows] == [" ", " ", "•", " "]
        grounds = [{segment.style.bgcolor for segment in row if segment.style} for row in rows]
        assert grounds[1].isdisjoint(grounds[0])
        await pilot.press("w")
        view.set_wrap(True)
        await pilot.pause()
        assert {view.render_line(y).cell_length for y in range(6)} == {view.scrollable_content_region.width}


async def test_what_stands_before_a_line_is_not_searched(stage: Any) -> None:
    view = LogView(limit=10, head=lambda text: 6)
    async with stage(view).run_test(size=(40, 6)):
        view.show(["web-0 web is up"])
        view.search("web")
        assert view._matches_in(0) == [(6, 9)]
