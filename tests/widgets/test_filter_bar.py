import pytest

from widgets.filter_bar import FilterBar
from widgets.grid import Grid
from widgets.grid_model import GridColumn

KINDS = ("pods", "podmonitors", "deployments")


def kinds(text: str) -> list[str]:
    return [kind for kind in KINDS if kind.startswith(text)]


@pytest.fixture
def bar() -> FilterBar:
    return FilterBar()


async def test_typing_is_told_at_once_and_enter_submits(stage, bar: FilterBar) -> None:
    app = stage(bar)
    async with app.run_test(message_hook=app.heard.append) as pilot:
        assert not bar.is_open
        bar.open("/")
        await pilot.press("a", "p", "enter")
        assert [message.text for message in app.of(FilterBar.Changed)] == ["a", "ap"]
        assert [(message.prefix, message.text) for message in app.of(FilterBar.Submitted)] == [("/", "ap")]
        assert bar.is_open


async def test_escape_clears_closes_and_gives_the_focus_back(stage, bar: FilterBar) -> None:
    grid = Grid((GridColumn("NAME"),))
    app = stage(grid, bar)
    async with app.run_test(message_hook=app.heard.append) as pilot:
        grid.focus()
        bar.open("/", "old")
        await pilot.press("x", "escape")
        assert bar.text == ""
        assert not bar.is_open
        assert [message.prefix for message in app.of(FilterBar.Left)] == ["/"]
        assert app.focused is grid


async def test_tab_goes_through_the_completions_and_comes_round(stage, bar: FilterBar) -> None:
    async with stage(bar).run_test() as pilot:
        bar.open(":", complete=kinds)
        await pilot.press("p", "tab")
        assert bar.text == "pods"
        await pilot.press("tab")
        assert bar.text == "podmonitors"
        await pilot.press("tab")
        assert bar.text == "p"
        await pilot.press("shift+tab")
        assert bar.text == "podmonitors"


async def test_history_comes_back_for_its_own_prefix(stage, bar: FilterBar) -> None:
    async with stage(bar).run_test() as pilot:
        for text in ("one", "two"):
            bar.open("/", text)
            bar.close()
        bar.open(":", "pods")
        bar.close()
        bar.open("/", "new")
        await pilot.press("up")
        assert bar.text == "two"
        await pilot.press("up", "up")
        assert bar.text == "one"
        await pilot.press("down", "down")
        assert bar.text == "new"


async def test_a_refusal_stands_beside_the_text_until_it_changes(stage, bar: FilterBar, text) -> None:
    async with stage(bar).run_test(size=(80, 4)) as pilot:
        bar.open("/", "([")
        bar.refuse("no regular expression: unterminated set")
        await pilot.pause()
        error = bar.query_one("#filter-error")
        assert text(error) == ["✗ no regular expression: unterminated set"]
        await pilot.press("backspace")
        await pilot.pause()
        assert text(error) in ([], [""])


async def test_pasted_controls_never_leave_the_line(stage, bar: FilterBar) -> None:
    async with stage(bar).run_test():
        bar.open("/", "a\x1b[2Jb")
        assert "\x1b" not in bar.text
