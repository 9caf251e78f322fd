"""What the cockpit asks of an Alertmanager, answered by each kind of server it has to get on with."""

import json
import time
import urllib.request
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from state.alerts.ack import Ack, Unack
from state.alerts.client import Alertmanager, Draft
from state.alerts.clusters import Clusters
from state.alerts.errors import AlertmanagerError
from state.alerts.fingerprint import fingerprint
from state.alerts.join import join
from state.alerts.keeper import AckKeeper, Keeping
from state.alerts.model import Alert, AlertState, Matcher
from state.alerts.prometheus import PrometheusAlerts
from state.alerts.source import Alertmanagers, LiveAlerts
from state.alerts.upkeep import ExtendAck
from state.endpoint import Endpoint
from state.journal.journal import Journal
from state.leading import Lead
from state.metrics.client import PrometheusClient
from state.operation import Operation, Outcome, Refused
from state.rfc3339 import timestamp


@pytest.fixture
def client(servers: Any) -> Alertmanager:
    return Alertmanager(Endpoint(servers.alertmanager))


@pytest.fixture
def alertmanagers(client: Alertmanager) -> Alertmanagers:
    return Alertmanagers([client])


@pytest.fixture
def fire(servers: Any, alertmanagers: Alertmanagers) -> Any:
    """Send an alert with a name of its own to Alertmanager and return it as the cockpit sees it."""

    def send(**labels: str) -> Alert:
        labels = {"alertname": f"Test{uuid.uuid4().hex}", **labels}
        body = json.dumps([{"labels": labels, "startsAt": timestamp(time.time() - 60)}]).encode()
        request = urllib.request.Request(
            f"{servers.alertmanager}/api/v2/alerts", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=5):
            pass
        return found(alertmanagers, labels["alertname"])

    return send


def found(alertmanagers: Alertmanagers, name: str) -> Alert:
    return next(alert for alert in alertmanagers.fetch().alerts if alert.name == name)


def failure(ask: Any) -> AlertmanagerError:
    with pytest.raises(AlertmanagerError) as failed:
        ask()
    return failed.value


def test_it_says_what_it_is(client: Alertmanager) -> None:
    assert client.status().cluster.status in ("ready", "settling", "disabled")


def test_an_alert_has_the_fingerprint_of_its_labels(fire: Any) -> None:
    alert = fire(severity="critical", pod="p-1")
    assert (alert.fingerprint, alert.state) == (fingerprint(alert.labels), AlertState.ACTIVE)
    assert time.time() - 70 < alert.since < time.time() - 50


@pytest.mark.parametrize("value", ['say "hi"', "back\\slash", "two\nlines", "ünïcode ✓", 'a="b",c', "{}", "a\\nb"])
def test_a_filter_finds_exactly_the_value_that_was_sent(client: Alertmanager, fire: Any, value: str) -> None:
    alert = fire(text=value)
    by_name = Matcher("alertname", alert.name)
    (wire,) = client.alerts([by_name, Matcher("text", value)])
    assert wire.labels["text"] == value
    assert client.alerts([by_name, Matcher("text", value, equal=False)]) == ()


def test_regular_expressions_are_anchored(client: Alertmanager, fire: Any) -> None:
    alert = fire(pod="api-1")
    by_name = Matcher("alertname", alert.name)
    assert len(client.alerts([by_name, Matcher("pod", "api-.|db", regex=True)])) == 1
    assert client.alerts([by_name, Matcher("pod", "api", regex=True)]) == ()


