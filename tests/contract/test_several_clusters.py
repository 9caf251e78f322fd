"""Two real Alertmanagers that know nothing of each other, and a real Prometheus with external labels: told apart."""

import time
from collections.abc import Callable, Iterator

import pytest

from state.alerts.ack import Ack
from state.alerts.client import Alertmanager
from state.alerts.clusters import Clusters
from state.alerts.model import Alert, AlertPicture, AlertState
from state.alerts.origin import Origin
from state.alerts.prometheus import PrometheusAlerts
from state.alerts.source import Alertmanagers
from state.alerts.together import join_all
from state.belonging import Belonging
from state.endpoint import Endpoint
from state.metrics.client import PrometheusClient
from tests.contract.real_prometheus import program, serving
from tests.contract.test_alertmanager_cluster import Member, free_port

RULES = """
groups:
- name: g
  rules:
  - {alert: Watchdog, expr: vector(1), labels: {severity: none}}
  - {alert: Down, expr: vector(7) > 1, labels: {severity: critical}}
  - {alert: Slow, expr: vector(3) > 1, for: 1h, labels: {severity: warning}}
"""
CONFIG = """
global: {{evaluation_interval: 200ms, external_labels: {{cluster: eu, replica: "0"}}}}
rule_files: [{rules}]
"""
MAPS = {"prod-eu": {"cluster": "eu"}, "prod-us": {"cluster": "us"}}


class Watched:
    """Both clusters and the Prometheus of one of them, as the cockpit asks them."""

    def __init__(self, eu: Member, us: Member, prometheus: str) -> None:
        belonging = Belonging("prod-eu", MAPS, alone=False)
        self.eu, self.us = (
            Alertmanagers(
                [Alertmanager(Endpoint(member.url))], origin=Origin(name, name == "us", own=False, belonging=belonging)
            )
            for name, member in (("eu", eu), ("us", us))
        )
        self.clusters = Clusters([self.eu, self.us])
        self.prometheus = PrometheusAlerts(
            PrometheusClient(Endpoint(prometheus)), origin=Origin("main", own=False, belonging=belonging)
        )

    def picture(self) -> AlertPicture:
        return join_all([cluster.fetch() for cluster in self.clusters], [self.prometheus.fetch()])

    def alert(self, name: str, source: str = "") -> Alert | None:
        found = (one for one in self.picture().alerts if one.name == name and one.source == source)
        return next(found, None)


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("several")
    eu, us = (Member(folder / name, free_port(), None) for name in ("eu", "us"))
    rules = folder / "rules.yml"
    rules.write_text(RULES)
    try:
        # Prometheus itself takes five seconds to find an Alertmanager.
        eu.fire("Down", cluster="eu", severity="critical")
        eu.fire("Watchdog", cluster="eu", severity="none")
        us.fire("Down", cluster="us", severity="critical")
        with serving(program("prometheus"), folder, CONFIG.format(rules=rules)) as url:
            yield Watched(eu, us, url)
    finally:
        eu.end()
        us.end()


def wait(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, f"{what} does not come"
        time.sleep(0.05)


def test_each_alert_has_its_source_its_value_and_its_context(watched: Watched) -> None:
    wait(lambda: (one := watched.alert("Down", "eu")) and one.value is not None, "the value of the alert")
    here, there = watched.alert("Down", "eu"), watched.alert("Down", "us")
    assert here is not None
    assert there is not None
    assert (here.value, here.prometheus, here.expression, here.elsewhere) == (7.0, "main", "vector(7) > 1", "")
    assert (there.value, there.elsewhere) == (None, "it is about the context prod-us")
    assert there.fingerprint == f"us/{there.bare_fingerprint}"
    assert watched.picture().notes == ()


def test_a_pending_alert_has_the_external_labels_of_its_prometheus(watched: Watched) -> None:
    wait(lambda: watched.alert("Slow"), "the pending alert")
    slow = watched.alert("Slow")
    assert slow is not None
    assert (slow.state, slow.label("cluster"), slow.elsewhere) == (AlertState.PENDING, "eu", "")


def test_an_ack_is_kept_by_the_cluster_of_its_alert_alone(watched: Watched) -> None:
    wait(lambda: watched.alert("Down", "eu"), "the alert")
    there = watched.alert("Down", "us")
    assert there is not None
    outcome = Ack(watched.clusters.of(there), there, "ana", "on it").run()
    assert outcome.done
    acked = watched.alert("Down", "us")
    assert acked is not None
    assert acked.ack is not None
    assert (acked.state, acked.ack.source, acked.ack.id) == (AlertState.ACKED, "us", outcome.details["silence"])
    assert watched.eu.fetch().silences == ()
    untouched = watched.alert("Down", "eu")
    assert untouched is not None
    assert untouched.state is AlertState.ACTIVE
