from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.board.field_text import FieldError
from state.board.line_forms import ASSUMPTION, EVIDENCE, FEEDBACK, OBSTACLE
from state.board.model import Assumption, Evidence, Feedback, Obstacle
from state.printable import printable

TODAY = date(2025, 11, 24)
TEXT = st.text(max_size=20).map(lambda text: printable(text).strip())
WORDS = TEXT.filter(bool)
DAYS = st.none() | st.dates()
ENTRIES = st.one_of(
    st.tuples(
        st.just(EVIDENCE), st.builds(Evidence, what=WORDS, check=TEXT, who=TEXT, when=DAYS, until=DAYS, link=TEXT)
    ),
    st.tuples(st.just(ASSUMPTION), st.builds(Assumption, what=WORDS, test=TEXT, result=TEXT)),
    st.tuples(st.just(FEEDBACK), st.builds(Feedback, what=WORDS, team=TEXT, when=DAYS, answered=DAYS, changed=TEXT)),
    st.tuples(st.just(OBSTACLE), st.builds(Obstacle, why=WORDS, whom=TEXT, since=DAYS)),
)


@given(ENTRIES)
def test_what_is_written_reads_back(made):
    form, entry = made
    assert form.read(form.write(entry), TODAY) == entry


def test_pieces_come_in_any_order():
    read = EVIDENCE.read("Restore tested | until 2026-02-24 | by ana | on today", TODAY)
    assert read == Evidence(what="Restore tested", who="ana", when=TODAY, until=date(2026, 2, 24))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("| by ana", "a line begins with what: what | by name"),
        ("Restore | untl 2026-01-01", "“untl 2026-01-01” begins with none of by, on, until, link, check"),
        ("Restore | by ana | by ben", "“by” is there twice; leave one"),
        ("Restore | by", "“by” says nothing; write by name"),
        ("Restore | on the moon", "“on” is a day like 2025-11-24, today or +2w, not “the moon”"),
    ],
)
def test_what_does_not_fit_is_named(line, sentence):
    with pytest.raises(FieldError) as caught:
        EVIDENCE.read(line, TODAY)
    assert str(caught.value).startswith(sentence)


def test_the_line_is_named_when_there_are_several():
    with pytest.raises(FieldError, match="line 3: “x” begins with none"):
        EVIDENCE.read_all("one\n\ntwo | x", (), TODAY)


def test_lines_left_alone_are_the_entries_they_were():
    odd = Evidence(what="two\nlines", who=" ana ")
    kept = EVIDENCE.read_all(f"{EVIDENCE.write(odd)}\n\nnew | by ben", (odd,), TODAY)
    assert kept == (odd, Evidence(what="new", who="ben"))
