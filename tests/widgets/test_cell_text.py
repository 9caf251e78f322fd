from hypothesis import given
from hypothesis import strategies as st

from widgets.cell_text import cut, place, width_of


def test_names_are_cut_where_it_hurts_least() -> None:
    assert cut("payments-api-7d4f9c-x7k2p", 15, middle=True) == "payment…c-x7k2p"
    assert cut("KubePodCrashLooping", 10) == "KubePodCr…"
    assert cut("short", 10) == "short"
    assert cut("anything", 0) == ""


def test_wide_characters_take_two_cells() -> None:
    assert width_of("中文") == 4
    assert place("中文字", 6) == "中文字"
    assert place("中文字", 5) == "中文…"
    assert place("中文字", 4) == "中… "
    assert place("中文字", 9, right=True) == "   中文字"


@given(
    st.text(st.characters(blacklist_categories=["Cc", "Cs", "Cf"])), st.integers(0, 30), st.booleans(), st.booleans()
)
def test_a_placed_text_takes_exactly_its_width(text: str, width: int, right: bool, middle: bool) -> None:
    assert width_of(place(text, width, right=right, middle=middle)) == width
