import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.cluster.describe.sheet import Sheet, align


@pytest.mark.parametrize(
    ("text", "aligned"),
    [
        ("a\tb\n", "a  b\n"),
        ("a:\tb\nlonger:\tc\n", "a:       b\nlonger:  c\n"),
        ("a\tb\n\nlonger\tc\n", "a  b\n\nlonger  c\n"),
        ("a\tb\nno cell\nlonger\tc\n", "a  b\nno cell\nlonger  c\n"),
        ("a\tb\tc\nlonger\td\nx\tlonger\te\n", "a       b  c\nlonger  d\nx       longer  e\n"),
        ("a\t\tb\nlonger\t\tc\n", "a         b\nlonger    c\n"),
        ("a\tone\n\ttwo\n", "a  one\n   two\n"),
        ("", ""),
    ],
)
def test_columns_line_up_as_in_go(text, aligned):
    assert align(text) == aligned


def test_pieces_are_indented_wherever_they_begin():
    sheet = Sheet()
    sheet.put(0, "A:\t")
    sheet.line(0, "b")
    sheet.line(1, "long name:", 1)
    assert str(sheet) == "A:            b\n  long name:  1\n"


_CELLS = st.lists(st.lists(st.text("ab", max_size=5), min_size=1, max_size=4), max_size=8)


@given(_CELLS)
def test_every_cell_stays_and_columns_begin_below_each_other(rows):
    lines = align("\n".join("\t".join(row) for row in rows)).split("\n") if rows else []
    assert ["".join(row) for row in rows] == [line.replace(" ", "") for line in lines]
    for (above, upper), (below, lower) in zip(
        zip(rows, lines, strict=True), list(zip(rows, lines, strict=True))[1:], strict=False
    ):
        if len(above) > 1 and len(below) > 1:
            width = max(len(above[0]), len(below[0])) + 2
            assert upper[len(above[0]) : width].strip() == ""
            assert lower[len(below[0]) : width].strip() == ""
