import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.printable import printable, printable_lines, shorten, shorten_middle


@given(st.text())
def test_nothing_that_steers_a_terminal_survives(text: str) -> None:
    shown = printable(text)
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in shown)
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\ufeff")
    assert printable(shown) == shown
    shown.encode()


@given(st.text())
def test_lines_keep_their_ends_and_nothing_else(text: str) -> None:
    shown = printable_lines(text)
    assert not any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("a\nb\tc", "a b c"),
        ("a\x9b31mb", "a·31mb"),
        ("e\u0301 ünï 漢字 🙂", "e\u0301 ünï 漢字 🙂"),
        ("abc\u202egpj.exe", "abc·gpj.exe"),
    ],
)
def test_examples(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126)), st.integers(0, 30))
def test_cutting_keeps_to_the_width(text: str, width: int) -> None:
    for cut in (shorten(text, width), shorten_middle(text, width)):
        assert len(cut) <= width
        assert cut == text or len(text) > width
    if len(text) > width >= 3:
        assert shorten_middle(text, width)[0] == text[0]
        assert shorten_middle(text, width)[-1] == text[-1]
