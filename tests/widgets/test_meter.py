import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.cell import Cell
from widgets.meter import Meter, meter


@pytest.mark.parametrize(
    ("ratio", "line"),
    [
        (0.0, "──────────"),
        (0.004, "━─────────"),
        (0.5, "━━━━━─────"),
        (0.99, "━━━━━━━━━─"),
        (1.0, "━━━━━━━━━━"),
        (1.7, "━━━━━━━━━━"),
    ],
)
def test_a_meter_is_only_empty_at_nothing_and_only_full_at_all(ratio: float, line: str) -> None:
    assert "".join(cell.text for cell in meter(ratio, 10)) == line


@given(st.none() | st.floats(-1, 3), st.integers(0, 30))
def test_a_meter_takes_its_width(ratio: float | None, width: int) -> None:
    assert sum(len(cell.text) for cell in meter(ratio, width)) == width


async def test_a_meter_shows_label_line_number_and_what_stands_behind(stage, text) -> None:
    shown = Meter("cpu", longest=10)
    async with stage(shown).run_test(size=(40, 3)) as pilot:
        shown.measure(0.61, behind=[Cell("▁▂▃")])
        await pilot.pause()
        assert text(shown) == ["cpu ━━━━━━────  61 %  ▁▂▃"]
        shown.measure(None)
        await pilot.pause()
        assert text(shown) == ["cpu ──────────     –"]
