from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.board import field_text as text
from state.board.model import Board, Card, Phase, Settings, in_order
from state.printable import printable

TODAY = date(2025, 11, 24)
PHASES = (Phase(id="mvp", name="MVP"), Phase(id="phase-2", name="Phase 2"), Phase(id="phase-3", name="Phase 3"))
PRINTABLE = st.text(max_size=30).map(printable)


def board(*cards: Card) -> Board:
    return Board(settings=Settings(), phases=in_order(PHASES), cards={card.uid: card for card in cards})


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


def test_phases_by_id_name_and_beginning():
    read = text.phase_of(PHASES)
    assert [read(typed) for typed in ("mvp", "Phase 2", "phase-3", "m")] == ["mvp", "phase-2", "phase-3", "mvp"]
    assert refused(read, "phase") == "the phase is one of MVP, Phase 2, Phase 3, not “phase”"
    assert refused(read, "")


def test_two_phases_of_one_name_are_told_apart_by_id():
    twice = (Phase(id="a", name="Later"), Phase(id="b", name="Later"))
    assert refused(text.phase_of(twice), "Later")
    assert text.phase_of(twice)("b") == "b"


@given(st.lists(PRINTABLE.map(str.strip).filter(bool), unique=True).map(tuple))
def test_written_names_read_back(names):
    assert text.names(text.written_names(names)) == names


@given(st.floats(min_value=0, allow_nan=False, allow_infinity=False) | st.integers(0, 10**6))
def test_written_numbers_read_back(number):
    assert text.number("reach")(text.written_number(number)) == number


def test_tags_lose_their_sign():
    assert text.tags("#custom, throwaway,, # ,custom") == ("custom", "throwaway")


def test_needs_are_read_by_number():
    one, two = Card(uid="u1", number=1, title="a", needs=("u2", "gone")), Card(uid="u2", number=2, title="b")
    there = board(one, two)
    read = text.needed(there, "u1")
    assert text.written_needs(there, one.needs) == "C02 gone"
    assert read("C02, gone") == ("u2", "gone")
    assert read("c2 2") == ("u2",)
    assert refused(read, "C01") == "C01 cannot need itself"
    assert refused(read, "C99") == "there is no card “C99”"


def test_a_replacement_is_a_card_or_words():
    there = board(Card(uid="u7", number=7, title="a"))
    read = text.card_or_words(there)
    assert read("C07") == "u7"
    assert read("7 small services") == "7 small services"
    assert refused(read, "C99") == "there is no card C99"
    assert text.written_card(there, "u7") == "C07"
    assert text.written_card(there, "the portal") == "the portal"


@pytest.mark.parametrize(
    ("typed", "value"), [("", None), ("1-3", (1, 3)), ("20 – 40", (20, 40)), ("2", (2, 2)), ("2.5 10", (2.5, 10))]
)
def test_spans(typed, value):
    assert text.span("the band")(typed) == value


@pytest.mark.parametrize("typed", ["3-1", "1-2-3", "a-b", "-", "–"])
def test_what_is_no_span_is_refused(typed):
    refused(text.span("the band"), typed)


def test_a_written_span_reads_back():
    assert text.span("the band")(text.written_span((20, 40.5))) == (20, 40.5)


def test_limits():
    given = {"owner:ana": 2, "lane:Build, deploy": 3}
    assert text.limits(text.written_limits(given)) == given
    assert refused(text.limits, "ana 2") == "a limit is written like owner:ana 2 or lane:Security 3, not “ana 2”"


def test_days_off_are_in_order_and_each_once():
    read = text.days("a day off", TODAY)
    assert read("2025-12-26, 2025-12-25\n2025-12-25") == (date(2025, 12, 25), date(2025, 12, 26))