def test_an_ack_lives_as_promised(client: Alertmanager, alertmanagers: Alertmanagers, fire: Any) -> None:
    alert = fire(namespace="payments", pod="api-1")
    operation = Ack(alertmanagers, alert, "ana", "config missing")
    assert operation.preview().warnings == ()
    assert found(alertmanagers, alert.name).state is AlertState.ACTIVE

    outcome = operation.run()
    assert outcome.done, outcome
    acked = found(alertmanagers, alert.name)
    assert (acked.state, acked.ack and acked.ack.comment) == (AlertState.ACKED, "ACK! config missing")
    assert acked.ack is not None
    assert acked.ack.ends - acked.ack.starts == pytest.approx(900, abs=1)
    assert acked.ack.id == outcome.details["silence"]
    with pytest.raises(Refused, match="already"):
        operation.run()

    longer = ExtendAck(alertmanagers, acked.ack, lasting=1800).run()
    assert longer.details["silence"] == acked.ack.id
    extended = client.silence(acked.ack.id)
    assert extended.starts == pytest.approx(acked.ack.starts, abs=0.01)
    assert extended.ends > acked.ack.ends + 800

    assert Unack(alertmanagers, acked.ack).run().done
    assert found(alertmanagers, alert.name).state is AlertState.ACTIVE
    assert acked.ack.id not in {silence.id for silence in alertmanagers.fetch().silences}
    with pytest.raises(Refused, match="ended"):
        Unack(alertmanagers, acked.ack).run()
    with pytest.raises(Refused, match="ended"):
        ExtendAck(alertmanagers, acked.ack).run()


def test_an_ack_of_one_alert_leaves_its_neighbours(alertmanagers: Alertmanagers, fire: Any) -> None:
    one, more = fire(pod="api-1", namespace="pay"), fire(pod="api-1", namespace="pay", container="c")
    name = f"Test{uuid.uuid4().hex}"
    first, second = fire(alertname=name, pod="a"), fire(alertname=name, pod="b")
    assert first.name == second.name
    wanted = {alert.label("pod"): alert for alert in alertmanagers.fetch().alerts if alert.name == name}
    assert Ack(alertmanagers, wanted["a"], "ana").run().done
    states = {alert.label("pod"): alert.state for alert in alertmanagers.fetch().alerts if alert.name == name}
    assert states == {"a": AlertState.ACKED, "b": AlertState.ACTIVE}
    assert found(alertmanagers, one.name).state is AlertState.ACTIVE
    assert found(alertmanagers, more.name).state is AlertState.ACTIVE


def test_a_preview_counts_what_the_server_matches(alertmanagers: Alertmanagers, fire: Any) -> None:
    name = f"Test{uuid.uuid4().hex}"
    narrow = fire(alertname=name, namespace="pay")
    fire(alertname=name, namespace="pay", pod="b")
    wide = next(a for a in alertmanagers.fetch().alerts if a.name == name and not a.label("pod"))
    assert narrow.name == wide.name
    preview = Ack(alertmanagers, wide, "ana").preview()
    assert preview.warnings == ("it holds 2 alerts, not this one alone",)


def test_hostile_labels_are_acknowledged_by_their_exact_value(alertmanagers: Alertmanagers, fire: Any) -> None:
    alert = fire(text="\x1b[31mred\u202e")
    assert alert.label("text").isprintable()
    assert Ack(alertmanagers, alert, "ana").run().done
    assert found(alertmanagers, alert.name).state is AlertState.ACKED


def test_an_alert_that_is_not_there_cannot_be_acknowledged(alertmanagers: Alertmanagers, fire: Any) -> None:
    gone = replace(fire(), fingerprint="0000000000000000")
    with pytest.raises(Refused, match="has ended or has not arrived"):
        Ack(alertmanagers, gone, "ana").run()


def test_another_matcher_makes_another_silence(client: Alertmanager, fire: Any, until: Any) -> None:
    alert = fire(pod="a")
    now = client.now()
    by_name = Matcher("alertname", alert.name)
    draft = Draft((by_name,), now, now + 600, "ana", "maintenance")
    first = client.post(draft)
    second = client.post(draft._replace(id=first, matchers=(by_name, Matcher("pod", "a"))))
    assert second != first
    assert client.silence(second).state == "active"
    until(lambda: client.silence(first).state == "expired", "the end of the first")
    client.expire(second)
    client.expire(second)
    until(lambda: client.silence(second).state == "expired", "the end of the second")


