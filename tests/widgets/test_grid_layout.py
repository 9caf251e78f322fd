from hypothesis import given
from hypothesis import strategies as st

from widgets.grid_layout import fit
from widgets.grid_model import GridColumn

PODS = (
    GridColumn("NAMESPACE", 14, importance=3),
    GridColumn("NAME", 30, grows=True, middle=True, importance=0),
    GridColumn("READY", 6, right=True, importance=1),
    GridColumn("NODE", 20, importance=5),
    GridColumn("AGE", 6, right=True, importance=1),
)


def shown(width: int, shift: int = 0) -> list[str]:
    return [PODS[place.index].header for place in fit(PODS, width, shift).places]


def test_wide_places_show_everything_and_the_name_takes_the_rest() -> None:
    layout = fit(PODS, 120)
    assert layout.complete
    assert [place.width for place in layout.places] == [14, 66, 6, 20, 6]
    assert layout.places[-1].x + layout.places[-1].width == 120


def test_columns_go_by_importance() -> None:
    assert shown(80) == ["NAMESPACE", "NAME", "READY", "AGE"]
    assert shown(60) == ["NAME", "READY", "AGE"]
    assert shown(40) == ["NAME", "READY"]
    assert shown(20) == ["NAME"]


def test_shifting_brings_the_right_columns_into_sight_one_by_one() -> None:
    assert shown(58, 1) == ["NAME", "READY"]
    assert shown(58, 2) == ["NAME", "NODE"]
    assert shown(58, 3) == ["NAME", "AGE"]
    assert shown(58, 99) == ["NAME", "AGE"]


def test_a_place_on_the_line_tells_its_column() -> None:
    layout = fit(PODS, 120)
    assert [layout.at(x) for x in (0, 13, 15, 16, 119)] == [0, 0, 0, 1, 4]
    assert layout.at(-1) is None
    assert layout.at(120) is None


columns = st.lists(
    st.builds(
        GridColumn,
        header=st.just("H"),
        width=st.integers(0, 40),
        grows=st.booleans(),
        importance=st.integers(0, 4),
    ),
    max_size=8,
)


@given(columns, st.integers(0, 200), st.integers(0, 10))
def test_columns_never_overlap_nor_leave_the_width(given: list[GridColumn], width: int, shift: int) -> None:
    layout = fit(given, width, shift)
    end = -1
    for place in layout.places:
        assert place.x > end
        assert place.width > 0
        end = place.x + place.width
    assert end <= width


@given(columns, st.integers(0, 200))
def test_what_stays_is_never_less_wanted_than_what_goes(given: list[GridColumn], width: int) -> None:
    kept = {place.index for place in fit(given, width).places}
    gone = {index for index, column in enumerate(given) if index not in kept and column.width > 0}
    if any(given[index].importance == 0 for index in gone):
        return
    for index in gone:
        assert all(given[index].importance >= given[other].importance for other in kept)
