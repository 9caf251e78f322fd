from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.board import field_text as text
from state.printable import printable

TODAY = date(2025, 11, 24)
PRINTABLE = st.text(max_size=30).map(printable)


def refused(read, typed):
    with pytest.raises(text.FieldError) as caught:
        read(typed)
    sentence = str(caught.value)
    assert sentence == printable(sentence)
    return sentence


def test_a_title_is_one_line_with_words():
    assert text.title("  GitOps\n delivery ") == "GitOps delivery"
    assert refused(text.title, " \t") == "a card needs a title"


@pytest.mark.parametrize(("typed", "value"), [("", None), ("0", 0), ("80 %", 80), ("2,5", 2.5), ("100%", 100)])
def test_numbers(typed, value):
    assert text.number("confidence", most=100)(typed) == value


@pytest.mark.parametrize("typed", ["-1", "101", "nan", "inf", "1e999", "many", "\x1b[31m"])
def test_what_is_no_number_is_named(typed):
    assert refused(text.number("confidence", most=100), typed).startswith("confidence is a number, from 0 to 100, not")


@pytest.mark.parametrize(("typed", "value"), [("", None), ("high", 2), ("0.25", 0.25), ("3", 3), ("Massive", 3)])
def test_impact_is_a_number_of_the_scale_or_its_word(typed, value):
    assert text.impact(typed) == value


def test_impact_between_two_is_refused():
    assert "0.25 (minimal)" in refused(text.impact, "0.7")


def test_a_choice_is_taken_from_the_beginning_that_only_it_has():
    read = text.choice("the state", ("todo", "doing", "done"))
    assert [read(typed) for typed in ("t", "DOI", " done ")] == ["todo", "doing", "done"]
    assert refused(read, "do") == "the state is one of todo, doing, done, not “do”"
    assert refused(read, "") == "the state is one of todo, doing, done, not “”"
    assert text.choice("the priority", ("must",), empty=True)(" ") is None


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("", None),
        ("2026-03-31", date(2026, 3, 31)),
        ("today", TODAY),
        ("tomorrow", date(2025, 11, 25)),
        ("+3d", date(2025, 11, 27)),
        ("+2w", date(2025, 12, 8)),
    ],
)
def test_days(typed, value):
    assert text.day("due", TODAY)(typed) == value


@pytest.mark.parametrize("typed", ["31.3.2026", "2026-02-30", "+9w9", "soon", "+9999w" * 2])
def test_what_is_no_day_is_named(typed):
    assert refused(text.day("due", TODAY), typed).startswith("due is a day like 2025-11-24")


def test_a_day_beyond_the_calendar_is_refused():
    assert refused(text.day("due", date(9999, 12, 1)), "+9w").startswith("due is a day")


@given(st.lists(PRINTABLE.map(str.strip).filter(bool), unique=True).map(tuple))
def test_written_names_read_back(names):
    assert text.names(text.written_names(names)) == names


@given(st.floats(min_value=0, allow_nan=False, allow_infinity=False) | st.integers(0, 10**6))
def test_written_numbers_read_back(number):
    assert text.number("reach")(text.written_number(number)) == number


def test_tags_lose_their_sign():
    assert text.tags("#custom, throwaway,, # ,custom") == ("custom", "throwaway")
