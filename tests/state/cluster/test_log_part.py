"""Which part of a log is read, as it is typed and as it is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.cluster.log_part import NEWEST, OLDEST, PARTS, LogPart, read_part


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("3h", LogPart(seconds=10_800)),
        (" 1d 12H ", LogPart(seconds=129_600)),
        ("90s", LogPart(seconds=90)),
        ("1w", LogPart(seconds=604_800)),
        ("5000", LogPart(lines=5000)),
        ("1 line", LogPart(lines=1)),
    ],
)
def test_what_is_typed_is_a_length_of_time_or_a_number_of_lines(text, part):
    assert read_part(text) == part


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "write 3h"),
        ("yesterday", "'yesterday' is no length of time"),
        ("-5m", "write 3h"),
        ("3h5", "write 3h"),
        ("0", "0 lines cannot be kept"),
        ("50001", "1 to 50000 can"),
        ("9" * 40, "lines cannot be kept"),
        ("0h", "'0h' is nothing"),
        ("11w 99999d", "more than ten years"),
        ("٣h", "write 3h"),
    ],
)
def test_what_is_neither_is_told(text, words):
    with pytest.raises(ValueError, match=words):
        read_part(text)


@given(st.integers(1, 3 * 366 * 86400))
def test_a_length_that_is_said_means_itself(seconds):
    part = LogPart(seconds=seconds)
    assert read_part(part.words(several=False).removeprefix("last ")) == part


def test_parts_in_words():
    said = [part.words(several=False) for part in PARTS]
    assert said == ["newest 1000", "oldest 5000", "last 1m", "last 5m", "last 15m", "last 30m", "last 1h"]
    assert (NEWEST.words(several=True), LogPart(lines=7).words(several=True)) == ("newest 200 each", "newest 7 each")


def test_how_many_lines_are_asked_for():
    assert [part.tail(several=True) for part in (NEWEST, OLDEST, PARTS[2], LogPart(lines=7))] == [200, None, None, 7]
