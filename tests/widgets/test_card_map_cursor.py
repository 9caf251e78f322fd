from hypothesis import given
from hypothesis import strategies as st

from widgets.card_map_cursor import below, beside, follow, nearest
from widgets.card_map_layout import LEAST, window
from widgets.card_map_model import HEAD, Band, Heading, Sheet, Slot, Spot


def sheet(*bands: list[str], ids: str = "abcdefgh") -> Sheet:
    """A sheet of bands whose slots hold a card for each letter of their words."""
    headings = tuple(Heading(str(column)) for column in range(len(bands[0]) if bands else 0))
    return Sheet(
        headings,
        tuple(
            Band(id, id, "", tuple(Slot(keys=tuple(word)) for word in band))
            for id, band in zip(ids, bands, strict=False)
        ),
    )


@st.composite
def sheets(draw: st.DrawFn, columns: int = 3) -> Sheet:
    """Any sheet of three columns, each of some cards in one slot or in none."""
    bands = draw(st.integers(1, 3))
    places = draw(st.dictionaries(st.sampled_from("tuvwxyz"), st.tuples(st.integers(0, bands - 1), st.integers(0, 2))))
    words = [["".join(key for key, at in places.items() if at == (b, c)) for c in range(columns)] for b in range(bands)]
    return sheet(*words)


THREE = sheet(["xyz", "", "t"], ["u", "v", ""])


def test_down_goes_through_the_cards_of_a_slot_and_then_to_the_next_band() -> None:
    spot, seen = Spot(), []
    for _ in range(5):
        seen.append(THREE.key(spot))
        spot = below(THREE, spot, 1)
    assert seen == ["x", "y", "z", "u", "u"]


def test_up_enters_a_slot_at_its_last_card() -> None:
    assert THREE.key(below(THREE, Spot(1, 0, 0), -1)) == "z"
    assert below(THREE, Spot(0, 0, 0), -1) == Spot()


def test_an_empty_slot_is_a_place_too() -> None:
    assert below(THREE, Spot(1, 1, 0), -1) == Spot(0, 1, 0)
    assert THREE.key(Spot(0, 1, 0)) is None


def test_a_page_stops_at_the_end_of_a_slot_before_it_leaves_it() -> None:
    assert below(THREE, Spot(0, 0, 0), 20) == Spot(0, 0, 2)
    assert below(THREE, Spot(0, 0, 2), 20) == Spot(1, 0, 0)


def test_beside_keeps_the_line_where_there_is_a_card() -> None:
    assert beside(THREE, Spot(0, 0, 2), 1) == Spot(0, 1, 0)
    assert beside(THREE, Spot(0, 2, 0), 1) == Spot(0, 2, 0)
    assert beside(THREE, Spot(0, 2, 0), -2) == Spot(0, 0, 0)


def test_the_cursor_follows_its_card_to_another_slot() -> None:
    after = sheet(["xz", "y", "t"], ["u", "v", ""])
    assert follow(THREE, after, Spot(0, 0, 1)) == Spot(0, 1, 0)


def test_of_a_card_that_went_the_next_in_its_slot_gets_the_cursor() -> None:
    after = sheet(["xz", "", "t"], ["u", "v", ""])
    assert after.key(follow(THREE, after, Spot(0, 0, 1))) == "z"
    after = sheet(["xy", "", "t"], ["u", "v", ""])
    assert after.key(follow(THREE, after, Spot(0, 0, 2))) == "y"


def test_of_a_slot_that_was_emptied_the_nearest_card_gets_the_cursor() -> None:
    after = sheet(["", "", "t"], ["u", "v", ""])
    assert after.key(follow(THREE, after, Spot(0, 0, 1))) == "u"


def test_an_empty_slot_keeps_the_cursor_where_somebody_put_it() -> None:
    after = sheet(["xyz", "", ""], ["u", "v", "t"])
    assert follow(THREE, after, Spot(0, 1, 0)) == Spot(0, 1, 0)


def test_a_band_is_found_again_by_its_id() -> None:
    after = sheet(["", "", ""], ["xyz", "", "t"], ["u", "v", ""], ids="nab")
    assert follow(THREE, after, Spot(0, 1, 0)) == Spot(1, 1, 0)


@given(sheets(), sheets(), st.integers(0, 3), st.integers(0, 3), st.integers(0, 8))
def test_the_cursor_is_always_on_the_map_and_on_its_card_while_that_is_there(
    before: Sheet, after: Sheet, band: int, column: int, index: int
) -> None:
    spot = nearest(before, Spot(band, column, index))
    moved = follow(before, after, spot)
    assert moved == nearest(after, moved)
    key = before.key(spot)
    if key in after.spots:
        assert after.key(moved) == key
    elif key is not None and after.spots:
        assert after.key(moved) is not None


@given(sheets(), st.integers(0, 3), st.integers(0, 3), st.integers(0, 8))
def test_every_place_below_is_reached_by_going_down(shown: Sheet, band: int, column: int, index: int) -> None:
    spot = nearest(shown, Spot(band, column, index))
    reached, at = set(), Spot(0, spot.column, 0)
    for _ in range(30):
        reached.add(at)
        at = below(shown, at, 1)
    assert spot in reached
    assert at.band == len(shown.bands) - 1


def test_a_place_s_line_is_its_card_s_or_what_its_slot_says() -> None:
    assert THREE.starts == (0, HEAD + 3, HEAD + 3 + HEAD + 1)
    assert THREE.line(Spot(0, 0, 2)) == HEAD + 2
    assert THREE.line(Spot(0, 1, 0)) == HEAD - 1
    assert THREE.line(Spot(1, 0, 0)) == HEAD + 3 + HEAD


def test_nothing_is_on_a_map_without_bands() -> None:
    assert follow(THREE, Sheet(), Spot(1, 1, 0)) == Spot()
    assert Sheet().key(Spot()) is None
    assert below(Sheet(), Spot(), 1) == Spot()


@given(st.integers(1, 12), st.integers(0, 12), st.integers(0, 11), st.integers(1, 260))
def test_the_columns_in_sight_fill_the_width_and_have_the_cursor_among_them(
    count: int, first: int, cursor: int, width: int
) -> None:
    cursor = min(cursor, count - 1)
    seen = window(count, first, cursor, width)
    assert sum(seen.widths) == width
    assert cursor in seen.columns
    assert seen.first >= 0
    assert seen.after >= 0
    assert min(seen.widths) >= min(width, LEAST)
    if first <= cursor < first + len(seen.widths) <= count:
        assert seen.first == first


def test_a_click_finds_the_column_under_it() -> None:
    seen = window(11, 3, 4, 80)
    assert seen.widths == (27, 27, 26)
    assert [seen.at(x) for x in (0, 26, 27, 79, 80)] == [3, 3, 4, 5, None]
