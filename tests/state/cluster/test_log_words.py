"""Levels and JSON, read from lines as programs write them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.cluster.log_json import readable
from state.cluster.log_level import Level, level_of, said


@pytest.mark.parametrize(
    ("line", "word", "level"),
    [
        ('{"level":"error","msg":"no"}', "error", Level.ERROR),
        ('{"level": "info", "msg": "error ratio 0"}', "info", Level.INFO),
        ('{"time":1,"level":50,"msg":"x"}', "50", Level.ERROR),
        ('{"severity":"WARNING"}', "WARNING", Level.WARN),
        ('{"msg":"no level","path":"/error"}', "error", Level.ERROR),
        ("ts=1 level=warn msg=late", "warn", Level.WARN),
        ("ts=1 msg=x lvl=dbug ERROR", "", None),
        ("E1124 10:39:21.000000       1 reflector.go:1] failed", "E", Level.ERROR),
        ("I1124 10:39:21.000000       1 reflector.go:1] an ERROR was mended", "I", Level.INFO),
        ("2026-11-24 FATAL config: PAYMENTS_DB_URL is not set", "FATAL", Level.FATAL),
        ("2026-11-24T10:00:00Z\tDEBUG\tcontroller\tERROR follows", "DEBUG", Level.DEBUG),
        ("2026/11/24 10:00:00 [warn] 7#7: *1 upstream", "warn", Level.WARN),
        ("Warning: deprecated", "Warning", Level.WARN),
        ("an information for all, terror and errors", "", None),
        ("", "", None),
    ],
)
def test_a_line_says_its_level_in_many_manners(line, word, level):
    found = said(line)
    assert ("" if found is None else line[found.begin : found.end], found and found.level) == (word, level)


@pytest.mark.parametrize(
    ("word", "level"),
    [("10", Level.TRACE), ("5", Level.TRACE), ("30", Level.INFO), ("55", Level.ERROR), ("9" * 5000, Level.FATAL),
     ("Crit", Level.FATAL), ("off", None), ("²", None), ("", None)],
)  # fmt: skip
def test_words_and_numbers_of_levels(word, level):
    assert level_of(word) is level


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"ts":"2026-11-24T13:31:05Z","level":"info","msg":"paid","user":"ana k"}', 'INFO  paid user="ana k"'),
        (
            '{"time":1,"level":50,"message":"no","err":{"c":7},"ok":false,"x":1.5}',
            'ERROR no err={"c":7} ok=false x=1.5',
        ),
        ('{"severity":"odd","n":1}', "odd   n=1"),
        ('{"stack":"a\\n  b","empty":""}', 'stack="a ⏎   b" empty=""'),
        ('{"msg":"\\u001b[31mred\\u0007"}', "red·"),
        ('{"level":true}', "True "),
    ],
)  # fmt: skip
def test_an_object_becomes_level_message_and_the_rest(line, words):
    assert readable(line) == words


@pytest.mark.parametrize("line", ["{", "{}", "[1]", "1", "", '{"a":1} trailing', "{" * 5000, '{"a":"\ud800"}'])
def test_anything_else_is_left_alone(line):
    assert readable(line) is None


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.text(max_size=6), _VALUES, min_size=1, max_size=5))
def test_whatever_an_object_holds_one_printable_line_comes_of_it(found):
    shown = readable(json.dumps(found))
    assert shown is None or not any(ord(one) < 32 or one in "\u202e\u2028" for one in shown)
