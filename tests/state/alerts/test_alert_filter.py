"""Matchers and words behind `/`."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.alerts.alert_filter import BadFilter, read_filter
from state.alerts.matching import BadMatcher, matches, read_matchers
from state.alerts.model import Silence
from tests.state.alerts.examples import NOW, alert

DOWN = alert("Down", namespace="pay", pod="api-1")
SLOW = alert("Slow", severity="warning", namespace="shop", team="web")
QUIET = alert("Batch", severity="info", state="muted", namespace="dev")
ALERTS = (DOWN, SLOW, QUIET)


def names(text: str) -> str:
    return " ".join(one.name for one in read_filter(text).kept(ALERTS))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("", "Down Slow Batch"),
        ('severity=~"crit.*" namespace!="dev"', "Down"),
        ('{severity=~"crit.*|warning",namespace!="dev",}', "Down Slow"),
        ("namespace=~sho", ""),
        ("namespace=~sho.", "Slow"),
        ("namespace!~pay|dev", "Slow"),
        ("SLOW", "Slow"),
        ("pod=api", ""),
        ("api-", "Down"),
        ("!api-", "Slow Batch"),
        ("muted", "Batch"),
        ('namespace=~"pay|shop" broke !team', "Down"),
        ('team=""', "Down Batch"),
        ("d.wn broke", "Down"),
        ("!", "Down Slow Batch"),
        (" , ", "Down Slow Batch"),
    ],
)
def test_matchers_and_words_must_all_hold(text: str, left: str) -> None:
    assert names(text) == left


def test_a_word_is_found_in_who_has_it() -> None:
    ack = Silence("s", "active", (), NOW, NOW + 60, "ana", "ACK!")
    assert read_filter("ana").kept([replace(DOWN, silences=(ack,)), SLOW])[0].name == "Down"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("severity=", "wants a value"),
        ("broke severity=~", "wants a value"),
        ('severity=~"cri', "the quote is not closed"),
        ("namespace=~(?=p)", "ahead or behind"),
        ("namespace=~(", "is not a pattern"),
        ("broke (", "not a regular expression yet"),
    ],
)
def test_what_is_no_filter_yet_says_what_to_write(text: str, said: str) -> None:
    with pytest.raises(BadFilter, match=said):
        read_filter(text)


@given(st.text(st.characters(codec="utf-8"), max_size=20))
def test_any_text_is_a_filter_or_says_why_not(text: str) -> None:
    said = ""
    try:
        read_filter(text).kept(ALERTS)
    except BadFilter as error:
        said = str(error)
    assert said.isprintable()


LABELS = st.dictionaries(st.sampled_from(["alertname", "namespace", "x"]), st.text("ab|.", max_size=3), max_size=3)
MATCHER = st.builds(
    '{}{}"{}"'.format,
    st.sampled_from(["alertname", "namespace", "x"]),
    st.sampled_from(["=", "!=", "=~", "!~"]),
    st.text("ab|.*", max_size=4),
)


@given(st.lists(MATCHER, min_size=1, max_size=3), LABELS)
def test_a_filter_of_matchers_holds_what_a_silence_of_them_would(texts: list[str], labels: dict[str, str]) -> None:
    line = " ".join(texts)
    try:
        silence = read_matchers(line)
    except BadMatcher:
        return
    assert read_filter(line).meets(labels, ()) is all(matches(one, labels) for one in silence)
