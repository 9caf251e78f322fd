import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from state.alerts.client import Alertmanager
from state.alerts.clusters import Clusters
from state.alerts.dead_man import MISSING
from state.alerts.errors import AlertmanagerError
from state.alerts.join import SILENT_AFTER
from state.alerts.members import REST
from state.alerts.model import AlertState
from state.alerts.origin import Origin
from state.alerts.prometheus import PrometheusAlerts
from state.alerts.reading import alert_of
from state.alerts.source import Alertmanagers, LiveAlerts
from state.alerts.wire import WireAlert
from state.clock import Clock
from state.endpoint import Endpoint
from state.freshness import Health
from state.metrics.client import PrometheusClient
from state.metrics.model import MetricsError
from state.polled import Denied

ALERT = {
    "labels": {"alertname": "A"},
    "startsAt": "2026-11-22T16:53:20Z",
    "fingerprint": "a1",
    "status": {"state": "suppressed", "silencedBy": ["s1"], "inhibitedBy": []},
}
SILENCE = {
    "id": "s1",
    "status": {"state": "active"},
    "matchers": [],
    "startsAt": "2026-11-22T16:53:20Z",
    "endsAt": "2026-11-22T17:53:20Z",
    "createdBy": "ana",
    "comment": "ACK! on it",
}
EXPIRED = {**SILENCE, "id": "s0", "status": {"state": "expired"}}
PENDING = {"labels": {"alertname": "B"}, "state": "pending", "activeAt": "2026-11-22T16:53:20Z", "value": "1"}
BODIES: dict[str, Any] = {
    "/api/v2/alerts": [ALERT],
    "/api/v2/silences": [SILENCE, EXPIRED],
    "/api/v2/status": {"uptime": "2026-11-22T10:00:00.000Z"},
    "/api/v1/alerts": {"status": "success", "data": {"alerts": [PENDING]}},
    "/api/v1/rules": {"status": "success", "data": {"groups": []}},
}


def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def answer(written: Any) -> Callable[[Any], Any]:
    return lambda request: written(BODIES[request.path])


def nowhere() -> Alertmanager:
    return Alertmanager(Endpoint("http://127.0.0.1:1"))


def test_a_dead_member_is_a_note(scripted: Any, written: Any) -> None:
    scripted.answer = answer(written)
    said = Alertmanagers([nowhere(), Alertmanager(Endpoint(scripted.url))]).fetch()
    assert [(alert.name, alert.state) for alert in said.alerts] == [("A", AlertState.ACKED)]
    assert [silence.id for silence in said.silences] == ["s1"]
    assert said.notes == ("http://127.0.0.1:1 is not reached: connection refused",)


def test_no_member_at_all_is_an_error() -> None:
    with pytest.raises(AlertmanagerError, match="connection refused"):
        Alertmanagers([nowhere(), nowhere()]).fetch()
    with pytest.raises(ValueError, match="no Alertmanager"):
        Alertmanagers([])


def test_a_refusal_is_denied(scripted: Any, written: Any) -> None:
    scripted.answer = lambda request: written(b"", 403)
    with pytest.raises(Denied, match="403"):
        Alertmanagers([Alertmanager(Endpoint(scripted.url))]).fetch()
    with pytest.raises(Denied, match="403"):
        PrometheusAlerts(PrometheusClient(Endpoint(scripted.url))).fetch()


def test_rules_that_are_not_told_are_a_note(scripted: Any, written: Any) -> None:
    scripted.answer = lambda request: written(b"", 404) if "rules" in request.path else answer(written)(request)
    said = PrometheusAlerts(PrometheusClient(Endpoint(scripted.url))).fetch()
    assert (len(said.alerts), said.evaluating) == (1, None)
    assert said.notes[0].startswith("rules: ")


def test_alerts_that_are_not_told_are_an_error(scripted: Any, written: Any) -> None:
    scripted.answer = lambda request: written(b"", 500)
    with pytest.raises(MetricsError):
        PrometheusAlerts(PrometheusClient(Endpoint(scripted.url))).fetch()


