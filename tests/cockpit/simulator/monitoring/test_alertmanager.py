from dataclasses import replace

import pytest

from cockpit.simulator.alertmanager import CONFIG, RECEIVERS, Alertmanager, HeldAlert, fingerprint
from cockpit.simulator.clock import WorldClock
from cockpit.simulator.matchers import matcher_of, parse_matcher
from cockpit.simulator.promql.ast import Matcher
from cockpit.simulator.silences import Silence, Silences, Unknown

NOW = 1_795_500_000_000
WANTED = Silence("", (matcher_of("a", "b", regex=False, equal=True),), NOW, NOW + 60_000, 0, "ana", "ACK! mine")


def alert(starts: int, ends: int, updated: int, *, guessed: bool = False) -> HeldAlert:
    return HeldAlert({"alertname": "A"}, {}, starts, ends, updated, "", timed_out=guessed)


def held(now: int = NOW) -> Alertmanager:
    return Alertmanager(WorldClock(now=lambda: now / 1000), seed=1)


def test_fingerprints_are_alertmanagers() -> None:
    assert fingerprint({"alertname": "X", "severity": "critical", "namespace": "p"}) == "2af710249a467a5d"
    assert fingerprint({"alertname": "X", "severity": "warning", "namespace": "p", "pod": "q"}) == "2ff9ce053c80c044"


def test_an_ack_is_extended_in_place() -> None:
    silences = Silences(1)
    first = silences.put(WANTED, NOW)
    again = silences.put(replace(WANTED, id=first, ends=NOW + 120_000), NOW + 30_000)
    assert again == first
    assert (silences.get(first).ends, silences.get(first).updated) == (NOW + 120_000, NOW + 30_000)


def test_other_matchers_or_another_start_make_a_new_silence() -> None:
    silences = Silences(1)
    first = silences.put(WANTED, NOW)
    other = (matcher_of("a", "c", regex=False, equal=True),)
    second = silences.put(replace(WANTED, id=first, matchers=other), NOW + 1000)
    third = silences.put(replace(WANTED, id=second, matchers=other, starts=NOW + 5000), NOW + 2000)
    assert len({first, second, third}) == 3
    states = [silences.get(one).state(NOW + 3000) for one in (first, second, third)]
    assert states == ["expired", "expired", "pending"]
    with pytest.raises(Unknown):
        silences.put(replace(WANTED, id="nobody"), NOW)


def test_an_ended_silence_stays_ended_and_comes_back_as_a_new_one() -> None:
    silences = Silences(1)
    first = silences.put(WANTED, NOW)
    silences.expire(first, NOW + 10)
    ended = silences.get(first)
    silences.expire(first, NOW + 20)
    assert silences.get(first) == ended
    assert silences.put(replace(WANTED, id=first), NOW + 30) != first
    silences.forget(NOW + 120 * 3_600_000)
    assert first in [one.id for one in silences.all()]
    silences.forget(NOW + 121 * 3_600_000)
    assert first not in [one.id for one in silences.all()]


@pytest.mark.parametrize(
    ("old", "new", "starts", "ends"),
    [
        pytest.param(
            alert(NOW - 50, NOW + 50, NOW - 10), alert(NOW - 40, NOW + 90, NOW), NOW - 50, NOW + 90, id="told again"
        ),
        pytest.param(
            alert(NOW - 50, NOW + 50, NOW - 10), alert(NOW - 50, NOW - 5, NOW), NOW - 50, NOW - 5, id="resolved"
        ),
        pytest.param(
            alert(NOW - 50, NOW + 90, NOW - 10),
            alert(NOW - 40, NOW + 50, NOW, guessed=True),
            NOW - 50,
            NOW + 90,
            id="a guess is later told",
        ),
        pytest.param(
            alert(NOW - 50, NOW + 90, NOW - 10, guessed=True),
            alert(NOW - 40, NOW + 50, NOW),
            NOW - 50,
            NOW + 50,
            id="a guess",
        ),
        pytest.param(
            alert(NOW - 90, NOW - 60, NOW - 60), alert(NOW - 10, NOW + 50, NOW), NOW - 10, NOW + 50, id="anew"
        ),
    ],
)
def test_what_is_told_twice_becomes_one(old: HeldAlert, new: HeldAlert, starts: int, ends: int) -> None:
    alertmanager = held(NOW)
    alertmanager.receive(old)
    alertmanager.receive(new)
    (one,) = alertmanager._alerts.values()
    assert (one.starts, one.ends) == (starts, ends)


def test_matchers_are_read_as_amtool_writes_them() -> None:
    assert parse_matcher('a="b"') == Matcher("a", "=", "b")
    assert parse_matcher(' a =~ "b|c" ') == Matcher("a", "=~", "b|c")
    assert parse_matcher("a!=b") == Matcher("a", "!=", "b")
    assert parse_matcher(r'a="say \"x\"\n"') == Matcher("a", "=", 'say "x"\n')
    for text, words in (
        ("a", "bad matcher format: a"),
        ('a="b', "unescaped double quote"),
        ('a=~"("', "missing closing"),
    ):
        with pytest.raises(ValueError, match=words):
            parse_matcher(text)


def test_the_shown_configuration_names_the_receivers() -> None:
    assert [line.removeprefix("- name: ") for line in CONFIG.splitlines() if line.startswith("- name: ")] == [
        *RECEIVERS
    ]
