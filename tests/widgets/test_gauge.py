from hypothesis import given
from hypothesis import strategies as st

from state.cell import Cell, Tone
from widgets.gauge import Gauge, Share, Tick, share_line, tick_line

percents = st.floats(0, 100)


def parts(share: Share, width: int = 100) -> list[tuple[Tone, str, int]]:
    return [(cell.tone, cell.text[0], len(cell.text)) for cell in share_line(share, width)]


def test_over_the_band_the_rest_is_in_the_warning_s_colour() -> None:
    assert parts(Share(47.7, floor=20.5)) == [
        (Tone.PLAN, "━", 20),
        (Tone.PLAN_DIM, "━", 20),
        (Tone.WARN, "━", 8),
        (Tone.FAINT, "─", 52),
    ]


def test_inside_the_band_nothing_warns() -> None:
    assert parts(Share(30.1, floor=20.5)) == [(Tone.PLAN, "━", 20), (Tone.PLAN_DIM, "━", 10), (Tone.FAINT, "─", 70)]


def test_under_the_band_what_lacks_warns() -> None:
    assert parts(Share(12.0)) == [(Tone.PLAN_DIM, "━", 12), (Tone.WARN, "─", 8), (Tone.FAINT, "─", 80)]


def test_a_little_over_shows_on_a_short_line_too() -> None:
    assert Tone.WARN in {tone for tone, _, _ in parts(Share(40.2), width=12)}
    assert Tone.WARN not in {tone for tone, _, _ in parts(Share(40.0), width=12)}


def test_no_whole_gives_an_empty_line() -> None:
    assert parts(Share(None)) == [(Tone.FAINT, "─", 100)]


def test_ticks_that_would_touch_leave_room_to_the_earlier_one() -> None:
    (line,) = tick_line((Tick(20, "20 %"), Tick(40, "40 %"), Tick(20.5, "floor")), 50)
    assert line.text == "          ╵20 %     ╵40 %"


ASIDE = ((Cell("2 marked"),), (Cell("13 points"),), (Cell("a long remark that takes room"),))


def test_what_is_said_aside_gives_way_to_the_ticks() -> None:
    line = "".join(cell.text for cell in tick_line((Tick(20, "20 %"), Tick(40, "40 %")), 50, ASIDE))
    assert line == "          ╵20 %     ╵40 %      2 marked  13 points"


def test_what_is_said_firmly_stays_and_ticks_give_way() -> None:
    line = "".join(cell.text for cell in tick_line((Tick(20, "20 %"), Tick(80, "80 %")), 50, ASIDE, firm=True))
    assert line == "2 marked  13 points  a long remark that takes room"
    line = "".join(cell.text for cell in tick_line((Tick(20, "20 %"), Tick(80, "80 %")), 50, ASIDE[:2], firm=True))
    assert line == "          ╵20 %                2 marked  13 points"


@given(st.integers(0, 60), st.booleans(), percents)
def test_with_something_aside_a_line_never_takes_more_than_its_width(width: int, firm: bool, percent: float) -> None:
    line = tick_line((Tick(percent, "here"),), width, ASIDE, firm=firm)
    assert sum(len(cell.text) for cell in line) <= width


@given(percents, percents, percents, percents, st.integers(0, 200))
def test_a_share_takes_its_width(percent: float, floor: float, one: float, other: float, width: int) -> None:
    share = Share(percent, floor, min(one, other), max(one, other))
    assert sum(len(cell.text) for cell in share_line(share, width)) == width
    (line,) = tick_line((Tick(one, "low"), Tick(other, "high"), Tick(floor, "floor")), width)
    assert len(line.text) <= width


async def test_the_gauge_shows_line_and_ticks(stage, text) -> None:
    gauge = Gauge()
    async with stage(gauge).run_test(size=(50, 4)) as pilot:
        gauge.show_share(Share(47.7, 20.5))
        await pilot.pause()
        assert text(gauge) == ["━" * 24 + "─" * 26, "          ╵20 %     ╵40 %"]
