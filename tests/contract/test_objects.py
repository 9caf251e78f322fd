"""Objects looked at on a real API server, where `COCKPIT_TEST_KUBECONFIG` names one; nothing is changed there."""

import os
import time
from pathlib import Path

import pytest
import yaml

from state.cluster import connect, kubeconfig, requests
from state.cluster.containers import containers_of
from state.cluster.credentials import SignIns
from state.cluster.describe import describe
from state.cluster.fetch import fetch, yaml_text
from state.cluster.kinds.kind import Resource
from state.cluster.log_source import LogSource
from state.cluster.logs import LogFollower
from state.freshness import Health

CONFIG = os.environ.get("COCKPIT_TEST_KUBECONFIG", "")
pytestmark = pytest.mark.skipif(not CONFIG, reason="COCKPIT_TEST_KUBECONFIG names no API server")

POD = Resource("", "v1", "pods", "Pod")
KINDS = [
    POD,
    Resource("", "v1", "nodes", "Node", False),
    Resource("", "v1", "namespaces", "Namespace", False),
    Resource("", "v1", "services", "Service"),
    Resource("", "v1", "configmaps", "ConfigMap"),
    Resource("apps", "v1", "deployments", "Deployment"),
    Resource("apps", "v1", "replicasets", "ReplicaSet"),
    Resource("apps", "v1", "statefulsets", "StatefulSet"),
    Resource("apps", "v1", "daemonsets", "DaemonSet"),
    Resource("batch", "v1", "jobs", "Job"),
    Resource("batch", "v1", "cronjobs", "CronJob"),
    Resource("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", False),
]


@pytest.fixture(scope="module")
def way():
    config = kubeconfig.load([Path(part) for part in CONFIG.split(os.pathsep)])
    transport = connect.connect(config.target(), SignIns(os.environ), {})
    yield transport
    transport.close()


def some(way, resource):
    found = requests.get(way, resource.path(), (("limit", "3"),))["items"]
    if not found:
        pytest.skip(f"the server has no {resource.plural}")
    return [(one["metadata"].get("namespace", ""), one["metadata"]["name"]) for one in found]


@pytest.mark.parametrize("resource", KINDS, ids=[kind.kind for kind in KINDS])
def test_each_kind_is_described_and_shown_as_yaml(way, resource):
    for namespace, name in some(way, resource):
        said = describe(way, resource, namespace, name, time.time())
        assert said.splitlines()[0].split() == ["Name:", name]
        shown = yaml.safe_load(yaml_text(fetch(way, resource, namespace, name)))
        assert (shown["kind"], shown["metadata"]["name"]) == (resource.kind, name)
        assert "managedFields" not in shown["metadata"]


def test_no_secret_shows_its_values(way):
    resource = Resource("", "v1", "secrets", "Secret")
    for namespace, name in some(way, resource):
        raw = requests.get(way, resource.path(namespace, name))
        told = describe(way, resource, namespace, name, time.time()) + yaml_text(fetch(way, resource, namespace, name))
        for key, value in (raw.get("data") or {}).items():
            assert key in told
            assert not value or value not in told


def test_a_log_is_read_to_its_end(way):
    found = requests.get(way, POD.path(), (("fieldSelector", "status.phase=Running"), ("limit", "1")))["items"]
    if not found:
        pytest.skip("the server has no running pod")
    containers = containers_of(found[0])
    metadata = found[0]["metadata"]
    source = LogSource(metadata["namespace"], metadata["name"], containers.names[0], follow=False, tail=5)
    follower = LogFollower(lambda: way, source)
    follower.run()
    assert follower.freshness.health is Health.LIVE
    assert follower.ended
    assert len(follower.ring) <= 5
    assert all(line.moment for line in follower.ring.read(0).lines)