@pytest.mark.parametrize(
    "changed",
    [
        {"matchers": ()},
        {"matchers": (Matcher("a", ".*", regex=True),)},
        {"matchers": (Matcher("a", "(", regex=True),)},
        {"ends": 1.0, "starts": 0.0},
    ],
    ids=["no matcher", "matches everything", "no regular expression", "in the past"],
)
def test_a_silence_that_makes_no_sense_is_refused_in_the_servers_words(
    client: Alertmanager, changed: dict[str, Any]
) -> None:
    now = time.time()
    draft = Draft((Matcher("a", "b"),), now, now + 60, "ana", "x")._replace(**changed)
    error = failure(lambda: client.post(draft))
    assert error.kind == "refused"
    assert len(str(error)) > len("Alertmanager refuses: 400")


def test_a_filter_that_is_none_is_refused(client: Alertmanager) -> None:
    assert failure(lambda: client.alerts([Matcher("a", "(", regex=True)])).kind == "refused"


def test_an_unknown_silence_is_not_found(client: Alertmanager) -> None:
    unknown = str(uuid.uuid4())
    assert failure(lambda: client.silence(unknown)).kind == "not_found"
    assert failure(lambda: client.expire(unknown)).kind == "not_found"


def test_another_path_is_not_alertmanager(servers: Any) -> None:
    assert failure(Alertmanager(Endpoint(f"{servers.alertmanager}/prefix")).alerts).kind == "not_alertmanager"


def test_both_sides_of_an_alert_are_joined(servers: Any, alertmanagers: Alertmanagers, until: Any) -> None:
    prometheus = PrometheusAlerts(PrometheusClient(Endpoint(servers.prometheus)))

    def joined() -> list[Alert]:
        picture = join(alertmanagers.fetch(), prometheus.fetch())
        return [alert for alert in picture.alerts if alert.updated and alert.expression]

    until(lambda: bool(joined()), "an alert known to both")
    for alert in joined():
        assert alert.value is not None
        assert alert.wait is not None
    picture = join(alertmanagers.fetch(), prometheus.fetch())
    assert picture.rules_evaluating is True
    assert picture.sender_silent is None


def test_external_labels_do_not_part_an_alert(real_servers: Any, until: Any) -> None:
    alertmanagers = Alertmanagers([Alertmanager(Endpoint(real_servers.alertmanager))])
    prometheus = PrometheusAlerts(PrometheusClient(Endpoint(real_servers.prometheus)))

    def burning() -> list[Alert]:
        picture = join(alertmanagers.fetch(), prometheus.fetch())
        return [alert for alert in picture.alerts if alert.name == "ErrorBudgetBurn"]

    until(lambda: [bool(alert.updated) for alert in burning()] == [True], "the alert at both")
    (alert,) = burning()
    assert (alert.label("cluster"), alert.value, alert.wait) == ("prod", 14.6, 0.0)
    assert alert.annotation("summary") == "burns at 14.6"
    assert alert.generator_url.startswith("http")


def test_of_two_cockpits_one_extends_an_ack_and_no_double_arises(
    client: Alertmanager, alertmanagers: Alertmanagers, fire: Any, tmp_path: Path
) -> None:
    alert = fire(namespace="payments")
    made = Ack(alertmanagers, alert, "kim", lasting=60).run().details["silence"]
    journal = Journal(tmp_path / "journal.db")
    did: list[str] = []

    def do(operation: Operation) -> Outcome:
        did.append(operation.id)
        return operation.run()

    def keeper() -> AckKeeper:
        live = LiveAlerts([alertmanagers], (), every=0.1)
        keeping = Keeping(lambda: "kim", do, Lead(tmp_path, str(client)), journal)
        return AckKeeper(live, Clusters([alertmanagers]), keeping)

    both = [keeper(), keeper()]
    before = client.silence(made).ends
    for one in both:
        one.alerts.start()
    end = time.monotonic() + 10
    while client.silence(made).ends < before + 600:
        assert time.monotonic() < end, "nobody extends it"
        for one in both:
            one.alerts.pump()
            one.pump()
    for one in both:
        one.alerts.stop()
    assert did == ["extend-ack"]
    assert [one.id for one in client.silences() if one.created_by == "kim"] == [made]
