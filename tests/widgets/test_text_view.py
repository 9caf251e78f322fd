"""Text on the screen equals a plain rendering of it, and the user stays where he is."""

import asyncio
import re
from collections.abc import Callable
from itertools import count, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.strip import Strip

from widgets.text_lines import cells_of, rows_of
from widgets.text_paint import plain
from widgets.text_view import TextView

LIMIT = 30
TEXTS = st.text(st.sampled_from("ab é中文\u0301"), max_size=25)
STEPS = st.one_of(
    st.tuples(st.just("append"), st.lists(TEXTS, max_size=15)),
    st.tuples(st.just("show"), st.lists(TEXTS, max_size=40)),
    st.tuples(st.just("wrap"), st.booleans()),
    st.tuples(st.just("follow"), st.booleans()),
    st.tuples(st.just("resize"), st.tuples(st.integers(4, 30), st.integers(2, 12))),
    st.tuples(st.just("press"), st.sampled_from(("j", "k", "g", "G", "ctrl+f", "ctrl+b", "right", "left"))),
    st.tuples(st.just("search"), st.sampled_from(("a", "b+", "中", "^a|b$", ""))),
    st.tuples(st.just("match"), st.sampled_from((1, -1))),
)


def frame(view: TextView) -> list[Strip]:
    width, height = view.size
    return view.render_lines(Region(0, 0, width, height))


def seen(strips: list[Strip]) -> list[list[Segment]]:
    """Segments as they reach the terminal, alike ones joined."""
    return [list(strip.simplify()) for strip in strips]


def marked(strip: Strip) -> str:
    """The line, with what is drawn turned round between brackets."""
    parts = [f"[{s.text}]" if s.style is not None and s.style.reverse else s.text for s in strip]
    return without_accents("".join(parts))


def without_accents(text: str) -> str:
    """Characters that take no cell stand with the one before, wherever rows and marks are cut."""
    return text.replace("\u0301", "").replace("[]", "").replace("][", "")


def plain_frame(view: TextView, lines: list[str], pattern: str) -> list[str]:
    """What should be on the screen, one character after the other, from the lines and the place alone."""
    width, height = view.scrollable_content_region.size
    rows: list[str] = []
    for text in lines:
        spans = [m.span() for m in re.finditer(pattern, text, re.IGNORECASE) if m[0]] if pattern else []
        row: list[tuple[str, bool]] = []
        used = 0
        left = 0 if view.wrap else view.scroll_offset.x
        cut: list[list[tuple[str, bool]]] = []
        for index, character in enumerate(text):
            cells = cells_of(character)
            if view.wrap and used + cells > width:
                cut.append(row)
                row, used = [], 0
            row.append((character, any(a <= index < b for a, b in spans)))
            used += cells
        cut.append(row)
        rows += [window(one, left, width, mark_more=not view.wrap) for one in cut]
    top = view.scroll_offset.y
    return [*rows[top : top + height], *[" " * width] * max(0, height - len(rows[top:]))]


def window(row: list[tuple[str, bool]], left: int, width: int, mark_more: bool) -> str:
    """Cells `left` to `left + width` of a row; a wide character that is cut in two leaves a blank."""
    cells: list[tuple[str, bool]] = []
    for character, mark in row:
        taken = cells_of(character)
        if taken:
            cells += [(character, mark), ("", mark)][:taken]
    more = len(cells) > left + width and mark_more and width > 1
    shown = cells[left : left + width - more]
    if shown and shown[0][0] == "":
        shown[0] = (" ", shown[0][1])
    if shown and len(cells) > left + len(shown) and cells[left + len(shown)][0] == "":
        shown[-1] = (" ", shown[-1][1])
    shown += [(" ", False)] * (width - more - len(shown)) + [("›", False)] * more
    return without_accents("".join(f"[{c}]" if mark else c for c, mark in shown))


