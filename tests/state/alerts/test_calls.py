"""Whom somebody is called for: what is critical, new and nobody's."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.alerts.calls import AGAIN, APART, Called, calls_for_somebody, look, words
from state.alerts.model import Alert, AlertPicture, AlertState, Severity

DOWN = Alert("a", "Down", Severity.CRITICAL, AlertState.ACTIVE, (("namespace", "pay"),), (), 0.0)
OTHER = replace(DOWN, fingerprint="b", name="Burn")


def first(*alerts: Alert) -> Called:
    called, calling = look(Called(), AlertPicture(alerts), 0.0)
    assert calling == ()
    return called


def test_what_was_there_at_the_start_calls_nobody_and_what_begins_does() -> None:
    called = first(DOWN)
    called, calling = look(called, AlertPicture((DOWN, OTHER)), 10.0)
    assert calling == (OTHER,)
    assert look(called, AlertPicture((DOWN, OTHER)), 100.0)[1] == ()


@pytest.mark.parametrize(
    "alert",
    [
        replace(DOWN, severity=Severity.WARNING),
        replace(DOWN, name="Watchdog"),
        *(replace(DOWN, state=state) for state in AlertState if state is not AlertState.ACTIVE),
    ],
)
def test_nobody_is_called_for_what_is_not_critical_or_somebody_s(alert: Alert) -> None:
    assert not calls_for_somebody(alert)
    assert look(first(), AlertPicture((alert,)), 10.0)[1] == ()


def test_what_begins_shortly_after_a_call_is_told_with_the_next() -> None:
    called, _ = look(first(), AlertPicture((DOWN,)), 10.0)
    third = replace(DOWN, fingerprint="c", name="Full")
    called, calling = look(called, AlertPicture((DOWN, OTHER)), 12.0)
    assert calling == ()
    called, calling = look(called, AlertPicture((DOWN, OTHER, third)), 14.0)
    assert calling == ()
    # One that was acknowledged meanwhile is left out.
    acked = replace(OTHER, state=AlertState.ACKED)
    called, calling = look(called, AlertPicture((DOWN, acked, third)), 10.0 + APART)
    assert calling == (third,)


def test_what_comes_and_goes_calls_once_in_a_while() -> None:
    called, calling = look(first(), AlertPicture((DOWN,)), 10.0)
    assert calling
    called, _ = look(called, AlertPicture(), 60.0)
    called, calling = look(called, AlertPicture((DOWN,)), 120.0)
    assert calling == ()
    called, _ = look(called, AlertPicture(), 200.0)
    assert look(called, AlertPicture((DOWN,)), 10.0 + AGAIN)[1] == (DOWN,)


def test_an_ack_that_lapsed_calls() -> None:
    called = first(replace(DOWN, state=AlertState.ACKED))
    assert look(called, AlertPicture((DOWN,)), 10.0)[1] == (DOWN,)


@given(st.lists(st.tuples(st.sets(st.integers(0, 5)), st.floats(0.1, 60.0)), max_size=30))
def test_there_is_never_a_burst(looks: list[tuple[set[int], float]]) -> None:
    called, now, last = first(), 0.0, float("-inf")
    for numbers, pause in looks:
        now += pause
        alerts = tuple(replace(DOWN, fingerprint=str(n), name=f"A{n}") for n in sorted(numbers))
        called, calling = look(called, AlertPicture(alerts), now)
        if calling:
            assert now - last >= APART
            assert set(calling) <= set(alerts)
            last = now


def test_one_line_says_it_however_many_they_are() -> None:
    summed = replace(DOWN, annotations=(("summary", "it\x1b]0;x\x07 is\ndown"),))
    assert words([summed]) == "Down pay: it is down"
    many = [replace(DOWN, fingerprint=str(n), name=f"A{n}") for n in range(5)]
    assert words(many) == "5 critical alerts: A0 pay, A1 pay, A2 pay and 2 more"
    assert len(words([replace(DOWN, name="x" * 900)])) == 200
