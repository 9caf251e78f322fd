import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.cell import Tone
from widgets.cell_lines import Line, line_width
from widgets.plot import points_for
from widgets.plot_axis import time_ticks, top_of, value_ticks
from widgets.plot_model import PlotData, PlotLine, PlotMark
from widgets.plot_paint import AXIS, plot_lines

NOW = 1_800_000_000.0
VALUES = st.lists(st.none() | st.floats(0, 1e12, allow_subnormal=False), max_size=300).map(tuple)


@pytest.fixture(autouse=True)
def _utc() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


def plot(*points: float | None, **fields: object) -> PlotData:
    given = {"title": "requests", "start": NOW - 3600, "end": NOW, "lines": (PlotLine("rate", points),)}
    return PlotData(**(given | fields))  # type: ignore[arg-type]


def text(lines: list[Line]) -> list[str]:
    return ["".join(cell.text for cell in line) for line in lines]


@given(VALUES, VALUES, st.integers(10, 240), st.integers(4, 30), st.booleans(), st.none() | st.floats(1e-3, 1e6))
def test_a_plot_is_as_high_as_it_should_be_and_no_axis_is_wider(
    one: tuple[float | None, ...],
    other: tuple[float | None, ...],
    width: int,
    height: int,
    ascii_only: bool,
    limit: float | None,
) -> None:
    marks = (PlotMark(NOW - 60, "◆", Tone.FOCUS, upright=True), PlotMark(NOW - 7200, "▲", Tone.BAD))
    data = plot(lines=(PlotLine("a", one), PlotLine("b", other, Tone.QUIET)), marks=marks, limit=limit, format=str)
    lines = plot_lines(data, width, height, ascii_only=ascii_only)
    assert len(lines) == height
    if any(value is not None for value in (*one, *other)):
        assert all(line_width(line) <= max(width, AXIS + 1) for line in lines[1:])
    if ascii_only:
        assert all(row.isascii() for row in text(lines))


def test_what_is_drawn_can_be_read_at_sixty_columns() -> None:
    data = plot(*range(104), marks=(PlotMark(NOW - 1800, "◆", Tone.FOCUS, upright=True),), format="{:.0f}/s".format)
    assert text(plot_lines(data, 60, 8)) == [
        "requests  103/s  most 103/s",
        "  120/s┤                         ┊                      ⢀⣀⣀",
        "       │                         ┊          ⣀⣀⣀⠤⠤⠤⠔⠒⠒⠊⠉⠉⠁  ",
        "   60/s┤                        ⣀⣀⡠⠤⠤⠔⠒⠒⠒⠉⠉⠉               ",
        "       │           ⢀⣀⣀⡠⠤⠤⠔⠒⠒⠒⠉⠉⠉ ┊                         ",
        "    0/s┤⣀⣀⠤⠤⠤⠒⠒⠒⠉⠉⠉⠁             ┊                         ",
        "       └┬───────┬────────┬───────◆───────┬────────┬────────",
        "        07:00   07:10    07:20   07:30   07:40    07:50",
    ]


def test_ascii_draws_each_line_with_a_letter_of_its_own() -> None:
    data = plot(lines=(PlotLine("p50", (1.0,) * 5), PlotLine("p95", (3.0,) * 5)), limit=2.0)
    assert text(plot_lines(data, 20, 7, ascii_only=True)) == [
        "requests  p50 1  p95 3",
        "      3+ooooooooooo",
        "       |...........",
        "       |***********",
        "      0+           ",
        "       ++----------",
        "        07:00",
    ]


def test_a_gap_is_left_blank_and_a_spike_is_not_lost() -> None:
    wide = [1.0] * 1000
    wide[500] = 9.0
    rows = text(plot_lines(plot(*wide), 60, 8))
    assert sum(char not in " ┤" for char in rows[1][AXIS:]) == 1
    broken = text(plot_lines(plot(*[1.0] * 20, *[None] * 20, *[1.0] * 20), 69, 8))
    drawn = "".join(row[AXIS:] for row in broken[1:6])
    blanks = [all(row[AXIS + column : AXIS + column + 1] in ("", " ") for row in broken[1:6]) for column in range(60)]
    assert drawn.strip()
    assert (blanks[5], blanks[30], blanks[55]) == (False, True, False)


def test_what_was_not_measured_is_said() -> None:
    rows = text(plot_lines(plot(None, None), 60, 8))
    assert rows[0] == "requests"
    assert "nothing was measured" in rows[3]
    assert "few requests" in text(plot_lines(plot(None, note="few requests"), 60, 8))[3]


@pytest.mark.parametrize(
    ("highest", "limit", "top"),
    [
        (0, None, 1),
        (0, 0.001, 0.001),
        (7, None, 8),
        (8, None, 8),
        (0.41, None, 0.5),
        (3, 5, 5),
        (3, 50, 3),
        (103, 1, 120),
    ],
)
def test_the_axis_ends_at_a_round_number(highest: float, limit: float | None, top: float) -> None:
    assert top_of(highest, limit) == pytest.approx(top)


@given(st.floats(1e-9, 1e15), st.none() | st.floats(1e-9, 1e15))
def test_no_value_is_above_the_axis(highest: float, limit: float | None) -> None:
    assert highest * 0.999 <= top_of(highest, limit) <= 2.5 * max(highest, min(limit or 0, 2.001 * highest))


@pytest.mark.parametrize(("rows", "ticks"), [(1, {0: 1}), (4, {0: 1, 3: 0}), (5, {0: 1, 2: 0.5, 4: 0})])
def test_values_stand_at_the_ends_and_in_the_middle(rows: int, ticks: dict[int, float]) -> None:
    assert value_ticks(rows) == ticks


@given(st.floats(0, 4e9), st.floats(60, 90 * 86400), st.integers(5, 240))
def test_times_never_run_into_each_other(start: float, length: float, width: int) -> None:
    ticks = time_ticks(start, start + length, width)
    ends = [-1]
    for column, words in ticks:
        assert column > ends[-1]
        ends.append(column + len(words))
    assert ends[-1] <= width


def test_long_plots_say_days() -> None:
    assert next(words for _, words in time_ticks(NOW - 7 * 86400, NOW, 100)) == "09 Jan"


def test_two_dots_a_column() -> None:
    assert points_for(60) == 102
    assert points_for(3) == 2