async def play(stage: type, story: list[tuple[str, object]]) -> None:
    view = TextView(follows=True, limit=LIMIT)
    held: list[str] = []
    pattern = ""
    async with stage(view).run_test(size=(20, 8)) as pilot:
        await pilot.pause()
        for step, value in story:
            match step, value:
                case "append", list():
                    held = [*held, *value][-LIMIT:]
                    view.append(value)
                case "show", list():
                    held = list(value)[-LIMIT:]
                    view.show(value)
                case "wrap", bool():
                    view.set_wrap(value)
                case "follow", bool():
                    view.set_follow(value)
                case "resize", (int() as width, int() as height):
                    await pilot.resize_terminal(width, height)
                case "press", str():
                    await pilot.press(value)
                case "search", str():
                    pattern = value
                    assert view.search(value) == ""
                case "match", int():
                    view.go_to_match(value)
            await pilot.pause()
            assert list(view.lines) == held
            drawn = frame(view)
            whole = view.scrollable_content_region.width
            assert [marked(strip).rstrip() for strip in (s.crop(1, 1 + whole) for s in drawn)] == [
                line.rstrip() for line in plain_frame(view, held, pattern)
            ]
            view._styles_cache.clear()
            assert seen(drawn) == seen(frame(view))
            if view.follow:
                assert view.scroll_offset.y == view.max_scroll_y


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=st.lists(STEPS, max_size=14))
def test_what_is_drawn_equals_a_plain_rendering(stage: type, story: list[tuple[str, object]]) -> None:
    asyncio.run(play(stage, story))


def shown(view: TextView) -> list[str]:
    return [strip.text.strip().removesuffix("▐").rstrip() for strip in frame(view)]


@pytest.mark.parametrize("wrap", [False, True])
async def test_the_place_stays_when_the_oldest_lines_go(stage: type, wrap: bool) -> None:
    view = TextView(follows=True, limit=100)
    async with stage(view).run_test(size=(30, 10)) as pilot:
        view.set_wrap(wrap)
        view.append(f"line {n} " + "x" * (n % 70) for n in range(100))
        await pilot.pause()
        view.action_page(-3)
        await pilot.pause()
        before = shown(view)
        assert not view.follow
        view.append(f"new {n}" for n in range(20))
        await pilot.pause()
        assert shown(view) == before
        view.append(f"newer {n}" for n in range(90))
        await pilot.pause()
        assert shown(view)[0] == "new 10"


async def test_any_way_up_ends_following_and_the_end_begins_it(stage: type) -> None:
    view = TextView(follows=True)
    async with stage(view).run_test(size=(30, 10)) as pilot:
        view.append(f"line {n}" for n in range(100))
        for way in (
            lambda: pilot.press("k"),
            lambda: pilot.press("ctrl+b"),
            lambda: pilot.press("g"),
            lambda: pilot._post_mouse_events([events.MouseScrollUp], view),
            lambda: pilot.click(offset=(29, 0)),
        ):
            await pilot.press("G")
            assert view.follow
            assert shown(view)[-1] == "line 99"
            await way()
            await pilot.pause()
            assert not view.follow
            assert shown(view)[-1] != "line 99"


async def test_a_text_that_is_not_followed_stays_at_its_end(stage: type) -> None:
    view = TextView()
    async with stage(view).run_test(size=(30, 10)) as pilot:
        view.show(f"line {n}" for n in range(100))
        await pilot.press("G")
        assert shown(view)[-1] == "line 99"
        view.show(f"line {n}" for n in range(120))
        await pilot.pause()
        assert shown(view)[-1] == "line 99"


def current(strip: Strip) -> str:
    """The line, with the match that was gone to between brackets."""
    return "".join(f"[{s.text}]" if s.style is not None and s.style.underline else s.text for s in strip)


async def test_a_search_goes_on_from_its_match_when_the_text_changes(stage: type) -> None:
    def text(*above: str, age: str) -> list[str]:
        return [*above, *(f"row {n} {'hit ' + age if n % 8 == 7 else ''}" for n in range(100))]

    view = TextView()
    async with stage(view).run_test(size=(30, 20)) as pilot:
        view.show(text(age="1s"))
        assert view.search("hit") == ""
        view.go_to_match(1, here=True)
        await pilot.pause()
        for row, above in ((15, ()), (23, ("new",)), (31, ("new", "newer")), (39, ())):
            view.show(text(*above, age="1s"))
            await pilot.pause()
            view.go_to_match(1)
            await pilot.pause()
            assert f"row {row} [hit]" in "".join(current(strip) for strip in frame(view))
        view.show(text(age="2s"))
        view.go_to_match(1)
        await pilot.pause()
        assert "row 47 [hit]" in "".join(current(strip) for strip in frame(view))


async def test_what_is_selected_is_copied_as_lines(stage: type) -> None:
    view = TextView(limit=50)
    async with stage(view).run_test(size=(14, 10)) as pilot:
        view.set_wrap(True)
        view.show(["short", "a line that goes on", "end"])
        await pilot.pause()
        await pilot.mouse_down(offset=(3, 0))
        await pilot.hover(offset=(3, 2))
        await pilot.mouse_up(offset=(3, 2))
        await pilot.pause()
        selected = pilot.app.screen.get_selected_text()
        assert selected is not None
        assert selected.startswith("ort\na line that go")
        assert "\n" not in selected.removeprefix("ort\n")
        view.append(f"more {n}" for n in range(50))
        await pilot.pause()
        view.set_wrap(False)
        await pilot.pause()
        assert not pilot.app.screen.get_selected_text()


