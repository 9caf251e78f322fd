from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from state.cluster.log_lines import LineCutter, Stamped, stamped


def cut(*chunks, longest=16 * 1024):
    cutter = LineCutter(longest)
    lines = [line for chunk in chunks for line in cutter.feed(chunk)]
    return [*lines, *cutter.end()]


_LINES = st.lists(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=10), max_size=6)


@given(_LINES, st.lists(st.integers(0, 60), max_size=6))
def test_lines_come_whole_however_they_are_split(lines, places):
    body = "".join(f"{line}\n" for line in lines).encode()
    edges = [0, *sorted(min(place, len(body)) for place in places), len(body)]
    assert cut(*(body[a:b] for a, b in pairwise(edges))) == lines


def test_what_has_no_line_end_comes_at_the_end():
    assert cut(b"one\ntwo") == ["one", "two"]
    assert cut(b"") == []


@given(st.lists(st.integers(1, 7), min_size=1, max_size=30))
def test_a_long_line_keeps_its_beginning_and_says_how_much_is_gone(sizes):
    chunks = [b"x" * size for size in sizes]
    total = sum(sizes)
    expected = "x" * total if total <= 10 else f"{'x' * 10} … {total - 10} bytes more"
    assert cut(*chunks, b"\nnext\n", longest=10) == [expected, "next"]


def test_a_cutter_holds_no_more_than_a_line():
    cutter = LineCutter(100)
    for _ in range(1000):
        assert list(cutter.feed(b"y" * 1000)) == []
    assert len(cutter._held) == 100


def test_lines_are_safe_to_show():
    assert cut(b"\x1b[31mred\x1b[0m\tdone\r\n10%\r20%\n\xff\n\x1b]0;title\x07\n") == [
        "red\tdone",
        "10% ⏎ 20%",
        "\ufffd",
        "",
    ]


def test_the_moment_is_told_from_the_text():
    line = stamped("2026-11-24T03:10:00.123456789Z hello world")
    assert (line.stamp, line.text) == ("2026-11-24T03:10:00.123456789Z", "hello world")
    assert line.moment == 1795489800.123456
    assert stamped("2026-11-24T03:10:00+01:00 x").moment == 1795489800.0 - 3600
    assert stamped("2026-11-24T03:10:00Z").text == ""


def test_a_line_without_a_moment_is_all_text():
    for text in ("no moment", "", "2026 is a year", "12:30 x", "9" * 60 + " x"):
        assert stamped(text) == Stamped("", None, text)
