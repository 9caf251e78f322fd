from dataclasses import replace

from state.alerts.dead_man import MISSING, DeadMan, Watched
from state.alerts.fingerprint import fingerprint
from state.alerts.join import SILENT_AFTER
from state.alerts.model import Alert, AlertState, Severity
from state.alerts.reading import FromAlertmanager, FromPrometheus

NOW = 1_800_000_000.0
LATER = NOW + SILENT_AFTER


def watchdog(name: str = "Watchdog", /, **labels: str) -> Alert:
    given = {"alertname": name, **labels}
    own = fingerprint(given.items())
    return Alert(own, name, Severity.OTHER, AlertState.ACTIVE, tuple(sorted(given.items())), (), NOW - 9000, NOW)


def seen(at: float, *alerts: Alert, name: str = "", wanted: str = "", restarted: float | None = None) -> Watched:
    return Watched(name, wanted, FromAlertmanager(at, alerts, restarted=restarted))


def test_nobody_expects_a_watchdog_that_nothing_speaks_of() -> None:
    assert DeadMan().missing([seen(NOW)], []) == ()


def test_one_that_was_seen_and_is_gone_is_an_alert_once_its_sender_had_time() -> None:
    dead_man = DeadMan()
    assert dead_man.missing([seen(NOW - 10, watchdog())], []) == ()
    assert dead_man.missing([seen(NOW)], []) == ()
    (found,) = dead_man.missing([seen(LATER)], [])
    assert (found.name, found.severity, found.state, found.since) == (
        MISSING,
        Severity.CRITICAL,
        AlertState.ACTIVE,
        NOW,
    )
    assert found.annotation("summary").startswith("Watchdog does not reach Alertmanager: ")
    assert not found.of_monitoring
    assert found.elsewhere
    again = dead_man.missing([seen(LATER + 10)], [])
    assert again == (found,)
    assert dead_man.missing([seen(LATER + 20, watchdog())], []) == ()
    assert dead_man.missing([seen(LATER + 30)], []) == ()


def test_one_that_the_configuration_wants_is_missed_though_it_was_never_seen() -> None:
    dead_man = DeadMan()
    assert dead_man.missing([seen(NOW, watchdog(), wanted="Heartbeat", name="eu")], []) == ()
    (found,) = dead_man.missing([seen(LATER, watchdog(), wanted="Heartbeat", name="eu")], [])
    assert found.annotation("summary").startswith("Heartbeat does not reach Alertmanager eu")
    assert found.label("alertmanager") == "eu"
    assert dead_man.missing([seen(LATER, watchdog("Heartbeat"), wanted="Heartbeat", name="eu")], []) == ()


def test_one_that_prometheus_fires_and_nobody_has_is_missed_at_once() -> None:
    told = [FromPrometheus(NOW, (replace(watchdog(), updated=None),))]
    (found,) = DeadMan().missing([seen(NOW)], told)
    assert found.since == NOW - 9000
    fresh = [FromPrometheus(NOW, (replace(watchdog(), updated=None, since=NOW - 10),))]
    assert DeadMan().missing([seen(NOW)], fresh) == ()
    assert DeadMan().missing([seen(NOW, name="a"), seen(NOW, watchdog(), name="b")], told) == ()


def test_an_alertmanager_that_has_just_begun_is_given_time() -> None:
    told = [FromPrometheus(NOW, (replace(watchdog(), updated=None),))]
    assert DeadMan().missing([seen(NOW, restarted=NOW - 20)], told) == ()
    assert len(DeadMan().missing([seen(NOW, restarted=NOW - SILENT_AFTER)], told)) == 1


def test_one_of_several_watchdogs_is_missed_too() -> None:
    dead_man = DeadMan()
    both = (watchdog(cluster="a"), watchdog(cluster="b"))
    dead_man.missing([seen(NOW - 10, *both)], [])
    dead_man.missing([seen(NOW, both[0])], [])
    assert len(dead_man.missing([seen(LATER, both[0])], [])) == 1
    assert dead_man.missing([seen(LATER, both[0], watchdog(cluster="c"))], []) == ()


def test_of_one_that_does_not_answer_nothing_is_known() -> None:
    dead_man = DeadMan()
    dead_man.missing([seen(NOW, watchdog())], [])
    assert dead_man.missing([Watched("", "", None)], []) == ()