async def test_lines_out_of_sight_are_not_drawn(stage: type) -> None:
    view = TextView(follows=True)
    async with stage(view).run_test(size=(30, 10)) as pilot:
        view.append(f"line {n}" for n in range(1000))
        await pilot.press("g")
        await pilot.pause()
        frame(view)
        drawn: list[str] = []
        view._paint = lambda text: drawn.append(text) or plain(text)
        view.append(f"more {n}" for n in range(1000))
        await pilot.pause()
        frame(view)
        assert drawn == []
        await pilot.press("G")
        await pilot.pause()
        frame(view)
        assert set(drawn) <= {f"more {n}" for n in range(980, 1000)}


async def test_a_search_through_much_text_lets_others_work(stage: type, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = count(step=0.001)
    monkeypatch.setattr("widgets.text_search.perf_counter", lambda: next(steps))
    view = TextView(follows=True)
    app = stage(view)
    async with app.run_test(size=(30, 10)) as pilot:
        view.append(f"line {n}" for n in range(20_000))
        assert view.search("^line 15000$") == ""
        view.go_to_match(-1)
        assert "line 15000" not in shown(view)
        for _ in range(5):
            await asyncio.sleep(0)
        assert view._current is None
        while not view._current:
            await pilot.pause()
        assert "line 15000" in shown(view)
        assert not view.follow


async def test_wrapping_much_text_lets_others_work(stage: type, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = count(step=0.001)
    monkeypatch.setattr("widgets.text_scroll.perf_counter", lambda: next(steps))
    counted: list[int] = []
    monkeypatch.setattr("widgets.text_lines.rows_of", lambda text, width: counted.append(1) or rows_of(text, width))
    view = TextView(limit=50_000)
    async with stage(view).run_test(size=(30, 10)) as pilot:
        view.show(f"{n:05} größer " + "x" * 36 for n in range(50_000))
        view.action_move(25_000)
        assert shown(view)[0].startswith("25000 ")
        pauses = [(0, 0)]
        later = view.call_later

        def watched(*work: Callable[[], None]) -> bool:
            if view.lines.width is None:
                pauses.append((len(counted), view.scroll_offset.y))
            return later(*work)

        view.call_later = watched
        view.set_wrap(True)
        assert view.lines.width is None
        await pilot.press("j")
        while view.lines.width is None:
            await pilot.pause()
        at_once = [after - before for (before, _), (after, _) in pairwise(pauses)]
        assert max(at_once) <= 8 * 250
        assert len(counted) == 50_000
        # The key was heard while lines were counted.
        assert {row for _, row in pauses[1:]} == {25_000, 25_001}
        top = shown(view)[0][:5]
        assert top == "25001"
        view.set_wrap(False)
        await pilot.resize_terminal(40, 10)
        view.set_wrap(True)
        view.append(["a line that came meanwhile"])
        while view.lines.width != view.scrollable_content_region.width:
            await pilot.pause()
        assert shown(view)[0].startswith(top)
        await pilot.press("G")
        assert shown(view)[-1] == "a line that came meanwhile"


async def test_lines_filled_a_part_at_a_time_are_shown_without_measuring_them_again(
    stage: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[str] = []
    monkeypatch.setattr("widgets.text_lines.cells_of", lambda text: measured.append(text) or len(text))
    monkeypatch.setattr("widgets.text_lines.rows_of", lambda text, width: measured.append(text) or rows_of(text, width))
    view = TextView(limit=1000)
    async with stage(view).run_test(size=(30, 10)) as pilot:
        for wraps in (False, True):
            view.set_wrap(wraps)
            view.show(f"line {n}" for n in range(900))
            fresh = view.fresh_lines()
            for n in range(0, 900, 100):
                fresh.append(f"line {m} {'x' * 40}" for m in range(n, n + 100))
            measured.clear()
            assert view.show_instead(fresh, 300) == 300
            assert measured == []
            assert shown(view)[0].startswith("line 300")
        # What was filled for another width is laid out for this one.
        fresh = view.fresh_lines()
        fresh.append(f"line {n} {'x' * 40}" for n in range(900))
        view.set_wrap(False)
        view.show_instead(fresh, 300)
        while view.lines.width is not None:
            await pilot.pause()
        assert shown(view)[1].startswith("line 301")