def test_each_side_lives_without_the_other(scripted: Any, written: Any) -> None:
    scripted.answer = answer(written)
    alertmanagers = Alertmanagers([Alertmanager(Endpoint(scripted.url))])
    live = LiveAlerts([alertmanagers], [PrometheusAlerts(PrometheusClient(Endpoint(scripted.url)))], every=0.02)
    assert live.alertmanager.health is Health.CONNECTING
    live.start()

    def pumped(wanted: Callable[[], bool]) -> Callable[[], bool]:
        def once() -> bool:
            live.pump()
            return wanted()

        return once

    try:
        until(pumped(lambda: [alert.name for alert in live.picture.alerts] == ["B", "A"]))
        assert live.picture.rules_evaluating is False
        scripted.answer = lambda request: written(b"", 500) if "v2" in request.path else answer(written)(request)
        live.ask()
        until(pumped(lambda: live.alertmanager.health is Health.STALE))
        assert live.prometheus.health is Health.LIVE
        assert [alert.name for alert in live.picture.alerts] == ["B", "A"]
        scripted.answer = answer(written)
        live.ask()
        until(pumped(lambda: live.alertmanager.health is Health.LIVE))
    finally:
        live.stop()


def test_what_is_not_configured_is_off() -> None:
    live = LiveAlerts((), ())
    live.start()
    assert (live.alertmanager.health, live.prometheus.health, live.pump()) == (Health.OFF, Health.OFF, False)
    live.stop()


