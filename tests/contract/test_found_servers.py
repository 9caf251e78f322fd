"""Prometheus and Alertmanager found in a cluster and reached through its API server, over real HTTP."""

import time
from collections.abc import Iterator

import pytest

from cockpit.demo_world import Endpoints
from state.alerts.client import Alertmanager, Draft
from state.alerts.model import Matcher
from state.alerts.source import Alertmanagers
from state.cluster.connect import connect
from state.cluster.credentials import SignIns
from state.cluster.found_way import FoundWay, Services
from state.cluster.kubeconfig import load
from state.cluster.transport import Transport
from state.metrics.client import PrometheusClient
from state.metrics.model import MetricsError


@pytest.fixture(scope="module")
def transport(simulated: Endpoints) -> Iterator[Transport]:
    made = connect(load([simulated.kubeconfig]).target("prod-eu"), SignIns({}), {})
    yield made
    made.close()


def test_the_demos_prometheus_is_found_and_asked(transport: Transport) -> None:
    way = FoundWay("prometheus", Services(lambda: transport))
    client = PrometheusClient(way)
    assert len(client.query("up").samples) > 5
    assert client.query_range("up", time.time() - 120, time.time(), 15).series
    assert client.alerting_groups()
    assert way.url == "service://prometheus.monitoring:80"


def test_the_demos_alertmanager_is_found_and_silenced(transport: Transport) -> None:
    way = FoundWay("alertmanager", Services(lambda: transport))
    client = Alertmanager(way)
    cluster = Alertmanagers([client])
    said = cluster.fetch()
    assert said.read_only == ""
    assert said.restarted is not None
    assert abs(client.now() - time.time()) < 5
    draft = Draft((Matcher("alertname", "NoSuchAlert"),), client.now(), client.now() + 60, "ana", "found servers")
    id_ = client.post(draft)
    assert client.silence(id_).comment == "found servers"
    client.expire(id_)
    assert id_ not in {silence.id for silence in cluster.fetch().silences}


def test_who_may_not_proxy_is_told_so(simulated: Endpoints) -> None:
    viewer = connect(load([simulated.kubeconfig]).target("prod-eu-viewer"), SignIns({}), {})
    client = PrometheusClient(FoundWay("prometheus", Services(lambda: viewer)))
    words = (
        "service://prometheus.monitoring:80 is found in the cluster, but you may not get services/proxy in monitoring"
    )
    with pytest.raises(MetricsError, match=words) as refused:
        client.query("up")
    assert refused.value.kind == "absent"
    viewer.close()


def test_a_cluster_without_them_says_so(simulated: Endpoints) -> None:
    staging = connect(load([simulated.kubeconfig]).target("staging-eu"), SignIns({}), {})
    client = PrometheusClient(FoundWay("prometheus", Services(lambda: staging)))
    with pytest.raises(MetricsError, match="no Prometheus is found in the cluster") as refused:
        client.query("up")
    assert refused.value.kind == "absent"
    staging.close()
