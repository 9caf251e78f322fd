from state.cell import Cell, Tone
from widgets.grid import Grid
from widgets.grid_model import GridColumn
from widgets.pane import Pane


async def test_the_edge_says_what_it_is_and_how_much(stage, text) -> None:
    pane = Pane(Grid((GridColumn("NAME"),)), title="Alerts")
    async with stage(pane).run_test(size=(40, 6)) as pilot:
        pane.name_it("Alerts", "2 critical · [3] warning")
        await pilot.pause()
        assert text(pane)[0] == "╭─ Alerts  2 critical · [3] warning ───╮"


async def test_an_empty_pane_says_which_empty(stage, screen_text) -> None:
    grid = Grid((GridColumn("NAME"),))
    pane = Pane(grid)
    async with stage(pane).run_test(size=(40, 6)) as pilot:
        pane.say_empty([[Cell("no alerts, ", Tone.FAINT), Cell("answered 3s ago")]])
        await pilot.pause()
        assert screen_text(pilot.app)[1] == "│ no alerts, answered 3s ago           │"
        pane.say_empty(None)
        await pilot.pause()
        assert grid.size.height == 4


async def test_the_edge_lights_up_with_the_focus_inside(stage) -> None:
    grid = Grid((GridColumn("NAME"),))
    pane = Pane(grid)
    async with stage(pane).run_test(size=(40, 6)) as pilot:
        pilot.app.set_focus(None)
        await pilot.pause()
        calm = pane.styles.border_top[1]
        grid.focus()
        await pilot.pause()
        assert pane.styles.border_top[1] != calm


async def test_the_edge_is_ascii_where_the_terminal_has_no_more(stage, text) -> None:
    grid = Grid((GridColumn("NAME"),))
    pane = Pane(grid, title="Alerts")
    app = stage(pane)
    app.add_class("-ascii")
    async with app.run_test(size=(40, 6)) as pilot:
        pilot.app.set_focus(None)
        await pilot.pause()
        assert text(pane)[0] == "+- Alerts -----------------------------+"
        grid.focus()
        await pilot.pause()
        assert text(pane)[0].isascii()
