"""What is written down of alerts as they come and go."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.alerts.chronicle import AlertChronicle
from state.alerts.join import SILENT_AFTER
from state.alerts.model import Alert, AlertPicture, AlertState, Severity, Silence
from state.alerts.observing import Life, Seen, observe, open_lives, refreshed_at
from state.alerts.source import LiveAlerts
from state.clock import Clock
from state.freshness import Freshness, Health
from state.journal.entry import Entry
from state.journal.journal import Journal

NOW = 1_800_000_000.0
ACK = Silence("s1", "active", (), NOW - 60, NOW + 840, "ana", "ACK! on it")
MUTE = Silence("s2", "active", (), NOW - 90, NOW + 840, "ben", "maintenance")
SOURCE = "alerts@prod"


def alert(name: str = "Down", fingerprint: str = "f1", since: float = NOW - 100, **parts: object) -> Alert:
    labels = (("alertname", name), ("namespace", "pay"), ("pod", "api-1"))
    plain = Alert(fingerprint, name, Severity.CRITICAL, AlertState.ACTIVE, labels, (), since, updated=NOW)
    return replace(plain, **parts)  # type: ignore[arg-type]


def events(entries: tuple[Entry, ...]) -> list[tuple[str, str]]:
    return [(entry.subject, entry.event) for entry in entries]


def look(
    lives: Mapping[str, Life],
    *alerts: Alert,
    live: bool = True,
    refreshed: Mapping[str, float] = {},
    **parts: Any,
) -> Seen:
    picture = replace(AlertPicture(alerts, rules_evaluating=True), **parts)
    return observe(lives, picture, SOURCE, NOW, live=live, refreshed=refreshed)


def test_an_alert_begins_once_at_its_own_moment() -> None:
    seen = look({}, alert())
    (entry,) = seen.entries
    assert (entry.event, entry.start, entry.at, entry.source) == ("firing", NOW - 100, NOW - 100, SOURCE)
    assert entry.details == {"severity": "critical", "where": "pay/api-1", "namespace": "pay"}
    again = look(seen.lives, alert())
    assert again.entries == ()


def test_the_first_ack_and_the_first_silence_are_kept_with_who_and_why() -> None:
    seen = look({"f1": Life("Down", NOW - 100)}, alert(silences=(MUTE, ACK), state=AlertState.ACKED))
    acked, silenced = seen.entries
    assert (acked.event, acked.who, acked.at, acked.outcome) == ("acked", "ana", NOW - 60, "ACK! on it")
    assert (silenced.event, silenced.who, silenced.at) == ("silenced", "ben", NOW - 90)
    again = look(seen.lives, alert(silences=(replace(ACK, id="s9"),)))
    assert again.entries == ()


def test_an_ack_that_is_older_than_the_alert_counts_from_its_start() -> None:
    seen = look({}, alert(since=NOW - 10, silences=(ACK,)))
    assert seen.entries[1].at == NOW - 10


def test_it_has_ended_when_its_sender_speaks_and_does_not_name_it() -> None:
    seen = look({"f1": Life("Down", NOW - 100)})
    assert events(seen.entries) == [("Down", "resolved")]
    assert seen.lives == {}


@pytest.mark.parametrize(
    "parts",
    [{"sender_silent": 300.0}, {"rules_evaluating": False}, {"restarted": NOW - 30}],
    ids=["its sender is silent", "rules are not evaluated", "Alertmanager was restarted"],
)
def test_it_is_lost_sight_of_and_never_resolved(parts: dict[str, Any]) -> None:
    seen = look({"f1": Life("Down", NOW - 100)}, **parts)
    assert events(seen.entries) == [("Down", "lost")]


def test_a_restart_long_ago_and_one_before_the_alert_mean_nothing() -> None:
    for restarted in (NOW - 3600, NOW - 150):
        seen = look({"f1": Life("Down", NOW - 100)}, restarted=restarted)
        assert events(seen.entries) == [("Down", "resolved")]


def test_what_nobody_has_refreshed_only_ran_out() -> None:
    lives = {"f1": Life("Down", NOW - 900)}
    # Another sender speaks, this alert's own does not.
    other = alert("Up", "f2", generator_url="http://p")
    assert refreshed_at(AlertPicture((other,))) == {"f2": NOW}
    assert events(look(lives, other, refreshed={"f1": NOW - 240}).entries)[1:] == [("Down", "lost")]
    assert events(look(lives, other, refreshed={"f1": NOW - 60}).entries)[1:] == [("Down", "resolved")]
    # By Alertmanager's clock, which need not be ours.
    assert events(look(lives, refreshed={"f1": NOW - 60}, ahead=300.0).entries) == [("Down", "lost")]
    again = look(lives, alert(since=NOW - 10), refreshed={"f1": NOW - 240})
    assert [entry.event for entry in again.entries] == ["lost", "firing"]


@given(
    st.booleans(),
    st.sampled_from([None, 200.0]),
    st.sampled_from([True, False, None]),
    st.sampled_from([None, NOW - 60]),
    st.integers(0, 600),
)
def test_nothing_is_over_for_sure_while_its_sender_may_be_gone(
    live: bool, silent: float | None, evaluating: bool | None, restarted: float | None, unrefreshed: int
) -> None:
    seen = look(
        {"f1": Life("Down", NOW - 900)},
        live=live,
        refreshed={"f1": NOW - unrefreshed},
        sender_silent=silent,
        rules_evaluating=evaluating,
        restarted=restarted,
    )
    doubtful = silent is not None or evaluating is False or restarted is not None or unrefreshed > SILENT_AFTER
    assert events(seen.entries) == ([("Down", "lost" if doubtful else "resolved")] if live else [])
    assert bool(seen.lives) is not live


def test_without_an_answer_it_goes_on() -> None:
    lives = {"f1": Life("Down", NOW - 100)}
    seen = look(lives, live=False)
    assert (seen.entries, seen.lives) == ((), lives)


def test_it_goes_on_while_prometheus_calls_it_firing() -> None:
    seen = look({"f1": Life("Down", NOW - 100)}, alert(fingerprint="f7", updated=None))
    assert seen.entries == ()
    assert set(seen.lives) == {"f1"}


def test_pending_and_watchdog_are_not_written_down() -> None:
    seen = look({}, alert(state=AlertState.PENDING), alert("Watchdog", "f2"))
    assert seen.entries == ()


def test_a_second_start_ends_the_life_before() -> None:
    seen = look({"f1": Life("Down", NOW - 500)}, alert())
    assert [(e.event, e.start) for e in seen.entries] == [
        ("resolved", NOW - 500),
        ("firing", NOW - 100),
    ]


def test_lives_without_an_end_are_taken_up_and_end_unseen() -> None:
    past = [
        Entry(SOURCE, "f1", 1.0, "firing", 1.0, subject="Down"),
        Entry(SOURCE, "f1", 1.0, "acked", 2.0, subject="Down"),
        Entry(SOURCE, "f2", 1.0, "firing", 1.0, subject="Up"),
        Entry(SOURCE, "f2", 1.0, "lost", 3.0, subject="Up"),
    ]
    lives = open_lives(past)
    assert lives == {"f1": Life("Down", 1.0, acked=True, unseen=True)}
    assert events(look(lives).entries) == [("Down", "unseen")]
    # Seen once more, its end is its end again.
    seen = look(lives, alert(since=1.0))
    assert events(look(seen.lives).entries) == [("Down", "resolved")]


def test_what_a_dead_cluster_had_goes_on_while_another_answers() -> None:
    here, there = Life("Down", NOW - 60), Life("Slow", NOW - 60)
    lives = {"f": here, "eu/g": there}
    seen = observe(lives, AlertPicture(), "alerts@prod", NOW, live=True, unheard=lambda key: key.startswith("eu/"))
    assert [(entry.fingerprint, entry.event) for entry in seen.entries] == [("f", "resolved")]
    assert seen.lives == {"eu/g": there}


def test_it_is_written_down_over_a_restart_of_the_cockpit(tmp_path: Path) -> None:
    clock = Clock(wall=lambda: NOW)
    journal = Journal(tmp_path / "journal.db")
    journal.start()

    def cockpit(*alerts: Alert) -> None:
        source = LiveAlerts((), (), clock=clock)
        chronicle = AlertChronicle(_Live(source, AlertPicture(alerts)), journal, "prod", clock)  # type: ignore[arg-type]
        chronicle.start()
        assert chronicle._loaded.wait(5)
        chronicle.pump()
        assert journal.drain(5)

    cockpit(alert())
    cockpit(alert())
    cockpit()
    journal.close()
    said = journal.entries(source=SOURCE)
    assert sorted(entry.event for entry in said) == ["firing", "unseen"]
    assert len(journal.entries(source="watch@prod")) == 1


class _Live:
    """Alerts that have just been asked for."""

    def __init__(self, source: LiveAlerts, picture: AlertPicture) -> None:
        self.picture, self.revision = picture, source.revision
        self.alertmanager = Freshness(Health.LIVE, NOW, NOW)
        self.some_answer = True

    def unheard(self, fingerprint: str) -> bool:
        return False
