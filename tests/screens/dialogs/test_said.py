from hypothesis import given
from hypothesis import strategies as st

from screens.dialogs.said import refusal, sentence, wrapped
from state.cell import Cell, Tone
from widgets.cell_lines import line_width

MARK = Cell("✗", Tone.BAD)


def text(line):
    return "".join(cell.text for cell in line)


def test_a_sentence_goes_on_below_its_first_word():
    lines = wrapped(sentence("one two three", Tone.WARN, MARK), 9)
    assert [text(line) for line in lines] == ["✗ one two", "  three"]


def test_all_else_stays_one_line():
    line = (Cell("C01 "), Cell("a title that is long"))
    assert wrapped(line, 5) == [line]


def test_nothing_wrong_is_nothing_said():
    assert refusal("") == []


@given(st.text(alphabet="ab漢 ", max_size=60), st.integers(4, 30))
def test_no_line_is_too_wide_and_no_letter_is_lost(said, width):
    lines = wrapped(sentence(said, Tone.WARN, MARK), width)
    assert all(line_width(line) <= width for line in lines)
    kept = "".join(text(line[1:]) for line in lines)
    assert kept.replace(" ", "") == said.replace(" ", "")