class Frozen:
    """A member that fails after a while, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def alerts(self) -> tuple[()]:
        self.asked += 1
        raise AlertmanagerError("timeout", "it is frozen")


def test_a_frozen_member_is_left_alone_while_another_answers(scripted: Any, written: Any) -> None:
    scripted.answer = answer(written)
    elapsed = [0.0]
    frozen: Any = Frozen()
    clock = Clock(elapsed=lambda: elapsed[0])
    cluster = Alertmanagers([frozen, Alertmanager(Endpoint(scripted.url))], clock)
    for _ in range(3):
        said = cluster.fetch()
        assert len(said.alerts) == 1
        assert said.notes == ("it is frozen",)
    assert frozen.asked == 1
    elapsed[0] = REST + 1
    cluster.fetch()
    assert frozen.asked == 2


def test_when_all_are_frozen_all_are_asked_each_time() -> None:
    members: Any = [Frozen(), Frozen()]
    cluster = Alertmanagers(members, Clock(elapsed=lambda: 0.0))
    for _ in range(2):
        with pytest.raises(AlertmanagerError, match="frozen"):
            cluster.fetch()
    assert [one.asked for one in members] == [2, 2]


def test_a_cluster_that_has_lost_a_member_is_live_and_says_so(scripted: Any, written: Any) -> None:
    scripted.answer = answer(written)
    eu = Alertmanagers([Alertmanager(Endpoint(scripted.url)), nowhere()], origin=Origin("eu"))
    us = Alertmanagers([Alertmanager(Endpoint(scripted.url))], origin=Origin("us", apart=True))
    live = LiveAlerts([us, eu], [], every=60)

    def heard() -> bool:
        live.pump()
        return {live.freshness_of(name).health for name in ("eu", "us")} == {Health.LIVE}

    live.start()
    try:
        until(heard)
        assert live.alertmanager.health is Health.LIVE
        assert live.alertmanager.reason == "eu: http://127.0.0.1:1 is not reached: connection refused"
        assert live.freshness_of("us").reason == ""
    finally:
        live.stop()


def test_one_cluster_that_is_dead_leaves_the_other_to_be_seen(scripted: Any, written: Any) -> None:
    scripted.answer = answer(written)
    eu = Alertmanagers([Alertmanager(Endpoint(scripted.url))], origin=Origin("eu"))
    us = Alertmanagers([nowhere()], origin=Origin("us", apart=True))
    live = LiveAlerts([eu, us], [], every=0.02)
    live.start()
    try:
        until(lambda: live.pump() and live.alertmanager.health is Health.FAILED and bool(live.picture.alerts))
        assert live.alertmanager.reason == "us: http://127.0.0.1:1 is not reached: connection refused"
        assert live.picture.notes == ("us: http://127.0.0.1:1 is not reached: connection refused",)
        assert [(alert.name, alert.source) for alert in live.picture.alerts] == [("A", "eu")]
        assert (live.freshness_of("eu").health, live.freshness_of("us").health) == (Health.LIVE, Health.FAILED)
        assert (live.some_answer, live.unheard("f00d"), live.unheard("us/f00d")) == (True, False, True)
        assert [silence.source for silence in live.picture.silences] == ["eu"]
    finally:
        live.stop()


def test_what_is_written_about_an_alert_goes_to_the_cluster_it_is_in() -> None:
    eu, us = (Alertmanagers([nowhere()], origin=Origin(name)) for name in ("eu", "us"))
    clusters = Clusters([eu, us])
    alert = alert_of(WireAlert(labels={"alertname": "A"}), {})
    assert clusters.of(replace(alert, source="us")) is us
    assert clusters.of(alert) is eu
    there, here = (replace(alert, source=name, updated=1.0) for name in ("us", "eu"))
    assert clusters.holding([there, here, there]) == (us, eu)
    assert clusters.holding([there, alert]) == (us,)
    assert clusters.holding([alert]) == (eu, us)
    with pytest.raises(ValueError, match="no Alertmanager"):
        Clusters([])


def test_what_is_missing_in_an_answer_is_said(scripted: Any, written: Any) -> None:
    scripted.answer = lambda request: written(
        {**BODIES[request.path], "warnings": ["store a is down", "PromQL info: x"]}
    )
    said = PrometheusAlerts(PrometheusClient(Endpoint(scripted.url))).fetch()
    assert said.notes[0] == "a partial answer: store a is down"
    assert sum("partial" in note for note in said.notes) == 1
    scripted.answer = lambda request: written({**BODIES[request.path], "isPartial": True})
    said = PrometheusAlerts(PrometheusClient(Endpoint(scripted.url))).fetch()
    assert said.notes[0] == "a partial answer: some stores did not answer"


def test_external_labels_are_asked_for_where_several_are_told_apart(scripted: Any, written: Any) -> None:
    config = {"status": "success", "data": {"yaml": "global:\n  external_labels:\n    cluster: eu\n"}}
    bodies = {**BODIES, "/api/v1/status/config": config}
    scripted.answer = lambda request: written(bodies[request.path])
    named = PrometheusAlerts(PrometheusClient(Endpoint(scripted.url)), origin=Origin("eu"))
    assert [named.fetch().alerts[0].label("cluster") for _ in range(2)] == ["eu", "eu"]
    assert sum(request.path.endswith("config") for request in scripted.requests) == 1
    scripted.answer = lambda request: written(b"", 404) if "config" in request.path else answer(written)(request)
    other = PrometheusAlerts(PrometheusClient(Endpoint(scripted.url)), origin=Origin("mimir"))
    assert other.fetch().alerts[0].labels == (("alertname", "B"),)


def test_a_watchdog_that_the_configuration_wants_is_missed_and_is_never_counted(scripted: Any, written: Any) -> None:
    wall = [time.time()]
    clock = Clock(wall=lambda: wall[0])
    alerts: list[Any] = []
    scripted.answer = lambda request: written(alerts if request.path.endswith("alerts") else BODIES[request.path])
    origin = Origin(watchdog="Heartbeat")
    live = LiveAlerts(
        [Alertmanagers([Alertmanager(Endpoint(scripted.url), clock)], clock, origin=origin)], [], every=0.02
    )
    live.start()
    try:
        until(lambda: live.pump() and live.alertmanager.health is Health.LIVE)
        assert live.picture.alerts == ()
        wall[0] += SILENT_AFTER + 1
        until(lambda: live.pump() and bool(live.picture.alerts))
        assert [(alert.name, alert.of_monitoring) for alert in live.picture.alerts] == [(MISSING, False)]
        alerts.append({**ALERT, "labels": {"alertname": "Heartbeat"}})
        until(lambda: live.pump() and live.picture.alerts[0].name == "Heartbeat")
        assert [alert.of_monitoring for alert in live.picture.alerts] == [True]
    finally:
        live.stop()
